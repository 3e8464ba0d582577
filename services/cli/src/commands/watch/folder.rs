//! A folder of this machine. A file that is moved into it is taken at once; one that is written there is taken when its size and
//! time have not changed for a while.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Context;
use notify::event::{ModifyKind, RenameMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Verdict;
use super::place::{Arrivals, Arrived, Fetched, Place, folder_of, is_set_aside, names, report_of};

/// How long a file must not have changed.
const SETTLED: Duration = Duration::from_secs(2);

/// A folder.
pub struct Folder {
    path: PathBuf,
    /// Files that are there, each with its size and time, and since when they are so.
    seen: BTreeMap<String, (String, Instant)>,
    /// Files that were moved into it whole.
    moved_in: BTreeSet<String>,
    events: UnboundedReceiver<notify::Result<Event>>,
    /// Ends the notifications when it is dropped.
    _watcher: RecommendedWatcher,
}

/// When to look for what an event tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// A file is there whole.
    Now,
    /// A file is being written.
    Soon,
    Later,
}

impl Folder {
    /// Begins to watch a folder, and makes the folders in it for what is handled.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        for verdict in [Verdict::Done, Verdict::Refused] {
            let folder = path.join(folder_of(verdict));
            // The folder itself must be there: its path may be mistyped.
            match fs::create_dir(&folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    return Err(error)
                        .with_context(|| format!("cannot make the folder {}", folder.display()));
                }
                _ => {}
            }
        }
        let (to, events) = unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event| {
            // Fails only when the watch has ended.
            let _ended = to.send(event);
        })?;
        watcher
            .watch(path, RecursiveMode::NonRecursive)
            .with_context(|| format!("cannot watch {}", path.display()))?;
        Ok(Folder {
            path: path.to_owned(),
            seen: BTreeMap::new(),
            moved_in: BTreeSet::new(),
            events,
            _watcher: watcher,
        })
    }

    /// Notes which files were moved in. Returns when to look for what the event tells.
    fn note(&mut self, event: notify::Result<Event>) -> Look {
        let Ok(event) = event else {
            return Look::Soon;
        };
        let name = |path: &PathBuf| Some(path.file_name()?.to_string_lossy().into_owned());
        match event.kind {
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => {
                self.moved_in.extend(event.paths.first().and_then(name));
                Look::Now
            }
            EventKind::Modify(ModifyKind::Name(RenameMode::Both)) => {
                self.moved_in.extend(event.paths.last().and_then(name));
                Look::Now
            }
            // Such as our own reading.
            EventKind::Access(_) => Look::Later,
            _ => Look::Soon,
        }
    }
}

impl Place for Folder {
    fn name(&self) -> String {
        self.path.display().to_string()
    }

    async fn arrived(&mut self) -> anyhow::Result<Arrivals> {
        while let Ok(event) = self.events.try_recv() {
            let _looking_now = self.note(event);
        }
        let (mut arrivals, mut there) = (Arrivals::default(), BTreeMap::new());
        for (name, tag) in files(&self.path)? {
            let since = match self.seen.get(&name) {
                Some((seen, since)) if *seen == tag => *since,
                _ => Instant::now(),
            };
            there.insert(name.clone(), (tag.clone(), since));
            match self.moved_in.contains(&name) || since.elapsed() >= SETTLED {
                true => arrivals.whole.push(Arrived { name, tag }),
                false => arrivals.is_settling = true,
            }
        }
        self.moved_in.retain(|name| there.contains_key(name));
        self.seen = there;
        Ok(arrivals)
    }

    async fn fetch(&mut self, arrived: &Arrived) -> anyhow::Result<Option<Fetched>> {
        let path = self.path.join(&arrived.name);
        Ok(path.exists().then(|| Fetched::there(path)))
    }

    async fn is_unchanged(&mut self, arrived: &Arrived) -> anyhow::Result<bool> {
        let path = self.path.join(&arrived.name);
        Ok(tag(&fs::metadata(path)?) == arrived.tag)
    }

    async fn report(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<String> {
        let folder = folder_of(verdict);
        // A report without its file is of a watch that was interrupted, and is written again.
        let is_free = |name: &String| !self.path.join(folder).join(name).exists();
        let name = names(&arrived.name).find(is_free).unwrap_or_default();
        let path = self.path.join(folder).join(report_of(&name));
        fs::write(&path, report).with_context(|| format!("cannot write {}", path.display()))?;
        Ok(format!("{folder}/{name}"))
    }

    async fn put_away(&mut self, arrived: &Arrived, _: Verdict, to: &str) -> anyhow::Result<()> {
        let (from, to) = (self.path.join(&arrived.name), self.path.join(to));
        fs::rename(from, &to).with_context(|| format!("cannot move it to {}", to.display()))?;
        self.seen.remove(&arrived.name);
        self.moved_in.remove(&arrived.name);
        Ok(())
    }

    async fn wait(&mut self, longest: Duration, is_settling: bool) {
        let pause = match is_settling {
            true => SETTLED,
            false => longest,
        };
        let mut until = Instant::now() + pause;
        loop {
            let event = tokio::select! {
                () = tokio::time::sleep_until(until.into()) => return,
                event = self.events.recv() => event,
            };
            match event.map(|event| self.note(event)) {
                Some(Look::Now) | None => return,
                Some(Look::Soon) => until = until.min(Instant::now() + SETTLED),
                Some(Look::Later) => {}
            }
        }
    }
}

/// The files of a folder that others have finished or are writing openly, each with its size and time.
fn files(folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let unreadable = || format!("cannot list {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_set_aside(&name) {
            continue;
        }
        // A file may be gone since the folder was read.
        if let Ok(metadata) = fs::metadata(entry.path())
            && metadata.is_file()
        {
            files.push((name, tag(&metadata)));
        }
    }
    files.sort();
    Ok(files)
}

fn tag(metadata: &Metadata) -> String {
    format!("{} {:?}", metadata.len(), metadata.modified().ok())
}

//! A maildir: a mail server delivers a message by moving it into `new` whole, and mail programs move it on to `cur`. What is handled goes
//! to the folders `Done` and `Refused`, as Maildir++ has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, ensure};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::Verdict;
use super::message::Reports;
use super::place::{Arrivals, Arrived, Fetched, Place};

/// Where messages are.
const DELIVERED: [&str; 2] = ["new", "cur"];

/// A maildir.
pub struct Maildir {
    path: PathBuf,
    reports: Reports,
    events: UnboundedReceiver<notify::Result<Event>>,
    /// Ends the notifications when it is dropped.
    _watcher: RecommendedWatcher,
}

impl Maildir {
    pub fn open(path: &Path, reports: Reports) -> anyhow::Result<Self> {
        let (to, events) = unbounded_channel();
        let mut watcher = notify::recommended_watcher(move |event| {
            // Fails only when the watch has ended.
            let _ended = to.send(event);
        })?;
        for folder in DELIVERED {
            let folder = path.join(folder);
            ensure!(
                folder.is_dir(),
                "{} is no maildir: it has no folder {}",
                path.display(),
                folder.display()
            );
            watcher
                .watch(&folder, RecursiveMode::NonRecursive)
                .with_context(|| format!("cannot watch {}", folder.display()))?;
        }
        for verdict in [Verdict::Done, Verdict::Refused] {
            for folder in ["cur", "new", "tmp"] {
                let folder = path.join(folder_of(verdict)).join(folder);
                fs::create_dir_all(&folder)
                    .with_context(|| format!("cannot make the folder {}", folder.display()))?;
            }
        }
        Ok(Maildir {
            path: path.to_owned(),
            reports,
            events,
            _watcher: watcher,
        })
    }
}

impl Place for Maildir {
    fn name(&self) -> String {
        format!("maildir:{}", self.path.display())
    }

    async fn arrived(&mut self) -> anyhow::Result<Arrivals> {
        while self.events.try_recv().is_ok() {}
        let mut arrivals = Arrivals::default();
        for folder in DELIVERED {
            let path = self.path.join(folder);
            let unreadable = || format!("cannot list {}", path.display());
            for entry in fs::read_dir(&path).with_context(unreadable)? {
                let name = entry.with_context(unreadable)?.file_name();
                let name = name.to_string_lossy();
                if !name.starts_with('.') {
                    arrivals.whole.push(Arrived {
                        name: format!("{folder}/{name}"),
                        tag: String::new(),
                    });
                }
            }
        }
        arrivals
            .whole
            .sort_by(|one, other| one.name.cmp(&other.name));
        Ok(arrivals)
    }

    async fn fetch(&mut self, arrived: &Arrived) -> anyhow::Result<Option<Fetched>> {
        let path = self.path.join(&arrived.name);
        Ok(path.is_file().then(|| Fetched::there(path)))
    }

    async fn report(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<String> {
        let message = fs::read(self.path.join(&arrived.name))?;
        let name = unique(&arrived.name);
        self.reports.write(name, &message, verdict, report)?;
        // `S`: a person or a program has seen it.
        Ok(format!("{}/cur/{name}:2,S", folder_of(verdict)))
    }

    async fn put_away(&mut self, arrived: &Arrived, _: Verdict, to: &str) -> anyhow::Result<()> {
        let (from, to) = (self.path.join(&arrived.name), self.path.join(to));
        fs::rename(from, &to).with_context(|| format!("cannot move it to {}", to.display()))
    }

    async fn wait(&mut self, longest: Duration, _: bool) {
        let is_arrival = |event: notify::Result<Event>| {
            // Our own reading is an access.
            event.is_ok_and(|event| event.kind.is_create() || event.kind.is_modify())
        };
        let arrival = async {
            while let Some(event) = self.events.recv().await {
                if is_arrival(event) {
                    return;
                }
            }
        };
        // Over when something has arrived, or after the time.
        let _ended = tokio::time::timeout(longest, arrival).await;
    }
}

fn folder_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Done => ".Done",
        Verdict::Refused => ".Refused",
    }
}

/// The unique part of a message's name, without its folder and flags.
fn unique(name: &str) -> &str {
    let name = name.rsplit_once('/').map_or(name, |(_, name)| name);
    name.split_once(":2,").map_or(name, |(unique, _)| unique)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_keeps_its_unique_name() {
        assert_eq!(unique("new/1.M2.host"), "1.M2.host");
        assert_eq!(unique("cur/1.M2.host:2,FS"), "1.M2.host");
    }

    #[test]
    fn another_folder_is_no_maildir() {
        let folder = tempfile::tempdir().unwrap();
        let reports = Reports::open(Some(folder.path())).unwrap();
        let error = Maildir::open(folder.path(), reports).err().unwrap();
        assert!(error.to_string().contains("it has no folder"), "{error}");
    }
}

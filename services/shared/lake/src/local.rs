//! Gives a file its name only when all of it is on disk. The object store's own local back end names a file before flushing it,
//! so a power cut may leave a name with half of its content, and a create-only put never repairs that.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;

use crate::Put;

/// A staged file older than this belongs to a writer that was killed: no writer takes minutes.
const ABANDONED: Duration = Duration::from_secs(3600);

/// The folder of a local lake.
#[derive(Debug, Clone)]
pub(crate) struct Local {
    folder: PathBuf,
}

impl Local {
    pub(crate) fn new(folder: PathBuf) -> Self {
        Local { folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Stores `content` under a name that does not exist yet; an existing file stays unchanged. Blocks.
    pub(crate) fn create(&self, name: &str, content: &Bytes) -> io::Result<Put> {
        let path = self.folder.join(name);
        let staged = Staged::write(&path, content)?;
        let put = match fs::hard_link(&staged.path, &path) {
            Ok(()) => Put::Created,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Put::Exists,
            Err(error) => return Err(error),
        };
        // Also flush when the file already existed: its writer may have been interrupted before the name was on disk.
        self.flush_folders(&path)?;
        Ok(put)
    }

    /// Checks that a file can be given a second name by a hard link, and that the same name cannot be given twice. Blocks.
    pub(crate) fn prove(&self, name: &str) -> Result<(), NoProof> {
        self.prove_by(name, |file, name| fs::hard_link(file, name))
    }

    fn prove_by(
        &self,
        name: &str,
        link: impl Fn(&Path, &Path) -> io::Result<()>,
    ) -> Result<(), NoProof> {
        let path = self.folder.join(name);
        let staged = Staged::write(&path, &Bytes::from_static(b"probe")).map_err(NoProof::Disk)?;
        link(&staged.path, &path).map_err(NoProof::Links)?;
        let again = link(&staged.path, &path);
        fs::remove_file(&path).map_err(NoProof::Disk)?;
        match again {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => Err(NoProof::Links(error)),
            Ok(()) => Err(NoProof::Links(io::Error::other(
                "a name that was taken was given to another file",
            ))),
        }
    }

    /// Stores `content` under a name and replaces any file that had it. Blocks.
    pub(crate) fn write(&self, name: &str, content: &Bytes) -> io::Result<()> {
        let path = self.folder.join(name);
        let staged = Staged::write(&path, content)?;
        fs::rename(&staged.path, &path)?;
        self.flush_folders(&path)
    }

    /// Deletes the staged files of writers that were killed. A file that cannot be deleted only costs disk space. Blocks.
    pub(crate) fn sweep(&self) {
        let mut folders = vec![self.folder.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                let is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
                if is_folder {
                    folders.push(entry.path());
                } else if is_staged(&entry.path()) && is_abandoned(&entry) {
                    let _still_there = fs::remove_file(entry.path());
                }
            }
        }
    }

    /// A name survives a power cut only when the folders that lead to it are flushed.
    fn flush_folders(&self, path: &Path) -> io::Result<()> {
        path.ancestors()
            .skip(1)
            .take_while(|folder| folder.starts_with(&self.folder))
            .try_for_each(|folder| File::open(folder)?.sync_all())
    }
}

/// Why a folder cannot hold a lake.
#[derive(Debug)]
pub(crate) enum NoProof {
    /// Nothing can be written.
    Disk(io::Error),
    /// A written file cannot be given its name.
    Links(io::Error),
}

/// Whether the name ends in `#` and digits; no key does.
fn is_staged(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.rsplit_once('#').is_some_and(|(_, number)| {
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn is_abandoned(entry: &fs::DirEntry) -> bool {
    let written = entry.metadata().and_then(|found| found.modified());
    let age = written.ok().and_then(|written| written.elapsed().ok());
    age.is_some_and(|age| age > ABANDONED)
}

/// A file that is whole and on disk, under a name that no listing shows. Deleted when dropped.
struct Staged {
    path: PathBuf,
}

impl Staged {
    fn write(path: &Path, content: &Bytes) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let (staged, mut file) = Staged::open(path)?;
        file.write_all(content)?;
        file.sync_all()?;
        Ok(staged)
    }

    /// The object store leaves a name that ends in `#` and digits out of every listing. A name that is taken belongs to another
    /// writer, or to a writer that was killed.
    fn open(path: &Path) -> io::Result<(Self, File)> {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        loop {
            let mut name = path.as_os_str().to_owned();
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            name.push(format!("#{}{number:06}", std::process::id()));
            let path = PathBuf::from(name);
            match File::options().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((Staged { path }, file)),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // After a rename the file is already gone. If it is left behind, it only costs disk space.
        let _gone = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    reason = "a world that is not as it should be fails the test"
)]
mod tests {
    use super::*;
    use crate::{LakeConfig, LakeError};

    #[tokio::test]
    async fn a_file_that_is_not_whole_is_in_no_listing_and_blocks_no_put() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("ledger/a.parquet");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // A file that a writer left when it was killed halfway.
        let (killed, mut file) = Staged::open(&path).unwrap();
        file.write_all(b"hal").unwrap();
        let name = killed.path.clone();
        std::mem::forget(killed);
        let lake = LakeConfig::at(folder.path().display().to_string())
            .open()
            .unwrap();
        assert!(name.exists());
        assert!(lake.list("ledger").await.unwrap().is_empty());
        let put = lake.create("ledger/a.parquet", "whole".into()).await;
        assert_eq!(put.unwrap(), Put::Created);
        assert_eq!(lake.list("ledger").await.unwrap(), ["ledger/a.parquet"]);
    }

    #[tokio::test]
    async fn staged_files_of_a_killed_writer_are_deleted_an_hour_later_at_the_start() {
        let folder = tempfile::TempDir::new().unwrap();
        let lake = LakeConfig::at(folder.path().display().to_string());
        let lake = lake.open().unwrap();
        lake.create("ledger/a", "whole".into()).await.unwrap();
        let staged = |name: &str, minutes: u64| {
            let path = folder.path().join("ledger").join(name);
            let written = std::time::SystemTime::now() - Duration::from_secs(60 * minutes);
            let file = File::create(&path).unwrap();
            file.set_modified(written).unwrap();
            path
        };
        let (old, fresh) = (staged("b#1000001", 61), staged("b#1000002", 59));
        let others = [staged("a#b", 61), staged("a#", 61), staged("7", 61)];
        lake.initialise("the lake", 8).await.unwrap();
        assert!(!old.exists(), "its writer was killed");
        assert!(fresh.exists(), "its writer may be at it");
        assert!(others.iter().all(|path| path.exists()), "not staged");
        assert!(folder.path().join("ledger/a").exists());
    }

    #[test]
    fn a_folder_without_hard_links_is_no_lake() {
        let folder = tempfile::TempDir::new().unwrap();
        let local = Local::new(folder.path().to_owned());
        local.prove("probe/1").unwrap();
        let refused = |_: &Path, _: &Path| Err(ErrorKind::Unsupported.into());
        let without = local.prove_by("probe/2", refused);
        assert!(matches!(without, Err(NoProof::Links(_))), "{without:?}");
        // As on a share that takes the name away from who had it.
        let replaced = |file: &Path, name: &Path| fs::copy(file, name).map(|_| ());
        let without = local.prove_by("probe/3", replaced);
        assert!(matches!(without, Err(NoProof::Links(_))), "{without:?}");
        assert_eq!(
            fs::read_dir(folder.path().join("probe")).unwrap().count(),
            0
        );
    }

    #[tokio::test]
    async fn a_put_that_fails_leaves_nothing_and_names_the_operation_and_the_key() {
        let folder = tempfile::TempDir::new().unwrap();
        let lake = LakeConfig::at(folder.path().display().to_string())
            .open()
            .unwrap();
        // The name is a folder's, so nothing can be renamed to it.
        lake.create("ledger/a/b", "x".into()).await.unwrap();
        let error = lake.write("ledger/a", "y".into()).await.unwrap_err();
        let message = error.to_string();
        assert!(
            message.starts_with("cannot write ledger/a in /"),
            "{message}"
        );
        assert!(matches!(error, LakeError::Disk { .. }));
        let left: Vec<_> = fs::read_dir(folder.path().join("ledger"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        assert_eq!(left, ["a"]);
    }
}

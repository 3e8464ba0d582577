//! Files and folders that only their owner may read: created that way, and checked when they exist already. Modes are never
//! changed silently: other users may already have read what they could read until now.

use std::fs::{self, DirBuilder, File, Metadata};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;
/// The mode bits of the group and of other users.
const OTHERS: u32 = 0o077;

/// A file or folder that is not private.
#[derive(Debug, thiserror::Error)]
pub enum PrivateError {
    /// Users other than its owner have access.
    #[error(
        "{path} has mode {mode:04o}, which gives others than its owner access; run: chmod {wanted:03o} {path}",
        path = path.display()
    )]
    Exposed {
        /// The file or folder.
        path: PathBuf,
        /// Its mode.
        mode: u32,
        /// The mode it should have.
        wanted: u32,
    },
    /// It cannot be created, opened or examined.
    #[error("cannot {action} {path}", path = path.display())]
    Io {
        /// The operation that failed.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
}

/// Creates a folder, and its missing parents, with mode 0700. Fails if it exists and other users have access.
pub fn folder(path: &Path) -> Result<(), PrivateError> {
    let made = DirBuilder::new().recursive(true).mode(FOLDER).create(path);
    made.map_err(|source| failed("make the folder", path, source))?;
    check(path)
}

/// Opens a file for reading and writing, and creates it with mode 0600 if it is missing. Fails if it exists and other users
/// have access.
pub fn file(path: &Path) -> Result<File, PrivateError> {
    let opened = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE)
        .open(path);
    let file = opened.map_err(|source| failed("open", path, source))?;
    // Check the file that is open: the name may lead to another file by now.
    let metadata = file.metadata();
    judge(
        path,
        &metadata.map_err(|source| failed("look at", path, source))?,
    )?;
    Ok(file)
}

/// Fails if users other than its owner have access to a file or folder. Follows links.
pub fn check(path: &Path) -> Result<(), PrivateError> {
    let metadata = fs::metadata(path).map_err(|source| failed("look at", path, source))?;
    judge(path, &metadata)
}

/// How much a configuration file reveals to users who can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    /// Nothing secret.
    Public,
    /// Hashes of tokens: they allow a guess to be checked, but do not reveal a token.
    Hashes,
    /// Passwords or keys in plain text.
    Passwords,
}

impl Sensitivity {
    /// The secrecy of a file, by whether it has `hashes` of tokens and whether it has `passwords`.
    pub fn of(hashes: bool, passwords: bool) -> Self {
        match (hashes, passwords) {
            (_, true) => Sensitivity::Passwords,
            (true, false) => Sensitivity::Hashes,
            (false, false) => Sensitivity::Public,
        }
    }
}

/// Fails if other users can read a configuration with passwords. Logs only a warning if they can read one with hashes: a hash
/// of a random token is of no use to them, and a file that has worked so far keeps working.
pub fn guard(config: &Path, sensitivity: Sensitivity) -> Result<(), PrivateError> {
    match sensitivity {
        Sensitivity::Public => {}
        Sensitivity::Hashes => warn_if_exposed(config),
        Sensitivity::Passwords => check(config)?,
    }
    Ok(())
}

/// Logs a warning if users other than its owner have access: for files that hold hashes and no secret. Does not report a file
/// that cannot be examined; the error from reading it is clearer.
pub fn warn_if_exposed(path: &Path) {
    if let Err(exposed @ PrivateError::Exposed { .. }) = check(path) {
        tracing::warn!("{exposed}");
    }
}

fn judge(path: &Path, metadata: &Metadata) -> Result<(), PrivateError> {
    let mode = metadata.mode() & 0o7777;
    if mode & OTHERS == 0 {
        return Ok(());
    }
    Err(PrivateError::Exposed {
        path: path.to_owned(),
        mode,
        wanted: if metadata.is_dir() { FOLDER } else { FILE },
    })
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> PrivateError {
    PrivateError::Io {
        action,
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn set(path: &Path, mode: u32) {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn created_files_are_private_to_their_owner() {
        let parent = tempfile::tempdir().unwrap();
        let (above, inner) = (parent.path().join("data"), parent.path().join("data/log"));
        folder(&inner).unwrap();
        assert_eq!((mode(&above), mode(&inner)), (0o700, 0o700));
        // Created a second time, it is the same folder.
        folder(&inner).unwrap();
        let path = inner.join("records");
        drop(file(&path).unwrap());
        assert_eq!(mode(&path), 0o600);
        fs::write(&path, "kept").unwrap();
        drop(file(&path).unwrap());
        assert_eq!(fs::read_to_string(&path).unwrap(), "kept");
    }

    #[test]
    fn a_file_that_others_can_read_is_refused_with_its_path_its_mode_and_the_fix() {
        let parent = tempfile::tempdir().unwrap();
        let (open_folder, open_file) = (parent.path().join("open"), parent.path().join("key"));
        fs::create_dir(&open_folder).unwrap();
        fs::write(&open_file, "").unwrap();
        let run = |path: &Path, is_folder: bool| match is_folder {
            true => folder(path).err(),
            false => file(path).map(drop).and_then(|()| check(path)).err(),
        };
        for (path, is_folder, modes, wanted) in [
            (&open_folder, true, [0o755, 0o750, 0o701], 0o700),
            (&open_file, false, [0o644, 0o640, 0o602], 0o600),
        ] {
            for found in modes {
                set(path, found);
                let message = run(path, is_folder).unwrap().to_string();
                let name = path.display();
                let hint = format!("run: chmod {wanted:03o} {name}");
                assert!(
                    message.starts_with(&format!("{name} has mode {found:04o}, "))
                        && message.ends_with(&hint),
                    "{message}"
                );
                assert_eq!(mode(path), found, "it is left as it was");
            }
            // The command does fix it.
            set(path, wanted);
            assert!(run(path, is_folder).is_none());
        }
    }

    #[test]
    fn a_configuration_with_passwords_is_refused_where_one_with_hashes_only_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ingest.toml");
        fs::write(&path, "").unwrap();
        set(&path, 0o644);
        let refused = |hashes, passwords| guard(&path, Sensitivity::of(hashes, passwords)).is_err();
        assert!(!refused(false, false) && !refused(true, false));
        assert!(refused(false, true) && refused(true, true));
        set(&path, 0o600);
        assert!(!refused(true, true));
    }

    #[test]
    fn a_folder_or_file_that_cannot_be_created_is_named() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("file");
        fs::write(&path, "").unwrap();
        let error = folder(&path.join("below")).unwrap_err().to_string();
        assert!(error.starts_with("cannot make the folder "), "{error}");
        let error = file(&parent.path().join("no/file")).unwrap_err();
        assert!(error.to_string().starts_with("cannot open "), "{error}");
    }
}

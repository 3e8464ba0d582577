//! A file to import.

use std::io::Read;
use std::path::{Path, PathBuf};

/// A file that cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("cannot read the file; check its path and who may read it")]
    Read(#[source] std::io::Error),
    /// The file is not UTF-8 text.
    #[error(
        "the file is not UTF-8 text: line {line} has the byte {byte:#04x}; save or convert it as UTF-8"
    )]
    Text {
        /// The first line that is not UTF-8.
        line: usize,
        /// The first byte that is not UTF-8.
        byte: u8,
    },
}

/// A file, or standard input.
pub struct File(PathBuf);

/// The text of a file.
pub struct Content(String);

impl File {
    pub fn new(path: &Path) -> Self {
        File(path.to_owned())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let read = match self.0 == Path::new("-") {
            true => std::io::stdin().read_to_end(&mut bytes).map(drop),
            false => std::fs::read(&self.0).map(|found| bytes = found),
        };
        read.map_err(FileError::Read)?;
        Ok(bytes)
    }
}

impl Content {
    /// The text of a file of events.
    pub fn of(bytes: Vec<u8>) -> Result<Self, FileError> {
        String::from_utf8(bytes).map(Content).map_err(|error| {
            let good = error.utf8_error().valid_up_to();
            let bytes = error.as_bytes();
            let before = bytes.iter().take(good);
            FileError::Text {
                line: before.filter(|byte| **byte == b'\n').count() + 1,
                byte: bytes.get(good).copied().unwrap_or_default(),
            }
        })
    }

    /// The lines that are not empty, each with its number.
    pub fn lines(&self) -> Vec<(usize, &str)> {
        let lines = (1..).zip(self.0.lines());
        lines.filter(|(_, line)| !line.trim().is_empty()).collect()
    }
}

//! A file to import.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use ingest::CutError;
use tempfile::NamedTempFile;

/// A file that cannot be sent at all.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The file cannot be read.
    #[error("cannot read the file; check its path and who may read it")]
    Read(#[source] io::Error),
    /// A temporary file cannot be written.
    #[error("cannot write a temporary file; check the space where TMPDIR says, or in /tmp")]
    Temporary(#[source] io::Error),
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
    /// The file was written while it was read.
    #[error("the file changed while it was read; import it once it is complete")]
    Changed,
    /// An archive cannot be opened.
    #[error("cannot open the archive: {0}; send it whole, or the files themselves")]
    Archive(String),
    /// A workbook cannot be opened.
    #[error("cannot open the workbook: {0}; save it as XLSX or CSV")]
    Workbook(String),
    /// The file holds no table of a known format.
    #[error("there is no table in the file: {0}")]
    NoTable(String),
    /// A large file cannot be cut into parts.
    #[error(
        "a file of this size is sent in parts, and cannot be cut; if its format is one of your own, name its folder with --formats"
    )]
    Cut(#[source] CutError),
}

impl FileError {
    /// Whether the content is at fault, so that another try would fail too.
    pub fn is_of_content(&self) -> bool {
        match self {
            FileError::Read(_) | FileError::Temporary(_) | FileError::Changed => false,
            FileError::Cut(CutError::Io(_)) => false,
            FileError::Text { .. }
            | FileError::Archive(_)
            | FileError::Workbook(_)
            | FileError::NoTable(_)
            | FileError::Cut(_) => true,
        }
    }
}

/// A file, or what came from standard input.
pub struct File {
    path: PathBuf,
    /// Deletes the file when it is dropped.
    _temporary: Option<NamedTempFile>,
}

/// The text of a file.
pub struct Content(String);

impl File {
    pub fn open(path: &Path) -> Result<Self, FileError> {
        if path != Path::new("-") {
            return Ok(File {
                path: path.to_owned(),
                _temporary: None,
            });
        }
        let mut temporary = NamedTempFile::new().map_err(FileError::Temporary)?;
        io::copy(&mut io::stdin(), &mut temporary).map_err(FileError::Read)?;
        Ok(File {
            path: temporary.path().to_owned(),
            _temporary: Some(temporary),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn bytes(&self) -> Result<u64, FileError> {
        let file = std::fs::metadata(&self.path).map_err(FileError::Read)?;
        Ok(file.len())
    }

    pub fn read(&self) -> Result<Vec<u8>, FileError> {
        std::fs::read(&self.path).map_err(FileError::Read)
    }

    /// The first kilobyte.
    pub fn beginning(&self) -> Result<Vec<u8>, FileError> {
        let mut first = Vec::new();
        let file = std::fs::File::open(&self.path).map_err(FileError::Read)?;
        file.take(1_024)
            .read_to_end(&mut first)
            .map_err(FileError::Read)?;
        Ok(first)
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

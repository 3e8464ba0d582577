//! A place in which files arrive.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::NamedTempFile;

use super::Verdict;

/// A file that has arrived whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its name in its place.
    pub name: String,
    /// Changes when its content does.
    pub tag: String,
}

/// What a look into a place finds.
#[derive(Debug, Default)]
pub struct Arrivals {
    /// Files that have arrived whole.
    pub whole: Vec<Arrived>,
    /// Whether other files are there that may still be written.
    pub is_settling: bool,
}

/// A file that can be read.
pub struct Fetched {
    path: PathBuf,
    /// Deletes the file when it is dropped.
    _temporary: Option<NamedTempFile>,
}

impl Fetched {
    /// A file where it has arrived.
    pub fn there(path: PathBuf) -> Self {
        Fetched {
            path,
            _temporary: None,
        }
    }

    /// A copy.
    pub fn copied(file: NamedTempFile) -> Self {
        Fetched {
            path: file.path().to_owned(),
            _temporary: Some(file),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// A place in which files arrive.
pub trait Place {
    /// How the log calls it.
    fn name(&self) -> String;

    /// What has arrived.
    async fn arrived(&mut self) -> anyhow::Result<Arrivals>;

    /// Makes a file readable; none if it is not there any more.
    async fn fetch(&mut self, arrived: &Arrived) -> anyhow::Result<Option<Fetched>>;

    /// Whether a file is as it was when it arrived. Messages of an inbox never change.
    async fn is_unchanged(&mut self, _arrived: &Arrived) -> anyhow::Result<bool> {
        Ok(true)
    }

    /// Writes the report on a file beside where it will be put, and returns that place.
    async fn report(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<String>;

    /// Moves a file to the place that [`report`](Self::report) returned.
    async fn put_away(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        to: &str,
    ) -> anyhow::Result<()>;

    /// Waits until something may have arrived, and no longer than `longest`, or than files take to settle if some are there.
    async fn wait(&mut self, longest: Duration, is_settling: bool);
}

/// The folder of a verdict.
pub fn folder_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Done => "done",
        Verdict::Refused => "refused",
    }
}

/// The names that a file may get, one after another: `june.csv`, `june-2.csv`, `june-3.csv`.
pub fn names(name: &str) -> impl Iterator<Item = String> {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let others = (2..).map(move |number: u32| format!("{stem}-{number}{extension}"));
    std::iter::once(name.to_owned()).chain(others)
}

/// The name of the report on a file of this name.
pub fn report_of(name: &str) -> String {
    format!("{name}.report.txt")
}

/// Whether a name is that of a file which another program is still writing, or hides.
pub fn is_set_aside(name: &str) -> bool {
    const ENDINGS: [&str; 6] = [".part", ".partial", ".filepart", ".tmp", ".crdownload", "~"];
    let name = name.to_ascii_lowercase();
    name.starts_with('.') || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_gets_a_number() {
        let check = |name: &str, wanted: &str| {
            assert_eq!(names(name).nth(1).unwrap(), wanted);
            assert_eq!(names(name).next().unwrap(), name);
        };
        check("june.csv", "june-2.csv");
        check("june.csv.gz", "june.csv-2.gz");
        check("june", "june-2");
        check(".june", ".june-2");
        assert_eq!(names("a.b").nth(2).unwrap(), "a-3.b");
    }

    #[test]
    fn files_being_written_are_set_aside() {
        for name in [
            ".june.csv.Xa3",
            "june.csv.PART",
            "june.csv.filepart",
            "june~",
        ] {
            assert!(is_set_aside(name), "{name}");
        }
        for name in ["june.csv", "part.csv", "tmp"] {
            assert!(!is_set_aside(name), "{name}");
        }
    }
}

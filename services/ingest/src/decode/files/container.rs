//! What a file holds: a table as text, a spreadsheet with several, or an archive or an e-mail with files. What is none of these is
//! named for what it is.

mod email;
mod spreadsheet;

use std::io::{Cursor, Read};

use events::{Refusal, Rule};
use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::encoding;
use crate::rules::Fault;

/// One table of a file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The file in the archive or the sheet of the workbook; none if the file is the table.
    pub(crate) name: Option<String>,
    /// The table, or what the file is instead.
    pub(crate) text: Result<String, Refusal>,
}

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An archive, or a workbook (XLSX).
    Zip,
    /// A compressed file.
    Gzip,
    /// A message.
    Email,
    /// A table as text.
    Text,
    /// Something that holds no table, and what it is.
    Other(&'static str),
}

/// The most parts of a file.
const MOST_PARTS: usize = 200;

/// The tables of a file. `most` is the size, in bytes, that all may have together once they are inflated.
pub(crate) fn parts(bytes: Vec<u8>, most: usize) -> Result<Vec<Part>, Refusal> {
    let mut opened = Opened {
        parts: Vec::new(),
        left: most,
        most,
    };
    opened.open(None, bytes, true)?;
    match opened.parts.is_empty() {
        true => Err(refused(None, "there is no table in it", "nothing to read")),
        false => Ok(opened.parts),
    }
}

/// The sheets of a workbook, XLSX or XLS, each with its name and its rows as CSV; none if the bytes are no workbook. For senders:
/// a workbook of Excel up to 2003 takes more memory to read than ingest may use, and a large one holds more than a request may.
/// Fails, in words, if it cannot be read, or an XLSX holds more than `most` bytes.
pub fn sheets(bytes: Vec<u8>, most: usize) -> Option<Result<Vec<(String, String)>, String>> {
    if is_old_office(&bytes) {
        return Some(spreadsheet::old_sheets(bytes));
    }
    let is_workbook = kind(&bytes) == Kind::Zip && spreadsheet::is_workbook(&bytes);
    is_workbook.then(|| spreadsheet::sheets(bytes, most))
}

/// The files attached to an e-mail, each with its name. Fails, in words, if it has none.
pub fn attachments(bytes: &[u8]) -> Result<Vec<(String, Vec<u8>)>, String> {
    email::attachments(bytes).map_err(|refusal| refusal.seen)
}

/// Whether a file is a document of Office up to 2003, which may be a workbook.
pub fn is_old_office(bytes: &[u8]) -> bool {
    bytes.starts_with(OLD_OFFICE)
}

/// How documents of Office up to 2003 begin.
const OLD_OFFICE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// A part of a larger table, whose sender has opened the file.
pub(crate) fn part(name: Option<String>, bytes: Vec<u8>) -> Part {
    Part {
        name,
        text: Ok(encoding::text(bytes)),
    }
}

struct Opened {
    parts: Vec<Part>,
    /// How many bytes may still be inflated.
    left: usize,
    most: usize,
}

impl Opened {
    /// Adds the tables of a file. Only a file that is not itself in an archive may be one.
    fn open(
        &mut self,
        name: Option<&str>,
        bytes: Vec<u8>,
        is_outermost: bool,
    ) -> Result<(), Refusal> {
        let kind = kind(&bytes);
        let is_workbook = kind == Kind::Zip && spreadsheet::is_workbook(&bytes);
        match kind {
            Kind::Zip if is_workbook => self.workbook(name, bytes),
            Kind::Zip | Kind::Gzip | Kind::Email if !is_outermost => Err(refused(
                name,
                "an archive inside an archive is not opened; send the files themselves",
                "an archive",
            )),
            Kind::Zip => self.zip(&bytes),
            Kind::Gzip => {
                let inflated = self.inflate(name, MultiGzDecoder::new(bytes.as_slice()))?;
                self.open(None, inflated, false)
            }
            Kind::Email => {
                for (attached, bytes) in email::attachments(&bytes)? {
                    self.open(Some(&attached), bytes, false)?;
                }
                Ok(())
            }
            Kind::Text => self.add(name.map(str::to_owned), Ok(encoding::text(bytes))),
            Kind::Other(what) => {
                let hint = match is_old_office(&bytes) {
                    true => {
                        "save a workbook as XLSX or CSV; or send it with `greenledger import` or `watch`, which convert it"
                    }
                    false => "send a table: CSV, TSV or XLSX",
                };
                let refusal = refused(name, hint, what);
                match is_outermost {
                    true => Err(refusal),
                    // Beside the tables of an archive, there may be other files.
                    false => self.add(name.map(str::to_owned), Err(refusal)),
                }
            }
        }
    }

    fn add(&mut self, name: Option<String>, text: Result<String, Refusal>) -> Result<(), Refusal> {
        if self.parts.len() == MOST_PARTS {
            let hint = format!("a file holds at most {MOST_PARTS} tables; send it in parts");
            return Err(Fault::new(Rule::TooLarge, hint).at("", "more"));
        }
        self.parts.push(Part { name, text });
        Ok(())
    }

    fn workbook(&mut self, name: Option<&str>, bytes: Vec<u8>) -> Result<(), Refusal> {
        let sheets = spreadsheet::sheets(bytes, self.left).map_err(|why| {
            refused(
                name,
                "send a workbook that a spreadsheet program opens",
                &why,
            )
        })?;
        for (sheet, text) in sheets {
            self.take(text.len())?;
            let name = match name {
                Some(name) => format!("{name}: {sheet}"),
                None => sheet,
            };
            self.add(Some(name), Ok(text))?;
        }
        Ok(())
    }

    fn zip(&mut self, bytes: &[u8]) -> Result<(), Refusal> {
        let hint = "send an archive that can be opened, or the files themselves";
        let broken = |name, error: &dyn std::fmt::Display| refused(name, hint, &error.to_string());
        let mut archive =
            ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(None, &error))?;
        for at in 0..archive.len() {
            let file = archive.by_index(at).map_err(|error| broken(None, &error))?;
            let name = file
                .name()
                .map_err(|error| broken(None, &error))?
                .into_owned();
            // What macOS adds to an archive.
            if file.is_dir() || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") {
                continue;
            }
            let inflated = self.inflate(Some(&name), file)?;
            self.open(Some(&name), inflated, false)?;
        }
        Ok(())
    }

    fn inflate(&mut self, name: Option<&str>, from: impl Read) -> Result<Vec<u8>, Refusal> {
        let mut inflated = Vec::new();
        let read = from.take(self.left as u64 + 1).read_to_end(&mut inflated);
        read.map_err(|error| {
            let hint = "send an archive that can be opened, or the files themselves";
            refused(name, hint, &error.to_string())
        })?;
        self.take(inflated.len())?;
        Ok(inflated)
    }

    /// Counts bytes that were inflated.
    fn take(&mut self, bytes: usize) -> Result<(), Refusal> {
        let Some(left) = self.left.checked_sub(bytes) else {
            let hint = format!(
                "a file is at most {} bytes once inflated; send it in parts",
                self.most
            );
            let seen = format!("more than {} bytes", self.most);
            return Err(Fault::new(Rule::TooLarge, hint).at("", seen));
        };
        self.left = left;
        Ok(())
    }
}

fn refused(name: Option<&str>, hint: &str, seen: &str) -> Refusal {
    let seen = match name {
        Some(name) => format!("{name}: {seen}"),
        None => seen.to_owned(),
    };
    Fault::new(Rule::Unreadable, hint).at("", seen)
}

/// What a file is; the first two kilobytes say it.
pub fn kind(bytes: &[u8]) -> Kind {
    const MAGIC: [(&[u8], Kind); 12] = [
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Other("an archive without files")),
        (b"\x1f\x8b", Kind::Gzip),
        (OLD_OFFICE, Kind::Other("a document of Office up to 2003")),
        (b"%PDF", Kind::Other("a PDF document")),
        (b"\x89PNG", Kind::Other("a picture (PNG)")),
        (b"\xff\xd8\xff", Kind::Other("a picture (JPEG)")),
        (b"GIF8", Kind::Other("a picture (GIF)")),
        (b"BM", Kind::Other("a picture (BMP)")),
        (b"Rar!", Kind::Other("an archive (RAR)")),
        (b"7z\xbc\xaf", Kind::Other("an archive (7-Zip)")),
        (b"\x7fELF", Kind::Other("a program")),
    ];
    let found = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic));
    // `BM` also begins words.
    if let Some((magic, kind)) = found
        && (magic.len() > 2 || *kind == Kind::Gzip || bytes.get(6..10) == Some(&[0; 4]))
    {
        return *kind;
    }
    let beginning = bytes.get(..bytes.len().min(2048)).unwrap_or_default();
    let beginning = String::from_utf8_lossy(beginning).to_ascii_lowercase();
    let beginning = beginning.trim_start_matches('\u{feff}').trim_start();
    if beginning.trim_matches('\0').is_empty() {
        return Kind::Other("an empty file");
    }
    if beginning.starts_with("<!doctype html") || beginning.starts_with("<html") {
        return Kind::Other("a web page (HTML), such as a login page");
    }
    if beginning.starts_with("<?xml") {
        return Kind::Other("XML");
    }
    if beginning.starts_with('{') || beginning.starts_with('[') && !beginning.contains(',') {
        return Kind::Other("JSON; events are sent to /v1/events");
    }
    match email::is_email(beginning) {
        true => Kind::Email,
        false => Kind::Text,
    }
}

#[cfg(test)]
mod tests;

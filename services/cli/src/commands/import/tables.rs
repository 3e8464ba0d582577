//! The tables of a file that is too large for one request, or that ingest does not open, each as a file of UTF-8 text: whatever
//! holds them is inflated as a stream, and never in memory.

use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use ingest::{FileKind, attachments, decode, file_kind, is_old_office, sheets};
use sha2::{Digest, Sha256};
use tempfile::tempfile;
use zip::ZipArchive;

use super::file::FileError;

/// How much of a file says what it is.
const BEGINNING: u64 = 2_048;
/// The most bytes of one workbook, which is opened in memory.
const MOST_OF_WORKBOOK: usize = 1 << 30;

/// A file, opened.
pub struct Opened {
    /// The SHA-256 of the file, in hexadecimal.
    pub sha256: String,
    pub tables: Vec<TableFile>,
    /// Files of an archive or an e-mail that hold no table, and what they are.
    pub others: Vec<(String, String)>,
    /// Whether it is or holds a workbook of Excel up to 2003, which ingest does not open.
    pub has_old_workbook: bool,
}

/// A table.
pub struct TableFile {
    /// The file in the archive or the sheet of the workbook; none if it is the only table.
    pub name: Option<String>,
    text: File,
}

impl TableFile {
    /// Begins to read it.
    pub fn open(&self) -> io::Result<impl Read + use<>> {
        let mut text = self.text.try_clone()?;
        text.rewind()?;
        Ok(text)
    }

    /// How many bytes it has.
    fn bytes(&self) -> io::Result<u64> {
        Ok(self.text.metadata()?.len())
    }

    /// How many lines ingest counts before the next table of the file.
    pub fn lines(&self) -> io::Result<usize> {
        let (mut text, mut chunk) = (self.open()?, vec![0; 1 << 16]);
        let (mut lines, mut last) = (0, b'\n');
        loop {
            let read = text.read(&mut chunk)?;
            let chunk = chunk.get(..read).unwrap_or_default();
            let Some(byte) = chunk.last() else {
                return Ok(lines + usize::from(last != b'\n'));
            };
            lines += chunk.iter().filter(|byte| **byte == b'\n').count();
            last = *byte;
        }
    }
}

/// What a file is, by its beginning.
pub fn kind_of(path: &Path) -> Result<FileKind, FileError> {
    let mut file = File::open(path).map_err(FileError::Read)?;
    Ok(file_kind(&beginning(&mut file).map_err(FileError::Read)?))
}

/// Whether a file is or holds a workbook of Excel up to 2003 that can be opened.
pub fn has_old_workbook(path: &Path) -> bool {
    open(path).is_ok_and(|opened| opened.has_old_workbook)
}

/// Opens a file.
pub fn open(path: &Path) -> Result<Opened, FileError> {
    let mut file = File::open(path).map_err(FileError::Read)?;
    let before = file.metadata().map_err(FileError::Read)?;
    let mut opened = Opened {
        sha256: sha256(&mut file).map_err(FileError::Read)?,
        tables: Vec::new(),
        others: Vec::new(),
        has_old_workbook: false,
    };
    opened.add(None, file)?;
    let after = std::fs::metadata(path).map_err(FileError::Read)?;
    let is_same = before.len() == after.len() && before.modified().ok() == after.modified().ok();
    if !is_same {
        return Err(FileError::Changed);
    }
    if let [only] = opened.tables.as_mut_slice() {
        only.name = None;
    }
    match opened.tables.is_empty() {
        true => Err(FileError::NoTable(opened.described())),
        false => Ok(opened),
    }
}

impl Opened {
    /// How many bytes the tables have together.
    pub fn bytes(&self) -> io::Result<u64> {
        self.tables.iter().map(TableFile::bytes).sum()
    }

    fn add(&mut self, name: Option<&str>, mut file: File) -> Result<(), FileError> {
        let first = beginning(&mut file).map_err(FileError::Read)?;
        let is_outermost = name.is_none();
        match file_kind(&first) {
            FileKind::Text => {
                let mut text = tempfile().map_err(FileError::Temporary)?;
                decode(&mut file, &mut text).map_err(FileError::Temporary)?;
                self.tables.push(TableFile {
                    name: name.map(str::to_owned),
                    text,
                });
                Ok(())
            }
            FileKind::Gzip if is_outermost => {
                let inflated = spooled(&mut MultiGzDecoder::new(&mut file))?;
                self.add(Some("the inflated file"), inflated)
            }
            FileKind::Zip if is_outermost && !self.add_workbook(name, &mut file)? => {
                self.add_files(file)
            }
            FileKind::Zip if is_outermost => Ok(()),
            FileKind::Zip | FileKind::Other(_) => match self.add_workbook(name, &mut file)? {
                true => Ok(()),
                false => self.leave(name, file_kind(&first)),
            },
            FileKind::Email if is_outermost => self.add_attachments(&mut file),
            kind @ (FileKind::Gzip | FileKind::Email) => self.leave(name, kind),
        }
    }

    /// Adds the sheets of a workbook; false if the file is none.
    fn add_workbook(&mut self, name: Option<&str>, file: &mut File) -> Result<bool, FileError> {
        let mut bytes = Vec::new();
        file.rewind().map_err(FileError::Read)?;
        // An archive of large files is no workbook.
        let most = MOST_OF_WORKBOOK as u64;
        Read::take(&mut *file, most)
            .read_to_end(&mut bytes)
            .map_err(FileError::Read)?;
        let is_old = is_old_office(&bytes);
        let Some(sheets) = sheets(bytes, MOST_OF_WORKBOOK) else {
            return Ok(false);
        };
        let sheets = match (sheets, name) {
            (Ok(sheets), _) => sheets,
            // Beside other files, one that cannot be opened is left alone.
            (Err(why), Some(name)) => {
                let what = format!("a workbook that cannot be opened: {why}");
                self.others.push((name.to_owned(), what));
                return Ok(true);
            }
            (Err(why), None) => return Err(FileError::Workbook(why)),
        };
        self.has_old_workbook |= is_old;
        for (sheet, csv) in sheets {
            let mut text = tempfile().map_err(FileError::Temporary)?;
            text.write_all(csv.as_bytes())
                .map_err(FileError::Temporary)?;
            let name = match name {
                Some(name) => format!("{name}: {sheet}"),
                None => sheet,
            };
            self.tables.push(TableFile {
                name: Some(name),
                text,
            });
        }
        Ok(true)
    }

    fn add_files(&mut self, file: File) -> Result<(), FileError> {
        let broken = |error: zip::result::ZipError| FileError::Archive(error.to_string());
        let mut archive = ZipArchive::new(file).map_err(broken)?;
        for at in 0..archive.len() {
            let mut inner = archive.by_index(at).map_err(broken)?;
            let name = inner.name().map_err(broken)?.into_owned();
            // What macOS adds to an archive.
            if inner.is_dir() || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") {
                continue;
            }
            let inflated = spooled(&mut inner)?;
            self.add(Some(&name), inflated)?;
        }
        Ok(())
    }

    fn add_attachments(&mut self, file: &mut File) -> Result<(), FileError> {
        let mut bytes = Vec::new();
        Read::take(file, MOST_OF_WORKBOOK as u64)
            .read_to_end(&mut bytes)
            .map_err(FileError::Read)?;
        for (name, attached) in attachments(&bytes).map_err(FileError::NoTable)? {
            let attached = spooled(&mut attached.as_slice())?;
            self.add(Some(&name), attached)?;
        }
        Ok(())
    }

    /// Leaves a file of an archive or an e-mail alone.
    fn leave(&mut self, name: Option<&str>, kind: FileKind) -> Result<(), FileError> {
        let what = match kind {
            FileKind::Other(what) => what,
            FileKind::Email => "an e-mail",
            FileKind::Zip | FileKind::Gzip | FileKind::Text => "an archive inside an archive",
        };
        let name = name.unwrap_or("the file");
        self.others.push((name.to_owned(), what.to_owned()));
        Ok(())
    }

    /// What the file holds instead of tables.
    fn described(&self) -> String {
        let others = self.others.iter();
        let others: Vec<_> = others
            .map(|(name, what)| format!("{name} is {what}"))
            .collect();
        match others.is_empty() {
            true => "it is empty".to_owned(),
            false => others.join(", "),
        }
    }
}

fn beginning(file: &mut File) -> io::Result<Vec<u8>> {
    let mut first = Vec::new();
    file.rewind()?;
    Read::take(&mut *file, BEGINNING).read_to_end(&mut first)?;
    file.rewind()?;
    Ok(first)
}

fn sha256(file: &mut File) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        hasher.update(chunk.get(..read).unwrap_or_default());
    }
    file.rewind()?;
    Ok(hex::encode(hasher.finalize()))
}

/// A stream as a temporary file.
fn spooled(from: &mut impl Read) -> Result<File, FileError> {
    let mut file = tempfile().map_err(FileError::Temporary)?;
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut chunk);
        let read = read.map_err(|error| FileError::Archive(error.to_string()))?;
        if read == 0 {
            break;
        }
        let chunk = chunk.get(..read).unwrap_or_default();
        file.write_all(chunk).map_err(FileError::Temporary)?;
    }
    file.rewind().map_err(FileError::Temporary)?;
    Ok(file)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn opened(bytes: &[u8]) -> Result<Opened, FileError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, bytes).unwrap();
        open(&path)
    }

    fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn gzipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn check(bytes: &[u8], tables: &[(Option<&str>, &str, usize)]) {
        let opened = opened(bytes).unwrap();
        assert_eq!(opened.sha256, hex::encode(Sha256::digest(bytes)));
        let found = opened.tables.iter().map(|table| {
            let mut text = String::new();
            table.open().unwrap().read_to_string(&mut text).unwrap();
            (table.name.as_deref(), text, table.lines().unwrap())
        });
        let found: Vec<_> = found.collect();
        let wanted = tables.iter();
        let wanted: Vec<_> = wanted
            .map(|(name, text, lines)| (*name, (*text).to_owned(), *lines))
            .collect();
        assert_eq!(found, wanted);
    }

    #[test]
    fn tables_are_found_in_whatever_holds_them() {
        check(b"a,b\n1,2", &[(None, "a,b\n1,2", 2)]);
        check(&gzipped(b"a,\xe9\n"), &[(None, "a,é\n", 1)]);
        check(&zipped(&[("x.csv", b"a,b\n")]), &[(None, "a,b\n", 1)]);
        let two = zipped(&[
            ("x.csv", b"a,b\n"),
            ("y.csv", b"c\n"),
            ("z.pdf", b"%PDF-1.7"),
        ]);
        check(
            &two,
            &[(Some("x.csv"), "a,b\n", 1), (Some("y.csv"), "c\n", 1)],
        );
        let found = opened(&two).unwrap();
        assert_eq!(
            found.others,
            [("z.pdf".to_owned(), "a PDF document".to_owned())]
        );
    }

    const OLD_WORKBOOK: &[u8] =
        include_bytes!("../../../../../tests/fixtures/opus_electricity.xls");

    fn mailed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let head = "From: supplier@example.com\r\nSubject: Readings\r\nMIME-Version: 1.0\r\n\
                    Content-Type: multipart/mixed; boundary=\"part\"\r\n\r\n\
                    --part\r\nContent-Type: text/plain\r\n\r\nAttached.";
        let mut message = head.as_bytes().to_vec();
        for (name, bytes) in files {
            let head = format!(
                "\r\n--part\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\
                 Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"
            );
            message.extend_from_slice(head.as_bytes());
            message.extend_from_slice(bytes);
        }
        message.extend_from_slice(b"\r\n--part--\r\n");
        message
    }

    #[test]
    fn old_workbooks_are_converted_in_whatever_holds_them() {
        let names = |bytes: &[u8]| {
            let opened = opened(bytes).unwrap();
            let names = opened
                .tables
                .into_iter()
                .map(|table| table.name.unwrap_or_default());
            (names.collect::<Vec<_>>(), opened.has_old_workbook)
        };
        let alone = names(OLD_WORKBOOK);
        assert_eq!(alone, (vec!["Cover".to_owned(), "March".to_owned()], true));
        let files: [(&str, &[u8]); 2] = [("a.csv", b"a,b\n"), ("old.xls", OLD_WORKBOOK)];
        let wanted = ["a.csv", "old.xls: Cover", "old.xls: March"].map(str::to_owned);
        assert_eq!(names(&mailed(&files)), (wanted.to_vec(), true));
        assert_eq!(names(&zipped(&files)), (wanted.to_vec(), true));
        let without = names(&mailed(&files[..1]));
        assert_eq!(without, (vec![String::new()], false));
        // Beside a good file, a broken workbook is left alone by name.
        let broken: [(&str, &[u8]); 2] = [files[0], ("old.xls", &OLD_WORKBOOK[..600])];
        let found = opened(&mailed(&broken)).unwrap();
        assert_eq!(
            (found.tables.len(), found.others[0].0.as_str()),
            (1, "old.xls")
        );
    }

    #[test]
    fn what_holds_no_table_is_named() {
        let check = |bytes: &[u8], wanted: &str| {
            let error = opened(bytes).err().unwrap();
            let text = chassis::chain(&error);
            assert!(text.contains(wanted), "{text}");
        };
        check(
            &zipped(&[("z.pdf", b"%PDF-1.7")]),
            "z.pdf is a PDF document",
        );
        check(&zipped(&[]), "an archive without files");
        check(&gzipped(b"a,b\n")[..12], "cannot open the archive");
        check(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "cannot open the workbook",
        );
    }
}

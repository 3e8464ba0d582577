//! Sends a file in parts that ingest judges like the whole: a file that is too large for one request, or that is or holds a workbook
//! of Excel up to 2003. Only disk space grows with the file: about a third more than its tables take.

use std::fs::File as Handle;
use std::io::{self, BufWriter};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::{Cut, CutError, Formats, PartOf};
use tempfile::TempDir;

use super::file::FileError;
use super::outcome::{Outcome, Stopped};
use super::progress::{Progress, Step};
use super::tables::{self, Opened};
use super::{Importer, Note, WHOLE};

/// How many bytes of rows a part has; more only if one meter has more.
const PART: u64 = 8 << 20;
/// The most bytes of all tables together that ingest inflates without using much memory.
const INFLATED: u64 = 32 << 20;

/// A table in parts, which are files of a folder.
struct InParts {
    cut: Cut,
    name: Option<String>,
    lines_before: u32,
    folder: TempDir,
}

/// What a file became.
struct Prepared {
    sha256: String,
    tables: Vec<InParts>,
    has_old_workbook: bool,
    /// What is left alone, and why.
    left_alone: Vec<String>,
}

/// Sends the tables of a file; or returns false if it is small enough to be sent as it is.
pub async fn send(
    importer: &Importer,
    (name, path): (&str, &Path),
    progress: &Progress,
    outcome: &mut Outcome,
) -> Result<bool, Stopped> {
    let Some(prepared) = prepare(importer, (name, path), progress).await? else {
        return Ok(false);
    };
    outcome.notes.extend(notes(&prepared));
    let parts = prepared.tables.iter().flat_map(|table| &table.cut.parts);
    outcome.not_sent = parts.clone().map(|part| part.rows).sum();
    progress.begin(name, Step::Sending, parts.map(|part| part.bytes).sum());
    for table in &prepared.tables {
        send_table(importer, &prepared.sha256, table, progress, outcome).await?;
    }
    let parts = prepared
        .tables
        .iter()
        .map(|table| table.cut.parts.len() as u64);
    let all: u64 = parts.sum();
    outcome.refused_as_a_whole = all > 0 && outcome.parts_refused == all;
    if outcome.refused_as_a_whole {
        // As if it had been sent whole: no row of it could be counted.
        (outcome.received, outcome.refused) = (0, 0);
    }
    Ok(true)
}

async fn send_table(
    importer: &Importer,
    sha256: &str,
    table: &InParts,
    progress: &Progress,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    let of = PartOf {
        sha256: sha256.to_owned(),
        table: table.name.clone(),
        lines_before: table.lines_before,
        day_order: table.cut.day_order,
        latest: table.cut.latest,
    };
    for (at, part) in table.cut.parts.iter().enumerate() {
        let body = std::fs::read(part_path(table.folder.path(), at));
        let body = body.map_err(FileError::Temporary)?;
        let (format, issued) = (&table.cut.format, importer.issued);
        let answer = importer.client.send_part(format, body, issued, &of).await?;
        outcome.add_part(part.rows, answer);
        progress.add(part.bytes, part.rows);
    }
    Ok(())
}

fn notes(prepared: &Prepared) -> Vec<(usize, Note)> {
    let id = prepared.sha256.get(..16).unwrap_or_default();
    let note = |source: &str, about: &str, note: String| Note {
        index: 0,
        id: id.to_owned(),
        source: source.to_owned(),
        about: about.to_owned(),
        note,
        values: Vec::new(),
        tally: None,
    };
    let mut notes = Vec::new();
    if prepared.has_old_workbook {
        let text = "the workbook of Excel up to 2003 was converted to CSV before it was sent";
        notes.push(note("import", "converted", text.to_owned()));
    }
    for why in &prepared.left_alone {
        notes.push(note("import", "table-left-alone", why.clone()));
    }
    for table in &prepared.tables {
        if let Some(text) = &table.cut.note {
            let source = format!("{}{}", events::FILE_SOURCE, table.cut.format);
            notes.push(note(&source, "date-order", text.clone()));
        }
    }
    notes.into_iter().map(|note| (0, note)).collect()
}

/// Opens a file and cuts its tables, on a thread that may wait for the disk.
async fn prepare(
    importer: &Importer,
    (name, path): (&str, &Path),
    progress: &Progress,
) -> Result<Option<Prepared>, FileError> {
    let (formats, format) = (importer.formats.clone(), importer.file_format.clone());
    let (name, path, progress) = (name.to_owned(), path.to_owned(), progress.clone());
    let prepared = tokio::task::spawn_blocking(move || {
        let bytes = std::fs::metadata(&path).map_err(FileError::Read)?.len();
        progress.begin(&name, Step::Reading, bytes);
        let opened = tables::open(&path)?;
        let inflated = opened.bytes().map_err(FileError::Temporary)?;
        // Ingest may know more formats than we do here.
        if bytes <= WHOLE && inflated <= INFLATED && !opened.has_old_workbook {
            return Ok(None);
        }
        cut_all(&formats, format.as_deref(), opened, &name, &progress).map(Some)
    });
    prepared
        .await
        .map_err(|error| FileError::Temporary(io::Error::other(error)))?
}

fn cut_all(
    formats: &Formats,
    format: Option<&str>,
    opened: Opened,
    name: &str,
    progress: &Progress,
) -> Result<Prepared, FileError> {
    let bytes = opened.bytes().map_err(FileError::Temporary)?;
    let others = opened.others.into_iter();
    let mut prepared = Prepared {
        sha256: opened.sha256,
        tables: Vec::new(),
        has_old_workbook: opened.has_old_workbook,
        left_alone: others
            .map(|(name, what)| format!("{name} is left alone: it is {what}"))
            .collect(),
    };
    // A table is read twice: to see its meters and days, and to write its parts.
    progress.begin(name, Step::Reading, 2 * bytes);
    let (is_alone, mut lines_before) = (opened.tables.len() == 1, 0);
    for table in opened.tables {
        let folder = TempDir::new().map_err(FileError::Temporary)?;
        let write = |part| compressed(&part_path(folder.path(), part));
        let done = |bytes| progress.add(bytes, 0);
        match ingest::cut(formats, format, PART, || table.open(), write, done) {
            Ok(cut) => {
                prepared.tables.push(InParts {
                    cut,
                    name: table.name.clone(),
                    lines_before,
                    folder,
                });
                let lines = table.lines().map_err(FileError::Temporary)?;
                lines_before =
                    lines_before.saturating_add(u32::try_from(lines).unwrap_or(u32::MAX));
            }
            Err(CutError::Format(why)) if !is_alone => {
                let name = table.name.as_deref().unwrap_or_default();
                let text = format!(
                    "{name} is left alone: {}; if its format is one of your own, name its folder with --formats",
                    why.hint
                );
                prepared.left_alone.push(text);
            }
            Err(error) => return Err(FileError::Cut(error)),
        }
    }
    match prepared.tables.is_empty() {
        true => Err(FileError::NoTable(prepared.left_alone.join(". "))),
        false => Ok(prepared),
    }
}

fn part_path(folder: &Path, part: usize) -> std::path::PathBuf {
    folder.join(format!("{part}.gz"))
}

/// The file of a part, as it will be sent.
fn compressed(path: &Path) -> io::Result<BufWriter<GzEncoder<Handle>>> {
    let file = Handle::create(path)?;
    Ok(BufWriter::new(GzEncoder::new(file, Compression::fast())))
}

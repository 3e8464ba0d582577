//! Cuts a table that is too large for one request into parts, each with the header, that are judged as its rows would be within the
//! whole. All rows of a meter are in one part, in their order: a meter-day is never split, of two rows about one half-hour the
//! later stands, and the rows around the hour that clocks show twice say which is meant. What only all rows together say goes with
//! every part: see [`PartOf`](super::PartOf).

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{Hash, Hasher};
use std::io::{self, Read, Write};
use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use events::{Refusal, Rule};

use super::catalogue::{Reads, found};
use super::columns::Columns;
use super::date_order::{self, Contradiction, DateOrder, DayOrder, has_two_orders, stamp};
use super::description::Description;
use super::part_of::{PartOf, mark};
use super::read::joined;
use super::rows::Rows;
use super::table::{Column, Table};
use super::{Content, Format, Formats, ReadingContext};
use crate::limits::Limits;
use crate::register::Register;
use crate::rules::{Bounds, Fault};

/// How much of a table is read to find its header.
const BEGINNING: u64 = 256 << 10;
/// How many of the latest days, or times, are read to know the latest half-hour: on the last there may be no value.
const LATEST: usize = 3;
/// The most bytes of rows of those days.
const MOST_OF_LATEST: usize = 32 << 20;

/// A table in parts.
#[derive(Debug)]
pub struct Cut {
    /// The name of its format.
    pub format: String,
    /// The parts, in the order of the first rows of their meters.
    pub parts: Vec<CutPart>,
    /// The order of day and month in its dates, if they could be read in two.
    pub day_order: Option<DayOrder>,
    /// A note on that order, if the file needs one.
    pub note: Option<String>,
    /// The end of its latest half-hour that is over.
    pub latest: Option<DateTime<Utc>>,
    /// Its lines.
    pub lines: usize,
}

/// A part of a table.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CutPart {
    /// Its rows.
    pub rows: u64,
    /// The bytes of its rows in the table.
    pub bytes: u64,
}

/// Why a table cannot be cut.
#[derive(Debug, thiserror::Error)]
pub enum CutError {
    /// It cannot be read, or a part cannot be written.
    #[error("cannot read the table or write its parts")]
    Io(#[from] io::Error),
    /// It has no known format.
    #[error("{}", .0.hint)]
    Format(Box<Refusal>),
    /// Its rows of one meter are too many for one part.
    #[error("the rows of one meter take more than {most} bytes; send the file in several by year")]
    Meter {
        /// The most bytes that they may take.
        most: u64,
    },
}

/// The most bytes that a part may have: less than ingest inflates, as its limit is by default.
const MOST: u64 = 48 << 20;

/// Cuts a table into parts of about `size` bytes. `open` begins to read the table, which is UTF-8, and is called twice; `write`
/// makes the file of a part. `progress` is given the bytes read, of twice the size of the table.
///
/// A table with some days that can only be day-first and others that can only be month-first becomes one part, with two rows that
/// contradict each other: ingest refuses it as it would refuse the whole.
pub fn cut<R: Read, W: Write>(
    formats: &Formats,
    format: Option<&str>,
    size: u64,
    mut open: impl FnMut() -> io::Result<R>,
    mut write: impl FnMut(usize) -> io::Result<W>,
    mut progress: impl FnMut(u64),
) -> Result<Cut, CutError> {
    let mut beginning = Vec::new();
    open()?.take(BEGINNING).read_to_end(&mut beginning)?;
    let head = Head::find(formats, format, &beginning).map_err(CutError::Format)?;
    let survey = Survey::of(&head, open()?, &mut progress)?;
    let plan = Plan::of(&head, &survey, size)?;
    let (parts, latest) = plan.write(&head, open()?, &mut write, &mut progress)?;
    Ok(Cut {
        format: head.format.name.clone(),
        parts,
        day_order: plan.day_order,
        note: plan.note,
        latest,
        lines: survey.lines,
    })
}

/// The header of a table.
struct Head {
    format: Arc<Format>,
    description: Arc<Description>,
    columns: Columns,
    stamps: Vec<Column>,
    delimiter: u8,
    line: usize,
}

impl Head {
    fn find(
        formats: &Formats,
        format: Option<&str>,
        beginning: &[u8],
    ) -> Result<Self, Box<Refusal>> {
        let text = String::from_utf8_lossy(beginning);
        // The last line may be cut short.
        let whole = match beginning.len() as u64 == BEGINNING {
            true => text.rfind(['\r', '\n']).unwrap_or_default(),
            false => text.len(),
        };
        let text = text.get(..whole).unwrap_or_default();
        let format = match format {
            None => formats.only_one_of(text)?,
            Some(name) => formats.find(name).cloned().ok_or_else(|| {
                let hint = format!("the format {name} is not known here");
                Box::new(Fault::new(Rule::FileRow, hint).at("", name))
            })?,
        };
        let Reads::Readings(description) = &format.reads else {
            let hint = format!("a file of format {} is sent whole", format.name);
            return Err(Box::new(Fault::new(Rule::TooLarge, hint).at("", "a part")));
        };
        let found = found(text, &description.header, |head| {
            Columns::find(description, head)
        })
        .map_err(|differences| {
            let hint = format!("this is no file of format {}: {differences}", format.name);
            Box::new(Fault::new(Rule::FileRow, hint).at("", "another header"))
        })?;
        let (columns, line) = (found.columns, found.line);
        Ok(Head {
            stamps: columns.stamps(),
            columns,
            line,
            delimiter: Table::open(text).delimiter(),
            description: description.clone(),
            format,
        })
    }

    fn description(&self) -> &Description {
        &self.description
    }

    fn date_formats(&self) -> &[String] {
        let description = self.description();
        let formats = description.date.as_ref().map(|date| &date.formats);
        let formats = formats.or(description.at.as_ref().map(|at| &at.formats));
        formats.map(Vec::as_slice).unwrap_or_default()
    }

    /// The text of a row's day or time.
    fn stamp<R: Read>(&self, rows: &Rows<R>) -> String {
        joined(|column| rows.field(column), &self.stamps)
    }

    /// What keeps the rows of a meter together, however its number is written.
    fn meter<R: Read>(&self, rows: &Rows<R>) -> u64 {
        let text = rows.field(&self.columns.meter).unwrap_or_default();
        let mut hasher = DefaultHasher::new();
        for byte in text.bytes().filter(u8::is_ascii_alphanumeric) {
            byte.to_ascii_lowercase().hash(&mut hasher);
        }
        hasher.finish()
    }
}

/// What all rows of a table together say.
#[derive(Default)]
struct Survey {
    /// The bytes of each meter's rows.
    meters: HashMap<u64, u64>,
    /// The meters in the order of their first rows.
    order: Vec<u64>,
    /// The distinct days or times, each with its first line.
    dates: BTreeMap<String, usize>,
    lines: usize,
}

impl Survey {
    fn of(head: &Head, table: impl Read, progress: &mut impl FnMut(u64)) -> io::Result<Self> {
        let mut rows = Rows::new(table, head.delimiter);
        let mut survey = Survey::default();
        while rows.advance()? {
            let (line, next) = rows.lines();
            survey.lines = next - 1;
            progress(rows.bytes() as u64);
            if line <= head.line {
                continue;
            }
            let meter = head.meter(&rows);
            let bytes = survey.meters.entry(meter).or_insert_with(|| {
                survey.order.push(meter);
                0
            });
            *bytes += rows.bytes() as u64;
            survey.dates.entry(head.stamp(&rows)).or_insert(line);
        }
        Ok(survey)
    }
}

/// Which rows go into which part.
struct Plan {
    /// The part of each meter.
    meters: HashMap<u64, usize>,
    /// Only the rows of these lines, if they contradict each other.
    only: Option<[usize; 2]>,
    /// The texts of the latest days or times.
    latest: BTreeSet<String>,
    day_order: Option<DayOrder>,
    note: Option<String>,
    bounds: Bounds,
}

impl Plan {
    fn of(head: &Head, survey: &Survey, size: u64) -> Result<Self, CutError> {
        let bounds = Bounds::new(&Limits::default(), Utc::now());
        let mut plan = Plan {
            meters: HashMap::new(),
            only: None,
            latest: BTreeSet::new(),
            day_order: None,
            note: None,
            bounds,
        };
        let formats = head.date_formats();
        let today = plan.bounds.latest.date_naive();
        let column = head.columns.stamp_name();
        match date_order::settle(&survey.dates, &column, formats, today) {
            Err(Contradiction { lines, .. }) => {
                plan.only = Some(lines);
                plan.meters = survey.order.iter().map(|meter| (*meter, 0)).collect();
                return Ok(plan);
            }
            Ok(order) => {
                plan.latest = latest(&survey.dates, &order, today);
                plan.day_order = has_two_orders(formats).then(|| DayOrder::of(&order.formats));
                plan.note = order.note;
            }
        }
        let (mut part, mut filled) = (0, 0);
        for meter in &survey.order {
            let bytes = survey.meters.get(meter).copied().unwrap_or_default();
            if bytes > MOST {
                return Err(CutError::Meter { most: MOST });
            }
            if filled > 0 && filled + bytes > size {
                (part, filled) = (part + 1, 0);
            }
            filled += bytes;
            plan.meters.insert(*meter, part);
        }
        Ok(plan)
    }

    /// Writes every part, and finds the latest half-hour that is over.
    fn write<W: Write>(
        &self,
        head: &Head,
        table: impl Read,
        write: &mut impl FnMut(usize) -> io::Result<W>,
        progress: &mut impl FnMut(u64),
    ) -> Result<(Vec<CutPart>, Option<DateTime<Utc>>), CutError> {
        let mut rows = Rows::new(table, head.delimiter);
        let mut parts: Vec<Writing<W>> = Vec::new();
        let mut header = match head.line {
            0 => separated_by(head.delimiter),
            _ => Vec::new(),
        };
        let mut latest = Writing::begin(header.clone());
        while rows.advance()? {
            progress(rows.bytes() as u64);
            let (line, _) = rows.lines();
            if line <= head.line {
                let (raw, _) = rows.raw();
                header = begins(head.delimiter, raw);
                latest.to.clone_from(&header);
                continue;
            }
            if self.only.is_some_and(|lines| !lines.contains(&line)) {
                continue;
            }
            let part = self.meters.get(&head.meter(&rows)).copied();
            let part = part.unwrap_or_default();
            while parts.len() <= part {
                let mut writing = Writing::begin(write(parts.len())?);
                writing.to.write_all(&header)?;
                parts.push(writing);
            }
            if let Some(part) = parts.get_mut(part) {
                part.row(&rows)?;
            }
            let is_late = self.latest.contains(&head.stamp(&rows));
            if is_late && latest.to.len() < MOST_OF_LATEST {
                latest.row(&rows)?;
            }
        }
        let mut written = Vec::new();
        for mut part in parts {
            part.to.flush()?;
            written.push(part.part);
        }
        Ok((written, self.latest_of(head, &latest.to)))
    }

    fn latest_of(&self, head: &Head, rows: &[u8]) -> Option<DateTime<Utc>> {
        let register = Register::default();
        let part = PartOf {
            sha256: String::new(),
            table: None,
            lines_before: 0,
            day_order: self.day_order,
            latest: None,
        };
        let known = ReadingContext {
            register: &register,
            bounds: &self.bounds,
            part: Some(&part),
        };
        let text = std::str::from_utf8(rows).ok()?;
        match Content::read(&head.format, text, &known).ok()? {
            Content::Readings(sheet) => sheet.latest,
            Content::Schools(_) => None,
        }
    }
}

/// The line that names the delimiter, so that it is not guessed from the rows of a part.
fn separated_by(delimiter: u8) -> Vec<u8> {
    format!("sep={}\n", char::from(delimiter)).into_bytes()
}

/// How a part begins: the delimiter and the header.
fn begins(delimiter: u8, header: &[u8]) -> Vec<u8> {
    let mut text = separated_by(delimiter);
    text.extend_from_slice(header);
    text.push(b'\n');
    text
}

/// The texts of the latest days or times of a table that are not in the future.
fn latest(
    dates: &BTreeMap<String, usize>,
    order: &DateOrder,
    today: chrono::NaiveDate,
) -> BTreeSet<String> {
    let read = |text: &String| stamp(text, &order.formats, false);
    let is_past = |at: &NaiveDateTime| at.date() <= today;
    let times: BTreeSet<_> = dates.keys().filter_map(read).filter(is_past).collect();
    let Some(first) = times.iter().rev().take(LATEST).next_back() else {
        return BTreeSet::new();
    };
    let is_late = |text: &&String| read(text).is_some_and(|at| at >= *first && is_past(&at));
    dates.keys().filter(is_late).cloned().collect()
}

/// A part being written.
struct Writing<W> {
    to: W,
    /// The line that ingest takes the next row for.
    expected: Option<usize>,
    part: CutPart,
}

impl<W: Write> Writing<W> {
    fn begin(to: W) -> Self {
        Writing {
            to,
            expected: None,
            part: CutPart::default(),
        }
    }

    fn row<R: Read>(&mut self, rows: &Rows<R>) -> io::Result<()> {
        let (line, next) = rows.lines();
        if self.expected != Some(line) {
            self.to.write_all(mark(line).as_bytes())?;
        }
        let (raw, has_end) = rows.raw();
        self.to.write_all(raw)?;
        if has_end {
            self.to.write_all(b"\n")?;
        }
        self.expected = Some(next);
        self.part.rows += 1;
        self.part.bytes += rows.bytes() as u64;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

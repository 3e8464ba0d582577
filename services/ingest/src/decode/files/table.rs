//! A CSV file as rows under named columns.

use csv::{Reader, ReaderBuilder, StringRecord};
use events::{Refusal, Rule};

use super::row;
use crate::rules::Fault;

/// A file being read.
pub(super) struct Table<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    header: StringRecord,
    record: StringRecord,
    /// The line of the header.
    first: usize,
    /// How many bytes were read, and the line they end in.
    read: usize,
    line: usize,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// Its line in the file, from 1.
    pub(super) line: usize,
    /// It, as it stands in the file.
    pub(super) text: &'a str,
    /// Whether the file ends with it and not with the end of a line.
    pub(super) breaks_off: bool,
}

/// A column, once it is known where it stands.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    index: usize,
}

impl<'a> Table<'a> {
    pub(super) fn open(text: &'a str) -> Result<Self, Refusal> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (text, above, delimiter) = separator(text);
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        let mut header = StringRecord::new();
        let line = above + 1;
        let read = reader.read_record(&mut header);
        if !read.is_ok_and(|found| found) {
            let fault = Fault::new(
                Rule::FileRow,
                "send a CSV file whose first line names the columns",
            );
            return Err(fault.at(row(line), "no header"));
        }
        let read = reader.position().byte() as usize;
        let mut table = Table {
            text,
            reader,
            header,
            record: StringRecord::new(),
            first: line,
            read,
            line,
        };
        table.line += table.breaks(0, read);
        Ok(table)
    }

    /// Where the column called so stands.
    pub(super) fn column(&self, name: &str) -> Result<Column, Refusal> {
        let called = |field: &&str| field.trim().eq_ignore_ascii_case(name);
        let found: Vec<_> = self
            .header
            .iter()
            .enumerate()
            .filter(|(_, field)| called(field))
            .collect();
        let hint = match found[..] {
            [(index, _)] => {
                return Ok(Column {
                    name: name.to_owned(),
                    index,
                });
            }
            [] => format!("this format has a column {name}; choose the format that fits the file"),
            _ => format!("the header names column {name} more than once"),
        };
        let header = self.header.iter().collect::<Vec<_>>().join(",");
        Err(Fault::new(Rule::FileRow, hint).at(row(self.first), header))
    }

    /// Moves to the next row.
    pub(super) fn next_row(&mut self) -> Option<Row<'a>> {
        // Text in memory that is UTF-8 and of any number of fields cannot fail to be read.
        let found = self.reader.read_record(&mut self.record).unwrap_or(false);
        let ends = self.reader.position().byte() as usize;
        let raw = self.text.get(self.read..ends).unwrap_or_default();
        let text = raw.trim_start_matches(['\r', '\n']);
        let begins = ends - text.len();
        let line = self.line + self.breaks(self.read, begins);
        self.line = line + self.breaks(begins, ends);
        self.read = ends;
        found.then(|| Row {
            line,
            text: text.trim_end_matches(['\r', '\n']),
            breaks_off: ends == self.text.len() && !text.ends_with(['\r', '\n']),
        })
    }

    /// The number of line ends among these bytes: `\n`, or `\r` alone. The reader's own count knows only `\n`, and is between
    /// the two characters of `\r\n` when a row ends.
    fn breaks(&self, from: usize, to: usize) -> usize {
        let bytes = self.text.as_bytes();
        let ends_line = |at: &usize| match bytes.get(*at) {
            Some(b'\n') => true,
            Some(b'\r') => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        };
        (from..to).filter(ends_line).count()
    }

    /// The current row's field in a column; none if the row is too short.
    pub(super) fn field(&self, column: &Column) -> Option<&str> {
        self.record.get(column.index).map(str::trim)
    }
}

/// Removes a leading `sep=,` line, which names the separator for spreadsheets.
fn separator(text: &str) -> (&str, usize, u8) {
    let Some(rest) = text.strip_prefix("sep=") else {
        return (text, 0, b',');
    };
    let ends = rest.find(['\r', '\n']).unwrap_or(rest.len());
    let (line, below) = rest.split_at(ends);
    let below = below.strip_prefix('\r').unwrap_or(below);
    let below = below.strip_prefix('\n').unwrap_or(below);
    let delimiter = line.bytes().next().filter(u8::is_ascii);
    (below, 1, delimiter.unwrap_or(b','))
}

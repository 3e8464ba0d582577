//! Text as rows under named columns: finds the delimiter and the header, and numbers the rows as they stand in the file.

use std::collections::HashMap;

use csv::{Reader, ReaderBuilder, StringRecord};

use super::part_of::{self, PartOf};
use super::place::{Place, place_of, row};

/// The lines among which a header is looked for: some suppliers put titles above it.
const HEADER_WITHIN: usize = 20;
/// The most columns of a header.
const MOST_COLUMNS: usize = 1_000;
/// What may stand between fields.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A file being read.
pub(super) struct Table<'a> {
    text: &'a str,
    /// The places of its rows, if it was made from a payload.
    places: &'a [Place],
    reader: Reader<&'a [u8]>,
    delimiter: u8,
    record: StringRecord,
    /// How many bytes were read, and the line they end in.
    read: usize,
    line: usize,
    /// Whether the text is a part of a larger table, whose rows say which lines they are.
    is_part: bool,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    /// Its line in the file, from 1.
    pub(crate) line: usize,
    /// It, as it stands in the file.
    pub(crate) text: &'a str,
    /// Whether the file ends with it and not with the end of a line.
    pub(crate) breaks_off: bool,
    /// Its place, if the table was made from a payload.
    pub(crate) place: Option<&'a Place>,
}

impl Row<'_> {
    /// The pointer to it.
    pub(super) fn pointer(&self) -> String {
        match self.place {
            Some(place) => place.pointer.clone(),
            None => row(self.line),
        }
    }

    /// It, as people name it.
    pub(super) fn name(&self) -> String {
        match self.place {
            Some(place) => place.pointer.clone(),
            None => format!("line {}", self.line),
        }
    }
}

/// A row that may be the header.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) fields: StringRecord,
    pub(super) row: Row<'a>,
    /// Where each name stands, in small letters.
    positions: HashMap<String, Vec<usize>>,
}

impl Head<'_> {
    /// The columns of this name.
    pub(super) fn positions(&self, name: &str) -> &[usize] {
        let positions = self.positions.get(&name.to_ascii_lowercase());
        positions.map(Vec::as_slice).unwrap_or_default()
    }
}

/// A column, once it is known where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name, as the header writes it.
    pub(super) name: String,
    pub(super) index: usize,
}

impl<'a> Table<'a> {
    /// Before the first row.
    pub(super) fn open(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let (text, above, delimiter) = separator(text);
        let delimiter = delimiter.unwrap_or_else(|| likeliest_delimiter(text));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes());
        Table {
            text,
            places: &[],
            reader,
            delimiter,
            record: StringRecord::new(),
            read: 0,
            line: above + 1,
            is_part: false,
        }
    }

    /// The rows that may be the header.
    pub(super) fn heads(text: &'a str) -> Vec<Head<'a>> {
        let mut table = Table::open(text);
        // A part of a file without a header begins with the number of its first line.
        table.is_part = true;
        let mut heads = Vec::new();
        while heads.len() < HEADER_WITHIN
            && let Some(row) = table.next_row()
        {
            if table.record.len() > MOST_COLUMNS {
                break;
            }
            let mut positions: HashMap<String, Vec<usize>> = HashMap::new();
            for (at, name) in table.record.iter().enumerate() {
                let name = name.trim().to_ascii_lowercase();
                positions.entry(name).or_default().push(at);
            }
            heads.push(Head {
                fields: table.record.clone(),
                row,
                positions,
            });
        }
        heads
    }

    /// Below the row of this line; 0 if there is no header.
    pub(super) fn below(text: &'a str, line: usize, part: Option<&PartOf>) -> Self {
        let mut table = Table::open(text);
        while line > 0
            && let Some(row) = table.next_row()
        {
            if row.line >= line {
                break;
            }
        }
        table.is_part = part.is_some();
        table
    }

    /// The same table, made from a payload: these are the places of its rows.
    pub(super) fn placed(self, places: &'a [Place]) -> Self {
        Table { places, ..self }
    }

    /// What stands between the fields.
    pub(super) fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Moves to the next row.
    pub(super) fn next_row(&mut self) -> Option<Row<'a>> {
        loop {
            let row = self.next_record()?;
            match self.marked() {
                Some(line) => self.line = line,
                None => return Some(row),
            }
        }
    }

    /// The line of the whole table that the next row is, if the current row only says that.
    fn marked(&self) -> Option<usize> {
        let is_alone = self.is_part && self.record.len() == 1;
        is_alone.then(|| part_of::marked(self.record.get(0)?))?
    }

    fn next_record(&mut self) -> Option<Row<'a>> {
        // Text in memory that is UTF-8 and of any number of fields cannot fail to be read.
        let found = self.reader.read_record(&mut self.record).unwrap_or(false);
        let ends = self.reader.position().byte() as usize;
        let raw = self.text.get(self.read..ends).unwrap_or_default();
        let text = raw.trim_start_matches(['\r', '\n']);
        let begins = ends - text.len();
        let line = self.line + self.breaks(self.read, begins);
        self.line = line + self.breaks(begins, ends);
        self.read = ends;
        let place = place_of(self.places, line);
        let here = text.trim_end_matches(['\r', '\n']);
        found.then(|| Row {
            line,
            text: place.map_or(here, |place| &place.text),
            breaks_off: ends == self.text.len() && !text.ends_with(['\r', '\n']),
            place,
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

    /// All fields of the current row.
    pub(super) fn fields(&self) -> &StringRecord {
        &self.record
    }

    /// The current row's field in a column; none if the row is too short.
    pub(super) fn field(&self, column: &Column) -> Option<&str> {
        self.record.get(column.index).map(str::trim)
    }

    /// The current row's cell in a column, counted from 0; empty if the row is too short.
    pub(super) fn cell(&self, index: usize) -> &str {
        self.record.get(index).unwrap_or_default().trim()
    }

    /// Whether commas in numbers part thousands: where commas do not delimit fields, they may be decimal commas.
    pub(super) fn may_part_thousands(&self) -> bool {
        self.delimiter == b','
    }

    /// Whether the current row has no text at all.
    pub(super) fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim().is_empty())
    }
}

/// Removes a leading `sep=,` line, which names the separator for spreadsheets.
fn separator(text: &str) -> (&str, usize, Option<u8>) {
    let Some(rest) = text.strip_prefix("sep=") else {
        return (text, 0, None);
    };
    let ends = rest.find(['\r', '\n']).unwrap_or(rest.len());
    let (line, below) = rest.split_at(ends);
    let below = below.strip_prefix('\r').unwrap_or(below);
    let below = below.strip_prefix('\n').unwrap_or(below);
    (below, 1, line.bytes().next().filter(u8::is_ascii))
}

/// The delimiter that the first lines have most of: a header has many columns.
fn likeliest_delimiter(text: &str) -> u8 {
    let lines = || text.split(['\r', '\n']).take(2 * HEADER_WITHIN);
    let most = |delimiter: u8| {
        let count = |line: &str| line.bytes().filter(|byte| *byte == delimiter).count();
        lines().map(count).max().unwrap_or_default()
    };
    // Of equals the first: `max_by_key` would take the last.
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let count = most(delimiter);
        if count > best.0 {
            best = (count, delimiter);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, rows: &[(usize, &[&str])]) {
        let heads = Table::heads(text);
        let found: Vec<(usize, Vec<&str>)> = heads
            .iter()
            .map(|head| (head.row.line, head.fields.iter().collect()))
            .collect();
        let rows: Vec<(usize, Vec<&str>)> = rows
            .iter()
            .map(|(line, row)| (*line, row.to_vec()))
            .collect();
        assert_eq!(found, rows, "{text:?}");
    }

    #[test]
    fn rows_are_found_whatever_delimits_them() {
        check("a,b\n1,2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check(
            "a;b,c;d\r1;2;3",
            &[(1, &["a", "b,c", "d"]), (2, &["1", "2", "3"])],
        );
        check("a\tb\r\n\r\n1\t2", &[(1, &["a", "b"]), (3, &["1", "2"])]);
        check("sep=|\r\na|b\r\n", &[(2, &["a", "b"])]);
        check(
            "\u{feff}A title\na,\"b\nc\"\n1,2",
            &[(1, &["A title"]), (2, &["a", "b\nc"]), (4, &["1", "2"])],
        );
        check("", &[]);
    }
}

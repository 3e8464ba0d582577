//! The rows of a table that is too large for memory: the same rows as [`Table`](super::table::Table) finds in a text.

use std::io::{self, Read};
use std::str;

use csv_core::ReadRecordResult;

use super::table::Column;

/// How many bytes are read at a time.
const CHUNK: usize = 1 << 16;

/// The rows of a text, one after another.
pub(super) struct Rows<R> {
    from: R,
    core: csv_core::Reader,
    chunk: Vec<u8>,
    /// The bytes of the chunk that are not used yet.
    unused: std::ops::Range<usize>,
    /// The current row as it stands in the text, and where it begins after line ends of rows before it.
    raw: Vec<u8>,
    fields: Vec<u8>,
    ends: Vec<usize>,
    /// How many fields the current row has.
    count: usize,
    /// The line of the current row, from 1.
    line: usize,
    /// The line in which the next byte stands.
    next_line: usize,
    /// Whether the last byte was the first of a line end that may have two.
    after_return: bool,
}

impl<R: Read> Rows<R> {
    pub(super) fn new(from: R, delimiter: u8) -> Self {
        Rows {
            from,
            core: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            chunk: vec![0; CHUNK],
            unused: 0..0,
            raw: Vec::new(),
            fields: vec![0; 1 << 12],
            ends: vec![0; 128],
            count: 0,
            line: 1,
            next_line: 1,
            after_return: false,
        }
    }

    /// Moves to the next row; false at the end.
    pub(super) fn advance(&mut self) -> io::Result<bool> {
        self.raw.clear();
        let (mut written, mut ends) = (0, 0);
        loop {
            if self.unused.is_empty() {
                let read = self.from.read(&mut self.chunk)?;
                self.unused = 0..read;
            }
            let input = self.chunk.get(self.unused.clone()).unwrap_or_default();
            let (result, used, wrote, ended) = self.core.read_record(
                input,
                self.fields.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(ends..).unwrap_or_default(),
            );
            self.raw
                .extend_from_slice(input.get(..used).unwrap_or_default());
            self.unused.start += used;
            written += wrote;
            ends += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.fields.resize(self.fields.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                ReadRecordResult::Record => {
                    self.count = ends;
                    self.number();
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// Counts lines: a row begins after the line ends of those before it.
    fn number(&mut self) {
        let begins = self.raw.iter().position(|byte| !is_line_end(*byte));
        let begins = begins.unwrap_or(self.raw.len());
        for (at, byte) in self.raw.iter().enumerate() {
            if at == begins {
                self.line = self.next_line;
            }
            let is_second = *byte == b'\n' && self.after_return;
            self.next_line += usize::from(is_line_end(*byte) && !is_second);
            self.after_return = *byte == b'\r';
        }
        self.raw.drain(..begins);
    }

    /// The line of the current row, and of the one that would follow right after it.
    pub(super) fn lines(&self) -> (usize, usize) {
        (self.line, self.next_line)
    }

    /// The current row as it stands in the text, without the end of its line, and whether it has one.
    pub(super) fn raw(&self) -> (&[u8], bool) {
        let last = self.raw.iter().rposition(|byte| !is_line_end(*byte));
        let text = self.raw.get(..last.map_or(0, |last| last + 1));
        let text = text.unwrap_or_default();
        (text, text.len() < self.raw.len())
    }

    /// How many bytes the current row takes.
    pub(super) fn bytes(&self) -> usize {
        self.raw.len()
    }

    /// The current row's field in a column, without space around it; none if the row is too short.
    pub(super) fn field(&self, column: &Column) -> Option<&str> {
        let at = column.index;
        let begins = match at {
            0 => 0,
            at => *self.ends.get(at - 1)?,
        };
        let ends = self.ends.get(..self.count)?.get(at)?;
        let field = str::from_utf8(self.fields.get(begins..*ends)?);
        field.ok().map(str::trim)
    }
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

#[cfg(test)]
mod tests {
    use super::super::table::Table;
    use super::*;

    /// Reads a few bytes at a time.
    struct Slowly<'a>(&'a [u8]);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let count = into.len().min(3);
            self.0.read(into.get_mut(..count).unwrap_or_default())
        }
    }

    fn column(index: usize) -> Column {
        Column {
            name: String::new(),
            index,
        }
    }

    #[test]
    fn rows_are_those_of_the_whole_text() {
        let check = |text: &str| {
            let mut table = Table::open(text);
            let mut rows = Rows::new(Slowly(text.as_bytes()), table.delimiter());
            while let Some(row) = table.next_row() {
                assert!(rows.advance().unwrap(), "{text:?}");
                assert_eq!(rows.lines().0, row.line, "{text:?}");
                let (raw, has_end) = rows.raw();
                assert_eq!(str::from_utf8(raw), Ok(row.text));
                assert_eq!(has_end, !row.breaks_off, "{text:?}");
                for at in 0..4 {
                    assert_eq!(
                        rows.field(&column(at)),
                        table.field(&column(at)),
                        "{text:?}"
                    );
                }
            }
            assert!(!rows.advance().unwrap(), "{text:?}");
        };
        check("a,b\n1,2\n");
        check("a;b,c;d\r1;2;3");
        check("a\tb\r\n\r\n1\t2");
        check("A title\n\n\na,\"b\nc\"\n1,2\r\n\r\n\"x\"\"y\", z \n");
        check("a,b\r\n\"1\r\n2\",3\r\n4,5\r6,7\n");
        check("");
        check(&format!("a,{}\n", "b".repeat(10_000)));
        check(&format!("{}\n1", "a,".repeat(500)));
    }
}

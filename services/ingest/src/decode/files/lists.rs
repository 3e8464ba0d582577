//! Lists that are not readings, such as a trust's schools or meters: the tables of a file of any kind, as rows of text.

use events::Refusal;

use super::parts;
use super::table::Table;

/// The most that a list may hold once it is inflated, in bytes: a list of every school in England is an eighth of it.
const MOST_BYTES: usize = 512 << 20;

/// A table of a file.
#[derive(Debug)]
pub struct TextTable {
    /// The file in the archive or the sheet of the workbook; none if the file is the table.
    pub name: Option<String>,
    text: String,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// Its line in the file, or its row in the sheet, from 1.
    pub line: usize,
    /// Its cells, without spaces around them.
    pub cells: Vec<String>,
}

/// The tables of a file: CSV or TSV in any usual encoding, the sheets of a workbook, or what is in an archive or an e-mail. What
/// is beside them in an archive is a refusal.
pub fn tables(bytes: Vec<u8>) -> Result<Vec<Result<TextTable, Refusal>>, Refusal> {
    let found = parts(bytes, MOST_BYTES)?.into_iter().map(|part| {
        let text = part.text?;
        let name = part.name;
        Ok(TextTable { name, text })
    });
    Ok(found.collect())
}

impl TextTable {
    /// The first rows, of which one may be the header.
    pub fn heads(&self) -> Vec<TextRow> {
        let heads = Table::heads(&self.text).into_iter();
        let row = |head: super::table::Head<'_>| TextRow {
            line: head.row.line,
            cells: head
                .fields
                .iter()
                .map(|cell| cell.trim().to_owned())
                .collect(),
        };
        heads.map(row).collect()
    }

    /// The rows below a line that are not blank, each with its cells in these columns, counted from 0; a cell that a short row
    /// does not have is empty.
    pub fn rows(&self, below: usize, columns: &[usize]) -> impl Iterator<Item = TextRow> {
        let mut table = Table::below(&self.text, below, None);
        std::iter::from_fn(move || {
            loop {
                let line = table.next_row()?.line;
                if table.is_blank() {
                    continue;
                }
                let cells = columns.iter().map(|column| table.cell(*column).to_owned());
                let cells = cells.collect();
                return Some(TextRow { line, cells });
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_below_its_header_in_any_usual_encoding() {
        let bytes =
            b"\"URN\",\"Name\",\"Town\"\r\n100001,\"St Aidan\x92s\" ,Ely\r\n\r\n100002,Oak\r\n"
                .to_vec();
        let table = tables(bytes).unwrap().remove(0).unwrap();
        assert_eq!(table.heads()[0].cells, ["URN", "Name", "Town"]);
        let rows: Vec<_> = table
            .rows(1, &[1, 2])
            .map(|row| (row.line, row.cells.join("|")))
            .collect();
        assert_eq!(
            rows,
            [
                (2, "St Aidan\u{2019}s|Ely".to_owned()),
                (4, "Oak|".to_owned())
            ]
        );
    }
}

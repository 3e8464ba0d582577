//! Tables as CSV, those that ship and a trust's own: returns every row, or an error for the first unusable row.

use serde::de::DeserializeOwned;

/// A table that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read {table}, row {row}: {why}")]
pub struct TableError {
    /// The table's name, such as `the factor table own.csv`.
    table: String,
    /// The row number as in a spreadsheet, where the heading is row 1.
    row: usize,
    /// The error.
    why: String,
}

impl TableError {
    pub(crate) fn at(table: &str, row: usize, why: impl Into<String>) -> Self {
        TableError {
            table: table.to_owned(),
            row,
            why: why.into(),
        }
    }
}

/// The rows of a table, each with its number.
pub(crate) fn rows<R: DeserializeOwned>(
    table: &str,
    csv: &str,
) -> impl Iterator<Item = Result<(usize, R), TableError>> {
    let reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(csv.as_bytes());
    let read = reader.into_deserialize().enumerate();
    read.map(move |(number, read)| {
        let row = number + 2;
        match read {
            Ok(read) => Ok((row, read)),
            Err(error) => Err(TableError::at(table, row, error.to_string())),
        }
    })
}

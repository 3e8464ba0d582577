//! One table, from which Parquet, CSV, JSON and a sheet are made: the numbers are the same by construction.

mod frame;
mod sheet;
mod text;

use chrono::NaiveDate;

pub(crate) use text::Row;

/// Rows of typed cells under named columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// The name of the table.
    pub name: &'static str,
    /// The columns, in order.
    pub columns: Vec<Column>,
    /// The rows; each has a cell per column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column; its name includes the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// `gross_mg_co2e`
    pub name: &'static str,
    /// What its cells hold.
    pub kind: Kind,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Int,
    /// A number for reading, made from whole ones.
    Float,
    /// Yes or no.
    Flag,
    /// A day.
    Day,
}

/// A cell. There is no default: a value that is not known is [`Cell::Nothing`], never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Not known.
    Nothing,
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number for reading.
    Float(f64),
    /// Yes or no.
    Flag(bool),
    /// A day.
    Day(NaiveDate),
}

/// A table cannot be written in some format.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The table cannot be turned into a frame.
    #[error("cannot make a frame of it")]
    Frame(#[from] polars::error::PolarsError),
    /// The frame cannot be written as Parquet.
    #[error("cannot make Parquet of it")]
    Parquet(#[from] lake::LakeError),
    /// The table cannot be written as CSV.
    #[error("cannot make CSV of it")]
    Csv(#[from] csv::Error),
    /// The table cannot be written as JSON.
    #[error("cannot make JSON of it")]
    Json(#[from] serde_json::Error),
}

/// Builds columns from the items that rows are about.
pub(crate) struct Columns<'f, R> {
    columns: Vec<Column>,
    cells: Vec<MakeCell<'f, R>>,
}

type MakeCell<'f, R> = Box<dyn Fn(&R) -> Cell + 'f>;

impl<'f, R: 'f> Columns<'f, R> {
    pub(crate) fn new() -> Self {
        Columns {
            columns: Vec::new(),
            cells: Vec::new(),
        }
    }

    pub(crate) fn text(self, name: &'static str, of: impl Fn(&R) -> Option<String> + 'f) -> Self {
        self.column(name, Kind::Text, Cell::Text, of)
    }

    pub(crate) fn int(self, name: &'static str, of: impl Fn(&R) -> Option<i64> + 'f) -> Self {
        self.column(name, Kind::Int, Cell::Int, of)
    }

    pub(crate) fn float(self, name: &'static str, of: impl Fn(&R) -> Option<f64> + 'f) -> Self {
        self.column(name, Kind::Float, Cell::Float, of)
    }

    pub(crate) fn flag(self, name: &'static str, of: impl Fn(&R) -> Option<bool> + 'f) -> Self {
        self.column(name, Kind::Flag, Cell::Flag, of)
    }

    pub(crate) fn day(self, name: &'static str, of: impl Fn(&R) -> Option<NaiveDate> + 'f) -> Self {
        self.column(name, Kind::Day, Cell::Day, of)
    }

    fn column<V: 'f>(
        mut self,
        name: &'static str,
        kind: Kind,
        wrap: fn(V) -> Cell,
        of: impl Fn(&R) -> Option<V> + 'f,
    ) -> Self {
        self.columns.push(Column { name, kind });
        self.cells
            .push(Box::new(move |row| of(row).map_or(Cell::Nothing, wrap)));
        self
    }
}

impl Table {
    pub(crate) fn new<'f, R: 'f>(
        name: &'static str,
        columns: Columns<'f, R>,
        rows: impl IntoIterator<Item = R>,
    ) -> Self {
        let cells = |row: R| columns.cells.iter().map(|cell| cell(&row)).collect();
        let rows = rows.into_iter().map(cells).collect();
        Table {
            name,
            columns: columns.columns,
            rows,
        }
    }

    /// Appends the rows of a table with the same columns.
    pub(crate) fn append(&mut self, below: Table) {
        self.rows.extend(below.rows);
    }
}

//! One table, from which Parquet, CSV, JSON and a sheet are made: the numbers are the same by construction.

mod cell;
mod frame;
mod sheet;
mod text;
mod unit;

pub use cell::Cell;
pub use unit::Unit;

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
    /// What its cells hold, by its unit.
    pub kind: Kind,
    /// What it is measured in.
    pub unit: Unit,
    /// What it is, in one sentence.
    pub help: &'static str,
}

impl Column {
    pub(crate) const fn new(name: &'static str, unit: Unit, help: &'static str) -> Self {
        let kind = unit.kind();
        Column {
            name,
            kind,
            unit,
            help,
        }
    }
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

    pub(crate) fn column<V: Into<Cell>>(
        self,
        name: &'static str,
        unit: Unit,
        help: &'static str,
        of: impl Fn(&R) -> Option<V> + 'f,
    ) -> Self {
        self.add(Column::new(name, unit, help), of)
    }

    /// A column that several tables share.
    pub(crate) fn add<V: Into<Cell>>(
        mut self,
        column: Column,
        of: impl Fn(&R) -> Option<V> + 'f,
    ) -> Self {
        self.columns.push(column);
        self.cells.push(Box::new(move |row| of(row).into()));
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

//! A table as a frame, and as Parquet.

use bytes::Bytes;
use chrono::NaiveDate;
use polars::prelude::{Column as Series, DataFrame, DataType, PolarsResult};

use super::{Cell, Kind, Table, TableError};

impl Table {
    /// The table as a frame; a column without values still has its type.
    pub fn frame(&self) -> PolarsResult<DataFrame> {
        let columns: PolarsResult<Vec<Series>> = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let name = column.name.into();
                let cells = self.rows.iter().map(|row| &row[index]);
                Ok(match column.kind {
                    Kind::Text => Series::new(name, cells.map(as_text).collect::<Vec<_>>()),
                    Kind::Int => Series::new(name, cells.map(as_int).collect::<Vec<_>>()),
                    Kind::Float => Series::new(name, cells.map(as_float).collect::<Vec<_>>()),
                    Kind::Flag => Series::new(name, cells.map(as_flag).collect::<Vec<_>>()),
                    Kind::Day => Series::new(name, cells.map(as_day_number).collect::<Vec<_>>())
                        .cast(&DataType::Date)?,
                })
            })
            .collect();
        DataFrame::new(self.rows.len(), columns?)
    }

    /// The table as Parquet. The same table gives the same bytes.
    pub fn parquet(&self) -> Result<Bytes, TableError> {
        Ok(lake::parquet_bytes(&mut self.frame()?)?)
    }
}

fn as_text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}

fn as_int(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Int(number) => Some(*number),
        _ => None,
    }
}

fn as_float(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Float(number) => Some(*number),
        _ => None,
    }
}

fn as_flag(cell: &Cell) -> Option<bool> {
    match cell {
        Cell::Flag(flag) => Some(*flag),
        _ => None,
    }
}

/// Days since 1970, the form in which Parquet stores dates.
fn as_day_number(cell: &Cell) -> Option<i32> {
    match cell {
        Cell::Day(day) => i32::try_from((*day - NaiveDate::default()).num_days()).ok(),
        _ => None,
    }
}

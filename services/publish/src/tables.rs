//! The published tables, each from the figures of one trust over one period. They are flat, columns have units in their
//! names, and nothing depends on anything but the ledger: the same ledger gives the same bytes.

mod changes;
mod findings;
mod parts;
mod scoreboard;
mod travel;

use std::sync::Arc;

use footprint::{Baseline, Footprint};

use crate::catalogue::{self, Read, School, Whose, key};
use crate::rollup::TrustView;
use crate::table::{Cell, Columns, Table};

pub use changes::changes;
pub use findings::findings;
pub use parts::{lines, months, waste};
pub use scoreboard::scoreboard;
pub use travel::travel;

/// The names of the tables, in the order they are written.
pub(crate) const NAMES: [&str; 9] = [
    "schools",
    "lines",
    "months",
    "findings",
    "waste",
    "travel",
    "scoreboard",
    "changes",
    "trusts",
];

/// All tables of a view.
pub(crate) fn all(view: &TrustView) -> [Table; 9] {
    [
        schools(view),
        lines(view),
        months(view),
        findings(view),
        waste(view),
        travel(view),
        scoreboard(view),
        changes(view),
        trusts(view),
    ]
}

/// One row per school: its figures.
pub fn schools(view: &TrustView) -> Table {
    of_schools(&view.schools, view.baseline())
}

/// The same for some schools of a trust with this baseline.
pub(crate) fn of_schools(schools: &[Arc<Footprint>], baseline: &Baseline) -> Table {
    let rows = schools
        .iter()
        .map(|footprint| School::new(footprint, baseline));
    let columns = figures(Whose::School, |read, school| read.of_school(school));
    Table::new("schools", columns, rows)
}

/// One row: the sum of the schools, and the ratio against its baseline.
pub fn trusts(view: &TrustView) -> Table {
    let columns = figures(Whose::Trust, |read, view: &&TrustView| read.of_trust(view));
    Table::new("trusts", columns, [view])
}

/// The columns of the catalogue.
fn figures<'f, R: 'f>(whose: Whose, read: fn(&Read<Cell>, &R) -> Option<Cell>) -> Columns<'f, R> {
    let figures = catalogue::figures().filter(|figure| figure.read.is_of(whose));
    figures.fold(Columns::new(), |columns, figure| {
        let columns = columns.add(figure.column, move |row| read(&figure.read, row));
        match figure.also {
            Some(also) => columns.add(also, move |row| {
                also.unit.for_reading(read(&figure.read, row)?)
            }),
            None => columns,
        }
    })
}

/// The school, trust and period: the first columns of the tables of a school's parts.
fn key<'f, R: 'f>(of: fn(&R) -> &Footprint) -> Columns<'f, R> {
    Columns::new()
        .add(key::TRUST, move |row| Some(of(row).trust.id.clone()))
        .add(key::PERIOD, move |row| Some(of(row).period.key()))
        .add(key::URN, move |row| Some(of(row).urn.to_string()))
        .add(key::SCHOOL, move |row| Some(of(row).school.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::table::Kind;

    #[test]
    fn the_same_figures_give_the_same_bytes_in_every_format() {
        let files = || -> Vec<_> {
            let view = fixtures::view();
            let all = all(&view);
            all.iter()
                .map(|table| {
                    let json = table.json("t", "p", &view.totals.factor_sets).unwrap();
                    (table.parquet().unwrap(), table.csv().unwrap(), json)
                })
                .collect()
        };
        assert_eq!(files(), files());
    }

    #[test]
    fn every_cell_is_of_the_kind_of_its_column() {
        for table in all(&fixtures::view()) {
            for (cell, column) in table
                .rows
                .iter()
                .flat_map(|row| row.iter().zip(&table.columns))
            {
                let kind = match cell {
                    Cell::Nothing => continue,
                    Cell::Text(_) => Kind::Text,
                    Cell::Int(_) => Kind::Int,
                    Cell::Float(_) => Kind::Float,
                    Cell::Flag(_) => Kind::Flag,
                    Cell::Day(_) => Kind::Day,
                };
                assert_eq!(kind, column.kind, "{} {}", table.name, column.name);
            }
        }
    }

    #[test]
    fn parquet_csv_and_json_agree() {
        let view = fixtures::view();
        for table in all(&view) {
            let parquet = lake::parquet_frame("k", table.parquet().unwrap(), None).unwrap();
            let json: serde_json::Value =
                serde_json::from_slice(&table.json("t", "p", &view.totals.factor_sets).unwrap())
                    .unwrap();
            let csv = table.csv().unwrap();
            let mut csv = csv::Reader::from_reader(csv.as_slice());
            assert_eq!(parquet.height(), table.rows.len(), "{}", table.name);
            for column in table
                .columns
                .iter()
                .filter(|column| column.kind == Kind::Int)
            {
                let sum: i64 = parquet
                    .column(column.name)
                    .unwrap()
                    .i64()
                    .unwrap()
                    .iter()
                    .flatten()
                    .sum();
                let in_json = json["rows"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .filter_map(|row| row[column.name].as_i64());
                assert_eq!(sum, in_json.sum::<i64>(), "{}", column.name);
            }
            for (row, record) in csv.records().enumerate() {
                let record = record.unwrap();
                for (place, column) in table.columns.iter().enumerate() {
                    let value = &json["rows"][row][column.name];
                    let in_json = value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned);
                    let in_json = if in_json == "null" {
                        String::new()
                    } else {
                        in_json
                    };
                    match (record[place].parse::<f64>(), value.as_f64()) {
                        // Reading JSON may miss the last bit of a number; writing it did not.
                        (Ok(csv), Some(json)) => {
                            assert!((csv - json).abs() <= csv.abs() * 1e-15, "{}", column.name)
                        }
                        _ => assert_eq!(record[place], in_json, "{}", column.name),
                    }
                }
            }
        }
    }
}

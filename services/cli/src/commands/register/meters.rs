//! Reads meters from a list: a row for each, or one for the MPAN and the MPRN of a school.

mod row;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Direction, Fuel, MeterId, MeterRegistered, Rule, Sent, Urn};
use ingest::{TextRow, TextTable};

use super::cells::is_month_first;
use super::columns::{Header, header};
use super::note::Note;
use super::place::{Place, Problem, Source};
use super::roster::Roster;
use crate::args::{MeterField, NamedColumn};

use self::row::Cells;

/// What a list states about a meter; what it leaves empty it does not state.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedMeter {
    /// Its row.
    pub place: Place,
    /// The column of its number.
    pub column: String,
    /// The meter.
    pub meter: MeterId,
    /// Its school.
    pub urn: Urn,
    /// What it measures: stated, or known from its numbering.
    pub fuel: Fuel,
    /// Its first day at the school.
    pub from: Option<NaiveDate>,
    /// Its last day there.
    pub to: Option<NaiveDate>,
    /// What people call it.
    pub name: Option<String>,
    /// The unit of its numbers.
    pub unit: Option<Sent>,
    /// Whether it measures export only, if that is stated.
    pub exports: Option<bool>,
    /// The most it can measure in a half-hour, in kWh.
    pub capacity: Option<f64>,
    /// Gross calorific value in MJ/m³.
    pub calorific_value: Option<f64>,
}

/// The meters of a file.
#[derive(Debug, Default)]
pub struct Meters {
    /// The meters.
    pub stated: Vec<StatedMeter>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// What was not read.
    pub notes: Vec<Note>,
}

/// Reads the meters of a file. `roster` has the schools that a row may name.
pub fn read(tables: &[(Source, TextTable)], named: &[NamedColumn], roster: &Roster) -> Meters {
    let mut meters = Meters::default();
    let mut without: Vec<(&Source, Problem)> = Vec::new();
    let mut is_found = false;
    for (source, table) in tables {
        match header(source, table, named) {
            Ok(header) => {
                is_found = true;
                meters.take(source, table, &header, roster);
            }
            Err(problem) => without.push((source, problem)),
        }
    }
    for (source, problem) in without {
        match is_found {
            true => meters.notes.push(Note::TableLeftAlone(source.name())),
            false => meters.problems.push(problem),
        }
    }
    meters
}

impl Meters {
    fn take(&mut self, source: &Source, table: &TextTable, header: &Header, roster: &Roster) {
        let positions: Vec<usize> = header.columns.values().map(|(at, _)| *at).collect();
        let rows: Vec<TextRow> = table.rows(header.line, &positions).collect();
        if let Some(problem) = month_first(source, header, &rows) {
            self.problems.push(problem);
            return;
        }
        for row in &rows {
            let cells = Cells {
                header,
                row,
                place: Place {
                    source: source.clone(),
                    line: row.line,
                },
            };
            for meter in cells.meters(roster) {
                match meter {
                    Ok(meter) => self.stated.push(meter),
                    Err(problem) => self.problems.push(problem),
                }
            }
        }
        if !header.unused.is_empty() {
            self.notes.push(Note::ColumnsNotRead {
                table: source.name(),
                columns: header.unused.clone(),
            });
        }
    }
}

/// If one day of a column can only be month first, others that could be either are not known.
fn month_first(source: &Source, header: &Header, rows: &[TextRow]) -> Option<Problem> {
    let fields = header.columns.iter().enumerate();
    let days = fields.filter(|(_, (field, _))| matches!(field, MeterField::From | MeterField::To));
    for (position, (_, (_, name))) in days {
        let bad = rows.iter().find(|row| is_month_first(&row.cells[position]));
        if let Some(row) = bad {
            let place = Place {
                source: source.clone(),
                line: row.line,
            };
            let hint = "this day is written month first, so no day of the column is certain: write all as 2019-09-01";
            return Some(place.problem(Rule::FileRow, name, &row.cells[position], hint));
        }
    }
    None
}

impl StatedMeter {
    /// A registration with what the row states about the meter; its days stay.
    pub fn onto(&self, registered: MeterRegistered) -> MeterRegistered {
        let direction = match self.exports {
            Some(true) => Some(Direction::Export),
            Some(false) => None,
            None => registered.direction,
        };
        MeterRegistered {
            fuel: self.fuel,
            to: self.to.or(registered.to),
            name: self.name.clone().or(registered.name),
            unit: self.unit.or(registered.unit),
            direction,
            capacity: self.capacity.or(registered.capacity),
            calorific_value: self.calorific_value.or(registered.calorific_value),
            ..registered
        }
    }
}

/// The meters by their numbers, each with the first row that states it; the others are problems.
pub fn distinct(stated: Vec<StatedMeter>, problems: &mut Vec<Problem>) -> Vec<StatedMeter> {
    let mut lines: BTreeMap<MeterId, Place> = BTreeMap::new();
    let mut distinct = Vec::with_capacity(stated.len());
    for meter in stated {
        match lines.get(&meter.meter) {
            Some(first) => {
                let at = match first.source == meter.place.source {
                    true => format!("line {}", first.line),
                    false => format!("{}, line {}", first.source.name(), first.line),
                };
                let hint = format!(
                    "{at} has this meter already; a list has each once, with the school that has it now"
                );
                problems.push(meter.place.problem(
                    Rule::Conflict,
                    &meter.column,
                    &meter.meter,
                    hint,
                ));
            }
            None => {
                lines.insert(meter.meter.clone(), meter.place.clone());
                distinct.push(meter);
            }
        }
    }
    distinct
}

//! Adds intervals that are shorter than a half-hour up to half-hours. A half-hour of which any part is missing is missing.

use std::collections::HashMap;

use chrono::{MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Europe::London;
use events::{Quantity, Rule, Sent};

use super::super::description::{At, Clock};
use super::super::path::Element;
use super::Tables;
use super::cells::{Cells, RowCells, field, sum};
use crate::decode::files::Place;
use crate::decode::files::description::Label;
use crate::rules::{Fault, amount, plausible, plausible_half_hour};

/// How the beginning of a half-hour is written.
pub(super) const BEGINS: &str = "%Y-%m-%d %H:%M";

/// A half-hour, and those of its parts that the payload has.
struct Half<'r, 'v> {
    begins: NaiveDateTime,
    parts: Vec<Part<'r, 'v>>,
}

struct Part<'r, 'v> {
    begins: NaiveDateTime,
    value: String,
    number: usize,
    row: &'r Element<'v>,
}

/// A row for each half-hour.
pub(super) fn add_up(
    cells: &Cells<'_>,
    rows: &[&(usize, Element<'_>)],
    found: &mut Tables,
) -> Vec<RowCells> {
    let Some(at) = &cells.readings.at else {
        return Vec::new();
    };
    let halves = halves(cells, at, rows, found);
    let halves = halves.iter().filter(|half| !half.never_was(cells));
    halves.map(|half| half.row(cells, found)).collect()
}

/// The half-hours, in the order in which they begin in the payload. Where clocks show an hour twice, only rows that follow each
/// other are of one half-hour.
fn halves<'r, 'v>(
    cells: &Cells<'_>,
    at: &At,
    rows: &'r [&'r (usize, Element<'v>)],
    found: &mut Tables,
) -> Vec<Half<'r, 'v>> {
    let mut halves: Vec<Half<'r, 'v>> = Vec::new();
    let mut places: HashMap<NaiveDateTime, usize> = HashMap::new();
    for (number, row) in rows.iter().map(|(number, row)| (*number, row)) {
        let number = cells.series.before + number;
        let begins = match begins(cells, at, row) {
            Ok(begins) => begins,
            Err(refusal) => {
                found.refuse(number, row, refusal);
                continue;
            }
        };
        let half = begins - TimeDelta::minutes(i64::from(begins.minute()) % 30);
        let value = cells.series.value.map(|path| cells.value(path, row));
        let part = Part {
            begins,
            value: value.unwrap_or_default(),
            number,
            row,
        };
        let last = halves.len().checked_sub(1);
        let open = match cells.readings.clock {
            Clock::Local => last,
            Clock::Utc | Clock::Offset => places.get(&half).copied(),
        };
        let open = open.and_then(|at| halves.get_mut(at));
        match open.filter(|open| open.begins == half && !open.has(begins)) {
            Some(open) => open.parts.push(part),
            None => {
                places.insert(half, halves.len());
                halves.push(Half {
                    begins: half,
                    parts: vec![part],
                });
            }
        }
    }
    halves
}

/// When a part begins, by the clock of the description.
fn begins(cells: &Cells<'_>, at: &At, row: &Element<'_>) -> Result<NaiveDateTime, events::Refusal> {
    let minutes = cells.readings.minutes;
    let stamp = cells.moment(at, row)?;
    let after = match cells.readings.label {
        Some(Label::End) => TimeDelta::minutes(minutes),
        _ => TimeDelta::zero(),
    };
    let begins = stamp.checked_sub_signed(after);
    let on_boundary =
        |begins: &NaiveDateTime| i64::from(begins.minute()) % minutes == 0 && begins.second() == 0;
    begins.filter(on_boundary).ok_or_else(|| {
        let hint =
            format!("an interval of {minutes} minutes begins and ends on a multiple of them");
        Fault::new(Rule::FileRow, hint).at(field(row, &at.path), stamp)
    })
}

impl Half<'_, '_> {
    fn has(&self, begins: NaiveDateTime) -> bool {
        self.parts.iter().any(|part| part.begins == begins)
    }

    /// Whether no clock in London ever showed its time, and nothing was measured then.
    fn never_was(&self, cells: &Cells<'_>) -> bool {
        let is_local = cells.readings.clock == Clock::Local;
        let is_shown = || {
            !matches!(
                London.from_local_datetime(&self.begins),
                MappedLocalTime::None
            )
        };
        is_local && self.parts.iter().all(|part| part.value.is_empty()) && !is_shown()
    }

    /// Its row: with the sum of its parts, with a part that cannot be right, or without a value.
    fn row(&self, cells: &Cells<'_>, found: &mut Tables) -> RowCells {
        let wanted = usize::try_from(30 / cells.readings.minutes).unwrap_or(1);
        let known = self.parts.iter().filter(|part| !part.value.is_empty());
        let numbers: Vec<Option<f64>> = known.map(|part| part.number(cells)).collect();
        let wrong = self
            .parts
            .iter()
            .find(|part| !part.value.is_empty() && part.number(cells).is_none());
        let sum = match (wrong, numbers.len()) {
            (Some(part), _) => part.value.clone(),
            (None, known) if known == wanted => {
                sum(&numbers.into_iter().flatten().collect::<Vec<_>>())
            }
            (None, 0) => String::new(),
            (None, _) => {
                let pointer = self.parts.first().map(|part| part.row.pointer.clone());
                let (count, first) = found
                    .in_part
                    .take()
                    .unwrap_or((0, pointer.unwrap_or_default()));
                found.in_part = Some((count + 1, first));
                String::new()
            }
        };
        let named = wrong.or(self.parts.first());
        let texts: Vec<_> = self
            .parts
            .iter()
            .map(|part| part.row.value.to_string())
            .collect();
        let place = Place {
            pointer: named
                .map(|part| part.row.pointer.clone())
                .unwrap_or_default(),
            text: format!("[{}]", texts.join(",")),
            number: named.map_or(0, |part| part.number),
        };
        let meter = named.map(|part| cells.meter(part.row)).unwrap_or_default();
        RowCells {
            cells: vec![
                place.number.to_string(),
                meter,
                self.begins.format(BEGINS).to_string(),
                sum,
            ],
            place,
        }
    }
}

impl Part<'_, '_> {
    /// Its value, if it can be that of so short a time.
    fn number(&self, cells: &Cells<'_>) -> Option<f64> {
        let number: f64 = self.value.parse().ok()?;
        let unit: Sent = cells.series.unit;
        let covers = TimeDelta::minutes(cells.readings.minutes);
        let can_be = amount(number, unit, covers)
            .and_then(plausible_half_hour)
            .and_then(|micro| plausible(micro, Quantity::MAX));
        can_be.is_ok().then_some(number)
    }
}

//! Adds intervals that are shorter than a half-hour up to half-hours. A half-hour of which any part is missing is missing; of two
//! quarters of an hour, one alone is a row of its own.

use std::collections::HashMap;

use chrono::{MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Europe::London;
use events::{Quantity, Rule, Sent};

use super::super::description::{At, Clock};
use super::super::path::Element;
use super::Tables;
use super::cells::{Cells, RowCells, field, sum};
use crate::decode::files::description::Label;
use crate::decode::files::{Place, QuarterPlace};
use crate::rules::{Fault, amount, plausible, plausible_half_hour};

/// How many quarters a half-hour has.
const QUARTERS: usize = 2;

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
    halves.flat_map(|half| half.rows(cells, found)).collect()
}

/// The half-hours, in the order in which they begin in the payload. In the hour that clocks show twice, only rows that follow each
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
        let is_twice = cells.readings.clock == Clock::Local && is_shown_twice(half);
        let open = match is_twice {
            true => halves.len().checked_sub(1),
            false => places.get(&half).copied(),
        };
        let open = open.and_then(|at| halves.get_mut(at));
        match open.filter(|open| open.begins == half && !(is_twice && open.has(begins))) {
            Some(open) => open.add(part, found),
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

fn is_shown_twice(local: NaiveDateTime) -> bool {
    matches!(
        London.from_local_datetime(&local),
        MappedLocalTime::Ambiguous(..)
    )
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

impl<'r, 'v> Half<'r, 'v> {
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

    /// Adds a part; of two values of one time the later stands. One without a value replaces none.
    fn add(&mut self, part: Part<'r, 'v>, found: &mut Tables) {
        let known = self.parts.iter_mut();
        match known.into_iter().find(|known| known.begins == part.begins) {
            None => self.parts.push(part),
            Some(known) if part.value.is_empty() || known.value == part.value => {}
            Some(known) if known.value.is_empty() => *known = part,
            Some(known) => {
                let hint = format!(
                    "{} is about the same time and stands, being later; leave one of the two out",
                    part.row.pointer
                );
                let fault = Fault::new(Rule::Conflict, hint);
                let why = fault.at(known.row.pointer.clone(), known.value.clone());
                found.refuse(known.number, known.row, why);
                *known = part;
            }
        }
    }

    /// Its rows: one with the sum of its parts, with a part that cannot be right, or without a value; of two quarters that make no
    /// half-hour, one for each.
    fn rows(&self, cells: &Cells<'_>, found: &mut Tables) -> Vec<RowCells> {
        let wanted = usize::try_from(30 / cells.readings.minutes).unwrap_or(1);
        let known = || self.parts.iter().filter(|part| !part.value.is_empty());
        let numbers: Vec<f64> = known().filter_map(|part| part.number(cells)).collect();
        if numbers.len() == wanted {
            return vec![self.row(cells, self.parts.first(), cells.half_hour(&numbers))];
        }
        if wanted == QUARTERS && known().next().is_some() {
            return known().map(|part| self.quarter(cells, part)).collect();
        }
        if let Some(wrong) = known().find(|part| part.number(cells).is_none()) {
            return vec![self.row(cells, Some(wrong), wrong.value.clone())];
        }
        if !numbers.is_empty() {
            let first = self.parts.first().map(|part| part.row.pointer.clone());
            let (count, first) = found
                .in_part
                .take()
                .unwrap_or((0, first.unwrap_or_default()));
            found.in_part = Some((count + 1, first));
        }
        vec![self.row(cells, self.parts.first(), String::new())]
    }

    /// A row for the half-hour, named by one of its parts.
    fn row(&self, cells: &Cells<'_>, named: Option<&Part<'_, '_>>, value: String) -> RowCells {
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
        let quarter = (30 / cells.readings.minutes == QUARTERS as i64).then_some("");
        self.cells(cells, named, value, quarter, place)
    }

    /// A row for one quarter alone.
    fn quarter(&self, cells: &Cells<'_>, part: &Part<'_, '_>) -> RowCells {
        let which = match part.begins == self.begins {
            true => QuarterPlace::First,
            false => QuarterPlace::Second,
        };
        let place = Place {
            pointer: part.row.pointer.clone(),
            text: part.row.value.to_string(),
            number: part.number,
        };
        let value = part.value.clone();
        self.cells(cells, Some(part), value, Some(which.as_str()), place)
    }

    fn cells(
        &self,
        cells: &Cells<'_>,
        named: Option<&Part<'_, '_>>,
        value: String,
        quarter: Option<&str>,
        place: Place,
    ) -> RowCells {
        let meter = named.map(|part| cells.meter(part.row)).unwrap_or_default();
        let begins = self.begins.format(BEGINS).to_string();
        let mut row = vec![place.number.to_string(), meter, begins, value];
        row.extend(quarter.map(str::to_owned));
        RowCells { cells: row, place }
    }
}

impl Cells<'_> {
    /// The value of a half-hour of these parts: their sum, or the mean of their power.
    fn half_hour(&self, parts: &[f64]) -> String {
        let count = match self.series.unit {
            Sent::KW => parts.len() as f64,
            _ => 1.0,
        };
        sum(&parts.iter().map(|part| part / count).collect::<Vec<_>>())
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

//! Checks between years: a lost digit, and a change whose parts do not add up.

use events::MilligramsCo2e;

use super::{Column, Warning, WarningKind, row};
use crate::format;
use crate::secr::{Report, Year};

/// Cells that do not change by a factor of more than `TIMES` from one year to the next unless a digit is missing.
const STEADY: [&str; 4] = [
    "energy_kwh.total",
    "energy_kwh.gas",
    "energy_kwh.electricity",
    "total_gross_tco2e",
];
const TIMES: f64 = 5.0;

pub(super) fn check(report: &Report) -> Vec<Warning> {
    let whole: Vec<&Year> = report.years.iter().filter(|year| !year.part_year).collect();
    let mut all: Vec<Warning> = whole
        .windows(2)
        .flat_map(|pair| jumps(pair[0], pair[1]))
        .collect();
    all.extend(change(report));
    all
}

/// Compares adjacent years of the table; either may be the newer.
fn jumps(year: &Year, other: &Year) -> Vec<Warning> {
    let jump = |cell: &&str| {
        let row = row(cell)?;
        let figure = (row.figure)(year)?;
        let (is, was) = (figure.number()?, (row.figure)(other)?.number()?);
        let times = is.max(was) / is.min(was);
        let out_of_proportion = is > 0.0 && was > 0.0 && times > TIMES;
        out_of_proportion.then(|| {
            let text = format!(
                "is {} times apart from {} in {}: a digit may be missing, or one too many",
                format::decimal(times, 1),
                format::decimal(was, 2),
                other.label
            );
            Column { year }.warn(cell, WarningKind::Plausible, &figure, None, text)
        })
    };
    STEADY.iter().filter_map(jump).collect()
}

/// Activity, method, joiners and leavers and the lines not compared must add up exactly to the change.
fn change(report: &Report) -> Option<Warning> {
    let (change, year) = (report.change.as_ref()?, report.years.first()?);
    let moved = change.joined_co2e().0 - change.left_co2e().0;
    let parts = change.activity.0 + change.method.0 + change.uncompared.0 + moved;
    if parts == change.total().0 {
        return None;
    }
    let tonnes = |milligrams: i64| format::decimal(MilligramsCo2e(milligrams).tonnes(), 9);
    Some(Warning {
        year: year.label.clone(),
        cell: "change".to_owned(),
        row: "What changed".to_owned(),
        kind: WarningKind::Change,
        found: tonnes(change.total().0),
        expected: Some(tonnes(parts)),
        text: "the parts of the change are not the change".to_owned(),
    })
}

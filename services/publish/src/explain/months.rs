//! A meter's months: its measurements, and how cubic metres are converted to kWh.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Quantity, SettlementDay, Unit, gas_kwh_per_m3};
use footprint::ledger::{DaySum, MeterDay};
use footprint::view::views;
use footprint::{Days, OwnedMeter};
use lake::Month;
use serde::Serialize;
use utoipa::ToSchema;

use super::meter_input::MeterInput;
use super::question::{months as months_of, of_month};
use super::{Amount, ExplainError};
use crate::explain::contribution::partial_footprints;
use crate::explain::source_events::register;
use crate::format;
use crate::rollup::passed;

/// One month of one meter and channel, limited to the days that count.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MonthAnswer {
    /// `2026-03`.
    pub month: String,
    /// From the first of its days that count to the last.
    pub days: Days,
    /// How many of them have a half-hour that counts.
    pub days_present: i64,
    /// Half-hours expected by now.
    pub expected: i64,
    /// Half-hours that arrived, of the days that have passed.
    pub present: i64,
    /// Of those, estimated.
    pub estimated: i64,
    /// Of those, spread from a longer interval.
    pub spread: i64,
    /// The volume counted by the meter, in m³; none if it counts kWh.
    pub volume: Option<Amount>,
    /// The energy in kWh, from the ledger's rows as they are now; none if no data arrived, which is not zero.
    pub energy: Option<Amount>,
}

/// The default, in MJ/m³, if a gas meter's register entry does not state the gross calorific value.
const USUAL_CALORIFIC_VALUE: f64 = 39.5;
/// The volume correction to standard temperature and pressure, as on a gas bill.
const VOLUME_CORRECTION: f64 = 1.022_64;

/// The months of the requested days, from a meter's rows, and the formula if the meter counts cubic metres.
pub(super) fn months(
    input: &MeterInput<'_>,
    owned: Option<&OwnedMeter>,
    rows: &[&MeterDay],
) -> Result<(Vec<MonthAnswer>, Option<String>), ExplainError> {
    let sums: BTreeMap<NaiveDate, DaySum> = views(rows.iter().copied(), input.withdrawals)
        .into_iter()
        .map(|(key, view)| (key.day, view.sum()))
        .collect();
    let energies = energies(input, rows)?;
    let whole_months = match input.question.day.map(Month::of) {
        Some(month) => of_month(month),
        None => input.days,
    };
    let belongs = owned.map_or(vec![input.counted], |owned| owned.runs(input.counted));
    let answers: Vec<MonthAnswer> = months_of(whole_months)
        .into_iter()
        .filter_map(|month| month_answer(input, month, &belongs, &sums, &energies))
        .collect();
    let metric = answers.iter().any(|month| month.volume.is_some());
    let values = owned.map_or_else(
        || vec![(input.counted, None)],
        |owned| calorific_values(owned, input.counted),
    );
    Ok((answers, metric.then(|| formulas(&values))))
}

/// The calorific value in force on each run of days; consecutive runs with the same value are merged.
fn calorific_values(owned: &OwnedMeter, within: Days) -> Vec<(Days, Option<f64>)> {
    let mut values: Vec<(Days, Option<f64>)> = Vec::new();
    for registration in &owned.registrations {
        let (run, value) = (
            within.and(registration.days),
            registration.registered.calorific_value,
        );
        match values.last_mut() {
            _ if run.count() == 0 => {}
            Some((days, known)) if *known == value => days.to = run.to,
            _ => values.push((run, value)),
        }
    }
    values
}

/// Milliwatt-hours by month: the meter's rows through the complete arithmetic, with only the register besides.
fn energies(
    input: &MeterInput<'_>,
    rows: &[&MeterDay],
) -> Result<BTreeMap<String, Quantity>, ExplainError> {
    let mut history = register(input.events);
    for (key, view) in views(rows.iter().copied(), input.withdrawals) {
        history.set_day(&key, view.sum());
    }
    let part = partial_footprints(input.footprint, &[history])?
        .pop()
        .flatten();
    let mut by_month = BTreeMap::new();
    for month in part.map(|part| part.months).unwrap_or_default() {
        *by_month.entry(month.month).or_default() += month.energy;
    }
    Ok(by_month)
}

fn month_answer(
    input: &MeterInput<'_>,
    month: Month,
    belongs: &[Days],
    sums: &BTreeMap<NaiveDate, DaySum>,
    energies: &BTreeMap<String, Quantity>,
) -> Option<MonthAnswer> {
    let runs: Vec<Days> = belongs
        .iter()
        .map(|run| of_month(month).and(*run))
        .filter(|run| run.count() > 0)
        .collect();
    let days = Days {
        from: runs.first()?.from,
        to: runs.last()?.to,
    };
    let passed = passed(input.footprint.period);
    let due: Vec<Days> = runs.iter().map(|run| run.and(passed)).collect();
    let counts = |sum: &&DaySum| sum.present > 0 && sum.unit != Unit::KilovarHours;
    let of = |runs: &[Days]| {
        let runs = runs.to_vec();
        sums.iter()
            .filter(move |(day, _)| runs.iter().any(|run| run.contains(**day)))
            .map(|(_, sum)| sum)
            .filter(counts)
    };
    let count = |number: fn(&DaySum) -> u8| of(&due).map(|sum| i64::from(number(sum))).sum();
    let volumes: Vec<Quantity> = of(&runs)
        .filter(|sum| sum.unit == Unit::CubicMetres)
        .map(|sum| sum.sum)
        .collect();
    let half_hours = due
        .iter()
        .flat_map(|run| run.from.iter_days().take_while(|day| *day <= run.to));
    let name = month.to_string();
    Some(MonthAnswer {
        days,
        days_present: of(&runs).count() as i64,
        expected: half_hours
            .map(|day| SettlementDay(day).slots() as i64)
            .sum(),
        present: count(|sum| sum.present),
        estimated: count(|sum| sum.estimated),
        spread: count(|sum| sum.spread),
        volume: (!volumes.is_empty()).then(|| Amount(volumes.iter().sum())),
        energy: energies.get(&name).copied().map(Amount),
        month: name,
    })
}

/// The formula; if the register gives the meter's days several values, one for each with its days.
fn formulas(values: &[(Days, Option<f64>)]) -> String {
    if let [(_, value)] = values {
        return formula(*value);
    }
    let each = values.iter().map(|(days, value)| {
        let (from, to) = (format::day(days.from), format::day(days.to));
        format!("from {from} to {to}: {}", formula(*value))
    });
    each.collect::<Vec<_>>().join("; ")
}

/// As on a gas bill: the volume, corrected, times the gross calorific value, in kWh.
fn formula(calorific_value: Option<f64>) -> String {
    let (value, whose) = match calorific_value {
        Some(value) => (value, "registered with the meter"),
        None => (
            USUAL_CALORIFIC_VALUE,
            "the usual one, as none is registered",
        ),
    };
    format!(
        "m\u{b3} \u{d7} {VOLUME_CORRECTION} \u{d7} {value} MJ/m\u{b3} ({whose}) \u{f7} 3.6 = kWh: {} per m\u{b3}, \
         converted once per month",
        format::decimal(gas_kwh_per_m3(calorific_value), 4)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_formula_shown_is_the_one_used() {
        for value in [None, Some(38.9)] {
            let expected = VOLUME_CORRECTION * value.unwrap_or(USUAL_CALORIFIC_VALUE) / 3.6;
            assert!((gas_kwh_per_m3(value) - expected).abs() < 1e-12);
        }
        // 1 m3 at 39.075 MJ/m3 is 1.02264 x 39.075 / 3.6 = 11.0999 kWh.
        assert!(formula(Some(39.075)).contains("11.0999 per m\u{b3}"));
    }

    #[test]
    fn a_value_that_changed_is_shown_with_its_days() {
        let run = |from: &str, to: &str| Days {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        let expected = formulas(&[
            (run("2025-09-01", "2026-02-28"), Some(39.075)),
            (run("2026-03-01", "2026-08-31"), None),
        ]);
        let (one, other) = (formula(Some(39.075)), formula(None));
        assert_eq!(
            expected,
            format!(
                "from 1 September 2025 to 28 February 2026: {one}; from 1 March 2026 to 31 August 2026: {other}"
            )
        );
    }
}

//! The half-hours of every fuel, and the heating source: they decide whether there is enough data for a claim.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};
use events::{Channel, Data, Fuel, Heating};

use super::meters::{Metered, by_month, half_hours, without_overlap};
use super::price::Priced;
use super::{Frame, Method};
use crate::completeness::Lack;
use crate::line::Block;
use crate::message::MeterFigures;
use crate::period::Days;
use crate::school_history::OwnedMeter;
use crate::sufficiency::{FuelCoverage, FuelGap, HeatingKnown, MeterGap, MonthGap, Sufficiency};

pub(super) fn assess(
    frame: &Frame<'_>,
    lines: &[Priced],
    metered: &Metered,
    method: &Method,
) -> Sufficiency {
    let heating = heating(frame, lines);
    let needed = needed(frame, metered, heating);
    let gap = |coverage: FuelCoverage| {
        let of_fuel = needed.iter().find(|needed| needed.fuel == coverage.fuel);
        gap(frame, coverage, of_fuel)
    };
    Sufficiency::decide(
        method.least_coverage,
        frame.counted.count(),
        needed.iter().map(|needed| needed.coverage(frame)).collect(),
        heating,
        gap,
    )
}

/// The fuels with enough half-hours for a claim but with days on which no meter was registered.
pub(super) fn without_a_meter(
    frame: &Frame<'_>,
    lines: &[Priced],
    metered: &Metered,
    method: &Method,
) -> Vec<Lack> {
    let needed = needed(frame, metered, heating(frame, lines));
    let lack = |needed: &Needed<'_>| {
        let FuelCoverage {
            present, expected, ..
        } = needed.coverage(frame);
        let days = needed.unmetered_runs(frame);
        let is_missing = !days.is_empty() && method.least_coverage.is_reached(present, expected);
        is_missing.then_some(Lack::Meter {
            fuel: needed.fuel,
            days,
        })
    };
    needed.iter().filter_map(lack).collect()
}

/// The fuels that have to be measured.
fn needed<'a>(frame: &Frame<'a>, metered: &'a Metered, heating: HeatingKnown) -> Vec<Needed<'a>> {
    [Fuel::Electricity, Fuel::Gas, Fuel::Solar]
        .into_iter()
        .filter_map(|fuel| {
            let meters = meters(frame, metered, fuel);
            let all_days = is_needed_every_day(fuel, heating);
            (all_days || !meters.is_empty()).then_some(Needed {
                fuel,
                meters,
                all_days,
            })
        })
        .collect()
}

/// Every school uses electricity, and a school that is heated by gas alone uses gas. Any other fuel has to be measured from the
/// day its first meter is registered.
fn is_needed_every_day(fuel: Fuel, heating: HeatingKnown) -> bool {
    match fuel {
        Fuel::Electricity => true,
        Fuel::Gas => heating == HeatingKnown::ByGasAlone,
        Fuel::Solar => false,
    }
}

/// A fuel that has to be measured, and its meters.
struct Needed<'a> {
    fuel: Fuel,
    meters: Vec<(&'a OwnedMeter, &'a MeterFigures)>,
    all_days: bool,
}

/// The meters of a fuel, without those that only measure energy flowing back to the grid: export often has a separate meter.
fn meters<'a>(
    frame: &Frame<'a>,
    metered: &'a Metered,
    fuel: Fuel,
) -> Vec<(&'a OwnedMeter, &'a MeterFigures)> {
    let of_fuel = frame.register.meters.iter().filter_map(|meter| {
        let id = &meter.registered.meter;
        let mut figures = metered.figures.iter();
        let figures = figures.find(|figures| figures.meter == *id)?;
        (figures.fuel == fuel && figures.channel == Channel::AI).then_some((meter, figures))
    });
    of_fuel.collect()
}

impl Needed<'_> {
    fn coverage(&self, frame: &Frame<'_>) -> FuelCoverage {
        let sum =
            |of: fn(&MeterFigures) -> i64| self.meters.iter().map(|(_, meter)| of(meter)).sum();
        let expected: i64 = sum(|meter| meter.coverage.expected);
        FuelCoverage {
            fuel: self.fuel,
            expected: expected + self.unmetered(frame, half_hours),
            present: sum(|meter| meter.coverage.present),
        }
    }

    /// How much of the counted days has no registered meter of the fuel, in the unit of `size`.
    fn unmetered(&self, frame: &Frame<'_>, size: fn(Days) -> i64) -> i64 {
        self.unmetered_runs(frame).into_iter().map(size).sum()
    }

    /// The counted days on which no meter of the fuel is registered, as runs.
    fn unmetered_runs(&self, frame: &Frame<'_>) -> Vec<Days> {
        if !self.all_days {
            return Vec::new();
        }
        let meters = self.meters.iter();
        let metered = meters.flat_map(|(meter, _)| owned(frame, meter));
        between(frame.counted, without_overlap(metered.collect()))
    }
}

/// The days of `all` that lie in none of the runs; the runs must be sorted and must not overlap.
fn between(all: Days, runs: Vec<Days>) -> Vec<Days> {
    let mut from = all.from;
    let mut between = Vec::new();
    for run in runs {
        let to = run.from.pred_opt().unwrap_or(run.from);
        between.push(Days { from, to });
        from = run.to.succ_opt().unwrap_or(run.to);
    }
    between.push(Days { from, to: all.to });
    between.retain(|run| run.count() > 0);
    between
}

/// The days on which a meter was expected to send.
fn owned(frame: &Frame<'_>, meter: &OwnedMeter) -> Vec<Days> {
    meter.runs(frame.counted)
}

/// The school's heating source, as far as its meters, its recorded fuels and its registration show.
fn heating(frame: &Frame<'_>, lines: &[Priced]) -> HeatingKnown {
    let declared = frame.membership.school.heating;
    if declared == Some(Heating::DistrictHeat) {
        return HeatingKnown::ByDistrictHeat;
    }
    let fuels: Vec<bool> = recorded_fuels(frame, lines);
    let has_gas =
        frame.register.meters.iter().any(|meter| {
            meter.registered.fuel == Fuel::Gas && !meter.runs(frame.counted).is_empty()
        });
    match () {
        () if declared == Some(Heating::Electricity) => HeatingKnown::Otherwise,
        () if fuels.contains(&true) => HeatingKnown::Otherwise,
        () if has_gas => HeatingKnown::ByGasAlone,
        () if fuels.contains(&false) => HeatingKnown::Unpriced,
        () => HeatingKnown::Unknown,
    }
}

/// For each heating fuel that was recorded and used, whether it has a price.
fn recorded_fuels(frame: &Frame<'_>, lines: &[Priced]) -> Vec<bool> {
    let mut items = BTreeSet::new();
    for (_, school_event) in frame.subject.history.counted() {
        if let Data::ActivityRecorded(activity) = &school_event.data
            && activity.activity.heats()
            && let Some(what) =
                crate::emission_sources::of_activity(activity.activity, activity.unit)
        {
            items.insert(what.item);
        }
    }
    let of_lines = lines.iter().map(|priced| &priced.line).filter(|line| {
        line.block == Block::Statutory && line.quantity > 0 && items.contains(&line.item)
    });
    of_lines.map(|line| line.price.is_some()).collect()
}

/// The meters and months to which a fuel's missing half-hours belong.
fn gap(frame: &Frame<'_>, coverage: FuelCoverage, needed: Option<&Needed<'_>>) -> FuelGap {
    let meters = needed.map_or(&[][..], |needed| &needed.meters);
    let mut silent: Vec<Option<NaiveDate>> = Vec::new();
    let mut gaps = Vec::new();
    let expected = meters
        .iter()
        .filter(|(_, figures)| figures.coverage.expected > 0);
    for (meter, figures) in expected {
        let gap = meter_gap(frame, meter, figures);
        silent.push(gap.silent_since);
        if gap.present < gap.expected {
            gaps.push(gap);
        }
    }
    let silent: Option<Vec<NaiveDate>> = silent.into_iter().collect();
    let silent = silent.into_iter().flatten();
    FuelGap {
        fuel: coverage.fuel,
        expected: coverage.expected,
        present: coverage.present,
        unmetered_days: needed.map_or(0, |needed| needed.unmetered(frame, Days::count)),
        silent_since: match coverage.present {
            0 => silent.min(),
            _ => silent.max(),
        },
        meters: gaps,
    }
}

fn meter_gap(frame: &Frame<'_>, meter: &OwnedMeter, figures: &MeterFigures) -> MeterGap {
    let owned = owned(frame, meter);
    let whole = Days {
        from: owned.first().map_or(frame.counted.from, |run| run.from),
        to: owned.last().map_or(frame.counted.to, |run| run.to),
    };
    let id = &meter.registered.meter;
    let mut present: BTreeMap<NaiveDate, i64> = BTreeMap::new();
    let series = frame.subject.history.series(id, Channel::AI);
    for (month, days) in series
        .into_iter()
        .flat_map(|series| by_month(series, &owned))
    {
        let sum = days.iter().map(|(_, sum)| i64::from(sum.present)).sum();
        present.insert(month, sum);
    }
    let mut months = Vec::new();
    let mut first = whole.from.with_day(1).unwrap_or(whole.from);
    while first <= whole.to {
        let Some(next) = first.checked_add_months(Months::new(1)) else {
            break;
        };
        let month = Days {
            from: first,
            to: next.pred_opt().unwrap_or(first),
        };
        let gap = MonthGap {
            month: first.format("%Y-%m").to_string(),
            expected: owned.iter().map(|run| half_hours(month.and(*run))).sum(),
            present: present.get(&first).copied().unwrap_or(0),
        };
        if gap.present < gap.expected {
            months.push(gap);
        }
        first = next;
    }
    MeterGap {
        meter: id.clone(),
        from: whole.from,
        expected: figures.coverage.expected,
        present: figures.coverage.present,
        silent_since: figures.silent_since,
        months,
    }
}

//! Finds odd readings and estimates gaps. Both are shown beside the figures and change none of them.

mod compare;
mod contradictions;
mod days;
mod degree_days;
mod estimate_tally;
mod intervals;
mod outliers;
mod runs;
mod shift;
mod shown;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Channel, Fuel, MeterRegistered, MilligramsCo2e, Quantity};

use super::meters::reports_by;
use super::price::chosen;
use super::{Frame, Method};
use crate::anomaly_limits::AnomalyLimits;
use crate::emission_sources;
use crate::line::co2e;
use crate::message::{Finding, GapEstimate, MeterFigures, MovedTo, Odd};
use crate::period::Days;
use crate::school_history::OwnedMeter;
use days::MeterDays;
use estimate_tally::Tally;
pub(super) use outliers::LOOKS_BACK_MONTHS;

/// How many days before and after its own a figure of a meter is judged by, except for [`LOOKS_BACK_MONTHS`].
pub(super) fn reach_days(limits: &AnomalyLimits) -> i64 {
    let runs = [Fuel::Electricity, Fuel::Gas, Fuel::Solar].map(|fuel| limits.longest_run(fuel));
    let runs = runs.into_iter().max().unwrap_or(0);
    runs.max(shift::REACH).max(compare::REACH)
}

/// The odd readings of each meter on the counted days, in the order of meter ids and then of days. Days before and after are
/// used to judge, but are not reported.
pub(super) fn findings(
    frame: &Frame<'_>,
    anomaly_limits: &AnomalyLimits,
    figures: &[MeterFigures],
) -> Vec<Finding> {
    let of_meter = |meter: &OwnedMeter| {
        let mut found = moved(meter, frame.counted);
        let owned = frame.counted.and(meter.days);
        if owned.count() == 0 {
            return found;
        }
        let channel = reports_by(frame, meter);
        let reach = anomaly_limits
            .longest_run(meter.registered.fuel)
            .max(shift::REACH);
        let days = MeterDays::of(frame, meter, channel, owned, reach);
        found.extend(runs::findings(&days, channel, owned, anomaly_limits));
        found.extend(outliers::findings(
            frame,
            meter,
            channel,
            owned,
            anomaly_limits,
        ));
        if channel == Channel::AI {
            found.extend(shift::findings(&days, owned, anomaly_limits));
        }
        for channel in [Channel::AI, Channel::AE] {
            found.extend(contradictions::findings(frame, meter, channel, owned));
        }
        let of_meter = |figures: &&MeterFigures| figures.meter == meter.registered.meter;
        found.extend(
            figures
                .iter()
                .find(of_meter)
                .and_then(|figures| silent(figures, owned)),
        );
        found.sort_by_key(|finding| (finding.days, finding.kind()));
        found
    };
    frame.register.meters.iter().flat_map(of_meter).collect()
}

/// A meter that has sent nothing for longer than a supplier may be late.
fn silent(figures: &MeterFigures, owned: Days) -> Option<Finding> {
    let from = figures.silent_since?;
    Some(Finding {
        meter: figures.meter.clone(),
        days: Days { from, to: owned.to },
        what: Odd::Silent {
            since: from,
            sent_before: figures.coverage.last_reading.is_some(),
        },
    })
}

/// A meter that moved to another school while it was still registered here. The finding is dated to its last day here, or, if
/// it never had one, to what would have been its first day.
fn moved(meter: &OwnedMeter, passed: Days) -> Vec<Finding> {
    let finding = |registered: &MeterRegistered, day: NaiveDate, counted_here: bool| {
        let urn = registered.moved_to?;
        let first = registered.to?.succ_opt()?;
        let stays = meter.owns(first);
        (passed.contains(day) && !stays).then(|| Finding {
            meter: registered.meter.clone(),
            days: Days { from: day, to: day },
            what: Odd::Moved {
                to: Some(MovedTo { urn, from: first }),
                counted_here,
            },
        })
    };
    let never = meter
        .taken_back
        .iter()
        .filter_map(|back| finding(back, back.from, false));
    // A registration that was ended by the start of the next one here did not reach its own last day.
    let ended = meter
        .registrations
        .iter()
        .filter(|run| run.registered.to == Some(run.days.to))
        .filter_map(|run| finding(&run.registered, run.days.to, true));
    never.chain(ended).collect()
}

/// The estimates for each meter's gaps on the days that have passed. A meter without gaps costs no work. A meter that only
/// measures export is not part of the gross total, and so has no estimate here.
pub(super) fn estimates(
    frame: &Frame<'_>,
    method: &Method,
    figures: &[MeterFigures],
) -> Vec<GapEstimate> {
    let with_gaps = figures
        .iter()
        .filter(|meter| meter.channel == Channel::AI)
        .filter(|meter| meter.coverage.present < meter.coverage.expected);
    with_gaps
        .filter_map(|with_gaps| {
            let mut owned = frame.register.meters.iter();
            let meter = owned.find(|meter| meter.registered.meter == with_gaps.meter)?;
            Some(estimate(frame, method, meter))
        })
        .collect()
}

fn estimate(frame: &Frame<'_>, method: &Method, meter: &OwnedMeter) -> GapEstimate {
    let owned = frame.counted.and(meter.days);
    let days = MeterDays::of(frame, meter, Channel::AI, owned, compare::REACH);
    let trust = frame.membership.school.trust.id.as_str();
    let fuel = meter.registered.fuel;
    let heats = fuel == Fuel::Gas && !method.temperatures.is_empty();
    let mut tally = Tally::default();
    let mut by_year: BTreeMap<Option<i32>, Quantity> = BTreeMap::new();
    for at in days.places(owned) {
        let missing = days.missing(at);
        if missing == 0 {
            continue;
        }
        let by_weather = heats
            .then(|| degree_days::estimated(&days, at, &method.temperatures, trust))
            .flatten();
        match by_weather.or_else(|| compare::estimated(&days, at)) {
            Some(estimated) => {
                let before = tally.energy;
                tally.add(&estimated, missing, days.slots(at));
                let of_year = by_year.entry(frame.own_year(days.day(at))).or_default();
                *of_year += tally.energy - before;
            }
            None => tally.left += missing,
        }
    }
    GapEstimate {
        meter: meter.registered.meter.clone(),
        fuel,
        methods: tally.methods(),
        half_hours: tally.half_hours,
        left: tally.left,
        energy: tally.energy,
        co2e: (tally.half_hours > 0)
            .then(|| priced(frame, method, fuel, &by_year))
            .flatten(),
        factor_by_year: method.factors.of(trust).by_year(used_as(fuel).row.as_ref()),
    }
}

/// The emission source that a fuel's energy is used as.
fn used_as(fuel: Fuel) -> emission_sources::EmissionSource {
    match fuel {
        Fuel::Gas => emission_sources::GAS,
        Fuel::Electricity => emission_sources::ELECTRICITY,
        Fuel::Solar => emission_sources::SOLAR,
    }
}

/// Milliwatt-hours priced at the factors of the fuel's lines over the period; none if there is no factor. Generation by panels
/// is zero by method.
fn priced(
    frame: &Frame<'_>,
    method: &Method,
    fuel: Fuel,
    by_year: &BTreeMap<Option<i32>, Quantity>,
) -> Option<MilligramsCo2e> {
    let Some(row) = used_as(fuel).row else {
        return Some(MilligramsCo2e(0));
    };
    let of_year = |(year, energy): (&Option<i32>, &Quantity)| {
        let factor = chosen(&row, *year, frame, method)?;
        Some(co2e(*energy, factor.value))
    };
    by_year.iter().map(of_year).sum()
}

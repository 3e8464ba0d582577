//! Each meter's energy on the days when it belonged to the school, and the share of expected half-hours received.

mod received;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Channel, Fuel, Quantity, SettlementDay, Unit, gas_kwh_per_m3};

use super::Frame;
use super::solar::{Solar, solar};
use crate::ledger::DaySum;
use crate::message::{Coverage, MeterFigures};
use crate::period::Days;
use crate::school_history::{OwnedMeter, Series};
use received::Received;

/// The meters of one footprint.
pub(super) struct Metered {
    pub figures: Vec<MeterFigures>,
    /// Milliwatt-hours by month, fuel and channel.
    pub months: BTreeMap<(NaiveDate, Fuel, Channel), Quantity>,
    pub coverage: Coverage,
    pub solar: Solar,
}

impl Metered {
    /// The milliwatt-hours of the fuels and channels that the filter picks; none if nothing was received.
    pub fn total(&self, picks: impl Fn(Fuel, Channel) -> bool) -> Option<Quantity> {
        let picked = self
            .months
            .iter()
            .filter(|((_, fuel, channel), _)| picks(*fuel, *channel));
        picked
            .map(|(_, energy)| *energy)
            .reduce(|sum, more| sum + more)
    }

    /// The same by the calendar year whose factors price it, if each day is priced by the year it falls in.
    pub fn total_by_year(
        &self,
        frame: &Frame<'_>,
        picks: impl Fn(Fuel, Channel) -> bool,
    ) -> BTreeMap<Option<i32>, Quantity> {
        let mut by_year = BTreeMap::new();
        for ((month, fuel, channel), energy) in &self.months {
            if picks(*fuel, *channel) {
                *by_year.entry(frame.own_year(*month)).or_default() += energy;
            }
        }
        by_year
    }

    /// Energy that flowed back to the grid, whichever meter measured it: export often has a separate meter, sometimes
    /// registered as the panels' meter.
    pub fn exported(&self) -> Option<Quantity> {
        self.total(|_, channel| channel == Channel::AE)
    }
}

pub(super) fn figures(frame: &Frame<'_>) -> Metered {
    let mut metered = Metered {
        figures: Vec::new(),
        months: BTreeMap::new(),
        coverage: Coverage::default(),
        solar: Solar::default(),
    };
    let (mut present, mut expected) = (BTreeSet::new(), Vec::new());
    for meter in &frame.register.meters {
        if meter.runs(frame.seen).is_empty() {
            continue;
        }
        let figures = one(frame, meter, &mut metered.months, &mut present);
        let all = &mut metered.coverage;
        if figures.channel == Channel::AI {
            expected.extend(meter.runs(frame.counted));
            all.take_in(&figures.coverage);
        }
        let export_coverage = figures.coverage_of(Channel::AE);
        let last = export_coverage.and_then(|export| export.last_reading);
        all.last_reading = all.last_reading.max(last);
        metered.figures.push(figures);
    }
    metered.coverage.days_expected = days_in_any(expected);
    metered.coverage.days_present = present.len() as i64;
    if metered
        .figures
        .iter()
        .any(|meter| meter.fuel == Fuel::Solar)
    {
        metered.solar = solar(frame);
    }
    metered
}

/// The channel that shows whether a meter reports: export often has a separate meter, which has no other channel.
pub(super) fn reports_by(frame: &Frame<'_>, meter: &OwnedMeter) -> Channel {
    let has = |channel| {
        let history = frame.subject.history;
        history.series(&meter.registered.meter, channel).is_some()
    };
    if meter.only_exports() {
        return Channel::AE;
    }
    match (has(Channel::AI), has(Channel::AE)) {
        (false, true) => Channel::AE,
        _ => Channel::AI,
    }
}

fn one(
    frame: &Frame<'_>,
    meter: &OwnedMeter,
    months: &mut BTreeMap<(NaiveDate, Fuel, Channel), Quantity>,
    days_present: &mut BTreeSet<NaiveDate>,
) -> MeterFigures {
    let (id, fuel) = (&meter.registered.meter, meter.registered.fuel);
    let owned = meter.runs(frame.counted);
    let mut energy = |channel| {
        let mut total = 0;
        let series = frame.subject.history.series(id, channel);
        for (month, days) in series
            .into_iter()
            .flat_map(|series| by_month(series, &owned))
        {
            let of_month = energy_of_month(&days, meter);
            *months.entry((month, fuel, channel)).or_default() += of_month;
            total += of_month;
        }
        total
    };
    let (import, export) = (energy(Channel::AI), energy(Channel::AE));
    let channel = reports_by(frame, meter);
    let sent = Received::of(frame, meter, channel);
    if channel == Channel::AI {
        days_present.extend(sent.days.iter().copied());
    }
    let exports_too =
        channel == Channel::AI && frame.subject.history.series(id, Channel::AE).is_some();
    MeterFigures {
        meter: id.clone(),
        name: meter.registered.name.clone(),
        fuel,
        registered_from: meter.days.from,
        registered_to: Some(meter.days.to).filter(|to| *to < NaiveDate::MAX),
        channel,
        import,
        export,
        coverage: sent.coverage(&owned),
        export_coverage: exports_too.then(|| export_coverage(frame, meter)),
        silent_since: sent.silent_since(&owned),
    }
}

/// Before the first export arrives, nothing shows that a meter exports, so no export is expected before.
fn export_coverage(frame: &Frame<'_>, meter: &OwnedMeter) -> Coverage {
    let until_now = Days {
        from: meter.days.from,
        to: frame.counted.to,
    };
    let id = &meter.registered.meter;
    let series = frame.subject.history.series(id, Channel::AE);
    let days = meter.runs(until_now).into_iter();
    let mut days = series
        .into_iter()
        .flat_map(|series| days.clone().flat_map(|run| series.days(run)));
    match days.find(|(_, sum)| sum.present > 0) {
        Some((first, _)) => Received::of(frame, meter, Channel::AE).coverage(&meter.runs(Days {
            from: first.max(frame.counted.from),
            to: frame.counted.to,
        })),
        None => Coverage::default(),
    }
}

/// A day without a value is not a day of zero, and reactive energy is not counted.
fn counts(sum: &DaySum) -> bool {
    sum.present > 0 && sum.unit != Unit::KilovarHours
}

/// The days of each month with energy to count; a day without a value is not a day of zero.
pub(super) fn by_month(
    series: &Series,
    runs: &[Days],
) -> BTreeMap<NaiveDate, Vec<(NaiveDate, DaySum)>> {
    let mut months: BTreeMap<NaiveDate, Vec<(NaiveDate, DaySum)>> = BTreeMap::new();
    let days = runs.iter().flat_map(|run| series.days(*run));
    for (day, sum) in days.filter(|(_, sum)| counts(sum)) {
        use chrono::Datelike;
        months
            .entry(day.with_day(1).unwrap_or(day))
            .or_default()
            .push((day, sum));
    }
    months
}

/// The milliwatt-hours of a meter's month. Cubic metres are converted once per meter, month and registered calorific value, so
/// that a figure does not depend on how its half-hours were split.
pub(super) fn energy_of_month(days: &[(NaiveDate, DaySum)], meter: &OwnedMeter) -> Quantity {
    let mut energy = 0;
    let mut volumes: Vec<(f64, Quantity)> = Vec::new();
    for (day, sum) in days {
        if sum.unit == Unit::KilowattHours {
            energy += sum.sum;
        } else if sum.unit == Unit::CubicMetres {
            let registered = meter.on(*day).unwrap_or(&meter.registered);
            let each = gas_kwh_per_m3(registered.calorific_value);
            match volumes.iter_mut().find(|(known, _)| *known == each) {
                Some((_, volume)) => *volume += sum.sum,
                None => volumes.push((each, sum.sum)),
            }
        }
    }
    let converted = volumes
        .into_iter()
        .map(|(each, volume)| (volume as f64 * each).round() as Quantity);
    energy + converted.sum::<Quantity>()
}

/// The number of half-hours in a run of local days, including changes of the clock.
pub(super) fn half_hours(days: Days) -> i64 {
    if days.count() == 0 {
        return 0;
    }
    (SettlementDay(days.to).ends() - SettlementDay(days.from).starts()).num_minutes() / 30
}

/// How many days are in at least one of the runs.
fn days_in_any(runs: Vec<Days>) -> i64 {
    without_overlap(runs).into_iter().map(Days::count).sum()
}

/// The days that are in at least one of the runs, as runs without overlap.
pub(super) fn without_overlap(mut runs: Vec<Days>) -> Vec<Days> {
    runs.retain(|run| run.count() > 0);
    runs.sort_unstable();
    let mut counted_to = NaiveDate::MIN;
    let mut separate = Vec::new();
    for run in runs {
        let from = run.from.max(counted_to.succ_opt().unwrap_or(run.from));
        separate.push(Days { from, to: run.to });
        counted_to = counted_to.max(run.to);
    }
    separate.retain(|run| run.count() > 0);
    separate
}

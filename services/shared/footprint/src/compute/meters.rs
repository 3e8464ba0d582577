//! What each meter measured on the days it belonged to the school, and how much of what was expected came.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Channel, Fuel, Quantity, SettlementDay, Unit, gas_kwh_per_m3};

use super::Frame;
use super::solar::{Solar, solar};
use crate::message::{Coverage, Days, MeterFigures};
use crate::story::{OwnedMeter, Series};
use crate::view::DaySum;

/// The meters of one footprint.
pub(super) struct Metered {
    pub figures: Vec<MeterFigures>,
    /// Milliwatt-hours by month and by what was measured.
    pub months: BTreeMap<(NaiveDate, Fuel, Channel), Quantity>,
    pub coverage: Coverage,
    pub solar: Solar,
}

impl Metered {
    /// The milliwatt-hours of what is picked by what a meter measures and its channel; none where nothing came.
    pub fn total(&self, picks: impl Fn(Fuel, Channel) -> bool) -> Option<Quantity> {
        let picked = self
            .months
            .iter()
            .filter(|((_, fuel, channel), _)| picks(*fuel, *channel));
        picked
            .map(|(_, energy)| *energy)
            .reduce(|sum, more| sum + more)
    }

    /// What flowed back to the grid, whichever meter measured it: export often has one of its own, which some register as
    /// the panels'.
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
    let mut present = BTreeSet::new();
    let mut expected = Vec::new();
    for meter in &frame.register.meters {
        let owned = frame.counted.and(meter.days);
        if owned.count() == 0 {
            continue;
        }
        expected.push(passed(owned, frame));
        let figures = one(frame, meter, owned, &mut metered.months, &mut present);
        metered.coverage.take_in(&figures.coverage);
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

/// The days of which everything is expected by now: those before `as_of`.
pub(super) fn passed(days: Days, frame: &Frame<'_>) -> Days {
    let yesterday = frame.period.as_of().pred_opt().unwrap_or_default();
    Days {
        from: days.from,
        to: days.to.min(yesterday),
    }
}

fn one(
    frame: &Frame<'_>,
    meter: &OwnedMeter,
    owned: Days,
    months: &mut BTreeMap<(NaiveDate, Fuel, Channel), Quantity>,
    days_present: &mut BTreeSet<NaiveDate>,
) -> MeterFigures {
    let id = &meter.registered.meter;
    let fuel = meter.registered.fuel;
    let passed = passed(owned, frame);
    let mut coverage = Coverage {
        expected: half_hours(passed),
        ..Coverage::default()
    };
    coverage.days_expected = passed.count();
    let mut sums = BTreeMap::from([(Channel::AI, 0), (Channel::AE, 0)]);
    // Export often has a meter of its own, whose only channel tells whether it reports.
    let story = frame.subject.story;
    let imports = story.series(id, Channel::AI).is_some();
    let reports_by = if imports { Channel::AI } else { Channel::AE };
    for (channel, total) in &mut sums {
        let Some(series) = story.series(id, *channel) else {
            continue;
        };
        for (month, days) in by_month(series, owned) {
            let energy = energy_of_month(&days, meter);
            *months.entry((month, fuel, *channel)).or_default() += energy;
            *total += energy;
            if *channel == reports_by {
                for (day, sum) in days {
                    count(&mut coverage, day, &sum, passed);
                    if sum.present > 0 && passed.contains(day) {
                        days_present.insert(day);
                    }
                }
            }
        }
    }
    let take = |channel| sums.get(&channel).copied().unwrap_or_default();
    MeterFigures {
        meter: id.clone(),
        fuel,
        import: take(Channel::AI),
        export: take(Channel::AE),
        coverage,
    }
}

/// The days of each month with energy to count: a day without a value is no day of zero.
pub(super) fn by_month(
    series: &Series,
    days: Days,
) -> BTreeMap<NaiveDate, Vec<(NaiveDate, DaySum)>> {
    let mut months: BTreeMap<NaiveDate, Vec<(NaiveDate, DaySum)>> = BTreeMap::new();
    let counts = |sum: &DaySum| sum.present > 0 && sum.unit != Unit::KilovarHours;
    for (day, sum) in series.days(days).filter(|(_, sum)| counts(sum)) {
        use chrono::Datelike;
        months
            .entry(day.with_day(1).unwrap_or(day))
            .or_default()
            .push((day, sum));
    }
    months
}

/// Milliwatt-hours of a meter's month. Cubic metres are converted once per meter and month, so that a figure does not
/// depend on how its half-hours were cut.
pub(super) fn energy_of_month(days: &[(NaiveDate, DaySum)], meter: &OwnedMeter) -> Quantity {
    let sum = |unit: Unit| -> Quantity {
        days.iter()
            .filter(|(_, sum)| sum.unit == unit)
            .map(|(_, sum)| sum.sum)
            .sum()
    };
    let volume = sum(Unit::CubicMetres);
    let converted = volume as f64 * gas_kwh_per_m3(meter.registered.calorific_value);
    sum(Unit::KilowattHours) + converted.round() as Quantity
}

/// Coverage is of days that have passed; the day that has not ended adds energy and the time of its last reading.
fn count(coverage: &mut Coverage, day: NaiveDate, sum: &DaySum, passed: Days) {
    if sum.last > 0 {
        let ended = SettlementDay(day).slot_starts(usize::from(sum.last));
        coverage.last_reading = coverage.last_reading.max(Some(ended));
    }
    if passed.contains(day) {
        coverage.present += i64::from(sum.present);
        coverage.estimated += i64::from(sum.estimated);
        coverage.spread += i64::from(sum.spread);
        coverage.days_present += i64::from(sum.present > 0);
    }
}

/// Half-hours in a run of local days, changes of the clock included.
pub(super) fn half_hours(days: Days) -> i64 {
    if days.count() == 0 {
        return 0;
    }
    (SettlementDay(days.to).ends() - SettlementDay(days.from).starts()).num_minutes() / 30
}

/// How many days are in at least one of the runs.
fn days_in_any(runs: Vec<Days>) -> i64 {
    apart(runs).into_iter().map(Days::count).sum()
}

/// The days that are in at least one of the runs, as runs that share none.
pub(super) fn apart(mut runs: Vec<Days>) -> Vec<Days> {
    runs.retain(|run| run.count() > 0);
    runs.sort_unstable();
    let mut counted_to = NaiveDate::MIN;
    let mut apart = Vec::new();
    for run in runs {
        let from = run.from.max(counted_to.succ_opt().unwrap_or(run.from));
        apart.push(Days { from, to: run.to });
        counted_to = counted_to.max(run.to);
    }
    apart.retain(|run| run.count() > 0);
    apart
}

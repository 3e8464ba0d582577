//! Days on which a meter measured many times as much as on any day of its past year.

use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};
use events::{Channel, Quantity, SettlementDay};

use super::super::Frame;
use super::super::meters::energy_of_month;
use crate::anomaly_limits::AnomalyLimits;
use crate::ledger::DaySum;
use crate::message::{Finding, Odd};
use crate::period::Days;
use crate::school_history::OwnedMeter;

/// How many months before its own a day is judged by.
pub(in super::super) const LOOKS_BACK_MONTHS: u32 = 13;
/// The least number of whole days in the twelve months before: with fewer, a season may be missing.
const LEAST_DAYS: usize = 300;
/// A day is compared with the third-highest day, so that two wrong days in the past year do not hide a third.
const RANK: usize = 3;

/// Runs of days with [`AnomalyLimits::outlier_factor`] times as much energy as the third-highest day of the twelve calendar
/// months before theirs. Only complete days count.
pub(super) fn findings(
    frame: &Frame<'_>,
    meter: &OwnedMeter,
    channel: Channel,
    reported: Days,
    anomaly_limits: &AnomalyLimits,
) -> Vec<Finding> {
    let id = &meter.registered.meter;
    let Some(series) = frame.subject.history.series(id, channel) else {
        return Vec::new();
    };
    let mut past = PastYear::default();
    let mut runs: Vec<Run> = Vec::new();
    let a_year_before = reported
        .from
        .checked_sub_months(Months::new(LOOKS_BACK_MONTHS));
    let days = Days {
        from: a_year_before.unwrap_or(reported.from).max(meter.days.from),
        to: reported.to,
    };
    for (day, sum) in series.days(days) {
        let Some(energy) = whole_energy(day, sum, meter) else {
            continue;
        };
        let highest = past.reference(day);
        past.add(day, energy);
        let Some(reference) = highest.filter(|reference| {
            *reference > 0 && energy as f64 >= anomaly_limits.outlier_factor * *reference as f64
        }) else {
            continue;
        };
        if !reported.contains(day) {
            continue;
        }
        let one = Run {
            days: Days { from: day, to: day },
            highest: energy,
            reference,
        };
        match runs.last_mut() {
            Some(run) if run.days.to.succ_opt() == Some(day) => run.extend(one),
            _ => runs.push(one),
        }
    }
    runs.into_iter().map(|run| run.finding(meter)).collect()
}

fn whole_energy(day: NaiveDate, sum: DaySum, meter: &OwnedMeter) -> Option<Quantity> {
    let is_whole = usize::from(sum.present) >= SettlementDay(day).slots() && sum.estimated == 0;
    is_whole.then(|| energy_of_month(&[(day, sum)], meter))
}

/// The highest few complete days of each month before.
#[derive(Default)]
struct PastYear {
    months: BTreeMap<NaiveDate, Month>,
    /// The last month that was looked up, with its reference.
    last_reference: Option<(NaiveDate, Option<Quantity>)>,
}

#[derive(Default)]
struct Month {
    whole_days: usize,
    /// In descending order.
    highest: Vec<Quantity>,
}

impl PastYear {
    fn add(&mut self, day: NaiveDate, energy: Quantity) {
        let month = self.months.entry(first_of_month(day)).or_default();
        month.whole_days += 1;
        let at = month.highest.partition_point(|known| *known >= energy);
        month.highest.insert(at, energy);
        month.highest.truncate(RANK);
    }

    /// The third-highest complete day of the twelve months before a day; none if these hold too few complete days.
    fn reference(&mut self, day: NaiveDate) -> Option<Quantity> {
        let month = first_of_month(day);
        if let Some((looked_up, answer)) = self.last_reference
            && looked_up == month
        {
            return answer;
        }
        let answer = self.find(month);
        self.last_reference = Some((month, answer));
        answer
    }

    fn find(&self, month: NaiveDate) -> Option<Quantity> {
        let from = month.checked_sub_months(Months::new(12))?;
        let past = || self.months.range(from..month).map(|(_, month)| month);
        if past().map(|month| month.whole_days).sum::<usize>() < LEAST_DAYS {
            return None;
        }
        let mut highest: Vec<Quantity> = past().flat_map(|month| month.highest.clone()).collect();
        highest.sort_unstable_by(|one, other| other.cmp(one));
        highest.get(RANK - 1).copied()
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    use chrono::Datelike;
    day.with_day(1).unwrap_or(day)
}

struct Run {
    days: Days,
    highest: Quantity,
    reference: Quantity,
}

impl Run {
    fn extend(&mut self, next: Run) {
        self.days.to = next.days.to;
        if next.highest > self.highest {
            (self.highest, self.reference) = (next.highest, next.reference);
        }
    }

    fn finding(self, meter: &OwnedMeter) -> Finding {
        Finding {
            meter: meter.registered.meter.clone(),
            days: self.days,
            what: Odd::AbovePastYear {
                energy: self.highest,
                reference: self.reference,
            },
        }
    }
}

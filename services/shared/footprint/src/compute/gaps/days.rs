//! One meter's consecutive days, with the data needed to compare them.

use chrono::{Datelike, NaiveDate};
use events::{Channel, Quantity, SettlementDay, Unit};

use super::super::Frame;
use super::super::meters::energy_of_month;
use crate::ledger::DaySum;
use crate::period::Days;
use crate::school_history::OwnedMeter;

/// A run of days of one meter's channel, each with or without readings.
pub(super) struct MeterDays<'a> {
    pub(super) meter: &'a OwnedMeter,
    first: NaiveDate,
    days: Vec<OneDay>,
    knows_terms: bool,
}

/// One day of the run.
#[derive(Clone, Copy)]
pub(super) struct OneDay {
    /// The number of half-hours in the day; none on a day when the meter does not belong to the school.
    pub(super) slots: u8,
    /// Monday is 0.
    pub(super) weekday: u8,
    /// Whether it is a term day. If no term is registered, no day is.
    pub(super) in_term: bool,
    /// The day's readings, if any of them count.
    pub(super) sum: Option<DaySum>,
    /// The day's energy in milliwatt-hours, if all of it was received as measured.
    pub(super) whole: Option<Quantity>,
}

impl<'a> MeterDays<'a> {
    /// The days `of` and up to `reach` days before and after, as far as they have passed and the meter belongs to the school.
    pub(super) fn of(
        frame: &Frame<'a>,
        meter: &'a OwnedMeter,
        channel: Channel,
        of: Days,
        reach: i64,
    ) -> Self {
        let yesterday = frame.period.as_of().pred_opt().unwrap_or_default();
        let reach = chrono::TimeDelta::days(reach);
        let wanted = Days {
            from: of.from.checked_sub_signed(reach).unwrap_or(of.from),
            to: of
                .to
                .checked_add_signed(reach)
                .unwrap_or(of.to)
                .min(yesterday),
        };
        let wanted = wanted.and(meter.days);
        let count = usize::try_from(wanted.count()).unwrap_or(0);
        let monday = wanted.from.weekday().num_days_from_monday() as usize;
        let one = |place: usize| OneDay::without_readings(wanted.from, place, (monday + place) % 7);
        let mut days: Vec<OneDay> = (0..count).map(one).collect();
        let place = |day: NaiveDate| usize::try_from((day - wanted.from).num_days()).ok();
        let counts = |sum: &DaySum| sum.present > 0 && sum.unit != Unit::KilovarHours;
        let series = frame
            .subject
            .history
            .series(&meter.registered.meter, channel);
        for (day, sum) in series.into_iter().flat_map(|series| series.days(wanted)) {
            if let Some(one) = place(day).and_then(|place| days.get_mut(place)) {
                one.sum = Some(sum).filter(counts);
            }
        }
        let is_interrupted = meter.runs(wanted) != [wanted];
        for (at, one) in days.iter_mut().enumerate().filter(|_| is_interrupted) {
            let after = chrono::Days::new(at as u64);
            let day = wanted.from.checked_add_days(after);
            if !day.is_some_and(|day| meter.owns(day)) {
                (one.slots, one.sum) = (0, None);
            }
        }
        for term in frame.register.terms() {
            let part = wanted.and(Days {
                from: term.from,
                to: term.to,
            });
            let from = place(part.from).unwrap_or(0);
            let count = usize::try_from(part.count()).unwrap_or(0);
            for one in days.iter_mut().skip(from).take(count) {
                one.in_term = true;
            }
        }
        measure(&mut days, wanted.from, meter);
        MeterDays {
            meter,
            first: wanted.from,
            days,
            knows_terms: !frame.register.terms().is_empty(),
        }
    }

    /// Whether the school has registered any term; without one, term and holiday cannot be distinguished.
    pub(super) fn knows_terms(&self) -> bool {
        self.knows_terms
    }

    /// The indexes of the days of a run, as far as they are loaded.
    pub(super) fn places(&self, days: Days) -> std::ops::Range<usize> {
        let place = |day: NaiveDate| {
            let place = usize::try_from((day - self.first).num_days()).unwrap_or(0);
            place.min(self.days.len())
        };
        place(days.from)..days.to.succ_opt().map_or(self.days.len(), place)
    }

    /// The date at an index.
    pub(super) fn day(&self, at: usize) -> NaiveDate {
        let after = chrono::Days::new(at as u64);
        self.first.checked_add_days(after).unwrap_or(self.first)
    }

    /// The data of the day at an index; none beyond the loaded days.
    pub(super) fn get(&self, at: usize) -> Option<&OneDay> {
        self.days.get(at)
    }

    /// All days.
    pub(super) fn all(&self) -> &[OneDay] {
        &self.days
    }

    /// The number of half-hours of the day at an index.
    pub(super) fn slots(&self, at: usize) -> i64 {
        self.get(at).map_or(0, |one| i64::from(one.slots))
    }

    /// The number of missing half-hours.
    pub(super) fn missing(&self, at: usize) -> i64 {
        let present = |one: &OneDay| one.sum.map_or(0, |sum| sum.present);
        self.get(at)
            .map_or(0, |one| i64::from(one.slots.saturating_sub(present(one))))
    }
}

/// Marks the days that may be used for comparison: complete, and without estimates. If a meter ever sends actual half-hours,
/// they must be actual. A meter that is read by the hour or the day has only spread half-hours, so these are compared.
fn measure(days: &mut [OneDay], first: NaiveDate, meter: &OwnedMeter) {
    let complete =
        |one: &OneDay| Some(one.sum?).filter(|sum| sum.present >= one.slots && sum.estimated == 0);
    let actual = |sum: &DaySum| sum.spread == 0;
    let some_actual = days
        .iter()
        .any(|one| complete(one).is_some_and(|sum| actual(&sum)));
    for (at, one) in days.iter_mut().enumerate() {
        let sum = complete(one).filter(|sum| actual(sum) || !some_actual);
        one.whole = sum.map(|sum| match sum.unit {
            Unit::KilowattHours => sum.sum,
            _ => {
                let day = first.checked_add_days(chrono::Days::new(at as u64));
                energy_of_month(&[(day.unwrap_or(first), sum)], meter)
            }
        });
    }
}

impl OneDay {
    /// The clocks change on Sundays. Asking the calendar and the time zone for every day would take longer than all other work
    /// here.
    fn without_readings(first: NaiveDate, place: usize, weekday: usize) -> Self {
        const SUNDAY: usize = 6;
        let sunday = (weekday == SUNDAY)
            .then(|| first.checked_add_days(chrono::Days::new(place as u64)))
            .flatten();
        let slots = match sunday {
            Some(day) if [3, 10].contains(&day.month()) => SettlementDay(day).slots(),
            _ => 48,
        };
        OneDay {
            slots: slots as u8,
            weekday: weekday as u8,
            in_term: false,
            sum: None,
            whole: None,
        }
    }

    /// Monday to Friday.
    pub(super) fn is_weekday(&self) -> bool {
        self.weekday < 5
    }
}

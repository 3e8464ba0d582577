//! One meter's days in a row, with what it takes to compare them.

use chrono::{Datelike, NaiveDate};
use events::{Channel, Quantity, SettlementDay, Unit};

use super::super::Frame;
use super::super::meters::energy_of_month;
use crate::period::Days;
use crate::school_history::OwnedMeter;
use crate::view::DaySum;

/// A run of days of one meter's channel, each with its readings or without.
pub(super) struct MeterDays<'a> {
    pub(super) meter: &'a OwnedMeter,
    first: NaiveDate,
    days: Vec<OneDay>,
    knows_terms: bool,
}

/// One of them.
#[derive(Clone, Copy)]
pub(super) struct OneDay {
    /// Half-hours the day has; none on a day on which the meter is not the school's.
    pub(super) slots: u8,
    /// 0 is Monday.
    pub(super) weekday: u8,
    /// Whether it is a day of term. Without any term registered none is.
    pub(super) in_term: bool,
    /// What came of it, if anything that counts.
    pub(super) sum: Option<DaySum>,
    /// Its energy in milliwatt-hours, if all of it came as measured.
    pub(super) whole: Option<Quantity>,
}

impl<'a> MeterDays<'a> {
    /// The days `of` and up to `reach` before and after, as far as the meter is the school's and they have passed.
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

    /// Whether the school has registered any term: without, term and holiday cannot be told apart.
    pub(super) fn knows_terms(&self) -> bool {
        self.knows_terms
    }

    /// Where the days of a run stand, as far as they are here.
    pub(super) fn places(&self, days: Days) -> std::ops::Range<usize> {
        let place = |day: NaiveDate| {
            let place = usize::try_from((day - self.first).num_days()).unwrap_or(0);
            place.min(self.days.len())
        };
        place(days.from)..days.to.succ_opt().map_or(self.days.len(), place)
    }

    /// The day at a place.
    pub(super) fn day(&self, at: usize) -> NaiveDate {
        let after = chrono::Days::new(at as u64);
        self.first.checked_add_days(after).unwrap_or(self.first)
    }

    /// What is known of the day at a place; none beyond the days that are here.
    pub(super) fn get(&self, at: usize) -> Option<&OneDay> {
        self.days.get(at)
    }

    /// All of them.
    pub(super) fn all(&self) -> &[OneDay] {
        &self.days
    }

    /// Half-hours the day at a place has.
    pub(super) fn slots(&self, at: usize) -> i64 {
        self.get(at).map_or(0, |one| i64::from(one.slots))
    }

    /// Half-hours that did not come.
    pub(super) fn missing(&self, at: usize) -> i64 {
        let present = |one: &OneDay| one.sum.map_or(0, |sum| sum.present);
        self.get(at)
            .map_or(0, |one| i64::from(one.slots.saturating_sub(present(one))))
    }
}

/// Marks the days that can be compared with: complete, and nothing of them estimated. Where a meter ever sends actual
/// half-hours these have to be actual; one that is read by the hour or the day, whose half-hours are all spread, is
/// compared by those.
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
    /// The clocks change on Sundays; asking the calendar and the time zone of every day would take longer than everything
    /// else here.
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

/// `3 March 2026`
pub(super) fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `on 3 March 2026`, or `from 3 March 2026 to 6 March 2026`
pub(super) fn spanned(days: Days) -> String {
    if days.from == days.to {
        format!("on {}", written(days.from))
    } else {
        format!("from {} to {}", written(days.from), written(days.to))
    }
}

//! What becomes of a meter's day on its way: whether it is sent, has holes, is estimated, comes late or never.
//! Drawn by the meter and the calendar month, never by today, so that a day's fate is settled for good.

use chrono::{Datelike, Days, NaiveDate};

use super::MadeUpTrust;
use super::chance::Chance;
use super::meters::{Habit, Measures, Meter};
use super::weather::day_number;

/// What becomes of one meter's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent the night it ends, but for the half-hours in the range.
    Sent(std::ops::Range<usize>),
    /// Estimated by the supplier; the actual values follow so many days later, if at all.
    Estimated(Option<u64>),
    /// Not sent that night; it follows so many days later, if at all.
    Missing(Option<u64>),
    /// Comes in the supplier's file.
    ByFile,
    /// The meter reports no more.
    Silent,
}

impl MadeUpTrust {
    /// The fate of a day of `slots` half-hours.
    pub(super) fn fate(&self, meter: &Meter, day: NaiveDate, slots: usize) -> Fate {
        if meter.habit == Habit::Stopped && day >= self.stopped_on() {
            return Fate::Silent;
        }
        let (first, end) = self.supplier_days();
        // A row of that file holds 48 half-hours, so the days the clocks change on went the usual way.
        if meter.habit == Habit::ByFile && (first..end).contains(&day) && slots == 48 {
            return Fate::ByFile;
        }
        let chance = self.chance.about("fate").of(meter.number);
        self.spell(meter, day, chance)
            .unwrap_or_else(|| holes(meter, chance.of(day_number(day)), slots))
    }

    /// Some months have a few days in a row of which no reading came that night.
    fn spell(&self, meter: &Meter, day: NaiveDate, chance: Chance) -> Option<Fate> {
        let month = u64::from(day.year().unsigned_abs()) * 12 + u64::from(day.month());
        let month = chance.about("month").of(month);
        let begins = 2 + month.of(1).below(20);
        let lasts = 1 + month.of(2).below(4);
        if !(begins..begins + lasts).contains(&u64::from(day.day())) {
            return None;
        }
        let follows = (!month.of(3).once_in(3)).then(|| 6 + month.of(4).below(10));
        let gappy = meter.habit == Habit::Gappy;
        // Nobody estimates what a roof gives.
        let supplied = !matches!(
            meter.measures,
            Measures::Sun(_)
                | Measures::Grid {
                    panels: Some(_),
                    ..
                }
        );
        match month.of(5).below(12) {
            0 | 1 if supplied => Some(Fate::Estimated(follows)),
            2 => Some(Fate::Missing(follows)),
            3..=7 if gappy => Some(Fate::Missing(None)),
            _ => None,
        }
    }

    fn stopped_on(&self) -> NaiveDate {
        self.started - Days::new(35)
    }

    /// The two weeks, Monday to Sunday, that one meter's supplier sent as a file: from the first day up to, not
    /// including, the second.
    pub fn supplier_days(&self) -> (NaiveDate, NaiveDate) {
        let monday = u64::from(self.started.weekday().num_days_from_monday());
        let end = self.started - Days::new(monday + 7);
        (end - Days::new(14), end)
    }
}

fn holes(meter: &Meter, chance: Chance, slots: usize) -> Fate {
    let (often, longest) = match meter.habit {
        Habit::Gappy => (3, 12),
        _ => (60, 4),
    };
    if !chance.about("holes").once_in(often) {
        return Fate::Sent(0..0);
    }
    let length = 1 + chance.about("length").below(longest) as usize;
    let first = chance.about("first").below((slots - length) as u64) as usize;
    Fate::Sent(first..first + length)
}

//! The fate of a meter's day on its way: whether it is sent, has holes, is estimated, comes late or never. It is drawn by
//! the meter and the calendar month, never by today, so that it stays the same for good.

use chrono::{Datelike, Days, NaiveDate};
use events::Channel;

use super::MadeUpTrust;
use super::calendar::date;
use super::chance::Chance;
use super::day::Day;
use super::meters::{Habit, Measures, Meter};
use super::weather::day_number;

/// The fate of one meter's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// Sent the night it ends, except for the half-hours in the range.
    Sent(std::ops::Range<usize>),
    /// Estimated by the supplier; the actual values follow this many days later, if at all.
    Estimated(Option<u64>),
    /// Not sent that night; it follows this many days later, if at all.
    Missing(Option<u64>),
    /// Comes in the supplier's file.
    ByFile,
    /// The meter no longer reports.
    Silent,
}

impl MadeUpTrust {
    /// The fate of a day of `slots` half-hours.
    pub(super) fn fate(&self, meter: &Meter, day: NaiveDate, slots: usize) -> Fate {
        if meter.habit == Habit::Stopped && day >= self.stopped_on() {
            return Fate::Silent;
        }
        let (first, end) = self.supplier_days();
        // A row of that file holds 48 half-hours, so the days on which the clocks change are sent the usual way.
        if meter.habit == Habit::ByFile && (first..end).contains(&day) && slots == 48 {
            return Fate::ByFile;
        }
        if meter.habit == Habit::Hanging && self.hung(day) {
            return Fate::Sent(0..0);
        }
        let chance = self.chance.about("fate").of(meter.number);
        self.spell(meter, day, chance)
            .unwrap_or_else(|| holes(meter, chance.of(day_number(day)), slots))
    }

    /// In some months, no reading is sent at night for a few consecutive days.
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
        // Suppliers do not estimate solar generation or export.
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

    /// The values of a day as they are sent, which may differ from the measured ones: a stuck logger repeats the value it
    /// had when it got stuck, and a wrong multiplier reduces every value.
    pub(super) fn as_sent(&self, meter: &Meter, channel: Channel, day: &Day) -> Vec<f64> {
        let unit = 10_f64.powi(meter.decimals);
        match meter.habit {
            Habit::Hanging if self.hung(day.date) => {
                let began = Day::of(self.hung_on(), self.chance);
                let value = self.measured(meter, channel, &began).first().copied();
                vec![value.unwrap_or_default(); day.slots]
            }
            Habit::Rescaled if day.date >= self.rescaled_on() => {
                let values = self.measured(meter, channel, day).into_iter();
                values
                    .map(|value| (value / 4.0 * unit).round() / unit)
                    .collect()
            }
            _ => self.measured(meter, channel, day),
        }
    }

    fn hung(&self, day: NaiveDate) -> bool {
        (0..5).contains(&(day - self.hung_on()).num_days())
    }

    fn hung_on(&self) -> NaiveDate {
        self.started - Days::new(12)
    }

    /// The last 8 October or 8 March that is at least four weeks before the start of the demo: both are among school days.
    fn rescaled_on(&self) -> NaiveDate {
        let latest = self.started - Days::new(28);
        let (this, last) = (latest.year(), latest.year() - 1);
        let days = [date(this, 10, 8), date(this, 3, 8), date(last, 10, 8)];
        days.into_iter()
            .find(|day| *day <= latest)
            .unwrap_or(latest)
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

//! Energy from the panels that the site itself used: generation less export, day by day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use events::{Channel, Fuel, Quantity, Unit};

use super::Frame;
use crate::ledger::DaySum;
use crate::note::Note;

/// Generation compared with export.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Solar {
    /// Milliwatt-hours generated and not exported, on the days with readings of generation; none if there are no such days.
    pub own_use: Option<Quantity>,
    /// Days with export but without a reading of generation.
    pub unread_days: usize,
    /// The export on those days, in milliwatt-hours. It is not subtracted from the generation of other days.
    pub export_of_unread_days: Quantity,
    /// The excess of export over generation, on days with readings of both, in milliwatt-hours.
    pub excess: Quantity,
}

/// The generation and export of one day, over all meters.
#[derive(Default)]
struct Day {
    made: Option<Quantity>,
    exported: Quantity,
    /// A reading of several days was spread over this day, so the day's value alone means nothing.
    spread: bool,
}

/// The days that are netted together: a single day, or all days of a month over which a reading was spread.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Together {
    Day(NaiveDate),
    SpreadOver { year: i32, month: u32 },
}

pub(super) fn solar(frame: &Frame<'_>) -> Solar {
    let mut netted: BTreeMap<Together, (Quantity, Quantity)> = BTreeMap::new();
    let mut solar = Solar::default();
    let mut unread = BTreeSet::new();
    for (date, day) in days(frame) {
        let Some(made) = day.made else {
            solar.export_of_unread_days += day.exported;
            if day.exported > 0 {
                unread.insert(date);
            }
            continue;
        };
        let together = match day.spread {
            true => Together::SpreadOver {
                year: date.year(),
                month: date.month(),
            },
            false => Together::Day(date),
        };
        let sums = netted.entry(together).or_default();
        sums.0 += made;
        sums.1 += day.exported;
    }
    solar.unread_days = unread.len();
    for (made, exported) in netted.into_values() {
        *solar.own_use.get_or_insert(0) += (made - exported).max(0);
        solar.excess += (exported - made).max(0);
    }
    solar
}

/// Export often has a separate meter, sometimes registered as the panels' meter: export counts, whichever meter measured it.
fn days(frame: &Frame<'_>) -> BTreeMap<NaiveDate, Day> {
    let mut days: BTreeMap<NaiveDate, Day> = BTreeMap::new();
    for meter in &frame.register.meters {
        let owned = frame.counted.and(meter.days);
        let mut read = |channel: Channel, add: fn(&mut Day, Quantity)| {
            let series = frame
                .subject
                .history
                .series(&meter.registered.meter, channel);
            let came = |sum: &DaySum| sum.present > 0 && sum.unit == Unit::KilowattHours;
            for (date, sum) in series.into_iter().flat_map(|series| series.days(owned)) {
                if came(&sum) {
                    let day = days.entry(date).or_default();
                    add(day, sum.sum);
                    day.spread |= sum.spread > 0;
                }
            }
        };
        if meter.registered.fuel == Fuel::Solar {
            read(Channel::AI, |day, energy| {
                *day.made.get_or_insert(0) += energy;
            });
        }
        read(Channel::AE, |day, energy| day.exported += energy);
    }
    days
}

impl Solar {
    /// The notes that belong beside the figure.
    pub fn notes(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        if self.own_use.is_none() {
            return notes;
        }
        if self.export_of_unread_days > 0 {
            notes.push(Note::UnreadGeneration {
                days: self.unread_days as i64,
                exported: self.export_of_unread_days,
            });
        }
        if self.excess > 0 {
            let excess = self.excess;
            notes.push(Note::ExportOverGeneration { excess });
        }
        notes
    }
}

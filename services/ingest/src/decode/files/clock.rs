//! Local clock times in files, as half-hours of a day: on the two days a year on which the clocks change, too.

use std::ops::Range;

use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Timelike, Utc};
use chrono_tz::Europe::London;
use events::{Quantity, SettlementDay};

use super::labels::USUAL;

/// The half-hours a stamp may mean, the earliest first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meant {
    pub(super) day: SettlementDay,
    /// Empty if no clock in London ever showed this.
    pub(super) slots: Vec<usize>,
    /// Whether the half-hour is known by its end only, because it seems to begin while the clocks go forward.
    pub(super) by_its_end: bool,
}

impl Meant {
    /// This half-hour and no other.
    pub(super) fn exactly((day, slot): (SettlementDay, usize)) -> Self {
        Meant {
            day,
            slots: vec![slot],
            by_its_end: false,
        }
    }
}

/// The meaning of a stamp that is `label` after the beginning of its half-hour. `None` if it is off the half-hour.
pub(super) fn meant(stamp: NaiveDateTime, label: TimeDelta) -> Option<Meant> {
    let begins = stamp.checked_sub_signed(label)?;
    if begins.minute() % 30 != 0 || begins.second() != 0 {
        return None;
    }
    let day = SettlementDay(begins.date());
    if day.slots() == 48 {
        let slot = (begins.hour() * 2 + begins.minute() / 30) as usize;
        return Some(Meant::exactly((day, slot)));
    }
    // When the clocks go back, some suppliers count from the beginning (…, 01:30, 02:00, 01:30, 02:00) and others stamp the end
    // by the clock (…, 01:30, 01:00, 01:30, 02:00). The surrounding rows show which half-hour a row means.
    let by_beginning = instants(begins, TimeDelta::zero(), day);
    let by_end = instants(stamp, label, day);
    let by_its_end = by_beginning.is_empty();
    let mut slots: Vec<_> = by_beginning.into_iter().chain(by_end).collect();
    slots.sort_unstable();
    slots.dedup();
    Some(Meant {
        day,
        slots,
        by_its_end,
    })
}

fn instants(local: NaiveDateTime, after: TimeDelta, day: SettlementDay) -> Vec<usize> {
    let instants = match London.from_local_datetime(&local) {
        MappedLocalTime::Single(one) => vec![one],
        MappedLocalTime::Ambiguous(first, second) => vec![first, second],
        MappedLocalTime::None => Vec::new(),
    };
    instants
        .into_iter()
        .filter_map(|instant| day.slot_at(instant.to_utc() - after))
        .collect()
}

/// A row's columns, in the order of the day, as its half-hours; none if there are more values than the day has half-hours.
/// `value` is the number in a cell, if any; `named_by_time` says that the columns are, and not by numbers.
///
/// On the day of 46, the two columns too many are the last ones or those of the hour that never was. If both pairs are empty,
/// columns named by their times are taken at their word, and numbers count the day's half-hours. On the day of 50, 48 columns
/// know one of the two hours from one to two: the first is taken, the second is not known.
pub(super) fn columns<T>(
    day: SettlementDay,
    named_by_time: bool,
    mut cells: Vec<Option<T>>,
    value: impl Fn(&T) -> Option<Quantity>,
) -> Option<Vec<Option<T>>> {
    /// The columns, from 0, of the half-hours from one to two o'clock.
    const SECOND_HOUR: Range<usize> = 2..4;
    let slots = day.slots();
    let number = |cell: &Option<T>| cell.as_ref().and_then(&value);
    let is_none = |cell: &Option<T>| number(cell).is_none();
    // Some suppliers fill the columns that a day does not have with zeros.
    let is_nothing = |cell: &Option<T>| number(cell).is_none_or(|micro| micro == 0);
    while cells.len() > USUAL && cells.len() > slots && cells.last().is_some_and(is_nothing) {
        cells.pop();
    }
    if cells.len() == USUAL && slots < USUAL {
        let never_was = cells.get(SECOND_HOUR)?;
        let last = cells.get(slots..)?;
        let by_name = named_by_time && never_was.iter().all(is_none);
        if last.iter().all(is_none) && !by_name {
            cells.truncate(slots);
        } else if never_was.iter().all(is_nothing) {
            cells.drain(SECOND_HOUR);
        }
    }
    while cells.len() > slots && cells.last().is_some_and(is_none) {
        cells.pop();
    }
    if cells.len() + SECOND_HOUR.len() == slots {
        cells.splice(SECOND_HOUR.end..SECOND_HOUR.end, [None, None]);
    }
    (cells.len() == slots).then_some(cells)
}

/// The half-hour that begins at this instant; `None` if none does.
pub(super) fn half_hour_at(instant: DateTime<Utc>) -> Option<(SettlementDay, usize)> {
    let is_half = instant.minute().is_multiple_of(30) && instant.second() == 0;
    let day = SettlementDay::of(instant);
    let slot = day.slot_at(instant).filter(|_| is_half)?;
    Some((day, slot))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::day;

    fn check(on: &str, stamps: &[&str], slots: &[&[usize]]) {
        let found: Vec<_> = stamps
            .iter()
            .map(|stamp| {
                let stamp = format!("{on}T{stamp}").parse().unwrap();
                meant(stamp, TimeDelta::minutes(30)).unwrap().slots
            })
            .collect();
        assert_eq!(found, slots, "{on}");
    }

    #[test]
    fn an_end_label_means_the_half_hour_before() {
        check("2026-06-01", &["00:30:00", "12:00:00"], &[&[0], &[23]]);
        let midnight = meant(
            "2026-06-02T00:00:00".parse().unwrap(),
            TimeDelta::minutes(30),
        )
        .unwrap();
        assert_eq!(
            (midnight.day.0, midnight.slots),
            (day("2026-06-01"), vec![47])
        );
        assert_eq!(
            meant(
                "2026-06-02T00:10:00".parse().unwrap(),
                TimeDelta::minutes(30)
            ),
            None
        );
    }

    #[test]
    fn stamps_on_the_days_the_clocks_change() {
        let forward = ["01:00:00", "01:30:00", "02:00:00", "02:30:00"];
        check("2026-03-29", &forward, &[&[1], &[], &[1], &[2]]);
        let back = ["01:00:00", "01:30:00", "02:00:00", "02:30:00"];
        check("2026-10-25", &back, &[&[1, 3], &[2, 4], &[3, 5], &[6]]);
    }

    #[test]
    fn columns_on_the_days_the_clocks_change() {
        let row = |blank: &[usize]| -> Vec<_> {
            (0..48)
                .map(|i| (!blank.contains(&i)).then_some(i as i64 + 1))
                .collect()
        };
        let march = SettlementDay(day("2026-03-29"));
        let october = SettlementDay(day("2026-10-25"));
        let columns = |day, values| columns(day, true, values, |value: &i64| Some(*value));
        assert_eq!(columns(march, row(&[])), None);
        assert_eq!(columns(march, row(&[46, 47])).unwrap()[2], Some(3));
        assert_eq!(columns(march, row(&[2, 3])).unwrap()[2], Some(5));
        // The last hour is missing too, or a half of it.
        for blank in [&[2, 3, 46, 47][..], &[2, 3, 47]] {
            let found = columns(march, row(blank)).unwrap();
            assert_eq!((found[2], found[45]), (Some(5), None), "{blank:?}");
        }
        let june = SettlementDay(day("2026-06-01"));
        // Fifty columns, of which the last two are filled with zeros; the night is of zeros too.
        let mut fifty = row(&[]);
        (fifty[2], fifty[3]) = (Some(0), Some(0));
        let night = fifty.clone();
        fifty.extend([Some(0), Some(0)]);
        assert_eq!(columns(june, fifty), Some(night));
        let numbered = super::columns(march, false, row(&[2, 3, 46, 47]), |value: &i64| {
            Some(*value)
        });
        assert_eq!(numbered.unwrap()[1..5], [Some(2), None, None, Some(5)]);
        let long = columns(october, row(&[])).unwrap();
        assert_eq!(long[2..7], [Some(3), Some(4), None, None, Some(5)]);
        assert_eq!(
            columns(SettlementDay(day("2026-06-01")), row(&[])),
            Some(row(&[]))
        );
    }
}

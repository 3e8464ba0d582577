//! The time that is withdrawn: days, or half-hours.

use std::fmt;

use anyhow::bail;
use chrono::{DateTime, FixedOffset, SecondsFormat};
use events::WithdrawnSpan;
use footprint::Days;

use crate::args::Bound;

/// A stretch of time that is withdrawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stretch {
    /// Whole local days.
    Days(Days),
    /// From the start of a half-hour to the end of one.
    HalfHours {
        start: DateTime<FixedOffset>,
        end: DateTime<FixedOffset>,
    },
}

impl Stretch {
    /// The stretch between two bounds; a single day stands for itself.
    pub fn of(from: Bound, to: Option<Bound>) -> anyhow::Result<Self> {
        match (from, to.unwrap_or(from)) {
            (Bound::Day(from), Bound::Day(to)) => Ok(Stretch::Days(Days { from, to })),
            (Bound::Time(start), Bound::Time(end)) if to.is_some() => {
                Ok(Stretch::HalfHours { start, end })
            }
            _ => bail!("--from and --to are both days, or both times on a half-hour"),
        }
    }

    /// The local days it touches.
    pub fn days(self) -> Days {
        match self {
            Stretch::Days(days) => days,
            Stretch::HalfHours { start, end } => {
                let [start, end] = [start, end].map(|at| at.to_utc());
                let (from, to) = WithdrawnSpan { start, end }.days();
                Days { from, to }
            }
        }
    }

    /// Its bounds, if it consists of half-hours.
    pub fn half_hours(self) -> Option<[String; 2]> {
        let written = |at: DateTime<FixedOffset>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
        match self {
            Stretch::Days(_) => None,
            Stretch::HalfHours { start, end } => Some([start, end].map(written)),
        }
    }
}

impl fmt::Display for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.half_hours(), self.days()) {
            (Some([start, end]), _) => write!(f, "{start} to {end}"),
            (None, days) => write!(f, "{} to {}", days.from, days.to),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_is_of_days_or_of_half_hours() {
        let day = |text: &str| Bound::Day(text.parse().unwrap());
        let time = |text: &str| Bound::Time(text.parse().unwrap());
        let check = |from, to, wanted: Option<(&str, [&str; 2])>| {
            let stretch = Stretch::of(from, to);
            let found = stretch.map(|stretch| {
                let Days { from, to } = stretch.days();
                (stretch.to_string(), [from, to].map(|day| day.to_string()))
            });
            let wanted = wanted.map(|(text, days)| (text.to_owned(), days.map(str::to_owned)));
            assert_eq!(found.ok(), wanted);
        };
        let first = day("2026-03-02");
        check(
            first,
            None,
            Some(("2026-03-02 to 2026-03-02", ["2026-03-02"; 2])),
        );
        let days = ["2026-03-02", "2026-03-04"];
        check(
            first,
            Some(day("2026-03-04")),
            Some(("2026-03-02 to 2026-03-04", days)),
        );
        // In summer midnight is 23:00 of the day before.
        let (start, end) = (time("2026-07-01T23:00:00Z"), time("2026-07-02T23:00:00Z"));
        check(
            start,
            Some(end),
            Some((
                "2026-07-01T23:00:00Z to 2026-07-02T23:00:00Z",
                ["2026-07-02"; 2],
            )),
        );
        check(start, None, None);
        check(start, Some(first), None);
        check(first, Some(end), None);
    }
}

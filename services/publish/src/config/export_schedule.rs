//! When an export is due: cron on a local clock.

use chrono::{DateTime, NaiveDateTime, Utc};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};

use super::Schedule;
use crate::PublishError;

/// A schedule whose cron expression has been parsed.
pub(crate) struct Plan {
    pub schedule: Schedule,
    cron: Cron,
}

/// The most missed exports that are made after a long downtime.
const MOST: usize = 12;

impl Plan {
    pub(crate) fn new(schedule: Schedule) -> Result<Self, PublishError> {
        let refuse = |why: String| PublishError::Schedule {
            name: schedule.name.clone(),
            why,
        };
        let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        let named = |text: &str| (1..=64).contains(&text.len()) && text.bytes().all(allowed);
        if !named(&schedule.name) {
            return Err(refuse(
                "a name is 1 to 64 lower-case letters, digits or hyphens".to_owned(),
            ));
        }
        if !named(&schedule.trust) {
            return Err(refuse(format!(
                "{:?} cannot be a trust's id",
                schedule.trust
            )));
        }
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        let cron = parser.parse(&schedule.cron).map_err(|error| {
            refuse(format!(
                "{:?} is no cron expression: {error}",
                schedule.cron
            ))
        })?;
        Ok(Plan { schedule, cron })
    }

    /// The due times after `last` up to `now`, in order; after a long downtime, the newest twelve of them.
    pub(crate) fn due(&self, last: DateTime<Utc>, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
        let mut due: Vec<_> = self
            .back_from(now)
            .take_while(|due| *due > last)
            .take(MOST)
            .collect();
        due.reverse();
        due
    }

    /// The first due time after `now`.
    pub(crate) fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let local = now.with_timezone(&self.schedule.time_zone);
        self.cron
            .find_next_occurrence(&local, false)
            .ok()
            .map(|next| next.to_utc())
    }

    fn back_from(&self, now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
        let local = now.with_timezone(&self.schedule.time_zone);
        let first = self.cron.find_previous_occurrence(&local, true).ok();
        std::iter::successors(first, |due| {
            self.cron.find_previous_occurrence(due, false).ok()
        })
        .map(|due| due.to_utc())
    }
}

const NAME: &str = "%Y-%m-%dT%H%MZ";

/// The name of a due time's folder: `2026-11-01T0600Z`. In UTC, so that the hour that occurs twice has two names.
pub(crate) fn name(due: DateTime<Utc>) -> String {
    due.format(NAME).to_string()
}

pub(crate) fn of_name(name: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(name, NAME)
        .ok()
        .map(|due| due.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(cron: &str) -> Result<Plan, PublishError> {
        Plan::new(Schedule {
            name: "s".into(),
            trust: "t".into(),
            cron: cron.into(),
            time_zone: chrono_tz::Europe::London,
        })
    }

    fn check(cron: &str, last: &str, now: &str, expected: &[&str]) {
        let due = plan(cron)
            .unwrap()
            .due(last.parse().unwrap(), now.parse().unwrap());
        assert_eq!(
            due.iter().copied().map(name).collect::<Vec<_>>(),
            expected,
            "{cron}"
        );
        assert!(due.iter().all(|due| of_name(&name(*due)) == Some(*due)));
    }

    #[test]
    fn due_times_follow_the_local_clock_across_its_changes() {
        let (before, after) = ("2026-03-28T03:00:00Z", "2026-03-30T12:00:00Z");
        check(
            "0 6 * * *",
            before,
            after,
            &["2026-03-28T0600Z", "2026-03-29T0500Z", "2026-03-30T0500Z"],
        );
        // Half past one does not exist on 29 March: the export is still made, once.
        let due = plan("30 1 * * *")
            .unwrap()
            .due(before.parse().unwrap(), after.parse().unwrap());
        assert_eq!(due.len(), 2, "{due:?}");
        // Half past one occurs twice on 25 October: the export is made once.
        let (before, after) = ("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
        let due = plan("30 1 * * *")
            .unwrap()
            .due(before.parse().unwrap(), after.parse().unwrap());
        assert_eq!(due.len(), 2, "{due:?}");
        check(
            "0 6 * * *",
            before,
            after,
            &["2026-10-25T0600Z", "2026-10-26T0600Z"],
        );
    }

    #[test]
    fn going_back_finds_what_going_forward_finds() {
        for cron in [
            "30 1 * * *",
            "0 6 1 9 *",
            "15 */6 * * *",
            "0 7 * * MON",
            "0 6 L * *",
        ] {
            let plan = plan(cron).unwrap();
            let (start, end): (DateTime<Utc>, DateTime<Utc>) = (
                "2025-09-01T00:00:00Z".parse().unwrap(),
                "2026-11-01T00:00:00Z".parse().unwrap(),
            );
            let mut forward = Vec::new();
            let mut at = start;
            while let Some(next) = plan.next_after(at).filter(|next| *next <= end) {
                forward.push(next);
                at = next;
            }
            let mut back: Vec<_> = plan.back_from(end).take_while(|due| *due > start).collect();
            back.reverse();
            assert_eq!(forward, back, "{cron}");
        }
    }

    #[test]
    fn at_most_twelve_are_caught_up() {
        let (last, now) = ("2026-01-01T00:00:00Z", "2026-11-22T10:00:00Z");
        let due = plan("0 * * * *")
            .unwrap()
            .due(last.parse().unwrap(), now.parse().unwrap());
        assert_eq!(due.len(), 12);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        assert!(plan("every monday").is_err());
        assert!(plan("0 0 6 * * *").is_err(), "seconds");
    }
}

//! A meter's registrations at one school follow one another.

use super::MeterRegistered;
use crate::{DayRun, day_run};

/// The days that each of a meter's registrations at one school covers, in the order of their first days: from its first day
/// until its last, or until the day before the next begins. A registration that was taken back covers no days and ends no
/// other.
///
/// `registrations` has the valid ones only, one for each first day.
pub fn in_turn<T>(
    registrations: impl IntoIterator<Item = T>,
    registration: impl Fn(&T) -> &MeterRegistered,
) -> Vec<(DayRun, T)> {
    let mut standing: Vec<T> = registrations
        .into_iter()
        .filter(|one| !registration(one).is_taken_back())
        .collect();
    standing.sort_by_key(|one| registration(one).from);
    let next = |place: usize| standing.get(place + 1).map(|next| registration(next).from);
    let runs: Vec<DayRun> = standing
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let run = day_run(registration(one).from, registration(one).to);
            let before_next = next(place).and_then(|first| first.pred_opt());
            let last = before_next.map_or(*run.end(), |day| day.min(*run.end()));
            *run.start()..=last
        })
        .collect();
    runs.into_iter().zip(standing).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first and last day of each registration, and the days each is expected to cover.
    fn check(dates: &[(&str, Option<&str>)], wanted: &[(&str, &str)]) {
        let registered = |(from, to): &(&str, Option<&str>)| -> MeterRegistered {
            serde_json::from_value(serde_json::json!({
                "meter": "mprn:9999970106", "fuel": "gas", "from": from, "to": to,
            }))
            .unwrap()
        };
        let mut all: Vec<_> = dates.iter().map(registered).collect();
        for _ in 0..all.len() {
            all.rotate_left(1);
            let found: Vec<_> = in_turn(&all, |one| one)
                .into_iter()
                .map(|(run, _)| (run.start().to_string(), run.end().to_string()))
                .collect();
            let wanted: Vec<_> = wanted
                .iter()
                .map(|(from, to)| ((*from).to_owned(), (*to).to_owned()))
                .collect();
            assert_eq!(found, wanted, "{dates:?}");
        }
    }

    #[test]
    fn each_stands_until_the_next_begins() {
        let open = chrono::NaiveDate::MAX.to_string();
        check(
            &[("2020-01-01", None), ("2025-03-01", None)],
            &[("2020-01-01", "2025-02-28"), ("2025-03-01", &open)],
        );
        // A gap stays a gap, and a registration that has ended does not resume.
        check(
            &[
                ("2020-01-01", Some("2020-12-31")),
                ("2022-01-01", Some("2022-06-30")),
            ],
            &[("2020-01-01", "2020-12-31"), ("2022-01-01", "2022-06-30")],
        );
        check(
            &[("2020-01-01", None), ("2022-01-01", Some("2022-06-30"))],
            &[("2020-01-01", "2021-12-31"), ("2022-01-01", "2022-06-30")],
        );
    }

    #[test]
    fn one_that_is_taken_back_ends_no_other() {
        let open = chrono::NaiveDate::MAX.to_string();
        check(
            &[("2020-01-01", None), ("2025-03-01", Some("2025-02-28"))],
            &[("2020-01-01", &open)],
        );
        check(&[("2020-01-01", Some("2019-12-31"))], &[]);
    }
}

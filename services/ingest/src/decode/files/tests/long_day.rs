//! The day of 50 half-hours in files of a row per half-hour.

use chrono_tz::Europe::London;
use events::SettlementDay;

use super::*;

const TWICE: &str = "clocks show this time twice on this day, and the rows around it do not say which is meant; send the rows \
                     of the day once each, oldest first or newest first";

/// A row for each half-hour, stamped with its end by the clock; half-hour 1 holds 1.
fn rows() -> Vec<String> {
    let day = SettlementDay("2025-10-26".parse().unwrap());
    let stamp = |slot: usize| day.slot_starts(slot + 1).with_timezone(&London);
    let row = |slot: usize| {
        let at = stamp(slot).format("%d %b %Y %H:%M:%S").to_string();
        half_hour(&at, &(slot + 1).to_string(), "Actual")
    };
    (0..50).map(row).collect()
}

fn file(rows: &[String]) -> String {
    "MPR,ReadDatetime,kWh,ReadType\n".to_owned() + &rows.concat()
}

#[test]
fn all_fifty_half_hours_find_their_place_oldest_first_and_newest_first() {
    let mut rows = rows();
    let oldest = check(HALF_HOURS, &file(&rows), 50, &[]);
    let values: Vec<_> = (1..=50).collect();
    assert_eq!(body(&oldest, 0)["values"], serde_json::json!(values));
    assert_eq!(present(&oldest), (50, 1275.0));
    rows.reverse();
    let newest = check(HALF_HOURS, &file(&rows), 50, &[]);
    assert_eq!(newest.records[0].payload, oldest.records[0].payload);
    // Each day is in one direction, whichever day is first.
    let before = half_hour("25 Oct 2025 12:00:00", "9", "Actual");
    rows.push(before);
    let both = check(HALF_HOURS, &file(&rows), 51, &[]);
    assert_eq!(both.records[0].payload, oldest.records[0].payload);
}

#[test]
fn rows_that_run_both_ways_around_the_repeated_hour_are_refused_and_the_others_kept() {
    let mut rows = rows();
    rows[3..].reverse();
    let outcome = judged(HALF_HOURS, &file(&rows));
    let refused = outcome.refused.iter().flat_map(|one| &one.refusals);
    let refused: Vec<_> = refused.map(|why| (why.rule, why.hint.as_str())).collect();
    assert_eq!(refused, [(Rule::FileRow, TWICE); 5]);
    assert_eq!(outcome.accepted, 45);
    assert_eq!(present(&outcome), (45, 1275.0 - 20.0));
}

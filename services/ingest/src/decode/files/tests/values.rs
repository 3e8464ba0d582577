//! A bad cell costs one cell, and a word for none is no value.

use super::*;
use crate::admission::notes::About;

/// A day row with another value in each of these columns, counted from 1.
fn with(cells: &[(usize, &str)]) -> String {
    let mut values = vec!["5.0"; 48];
    for (column, cell) in cells {
        values[column - 1] = cell;
    }
    let unread = vec!["7"; 48];
    format!(
        "A school,{},02/11/2026,{},{}\n",
        number(),
        values.join(","),
        unread.join(",")
    )
}

/// Reads one day row with these cells; each of `bad` is named with its column, and only those cells are missing.
fn check_row(cells: &[(usize, &str)], bad: &[(Rule, &str)]) -> BatchOutcome {
    let outcome = judged(DAYS, &(header() + &with(cells)));
    let named = outcome.notes.iter().flat_map(|note| &note.values);
    let named: Vec<_> = named
        .map(|why| (why.pointer.as_str(), why.rule, why.seen.as_str()))
        .collect();
    let bad = bad.iter().map(|(rule, seen)| ("/row/2", *rule, *seen));
    assert_eq!(named, bad.collect::<Vec<_>>(), "{cells:?}");
    assert_eq!((outcome.received, outcome.accepted), (1, 1), "{cells:?}");
    let left = 48 - cells.len();
    assert_eq!(present(&outcome), (left, left as f64 * 5.0), "{cells:?}");
    outcome
}

#[test]
fn one_bad_half_hour_in_a_day_row_costs_one_half_hour_and_is_named() {
    check_row(&[(20, "-0.3")], &[(Rule::Negative, "kWh_20: -0.3")]);
    let garbled = (Rule::Implausible, "kWh_7: 4295.084");
    let outcome = check_row(&[(7, "4295.084")], &[garbled]);
    assert_eq!(
        outcome.notes[0].values[0].hint,
        "meters send this number when they mean none; send null"
    );
    // A broken formula, a unit in the cell, a sentinel, a number beyond all numbers.
    let cells = [
        (1, "#REF!"),
        (24, "12 kWh"),
        (30, "16777.215"),
        (48, "1e9999"),
    ];
    let bad = [
        (Rule::FileRow, "kWh_1: #REF!"),
        (Rule::FileRow, "kWh_24: 12 kWh"),
        (Rule::Implausible, "kWh_30: 16777.215"),
        (Rule::Implausible, "kWh_48: 1e9999"),
    ];
    let outcome = check_row(&cells, &bad);
    let note = &outcome.notes[0];
    assert_eq!((note.about, note.index), (About::BadValues, 2));
    let begins =
        "4 values are bad and count as missing; the other values are kept. /row/2 (kWh_1: #REF!): ";
    assert!(note.note.starts_with(begins), "{}", note.note);
    let counted = [(Rule::Implausible, 2), (Rule::FileRow, 2)].into();
    assert_eq!(outcome.bad_values, counted);
}

/// 142 half-hours and 710.0 kWh, as the same three days have without the two bad cells.
#[test]
fn one_bad_half_hour_a_day_leaves_the_other_half_hours_of_three_days() {
    let on = |day: &str, cells: &[(usize, &str)]| with(cells).replace("02/11", day);
    let text = header()
        + &on("02/11", &[(20, "-0.3")])
        + &on("03/11", &[(7, "4295.084")])
        + &on("04/11", &[]);
    let outcome = judged(DAYS, &text);
    assert_eq!((outcome.accepted, outcome.notes.len()), (3, 2));
    assert_eq!(present(&outcome), (142, 710.0));
}

/// The meter measures electricity.
#[test]
fn a_value_above_the_limit_of_its_fuel_costs_one_cell() {
    let beyond = (Rule::Implausible, "kWh_7: 2000.5");
    check_row(&[(7, "2000.5")], &[beyond]);
}

#[test]
fn many_bad_values_are_named_up_to_five_and_counted_beyond() {
    let bad: Vec<_> = (1..=40).map(|column| (column, "-1")).collect();
    let outcome = judged(DAYS, &(header() + &with(&bad)));
    assert_eq!(present(&outcome), (8, 40.0));
    let note = &outcome.notes[0];
    assert_eq!(note.values.len(), 5);
    assert!(note.note.starts_with("40 values are"), "{}", note.note);
    assert!(note.note.ends_with("; and 35 more"), "{}", note.note);
    assert_eq!(outcome.bad_values, [(Rule::Negative, 40)].into());
}

#[test]
fn bad_values_are_kept_in_rejected_beside_the_row_that_is_accepted() {
    let outcome = check_row(&[(20, "-0.3")], &[(Rule::Negative, "kWh_20: -0.3")]);
    let kept = &outcome.refused[0];
    assert_eq!((kept.count, kept.index), (0, 2));
    let (source, id) = row_of(&outcome.taken[0].1).unwrap();
    let beside = (source, format!("{id}#values"));
    assert_eq!(kept.identity, Some(beside));
    assert!(kept.event.get().contains("-0.3"));
}

#[test]
fn a_word_for_none_is_missing_and_never_zero_and_no_refusal() {
    let words = [
        "-", "--", "NULL", "n/a", "N/A", "NaN", "none", "missing", "#N/A", "", "  ", "null",
        "\u{2013}", "Nil", "No Data", "\\N",
    ];
    for word in words {
        let outcome = check_row(&[(3, word), (48, word)], &[]);
        assert!(outcome.notes.is_empty() && outcome.refused.is_empty());
    }
    // A day of which nothing is known is no error, and no half-hour.
    let nothing: Vec<_> = (1..=48).map(|column| (column, "-")).collect();
    check_row(&nothing, &[]);
    let text = "MPR,ReadDatetime,kWh,ReadType\n".to_owned()
        + &half_hour("26 Aug 2019 00:30:00", "1.5", "Actual")
        + &half_hour("26 Aug 2019 01:00:00", "n/a", "");
    let outcome = check(HALF_HOURS, &text, 2, &[]);
    assert_eq!(present(&outcome), (1, 1.5));
}

/// By a file as by an event, however the supplier rounds what stands for none.
#[test]
fn no_sentinel_comes_in_by_a_file() {
    let sentinels = [
        "4294967.295",
        "4294967295",
        "2147483.647",
        "16777.215",
        "1677.7215",
        "8590.017",
        "8590.02",
        "34364.271",
        "38655.37",
        "12885.1",
    ];
    let mut text = "MPR,ReadDatetime,kWh,ReadType\n".to_owned();
    for (nth, sentinel) in sentinels.iter().enumerate() {
        let at = format!("26 Aug 2019 {:02}:30:00", nth + 1);
        text += &half_hour(&at, sentinel, "Actual");
        let seen = format!("kWh_9: {sentinel}");
        check_row(&[(9, sentinel)], &[(Rule::Implausible, &seen)]);
    }
    let outcome = judged(HALF_HOURS, &text);
    let rules = outcome.refused.iter().map(|one| one.refusals[0].rule);
    assert_eq!(rules.collect::<Vec<_>>(), [Rule::Implausible; 10]);
    assert_eq!(outcome.accepted, 0);
}

#[test]
fn the_absent_cells_of_a_short_row_are_missing() {
    let row = format!("A school,{},02/11/2026,1,2\n", number());
    let outcome = judged(DAYS, &(header() + &row));
    assert_eq!(present(&outcome), (2, 3.0));
    assert_eq!(outcome.notes[0].values[0].seen, "kWh_3: nothing");
    assert_eq!(outcome.bad_values, [(Rule::FileRow, 46)].into());
}

/// It is 09:00 on 20 November. Some suppliers fill the rest of a day with zeros.
#[test]
fn half_hours_that_have_not_ended_are_missing_and_the_others_of_the_day_are_kept() {
    let row = with(&[]).replace("02/11/2026", "20/11/2026");
    let outcome = judged(DAYS, &(header() + &row));
    assert_eq!(present(&outcome), (18, 90.0));
    let first = &outcome.notes[0].values[0];
    assert_eq!(first.seen, "ConsumptionDate: 5 in half-hour 19");
    assert_eq!(outcome.bad_values, [(Rule::Future, 30)].into());
}

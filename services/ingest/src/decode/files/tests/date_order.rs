//! Day-first or month-first: a file is judged as a whole. It is 20 November 2026.

use super::*;
use crate::admission::notes::About;

/// A file with a row for each of these days.
fn on(dates: &[&str]) -> String {
    let rows = dates.iter().map(|date| row(number(), date, "1"));
    header() + &rows.collect::<String>()
}

/// The days a file was read as, and the note on its order.
fn check_days(dates: &[&str], days: &[&str], note: Option<&str>) {
    let outcome = judged(DAYS, &on(dates));
    let read: Vec<_> = (0..outcome.records.len())
        .map(|at| body(&outcome, at)["day"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(read, days);
    let notes = outcome.notes.iter();
    let notes: Vec<_> = notes.map(|one| (one.about, one.index)).collect();
    let wanted: Vec<_> = note.iter().map(|_| (About::DateOrder, 0)).collect();
    assert_eq!(notes, wanted, "{:?}", outcome.notes);
    if let Some(note) = note {
        assert!(outcome.notes[0].note.contains(note), "{:?}", outcome.notes);
    }
}

#[test]
fn a_file_with_one_day_that_can_only_be_month_first_is_read_month_first_with_a_note() {
    let dates = ["11/01/2026", "11/02/2026", "11/12/2026", "11/13/2026"];
    let days = ["2026-11-01", "2026-11-02", "2026-11-12", "2026-11-13"];
    let note = "read month-first, as %m/%d/%Y has it, and not day-first, as its format says: /row/5 (11/13/2026)";
    check_days(&dates, &days, Some(note));
    // Wherever the row stands that gives it away.
    let reversed: Vec<_> = dates.iter().rev().copied().collect();
    let read: Vec<_> = days.iter().rev().copied().collect();
    check_days(&reversed, &read, Some("/row/2 (11/13/2026)"));
}

#[test]
fn a_file_of_the_first_days_of_a_month_is_read_in_the_order_in_which_they_follow_each_other() {
    let days = ["2026-11-02", "2026-11-03", "2026-11-06", "2026-11-09"];
    let month_first = ["11/02/2026", "11/03/2026", "11/06/2026", "11/09/2026"];
    check_days(&month_first, &days, Some("only so do they follow"));
    let day_first = ["02/11/2026", "03/11/2026", "06/11/2026", "09/11/2026"];
    check_days(&day_first, &days, None);
}

#[test]
fn an_ambiguous_file_is_read_in_the_order_of_its_format_with_a_note() {
    let note = Some("can be read day-first and month-first; it was read day-first");
    check_days(
        &["03/02/2026", "05/06/2026"],
        &["2026-02-03", "2026-06-05"],
        note,
    );
    // One day: yesterday's is no surprise, what would be yesterday's in the other order is.
    check_days(&["05/11/2026"], &["2026-11-05"], None);
    check_days(&["11/05/2026"], &["2026-05-11"], note);
    check_days(&["11/11/2026"], &["2026-11-11"], None);
    check_days(&["05/06/2019"], &["2019-06-05"], None);
}

#[test]
fn a_file_in_both_orders_is_refused_as_a_whole_with_the_lines_that_contradict() {
    let (token, register) = (heron(), register());
    let text = on(&["01/11/2026", "11/13/2026", "02/11/2026", "14/11/2026"]);
    let file = File {
        format: &find(DAYS).unwrap(),
        text: &text,
        places: &[],
        sha256: "",
        above: 0,
        days_before: 0,
        part: None,
        issued: None,
    };
    let refusal = admit_file(&file, &context(&token, &register)).unwrap_err();
    assert_eq!(
        (
            refusal.pointer.as_str(),
            refusal.rule,
            refusal.seen.as_str()
        ),
        (
            "/row/5",
            Rule::FileRow,
            "ConsumptionDate: 11/13/2026 in line 3, 14/11/2026 in line 5"
        )
    );
}

#[test]
fn a_day_invalid_in_both_orders_does_not_decide_the_order() {
    let outcome = judged(
        DAYS,
        &on(&["31/31/2026", "2 Nov 2026", "13/11/2026", "soon"]),
    );
    assert_eq!((outcome.accepted, outcome.refused.len()), (1, 3));
    assert_eq!(body(&outcome, 0)["day"], "2026-11-13");
}

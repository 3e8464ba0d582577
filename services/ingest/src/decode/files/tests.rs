mod date_order;
mod examples;
mod headerless;
mod long_day;
mod registered;
mod round_trip;
mod school_rows;
mod values;
mod withdrawn;
mod written;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use events::Rule;

use super::{Format, Formats};
use crate::admission::BatchOutcome;
use crate::admission::file::File;
use crate::admission::upload::admit_file;
use crate::identity::row_of;
use crate::testing::{MPAN, bounds, context, heron, register};
use crate::tokens::token_sha256;

/// A shipped format.
fn find(name: &str) -> Option<Arc<Format>> {
    Formats::shipped().unwrap().find(name).cloned()
}

fn judged(format: &str, text: &str) -> BatchOutcome {
    judged_as_issued(format, text, None)
}

fn judged_as_issued(format: &str, text: &str, issued: Option<DateTime<Utc>>) -> BatchOutcome {
    let (token, register) = (heron(), register());
    let sha256 = token_sha256(text);
    let file = File {
        format: &find(format).unwrap(),
        text,
        places: &[],
        sha256: &sha256,
        above: 0,
        days_before: 0,
        part: None,
        issued,
    };
    admit_file(&file, &context(&token, &register)).unwrap()
}

/// Checks the counts, and the pointer, rule and `seen` of every refusal.
fn check(
    format: &str,
    text: &str,
    accepted: usize,
    refused: &[(&str, Rule, &str)],
) -> BatchOutcome {
    let outcome = judged(format, text);
    let found: Vec<_> = outcome
        .refused
        .iter()
        .flat_map(|one| &one.refusals)
        .map(|why| (why.pointer.as_str(), why.rule, why.seen.as_str()))
        .collect();
    assert_eq!(found, refused);
    assert_eq!(outcome.accepted, accepted);
    let all: usize = outcome.refused.iter().map(|one| one.count).sum();
    assert_eq!(outcome.received, accepted + all);
    outcome
}

const DAYS: &str = "day-rows-kwh48";
const HALF_HOURS: &str = "row-per-half-hour-end";

fn header() -> String {
    let numbered = |name: &str| {
        (1..=48)
            .map(|n| format!("{name}_{n}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    format!(
        "siteRef,MPAN,ConsumptionDate,{},{}\n",
        numbered("kWh"),
        numbered("kVArh")
    )
}

fn row(mpan: &str, date: &str, value: &str) -> String {
    format!(
        "A school,{mpan},{date},{},{}\n",
        vec![value; 48].join(","),
        vec!["7"; 48].join(",")
    )
}

fn half_hour(at: &str, value: &str, kind: &str) -> String {
    format!("{},{at},{value},{kind}\n", number())
}

fn number() -> &'static str {
    MPAN.trim_start_matches("mpan:")
}

fn body(outcome: &BatchOutcome, at: usize) -> serde_json::Value {
    serde_json::from_slice(outcome.records[at].payload.as_deref().unwrap()).unwrap()
}

/// How many half-hours of all records are known, and their sum.
fn present(outcome: &BatchOutcome) -> (usize, f64) {
    let days = (0..outcome.records.len()).map(|at| body(outcome, at));
    let values: Vec<_> = days
        .flat_map(|day| day["values"].as_array().unwrap().clone())
        .collect();
    let numbers = values.iter().filter_map(serde_json::Value::as_f64);
    (numbers.clone().count(), numbers.sum())
}

#[test]
fn a_day_row_becomes_a_meter_day_and_reactive_columns_are_left_alone() {
    let text = header() + &row(number(), "06/11/2018", "3.620000000");
    let outcome = check(DAYS, &text, 1, &[]);
    let headers = &outcome.records[0].headers;
    let payload = String::from_utf8(outcome.records[0].payload.clone().unwrap()).unwrap();
    let (file, read) = (token_sha256(&text), token_sha256(&payload));
    let id = format!("{}-0000002.{}", &file[..16], &read[..8]);
    assert!(headers.contains(&("ce_id", id)), "{headers:?}");
    assert!(headers.contains(&(
        "ce_source",
        "urn:greenledger:file:day-rows-kwh48".to_owned()
    )));
    // The sender states no issue time: then it is the end of the last reading, whenever the file is sent.
    assert!(headers.contains(&("ce_time", "2018-11-07T00:00:00Z".to_owned())));
    let day = body(&outcome, 0);
    assert_eq!(
        (day["day"].as_str(), day["values"][47].as_f64()),
        (Some("2018-11-06"), Some(3.62))
    );
}

#[test]
fn the_same_file_twice_is_the_same_events() {
    let text =
        header() + &row(number(), "06/11/2018", "3.62") + &row(number(), "07/11/2018", "3.5");
    let [first, second] = [judged(DAYS, &text), judged(DAYS, &text)];
    assert_eq!(first.records, second.records);
    assert_eq!(first.records.len(), 2);
}

#[test]
fn a_file_with_a_new_issue_time_is_no_repetition() {
    let text = header() + &row(number(), "06/11/2018", "3.62");
    let issued = |at: Option<&str>| {
        let issued = at.map(|at| at.parse().unwrap());
        let outcome = judged_as_issued(DAYS, &text, issued);
        outcome.taken[0].1.1.clone()
    };
    let nobody_said = issued(None);
    let nine = issued(Some("2018-11-08T09:00:00Z"));
    assert_ne!(nobody_said, nine);
    assert_ne!(nine, issued(Some("2018-11-08T10:00:00Z")));
    assert_eq!(nine, issued(Some("2018-11-08T09:00:00Z")));
    assert!(nine.contains("-20181108T090000Z-0000002."), "{nine}");
}

#[test]
fn a_file_issued_before_its_readings_or_of_a_clock_that_was_never_set_is_refused() {
    let (token, register) = (heron(), register());
    let text = header() + &row(number(), "06/11/2018", "3.62");
    let issued = |at: &str| {
        let file = File {
            format: &find(DAYS).unwrap(),
            text: &text,
            places: &[],
            sha256: "",
            above: 0,
            days_before: 0,
            part: None,
            issued: Some(at.parse().unwrap()),
        };
        let outcome = admit_file(&file, &context(&token, &register));
        outcome.map(|outcome| outcome.accepted)
    };
    assert_eq!(issued("2018-11-06T12:00:00Z").unwrap(), 1);
    let refusal = issued("2018-11-05T12:00:00Z").unwrap_err();
    assert_eq!(
        (refusal.rule, refusal.seen.as_str()),
        (Rule::Clock, "issued 2018-11-05T12:00:00Z")
    );
    let text = header() + &row(number(), "01/01/1970", "3.62") + &row(number(), "06/11/2018", "1");
    check(DAYS, &text, 1, &[("/row/2", Rule::Clock, "1970-01-01")]);
}

#[test]
fn of_two_rows_for_a_meter_day_the_later_stands() {
    let text = header() + &row(number(), "06/11/2018", "1") + &row(number(), "06/11/2018", "2");
    let what = format!("{MPAN} on 2018-11-06");
    let outcome = check(DAYS, &text, 1, &[("/row/2", Rule::Conflict, &what)]);
    assert_eq!(body(&outcome, 0)["values"][0], 2);
    assert!(
        outcome.refused[0]
            .identity
            .as_ref()
            .unwrap()
            .1
            .ends_with("-0000002")
    );
    assert!(outcome.taken[0].1.1.contains("-0000003."));
}

#[test]
fn a_row_without_a_value_a_meter_or_a_day_is_refused_with_its_line_and_column() {
    let wrong_digit = row("1234567891000", "06/11/2018", "1");
    let rows = [
        row(number(), "06/11/2018", "-1"),
        wrong_digit,
        row("12", "06/11/2018", "1"),
        row(number(), "6 Nov 2018", "1"),
        row(number(), "06/11/2099", "1"),
        row("2200012030374", "06/11/2018", "1"),
        row(number(), "08/11/2018", "1"),
        format!("A school,{},09/11/2018,1", number()),
    ];
    let outcome = judged(DAYS, &(header() + &rows.concat()));
    let found: Vec<_> = outcome
        .refused
        .iter()
        .map(|one| {
            (
                one.refusals[0].pointer.as_str(),
                one.refusals[0].rule,
                one.refusals[0].seen.as_str(),
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("/row/2", Rule::Negative, "kWh_1: -1"),
            ("/row/3", Rule::CheckDigit, "MPAN: 1234567891000"),
            ("/row/4", Rule::FileRow, "MPAN: 12"),
            ("/row/5", Rule::FileRow, "ConsumptionDate: 6 Nov 2018"),
            ("/row/6", Rule::Future, "ConsumptionDate: 2099-11-06"),
            ("/row/7", Rule::UnknownMeter, "MPAN: mpan:2200012030374"),
            ("/row/9", Rule::FileRow, "kWh_2: nothing"),
        ]
    );
    assert_eq!(outcome.refused[0].refusals[1].seen, "kWh_2: -1");
    assert_eq!(outcome.accepted, 1);
    // What the register may yet cure can be replayed as an event.
    assert!(events::Event::parse(outcome.refused[5].event.get()).is_ok());
}

#[test]
fn end_labelled_midnight_belongs_to_the_day_before() {
    let mut text = "sep=,\nMPR,ReadDatetime,kWh,ReadType\n".to_owned();
    text += &half_hour("26 Aug 2019 00:30:00", "14.4", "Actual");
    text += &half_hour("26 Aug 2019 01:00:00", "15", "Estimated");
    text += &half_hour("27 Aug 2019 00:00:00", "16", "Actual");
    text += &half_hour("27 Aug 2019 00:30:00", "17", "Actual");
    let outcome = check(HALF_HOURS, &text, 4, &[]);
    let [first, second] = [body(&outcome, 0), body(&outcome, 1)];
    assert_eq!(
        (first["day"].as_str(), &first["values"][47]),
        (Some("2019-08-26"), &16.into())
    );
    assert!(
        first["quality"]
            .as_str()
            .is_some_and(|quality| quality.starts_with("AEA"))
    );
    assert_eq!(
        (second["day"].as_str(), &second["values"][0]),
        (Some("2019-08-27"), &17.into())
    );
    assert!(outcome.taken[0].1.1.contains("-0000003."));
    assert!(outcome.taken[1].1.1.contains("-0000006."));
    assert!(
        outcome.records[0]
            .headers
            .contains(&("ce_time", "2019-08-26T23:30:00Z".to_owned()))
    );
}

#[test]
fn a_bad_half_hour_leaves_the_others_of_its_day() {
    // Columns stand in any order.
    let mut text = "ReadType,kWh,ReadDatetime,MPR,Extra\n".to_owned();
    for (at, value, kind) in [
        ("26 Aug 2019 00:30:00", "1", "Actual"),
        ("26 Aug 2019 01:00:00", "-2", "Actual"),
        ("26 Aug 2019 01:30:00", "3", "Guessed"),
        ("26 Aug 2019 02:00:00", "", "Actual"),
        ("26 Aug 2019 02:10:00", "5", "Actual"),
        ("26 Aug 2019 00:30:00", "6", "Actual"),
    ] {
        text += &format!("{kind},{value},{at},{},\n", number());
    }
    let what = format!("{MPAN} at 2019-08-25T23:00:00+00:00");
    let refused = [
        ("/row/2", Rule::Conflict, what.as_str()),
        ("/row/3", Rule::Negative, "kWh: -2"),
        ("/row/4", Rule::FileRow, "ReadType: Guessed"),
        (
            "/row/6",
            Rule::FileRow,
            "ReadDatetime: 26 Aug 2019 02:10:00",
        ),
    ];
    let outcome = check(HALF_HOURS, &text, 2, &refused);
    let values = body(&outcome, 0)["values"].clone();
    assert_eq!(
        values.as_array().map(|all| &all[..4]),
        Some(&[6.into(), ().into(), ().into(), ().into()][..])
    );
}

#[test]
fn the_codes_of_data_collectors_are_mapped_and_an_unknown_one_is_refused_by_name() {
    let mut text = "MPR,ReadDatetime,kWh,ReadType\n".to_owned();
    let codes = [
        "A",
        "A1",
        "A2",
        "AAE1",
        "a3",
        "EA1",
        "EAE3",
        "A9",
        "EAE1",
        "Actualised",
        "-",
    ];
    for (nth, code) in codes.iter().enumerate() {
        text += &half_hour(&format!("05 Nov 2025 {:02}:30:00", nth), "10.0", code);
    }
    let refused = [
        ("/row/9", Rule::FileRow, "ReadType: A9"),
        ("/row/10", Rule::FileRow, "ReadType: EAE1"),
        ("/row/11", Rule::FileRow, "ReadType: Actualised"),
        ("/row/12", Rule::FileRow, "ReadType: -"),
    ];
    let outcome = check(HALF_HOURS, &text, 7, &refused);
    let day = body(&outcome, 0);
    let quality: Vec<_> = day["quality"]
        .as_str()
        .unwrap()
        .chars()
        .step_by(2)
        .collect();
    assert_eq!(quality[..7], ['A', 'A', 'A', 'A', 'S', 'E', 'E']);
    let hint = &outcome.refused[0].refusals[0].hint;
    assert!(hint.contains("AAE1"), "{hint}");
    assert_eq!(present(&outcome), (7, 70.0));
}

#[test]
fn a_row_has_its_line_number_with_any_line_ending() {
    for end in ["\n", "\r\n", "\r"] {
        let lines = [
            "sep=,",
            "MPR,ReadDatetime,kWh,ReadType",
            "12,26 Aug 2019 00:30:00,1,Actual",
            "",
            "\"1\n3\",26 Aug 2019 00:30:00,1,Actual",
            "14,26 Aug 2019 00:30:00,1,Actual",
        ];
        let text = lines.join(end) + end;
        let refused = ["/row/3", "/row/5", "/row/7"];
        let found = judged(HALF_HOURS, &text).refused;
        let found: Vec<_> = found
            .iter()
            .map(|one| one.refusals[0].pointer.as_str())
            .collect();
        assert_eq!(found, refused, "{end:?}");
    }
}

#[test]
fn a_file_of_another_format_is_refused_as_a_whole() {
    let (token, register) = (heron(), register());
    for text in ["", "MPAN,Date\n1,2\n", "MPAN,MPAN,ConsumptionDate\n"] {
        let file = File {
            format: &find(DAYS).unwrap(),
            text,
            places: &[],
            sha256: "",
            above: 0,
            days_before: 0,
            part: None,
            issued: None,
        };
        let refusal = admit_file(&file, &context(&token, &register)).unwrap_err();
        assert_eq!(
            (refusal.pointer.as_str(), refusal.rule),
            ("/row/1", Rule::FileRow)
        );
    }
    assert!(bounds().latest > crate::testing::now());
}

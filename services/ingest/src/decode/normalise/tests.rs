use events::{MICRO, MeterReadings, Refusal, Rule};

use super::{Normalised, normalise};
use crate::decode::meter_day::MeterDay;
use crate::decode::read_as::ReadFrom;
use crate::rules::Bounds;
use crate::testing::{MPAN, bounds};

/// A meter that can measure 2,000 kWh in a half-hour, with values in the unit in which they are sent.
fn judged(readings: &MeterReadings) -> Result<Normalised, Vec<Refusal>> {
    let bounds = Bounds {
        most: 2_000 * MICRO,
        ..bounds()
    };
    let read = ReadFrom::of(readings, None, &bounds).unwrap();
    normalise(readings, &read, &bounds)
}

/// `rest` is the rest of the data, as JSON without its braces.
fn days(rest: &str) -> Result<Vec<MeterDay>, Vec<(String, Rule)>> {
    let json = format!(r#"{{"meter":"{MPAN}","unit":"kWh",{rest}}}"#);
    let readings = serde_json::from_str(&json).unwrap();
    let normalised = judged(&readings);
    normalised.map(|found| found.days).map_err(|refusals| {
        refusals
            .into_iter()
            .map(|refusal| (refusal.pointer, refusal.rule))
            .collect()
    })
}

fn check(rest: &str, wanted: Result<&[&str], &[(&str, Rule)]>) {
    let found = days(rest).map(|days| days.iter().map(|day| day.to_json(true)).collect::<Vec<_>>());
    let wanted_days = wanted.map(|days| {
        let head = format!(r#"{{"meter":"{MPAN}","channel":"AI","unit":"kWh","day":"#);
        days.iter().map(|day| format!("{head}{day}}}")).collect()
    });
    let wanted = wanted_days.map_err(|refusals| {
        refusals
            .iter()
            .map(|(pointer, rule)| ((*pointer).to_owned(), *rule))
            .collect()
    });
    assert_eq!(found, wanted, "{rest}");
}

/// Where the bad values of an event that is taken stand, and the rules they broke.
fn bad(rest: &str) -> Vec<(String, Rule)> {
    let json = format!(r#"{{"meter":"{MPAN}","unit":"kWh",{rest}}}"#);
    let readings = serde_json::from_str(&json).unwrap();
    let named = judged(&readings).unwrap().bad.into_refusals();
    named
        .into_iter()
        .map(|why| (why.pointer, why.rule))
        .collect()
}

fn list(count: usize, value: &str) -> String {
    vec![value; count].join(",")
}

fn total(rest: &str) -> (usize, i64) {
    let days = days(rest).unwrap();
    let values = days
        .iter()
        .flat_map(|day| &day.half_hours)
        .filter_map(|(value, _)| *value);
    (days.len(), values.sum())
}

#[test]
fn a_day_keeps_its_46_48_or_50_half_hours() {
    for (day, slots) in [("2026-03-29", 46), ("2026-06-01", 48), ("2026-10-25", 50)] {
        let values = list(slots, "1.5");
        let whole = format!(r#""day":"{day}","values":[{values}]"#);
        check(&whole, Ok(&[&format!(r#""{day}","values":[{values}]"#)]));
        for wrong in [slots - 1, slots + 1, 51] {
            let body = format!(r#""day":"{day}","values":[{}]"#, list(wrong, "1"));
            check(&body, Err(&[("/data/values", Rule::ValueCount)]));
        }
    }
}

#[test]
fn quality_is_written_only_where_not_all_is_actual() {
    let values = format!("null,2,{}", list(46, "1"));
    let actual = "A".repeat(48);
    let estimated = format!("EE{}", "A".repeat(46));
    let day = r#""day":"2026-06-01","values""#;
    let out = format!(r#""2026-06-01","values":[{values}]"#);
    check(
        &format!(r#"{day}:[{values}],"quality":"{actual}""#),
        Ok(&[&out]),
    );
    let kept = format!(r#"{out},"quality":"AE{}""#, "A".repeat(46));
    check(
        &format!(r#"{day}:[{values}],"quality":"{estimated}""#),
        Ok(&[&kept]),
    );
}

#[test]
fn other_intervals_become_half_hours() {
    let nulls = |count| list(count, "null");
    let a = |count| "A".repeat(count);
    // Eight o'clock by the offset is the first half-hour but 16 of the British day.
    check(
        r#""interval":"PT15M","start":"2026-06-02T08:00:00+01:00","values":[1.25,null,1.5,1.375],"quality":"AAAE""#,
        Ok(&[&format!(
            r#""2026-06-02","values":[{},null,2.875,{}],"quality":"{}E{}","quarters":[{{"quarter":32,"value":1.25}}]"#,
            nulls(16),
            nulls(30),
            a(17),
            a(30)
        )]),
    );
    check(
        r#""interval":"PT15M","start":"2026-06-01T23:45:00+01:00","values":[9,1,2,9]"#,
        Ok(&[
            &format!(
                r#""2026-06-01","values":[{}],"quarters":[{{"quarter":95,"value":9}}]"#,
                nulls(48)
            ),
            &format!(
                r#""2026-06-02","values":[3,{}],"quarters":[{{"quarter":2,"value":9}}]"#,
                nulls(47)
            ),
        ]),
    );
    check(
        r#""interval":"PT15M","start":"2026-06-01T23:45:00+01:00","values":[9],"quality":"E""#,
        Ok(&[&format!(
            r#""2026-06-01","values":[{}],"quarters":[{{"quarter":95,"value":9,"quality":"E"}}]"#,
            nulls(48)
        )]),
    );
    // A quarter keeps its place beside the half-hours of a day, as the ledger writes it.
    let beside = format!(
        r#""day":"2026-06-01","values":[1,{}],"quarters":"#,
        nulls(47)
    );
    let kept = r#"[{"quarter":95,"value":9,"quality":"E"}]"#;
    check(
        &format!("{beside}{kept}"),
        Ok(&[&format!(
            r#""2026-06-01","values":[1,{}],"quarters":{kept}"#,
            nulls(47)
        )]),
    );
    assert_eq!(
        bad(&format!(r#"{beside}[{{"quarter":95,"value":1001}}]"#)),
        [("/data/quarters/0/value".to_owned(), Rule::Implausible)]
    );
    check(
        r#""interval":"PT1H","start":"2026-06-01T23:00:00+01:00","values":[0.000003,5]"#,
        Ok(&[
            &format!(
                r#""2026-06-01","values":[{},0.000001,0.000002],"quality":"{}SS""#,
                nulls(46),
                a(46)
            ),
            &format!(
                r#""2026-06-02","values":[2.5,2.5,{}],"quality":"SS{}""#,
                nulls(46),
                a(46)
            ),
        ]),
    );
    check(
        r#""start":"2026-06-01T23:30:00+01:00","values":[1,2]"#,
        Ok(&[
            &format!(r#""2026-06-01","values":[{},1]"#, nulls(47)),
            &format!(r#""2026-06-02","values":[2,{}]"#, nulls(47)),
        ]),
    );
}

#[test]
fn a_spread_adds_up_to_its_total() {
    let million = MICRO;
    for (day, slots) in [("2026-03-29", 46), ("2026-06-01", 48), ("2026-10-25", 50)] {
        let rest = format!(r#""interval":"P1D","day":"{day}","values":[64.113]"#);
        assert_eq!(total(&rest), (1, 64_113_000));
        assert_eq!(days(&rest).unwrap()[0].half_hours.len(), slots);
    }
    assert_eq!(
        total(
            r#""interval":"P1D","start":"2026-03-28T00:00:00Z","values":[1.000001,2.000001,null,3.7]"#
        ),
        (4, 6 * million + 700_002)
    );
    let reads = r#""register":{"opening":{"at":"2026-02-02T09:00:00Z","value":48211.7},
                   "closing":{"at":"2026-05-02T09:00:00+01:00","value":49876.2}}"#;
    assert_eq!(total(reads), (90, 1_664_500_000));
    assert!(
        days(reads).unwrap()[1]
            .to_json(true)
            .contains(r#""quality":"SSSS"#)
    );
}

#[test]
fn an_interval_begins_on_its_boundary() {
    let refused: &[(&str, Rule)] = &[("/data/start", Rule::Schema)];
    for (interval, start) in [
        ("PT15M", "2026-06-01T00:10:00Z"),
        ("PT30M", "2026-06-01T00:15:00Z"),
        ("PT30M", "2026-06-01T00:00:00.5Z"),
        ("PT1H", "2026-06-01T00:30:00Z"),
        ("P1D", "2026-06-01T00:00:00Z"),
    ] {
        check(
            &format!(r#""interval":"{interval}","start":"{start}","values":[1]"#),
            Err(refused),
        );
    }
    check(
        r#""register":{"opening":{"at":"2026-02-02T09:10:00Z","value":1},"closing":{"at":"2026-03-02T09:00:00Z","value":2}}"#,
        Err(&[("/data/register/opening/at", Rule::Schema)]),
    );
}

#[test]
fn a_value_that_cannot_have_been_measured_is_missing_and_named_where_it_stands() {
    let day = |values: &str| {
        format!(
            r#""day":"2026-06-01","values":[{},{values}]"#,
            list(47, "1")
        )
    };
    let missing = |value: &str, rule| {
        assert_eq!(bad(&day(value)), [("/data/values/47".to_owned(), rule)]);
        assert_eq!(total(&day(value)), (1, 47 * MICRO), "{value}");
    };
    missing("-0.1", Rule::Negative);
    missing("4294967.295", Rule::Implausible);
    missing("8590.017", Rule::Implausible);
    missing("4294.967295", Rule::Implausible);
    missing("4295.1", Rule::Implausible);
    missing("2000.5", Rule::Implausible);
    let refuse = |rest: &str, pointer: &str, rule| check(rest, Err(&[(pointer, rule)]));
    refuse(
        r#""interval":"P1D","day":"2026-06-01","values":[96000.5]"#,
        "/data/values/0",
        Rule::Implausible,
    );
    // A day may come to what a half-hour cannot.
    let a_day = r#""interval":"P1D","day":"2026-06-01","values":[4295.1]"#;
    assert_eq!(total(a_day), (1, 4_295_100_000));
    check(
        r#""start":"2026-06-01T00:00:00Z","values":[-1,null,-2]"#,
        Err(&[
            ("/data/values/0", Rule::Negative),
            ("/data/values/2", Rule::Negative),
        ]),
    );
}

#[test]
fn a_half_hour_that_has_not_ended_is_missing_and_named() {
    // It is 09:00 on 20 November, and a clock may be two minutes ahead.
    let one_ahead = r#""start":"2026-11-20T08:30:00Z","values":[1,1,null]"#;
    assert_eq!(
        bad(one_ahead),
        [("/data/values/1".to_owned(), Rule::Future)]
    );
    assert_eq!(total(one_ahead), (1, MICRO));
    check(
        r#""start":"2026-11-20T09:00:00Z","values":[1,1,null]"#,
        Err(&[
            ("/data/values/0", Rule::Future),
            ("/data/values/1", Rule::Future),
        ]),
    );
    let rest_is_null = format!(
        r#""day":"2026-11-20","values":[{},{}]"#,
        list(18, "1"),
        list(30, "null")
    );
    assert!(days(&rest_is_null).is_ok());
    check(
        r#""interval":"P1D","day":"2026-11-20","values":[1]"#,
        Err(&[("/data/values/0", Rule::Future)]),
    );
    let reads = r#""register":{"opening":{"at":"2026-11-19T09:00:00Z","value":1},"closing":{"at":"2026-11-20T09:30:00Z","value":2}}"#;
    check(reads, Err(&[("/data/register/closing/at", Rule::Future)]));
}

#[test]
fn a_register_that_counts_down_is_refused() {
    let reads = r#""register":{"opening":{"at":"2026-03-19T09:00:00Z","value":99},"closing":{"at":"2026-03-20T09:30:00Z","value":2}}"#;
    check(
        reads,
        Err(&[("/data/register/closing/value", Rule::Negative)]),
    );
}

#[test]
fn energy_is_not_measured_in_units_of_something_else() {
    let rest = r#""channel":"RI","start":"2026-06-01T00:00:00Z","values":[1]"#;
    check(rest, Err(&[("/data/unit", Rule::Schema)]));
}

#[test]
fn power_is_energy_over_its_interval_and_no_register_counts_it() {
    let of = |rest: &str| -> MeterReadings {
        let json = format!(r#"{{"meter":"{MPAN}","unit":"kW",{rest}}}"#);
        serde_json::from_str(&json).unwrap()
    };
    let values = list(48, "14.4");
    let half_hours = of(&format!(r#""day":"2026-06-01","values":[{values}]"#));
    let days = judged(&half_hours).unwrap().days;
    assert_eq!(days[0].half_hours[0].0, Some(7_200_000));
    // 14.4 kW on the day of 25 hours: 360 kWh.
    let a_day = of(r#""interval":"P1D","day":"2026-10-25","values":[14.4]"#);
    let days = judged(&a_day).unwrap().days;
    let sum: i64 = days[0]
        .half_hours
        .iter()
        .filter_map(|(value, _)| *value)
        .sum();
    assert_eq!(sum, 360 * MICRO);
    let reads = r#""register":{"opening":{"at":"2026-02-02T09:00:00Z","value":1},"closing":{"at":"2026-03-02T09:00:00Z","value":2}}"#;
    let refused = judged(&of(reads)).unwrap_err();
    assert_eq!(
        (refused[0].pointer.as_str(), refused[0].rule),
        ("/data/unit", Rule::Schema)
    );
}

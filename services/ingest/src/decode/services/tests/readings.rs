//! What is refused of half-hours, and what the sender has to state.

use serde_json::json;

use super::*;

const MPAN: &str = "mpan:1000148500113";

fn n3rgy(values: Value) -> Value {
    json!({
        "resource": "/mpxn/1000148500113/utility/electricity/readingtype/consumption?start=202606010030",
        "responseTimestamp": "2026-06-02T05:00:00Z",
        "granularity": "halfhour",
        "unit": "kWh",
        "devices": [{"deviceId": "01", "values": values}],
    })
}

/// The four half-hours from midnight of 1 June, of which one is wrong.
fn check_one_wrong(wrong: &Value, rule: Rule, seen: &str) {
    let mut values = json!([
        {"primaryValue": 1, "timestamp": "2026-05-31 23:30"},
        {"primaryValue": 2, "timestamp": "2026-06-01 00:00"},
        {"primaryValue": 3, "timestamp": "2026-06-01 00:30"},
        {"primaryValue": 4, "timestamp": "2026-06-01 01:00"},
    ]);
    values[2]["primaryValue"] = wrong.clone();
    let outcome = posted("n3rgy-v2", "", &n3rgy(values).to_string()).unwrap();
    let pointer = "/devices/0/values/2/primaryValue";
    assert_eq!(refusals(&outcome), [(pointer, rule, seen)]);
    let none = ["-"; 44].join(",");
    let wanted = format!("{MPAN} AI kWh 2026-06-01 {} 1,2,-,4,{none}", "A".repeat(48));
    assert_eq!(lines(&outcome), [wanted]);
}

/// 31 May 23:30 UTC ends the first half-hour of 1 June in London.
#[test]
fn one_bad_value_costs_one_half_hour_and_is_named_by_its_pointer() {
    for number in ["4294967.295", "2147483.647", "16777.215", "8590.017"] {
        let value: Value = serde_json::from_str(number).unwrap();
        check_one_wrong(&value, Rule::Implausible, number);
    }
    check_one_wrong(&json!(-0.5), Rule::Negative, "-0.5");
    check_one_wrong(&json!("invalid value"), Rule::FileRow, "invalid value");
    check_one_wrong(&json!({"kWh": 3}), Rule::FileRow, r#"{"kWh":3}"#);
}

/// Checks that a payload is refused as a whole.
fn check_whole(service: &str, query: &str, payload: &Value, rule: Rule, parts: [&str; 3]) {
    let refusal = posted(service, query, &payload.to_string()).unwrap_err();
    let found = (
        refusal.rule,
        refusal.pointer.as_str(),
        refusal.seen.as_str(),
    );
    assert_eq!(found, (rule, parts[0], parts[1]), "{refusal:?}");
    assert!(refusal.hint.contains(parts[2]), "{}", refusal.hint);
}

#[test]
fn a_payload_of_another_kind_is_refused_with_what_differs() {
    let value = json!([{"primaryValue": 1, "timestamp": "2026-06-01 00:30"}]);
    let changed = |name: &str, to: Value| {
        let mut payload = n3rgy(value.clone());
        payload[name] = to;
        payload
    };
    let check = |payload: &Value, parts| check_whole("n3rgy-v2", "", payload, Rule::FileRow, parts);
    check(
        &changed("granularity", json!("day")),
        ["/granularity", "day", "halfhour"],
    );
    check(
        &changed("unit", json!("therms")),
        ["/unit", "therms", "kWh, m3"],
    );
    let tariff = "/mpxn/1000148500113/utility/electricity/readingtype/tariff";
    check(
        &changed("resource", json!(tariff)),
        ["/resource", tariff, "readingtype"],
    );
    let renamed = json!([{"value": 1, "timestamp": "2026-06-01 00:30"}]);
    let pointer = "/devices/0/values/0/primaryValue";
    check(
        &n3rgy(renamed),
        [pointer, "no such name", "but timestamp, value"],
    );
    let v1 = json!({"granularity": "halfhour", "values": []});
    check(
        &v1,
        ["", "no such name", "no `devices`, but granularity, values"],
    );
    let errors = json!({"errors": [{"code": 403}], "granularity": "halfhour"});
    check(&errors, ["", "no such name", "but errors, granularity"]);
}

/// A number of gas in an address of electricity names the home and not the meter.
#[test]
fn a_number_that_is_none_of_the_meter_is_refused_until_the_sender_names_it() {
    let mut payload = n3rgy(json!([{"primaryValue": 1, "timestamp": "2026-06-01 00:30"}]));
    let resource =
        |number: &str| format!("/mpxn/{number}/utility/electricity/readingtype/consumption");
    for (number, rule, hint) in [
        ("3938424403", Rule::FileRow, "13 digits"),
        ("1234567891000", Rule::CheckDigit, "?meter=mpan:"),
    ] {
        let resource = resource(number);
        payload["resource"] = json!(resource);
        check_whole(
            "n3rgy-v2",
            "",
            &payload,
            rule,
            ["/resource", &resource, hint],
        );
        let outcome = posted("n3rgy-v2", &format!("meter={MPAN}"), &payload.to_string());
        assert!(lines(&outcome.unwrap())[0].starts_with(MPAN));
    }
}

#[test]
fn hours_and_days_are_never_read_as_half_hours() {
    let hour = json!({"results": [
        {"consumption": 1.5, "interval_start": "2026-06-01T00:00:00+01:00", "interval_end": "2026-06-01T01:00:00+01:00"},
        {"consumption": 0.5, "interval_start": "2026-06-01T01:00:00+01:00", "interval_end": "2026-06-01T01:30:00+01:00"},
        {"consumption": 0.5, "interval_start": "2026-06-01T01:30:00", "interval_end": "2026-06-01T02:00:00"},
    ]});
    let outcome = posted("octopus", &format!("meter={MPAN}"), &hour.to_string()).unwrap();
    let wanted = [
        (
            "/results/0/interval_end",
            Rule::FileRow,
            "2026-06-01T01:00:00+01:00",
        ),
        (
            "/results/2/interval_start",
            Rule::FileRow,
            "2026-06-01T01:30:00",
        ),
    ];
    assert_eq!(refusals(&outcome), wanted);
    assert_eq!(outcome.accepted, 1);
    let day = json!({"energyDetails": {"timeUnit": "DAY", "unit": "Wh", "meters": []}});
    let query = "production=serial:SE-7F";
    let parts = ["/energyDetails/timeUnit", "DAY", "QUARTER_OF_AN_HOUR"];
    check_whole("solaredge", query, &day, Rule::FileRow, parts);
}

#[test]
fn gas_without_a_unit_is_refused_where_the_payload_does_not_say_it() {
    let payload = json!({"results": [
        {"consumption": 1, "interval_start": "2026-06-01T00:00:00Z", "interval_end": "2026-06-01T00:30:00Z"},
    ]});
    let gas = "meter=mprn:3938424403";
    let parts = ["", "mprn:3938424403", "?unit=m3"];
    check_whole("octopus", gas, &payload, Rule::FileRow, parts);
}

fn check_parameters(service: &str, query: &str, wanted: &str) {
    let service = SERVICES.find(service).unwrap();
    let found = Parameters::read(&service.description, &pairs(query)).unwrap_err();
    assert!(found.contains(wanted), "{query}: {found}");
}

#[test]
fn what_the_address_has_to_say_is_asked_for_by_name() {
    check_parameters("octopus", "", "add ?meter=mpan:…");
    check_parameters("octopus", "metre=x", "the parameters are ?meter, ?unit");
    check_parameters(
        "octopus",
        "meter=1000148500113",
        "mpan:…, mprn:… or serial:…",
    );
    check_parameters("octopus", "meter=mprn:3938424403&unit=therms", "kWh");
    check_parameters("octopus", &format!("meter={MPAN}&meter={MPAN}"), "twice");
    check_parameters("perse", "meter=x", "the parameters are none");
    check_parameters("rbee", "", "?production=, ?import=, ?export=");
    check_parameters(
        "rbee",
        &format!("import={MPAN}&import-2={MPAN}"),
        "two meters",
    );
    check_parameters("defra-waste-receipt", "", "?school=");
    check_parameters("defra-waste-receipt", "school=1", "six digits");
}

fn solaredge(values: Value) -> String {
    json!({"energyDetails": {"timeUnit": "QUARTER_OF_AN_HOUR", "unit": "Wh", "meters": [
        {"type": "Production", "values": values},
        {"type": "FeedIn", "values": [{"date": "2026-06-01 12:00:00", "value": 9}]},
        {"type": "Heating", "values": [{"date": "2026-06-01 12:00:00", "value": 9}]},
    ]}})
    .to_string()
}

/// Of the half-hours at 12:00, 12:30, 13:00, 13:30 and 14:00 the first is whole, the second has one quarter of two, the third a
/// negative quarter that its sum would hide, the fourth a quarter that is off, and the fifth none. A quarter alone is kept, and
/// is no half-hour.
#[test]
fn a_half_hour_is_known_by_both_of_its_quarters() {
    let values = json!([
        {"date": "2026-06-01 12:00:00", "value": 1000}, {"date": "2026-06-01 12:15:00", "value": 500},
        {"date": "2026-06-01 12:30:00", "value": 700}, {"date": "2026-06-01 12:45:00"},
        {"date": "2026-06-01 13:00:00", "value": 900}, {"date": "2026-06-01 13:15:00", "value": -1},
        {"date": "2026-06-01 13:30:00", "value": 100}, {"date": "2026-06-01 13:50:00", "value": 100},
        {"date": "2026-06-01 14:00:00"}, {"date": "2026-06-01 14:15:00"},
    ]);
    let outcome = posted("solaredge", "production=serial:SE-7F", &solaredge(values)).unwrap();
    let values = "/energyDetails/meters/0/values";
    let wanted = [
        (&*format!("{values}/5/value"), Rule::Negative, "-1"),
        (
            &*format!("{values}/7/date"),
            Rule::FileRow,
            "2026-06-01 13:50:00",
        ),
        (
            "/energyDetails/meters/2/values/0",
            Rule::FileRow,
            "/energyDetails/meters/*/type: Heating",
        ),
    ];
    assert_eq!(refusals(&outcome), wanted);
    let (before, after) = (["-"; 24].join(","), ["-"; 23].join(","));
    let day = format!(
        "serial:SE-7F AI kWh 2026-06-01 {} {before},1.5,{after} 50=0.7 52=0.9 54=0.1",
        "A".repeat(48)
    );
    assert_eq!(lines(&outcome), [day]);
    let notes = notes(&outcome);
    let about: Vec<_> = notes.iter().map(|(about, _)| *about).collect();
    assert_eq!(about, [About::RowsLeftAlone, About::HalfHoursInPart]);
    assert!(
        notes[0]
            .1
            .contains("1 rows are left alone: FeedIn, whose meter ?feed-in=")
    );
    assert!(
        notes[1]
            .1
            .starts_with("3 half-hours are known by half, the first from 2026-06-01T11:30:00Z")
    );
}

/// The quarters of a day in any order, each once or several times: the same half-hours.
#[test]
fn quarters_that_do_not_follow_each_other_make_their_half_hour() {
    let at =
        |time: &str, value: i64| json!({"date": format!("2026-06-01 {time}:00"), "value": value});
    let (first, second, third) = (at("12:00", 1000), at("12:15", 500), at("12:30", 700));
    let day = |values: Vec<Value>| {
        let payload = solaredge(Value::Array(values)).replace("Heating", "Consumption");
        let outcome = posted("solaredge", "production=serial:SE-7F", &payload).unwrap();
        (lines(&outcome), refusals(&outcome).len())
    };
    let once = day(vec![first.clone(), second.clone(), third.clone()]);
    assert!(once.0[0].ends_with(" 50=0.7") && once.1 == 0, "{once:?}");
    let shuffled = vec![second.clone(), third.clone(), first.clone()];
    assert_eq!(day(shuffled), once);
    let repeated = vec![
        first.clone(),
        third.clone(),
        second.clone(),
        first.clone(),
        third.clone(),
    ];
    assert_eq!(day(repeated), once);
    let nothing = json!({"date": "2026-06-01 12:15:00"});
    let erased = vec![
        nothing.clone(),
        first.clone(),
        second.clone(),
        third.clone(),
        nothing,
    ];
    assert_eq!(day(erased), once);
    // Of two about one quarter the later stands, and the other is refused by name.
    let payload = solaredge(json!([first, second, at("12:00", 900)]));
    let payload = payload.replace("Heating", "Consumption");
    let outcome = posted("solaredge", "production=serial:SE-7F", &payload).unwrap();
    let values = "/energyDetails/meters/0/values";
    assert_eq!(
        refusals(&outcome),
        [(&*format!("{values}/0"), Rule::Conflict, "1000")]
    );
    assert!(lines(&outcome)[0].contains("-,1.4,-"));
}

/// The hour from one to two stands twice on 25 October. Where a quarter of its first half-hour is missing, the quarter of the
/// same name an hour later does not fill it.
#[test]
fn a_quarter_missing_in_the_repeated_hour_is_not_filled_from_the_other() {
    let times = [
        "00:30", "00:45", "01:00", "01:30", "01:45", "01:00", "01:15", "01:30", "01:45", "02:00",
        "02:15",
    ];
    let values = times.iter().enumerate().map(
        |(at, time)| json!({"date": format!("2026-10-25 {time}:00"), "value": 1000 * (at + 1)}),
    );
    let payload = solaredge(values.collect()).replace("Heating", "Consumption");
    let outcome = posted("solaredge", "production=serial:SE-7F", &payload).unwrap();
    assert_eq!(refusals(&outcome), []);
    // 1 + 2, a quarter of 3, 4 + 5, 6 + 7, 8 + 9, 10 + 11.
    let rest = ["-"; 43].join(",");
    let day = format!(
        "serial:SE-7F AI kWh 2026-10-25 {} -,3,-,9,13,17,21,{rest} 4=3",
        "A".repeat(50)
    );
    assert_eq!(lines(&outcome), [day]);
}

#[test]
fn a_meter_without_rows_in_the_payload_is_asked_about() {
    let payload = solaredge(json!([])).replace("Heating", "Consumption");
    let refusal = posted("solaredge", "production=serial:SE-7F", &payload).unwrap_err();
    assert!(
        refusal.hint.contains("no rows of Production"),
        "{}",
        refusal.hint
    );
}

/// A flag that is not known costs its half-hour; RI is left alone, and another quantity refused.
#[test]
fn perse_flags_and_quantities_are_named_where_they_are_not_known() {
    let row = |quantity: &str| {
        let mut row =
            json!({"Date": "2026-06-01", "MPAN": "1000148500113", "MeasurementQuantity": quantity});
        for number in 1..=50 {
            let is_day = number <= 48;
            row[format!("P{number}")] = if is_day { json!(number) } else { Value::Null };
            row[format!("UT{number}")] = if is_day { json!("A") } else { Value::Null };
        }
        row
    };
    let mut active = row("AI");
    active["UT7"] = json!("Z");
    active["P9"] = json!(4_294_967.295);
    let payload = json!({"data": [active, row("RI"), row("XX")]});
    let outcome = posted("perse", "", &payload.to_string()).unwrap();
    let wanted = [
        ("/data/0/UT7", Rule::FileRow, "Z"),
        ("/data/0/P9", Rule::Implausible, "4294967.295"),
        ("/data/2/MeasurementQuantity", Rule::FileRow, "XX"),
    ];
    let mut found = refusals(&outcome);
    found.sort_unstable();
    let mut wanted = wanted.to_vec();
    wanted.sort_unstable();
    assert_eq!(found, wanted);
    let values = (1..=48).map(|number| match number {
        7 | 9 => "-".to_owned(),
        number => number.to_string(),
    });
    let values: Vec<_> = values.collect();
    let day = format!(
        "{MPAN} AI kWh 2026-06-01 {} {}",
        "A".repeat(48),
        values.join(",")
    );
    assert_eq!(lines(&outcome), [day]);
}

/// Two values for one half-hour: the later stands, and the pointer says which that is.
#[test]
fn of_two_values_for_one_half_hour_the_later_stands() {
    let values = json!([
        {"primaryValue": 1, "timestamp": "2026-06-01 00:30"},
        {"primaryValue": 2, "timestamp": "2026-06-01 00:30"},
    ]);
    let outcome = posted("n3rgy-v2", "", &n3rgy(values).to_string()).unwrap();
    let refused = &outcome.refused[0];
    assert_eq!(
        (refused.index, refused.refusals[0].pointer.as_str()),
        (1, "/devices/0/values/0")
    );
    assert!(
        refused.refusals[0]
            .hint
            .starts_with("/devices/0/values/1 is about the same")
    );
    let kept: Value = serde_json::from_str(refused.event.get()).unwrap();
    assert_eq!(
        kept["text"],
        r#"{"primaryValue":1,"timestamp":"2026-06-01 00:30"}"#
    );
}

#[test]
fn a_description_that_cannot_work_is_refused_with_its_key() {
    let perse = include_str!("../../../../services/perse.toml");
    let octopus = include_str!("../../../../services/octopus.toml");
    let check = |text: &str, from: &str, to: &str, wanted: &str| {
        let changed = text.replace(from, to);
        assert_ne!(changed, text, "{from}");
        let error = Services::default().add("own", &changed).unwrap_err();
        assert!(error.to_string().contains(wanted), "{from}: {error}");
    };
    check(perse, "rows = \"/data/*\"", "rows = \"data\"", "rows");
    check(perse, "count = 50", "count = 51", "48 or 50");
    check(perse, "P{n}", "P", "{n}");
    check(perse, "[readings]", "[other]", "other");
    check(perse, "kind = \"mpan\"", "kind = \"x\"", "mpan");
    check(
        perse,
        "actual = [\"A\"]\nestimated = [\"E\"]",
        "",
        "actual or estimated",
    );
    check(octopus, "label = \"start\"", "", "label");
    check(octopus, "clock = \"offset\"", "", "formats");
    check(
        octopus,
        "parameter = \"meter\"",
        "",
        "`parameter`, `path` or both",
    );
    check(
        octopus,
        "path = \"consumption\"",
        "path = \"/x\"",
        "a path from the row",
    );
    assert!(Services::default().add("Own", perse).is_err());
}

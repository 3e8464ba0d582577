use std::sync::LazyLock;

use events::MICRO;

use super::*;
use crate::mqtt::config::Subscription;
use crate::testing::MPAN;

static SERVICES: LazyLock<Services> = LazyLock::new(|| Services::shipped().unwrap());

fn payload(toml: &str) -> Payload {
    let subscription = format!("topic = \"#\"\ntoken = \"office\"\n{toml}");
    let subscription: Subscription = toml::from_str(&subscription).unwrap();
    subscription.payload
}

fn message(topic: &str, payload: &str) -> Message {
    Message {
        topic: topic.to_owned(),
        payload: payload.as_bytes().to_vec(),
        retained: false,
        arrived: "2026-11-20T09:00:07Z".parse().unwrap(),
    }
}

/// One line for what a message holds, or for why it is refused.
fn line(payload: &Payload, message: &Message) -> String {
    match read(payload, message, &SERVICES, 2) {
        Err(refusal) => format!("{} {}: {}", refusal.rule, refusal.pointer, refusal.hint),
        Ok(Content::Nothing) => "nothing".to_owned(),
        Ok(Content::Events(items)) => items.join(" | "),
        Ok(Content::Reads(reads)) => {
            let of = |read: &RegisterRead| {
                let (meter, channel, unit) =
                    (&read.meter, read.channel.as_str(), read.unit.as_str());
                let value = read.value as f64 / MICRO as f64;
                let serial = read.serial.as_deref().unwrap_or("-");
                let at = read.at.format("%d %H:%M:%S");
                format!("{meter} {channel} {value} {unit} {at} {serial}")
            };
            reads.iter().map(of).collect::<Vec<_>>().join(" | ")
        }
        Ok(Content::Value(value)) => format!(
            "{} {} {} {} {} to {}",
            value.meter,
            value.channel.as_str(),
            value.value as f64 / MICRO as f64,
            value.unit.as_str(),
            value.start.format("%d %H:%M"),
            value.end.format("%d %H:%M")
        ),
    }
}

fn check(payload: &Payload, topic: &str, text: &str, wanted: &str) {
    let found = line(payload, &message(topic, text));
    match wanted.strip_suffix('…') {
        Some(begin) => assert!(found.starts_with(begin), "{found}"),
        None => assert_eq!(found, wanted),
    }
}

#[test]
fn events_come_alone_or_in_an_array() {
    let events = Payload::CloudEvents;
    check(&events, "t", r#"{"a":1}"#, r#"{"a":1}"#);
    check(
        &events,
        "t",
        r#" [{"a":1}, {"b":2}]"#,
        r#"{"a":1} | {"b":2}"#,
    );
    check(&events, "t", "[1,2,3]", "too-large : …");
    check(&events, "t", "[1,", "unreadable : …");
    check(&events, "t", "", "unreadable : …");
    let bytes = Message {
        payload: b"ab\xff".to_vec(),
        ..message("t", "")
    };
    assert!(line(&events, &bytes).contains("byte 2"));
}

/// After a message of firmware 1.8.12.
const ELECTRICITY: &str = r#"{"electricitymeter":{"timestamp":"2026-11-20T08:59:58Z","energy":{"export":{"cumulative":0.000,"units":"kWh"},"import":{"cumulative":6613.405,"day":13.252,"week":141.710,"month":293.598,"units":"kWh","mpan":"2200012767323","supplier":"ABC ENERGY","price":{"unitrate":0.04998,"standingcharge":0.24030}}},"power":{"value":0.951,"units":"kW"}}}"#;
const GAS: &str = r#"{"gasmeter":{"timestamp":"2026-11-20T08:53:52Z","energy":{"import":{"cumulative":17940.852,"day":11.128,"week":104.749,"month":217.122,"units":"kWh","cumulativevol":1613.902,"dayvol":1.001,"mprn":"3938424403","supplier":"---"}}}}"#;

#[test]
fn a_display_of_glow_sends_registers() {
    let (glow, topic) = (Payload::Glow, "glow/441793/SENSOR/electricitymeter");
    let import = format!("{MPAN} AI 6613.405 kWh 20 08:59:58 -");
    check(&glow, topic, ELECTRICITY, &import);
    let exporting = ELECTRICITY.replace("0.000", "12.5");
    let both = format!("{import} | {MPAN} AE 12.5 kWh 20 08:59:58 -");
    check(&glow, topic, &exporting, &both);
    let gas = "glow/441793/SENSOR/gasmeter";
    check(
        &glow,
        gas,
        GAS,
        "mprn:3938424403 AI 1613.902 m3 20 08:53:52 -",
    );
    let old = GAS.replace(r#""cumulativevol":1613.902,"#, "");
    check(
        &glow,
        gas,
        &old,
        "mprn:3938424403 AI 17940.852 kWh 20 08:53:52 -",
    );
    check(
        &glow,
        "glow/441793/STATE",
        r#"{"software":"v1.8.12"}"#,
        "nothing",
    );
    let place = "/electricitymeter/energy/import";
    let bad = ELECTRICITY.replace("323\"", "324\"");
    check(&glow, topic, &bad, &format!("check-digit {place}/mpan: …"));
    let pending = ELECTRICITY.replace("2200012767323", "read pending");
    check(
        &glow,
        topic,
        &pending,
        &format!("schema {place}/mpan: an MPAN core is 13 digits…"),
    );
    let none = ELECTRICITY.replace("6613.405", "4294967.295");
    check(
        &glow,
        topic,
        &none,
        &format!("implausible {place}/cumulative: meters send this…"),
    );
    let negative = ELECTRICITY.replace("6613.405", "-1");
    check(
        &glow,
        topic,
        &negative,
        &format!("negative {place}/cumulative: …"),
    );
    check(
        &glow,
        topic,
        "{}",
        "schema : this is no message of glow: it has no register, but nothing…",
    );
}

#[test]
fn a_described_message_has_its_fields_where_the_description_says() {
    let whole = payload(
        "[payload.register]\nmeter_pointer = \"/id\"\nnumbering = \"mpan\"\nvalue = \"/v/total\"\ntime = \"/ts\"\n\
         unit_pointer = \"/u\"\nserial = \"/sn\"",
    );
    let text = |ts: &str| {
        format!(r#"{{"id":2200012767323,"v":{{"total":"12.5"}},"ts":{ts},"u":"KWH","sn":"A1"}}"#)
    };
    let wanted = format!("{MPAN} AI 12.5 kWh 20 08:59:58 A1");
    for ts in [r#""2026-11-20T08:59:58Z""#, "1795165198", "1795165198000"] {
        check(&whole, "t", &text(ts), &wanted);
    }
    for ts in [r#""2026-11-20 08:59:58""#, r#""2638-11-20T08:30:00Z""#] {
        let wanted = "schema /ts: a time of 1970 to 2098 is written…";
        check(&whole, "t", &text(ts), wanted);
    }
    check(&whole, "t", &text("true"), "schema /ts: …");
    check(&whole, "t", "{", "unreadable : send JSON; …");

    // A bare number, from a topic that names the gateway; it is of the time when it arrives, unless the broker kept it.
    let bare = payload(
        "[payload.register]\nmeter_level = 2\nvalue = \"\"\nunit = \"Wh\"\nchannel = \"AE\"\n\
         [payload.register.meters]\nhall = \"mpan:2200012767323\"",
    );
    check(
        &bare,
        "site/hall/total",
        "412.5",
        &format!("{MPAN} AE 412.5 Wh 20 09:00:07 -"),
    );
    check(
        &bare,
        "site/kitchen/total",
        "1",
        "unknown-meter /topic: `meters` of the description…",
    );
    check(
        &bare,
        "site",
        "1",
        "schema /topic: the topic has no level 2…",
    );
    check(
        &bare,
        "site/hall/total",
        "[]",
        "schema : a number stands here…",
    );
    let kept = Message {
        retained: true,
        ..message("site/hall/total", "412.5")
    };
    assert_eq!(line(&bare, &kept), "nothing");
}

#[test]
fn a_local_time_of_the_hour_that_comes_twice_is_the_last_that_was() {
    let local = payload(
        "[payload.register]\nmeter = \"mpan:2200012767323\"\nvalue = \"/v\"\ntime = \"/t\"\nzone = \"Europe/London\"\nunit = \"kWh\"",
    );
    let check = |arrived: &str, time: &str, wanted: &str| {
        let message = Message {
            arrived: arrived.parse().unwrap(),
            ..message("t", &format!(r#"{{"v":1,"t":"{time}"}}"#))
        };
        assert!(
            line(&local, &message).contains(wanted),
            "{}",
            line(&local, &message)
        );
    };
    check("2026-07-01T09:00:00Z", "2026-07-01T10:00:00", "01 09:00:00");
    check("2026-10-25T00:30:05Z", "2026-10-25T01:30:00", "25 00:30:00");
    check("2026-10-25T01:30:05Z", "2026-10-25T01:30:00", "25 01:30:00");
    check("2026-03-29T01:30:05Z", "2026-03-29T01:30:00", "schema /t");
}

#[test]
fn a_value_of_an_interval_says_when_it_begins_or_ends() {
    let of = |interval: &str, label: &str| {
        payload(&format!(
            "[payload.interval]\nmeter = \"mpan:2200012767323\"\nvalue = \"/v\"\ntime = \"/t\"\nunit = \"kWh\"\n\
             interval = \"{interval}\"\nlabel = \"{label}\""
        ))
    };
    let text = |time: &str| format!(r#"{{"v":2.5,"t":"{time}"}}"#);
    let wanted = |times: &str| format!("{MPAN} AI 2.5 kWh {times}");
    check(
        &of("PT30M", "start"),
        "t",
        &text("2026-11-20T08:00:00Z"),
        &wanted("20 08:00 to 20 08:30"),
    );
    check(
        &of("PT1H", "end"),
        "t",
        &text("2026-11-20T08:00:00Z"),
        &wanted("20 07:00 to 20 08:00"),
    );
    check(
        &of("P1D", "end"),
        "t",
        &text("2026-10-26T00:00:00Z"),
        &wanted("24 23:00 to 26 00:00"),
    );
    check(
        &of("P1D", "start"),
        "t",
        &text("2026-10-24T23:00:00Z"),
        &wanted("24 23:00 to 26 00:00"),
    );
}

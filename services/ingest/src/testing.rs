//! What tests need: a token, a register, events.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Event, Sharding, Urn};
use serde_json::{Value, json};

use crate::admission::AdmissionContext;
use crate::limits::Limits;
use crate::register::Register;
use crate::rules::Bounds;
use crate::tokens::{Authority, Scope, Token};

pub(crate) const MPAN: &str = "mpan:2200012767323";

pub(crate) fn urn(number: u32) -> Urn {
    Urn::try_from(number).unwrap()
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-20T09:00:00Z".parse().unwrap()
}

pub(crate) fn bounds() -> Bounds {
    Bounds::new(&Limits::default(), now())
}

/// The beginning of a day.
pub(crate) fn at(day: &str) -> DateTime<Utc> {
    format!("{day}T00:00:00Z").parse().unwrap()
}

fn event(kind: &str, id: &str, time: &str, subject: u32, data: Value) -> Event {
    let text = json!({
        "specversion": "1.0", "id": id, "source": "test", "type": kind, "time": format!("{time}T00:00:00Z"),
        "subject": subject.to_string(), "data": data,
    });
    Event::parse(&text.to_string()).unwrap()
}

pub(crate) fn school_registered(school: u32, trust: &str, time: &str) -> Event {
    let data = json!({
        "name": "A school", "phase": "primary", "trust": { "id": trust, "name": trust }, "member_from": "2015-09-01",
    });
    event(
        "school.registered.v1",
        &format!("{school}-{trust}"),
        time,
        school,
        data,
    )
}

pub(crate) fn meter_registered(
    school: u32,
    meter: &str,
    time: &str,
    from: &str,
    to: Option<&str>,
) -> Event {
    let data = json!({ "meter": meter, "fuel": "electricity", "from": from, "to": to });
    meter_event(school, meter, time, data)
}

fn meter_event(school: u32, meter: &str, time: &str, data: Value) -> Event {
    event(
        "meter.registered.v1",
        &format!("{school}-{meter}"),
        time,
        school,
        data,
    )
}

/// [`register`], and these meters of school 100001 with their fuels.
pub(crate) fn register_with(meters: &[(&str, &str)]) -> Register {
    let mut register = register();
    for (meter, fuel) in meters {
        let data = json!({ "meter": meter, "fuel": fuel, "from": "2018-01-01" });
        let event = meter_event(100_001, meter, "2026-01-01", data);
        register.apply(&event, at("2026-01-01"));
    }
    register
}

/// School 100001 of trust heron with [`MPAN`] from 2020, and 100002 of trust egret without a meter.
pub(crate) fn register() -> Register {
    let mut register = Register::default();
    let meter = meter_registered(100_001, MPAN, "2026-01-01", "2018-01-01", None);
    for event in [
        school_registered(100_001, "heron", "2026-01-01"),
        school_registered(100_002, "egret", "2026-01-01"),
        meter,
    ] {
        register.apply(&event, at("2026-01-01"));
    }
    register
}

pub(crate) fn token(scope: Scope, may_register: bool) -> Token {
    Token {
        name: "tester".to_owned(),
        sha256: String::new(),
        scope,
        may_register,
        may_send_grid: false,
        operator: false,
    }
}

pub(crate) fn heron() -> Token {
    token(Scope::Trust("heron".to_owned()), true)
}

pub(crate) fn context<'a>(token: &Token, register: &'a Register) -> AdmissionContext<'a> {
    AdmissionContext {
        authority: Authority::Token(Arc::new(token.clone())),
        register,
        sharding: Sharding::new(8, 4).unwrap(),
        bounds: bounds(),
        now: now(),
    }
}

use events::Rule;
use serde_json::{Value, json};

use crate::admission::{BatchOutcome, admit};
use crate::register::Register;
use crate::testing::{MPAN, context, now, token};
use crate::tokens::{Scope, Token};

mod days;
mod meters;
mod schools;

const HERONS: u32 = 100_001;
const EGRETS: u32 = 100_002;

fn event(kind: &str, id: &str, time: &str, subject: Option<u32>, data: Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "office", "type": kind, "time": format!("{time}T00:00:00Z"),
        "subject": subject.map(|urn| urn.to_string()), "data": data,
    })
    .to_string()
}

/// A membership, issued on a day.
fn school(urn: u32, trust: &str, issued: &str, from: &str, to: Option<&str>) -> String {
    let data = json!({
        "name": "S", "phase": "primary", "trust": { "id": trust, "name": trust }, "member_from": from, "member_to": to,
    });
    event(
        "school.registered.v1",
        &format!("{urn}-{trust}-{issued}"),
        issued,
        Some(urn),
        data,
    )
}

fn meter(urn: u32, issued: &str, from: &str, to: Option<&str>) -> String {
    let data = json!({ "meter": MPAN, "fuel": "electricity", "from": from, "to": to });
    event(
        "meter.registered.v1",
        &format!("{urn}-{issued}"),
        issued,
        Some(urn),
        data,
    )
}

fn readings(day: &str) -> String {
    let data = json!({ "meter": MPAN, "unit": "kWh", "start": format!("{day}T08:00:00Z"), "values": [1.0] });
    event("meter.readings.v1", day, "2026-11-20", None, data)
}

fn waste(day: &str) -> String {
    let data = json!({
        "collected_on": day, "ewc": "200301", "weight_kg": 12.5, "basis": "weighed", "treatment": "R1",
    });
    event("waste.collected.v1", day, "2026-11-20", Some(HERONS), data)
}

fn activity(from: &str, to: &str) -> String {
    let data = json!({ "activity": "water_supply", "quantity": 3.0, "unit": "m3", "from": from, "to": to });
    event(
        "activity.recorded.v1",
        from,
        "2026-11-20",
        Some(HERONS),
        data,
    )
}

fn survey(day: &str) -> String {
    let data = json!({
        "surveyed_on": day, "audience": "pupil", "group": "5B", "roll": 30, "current": { "walk": 30 },
    });
    event("travel.surveyed.v1", day, "2026-11-20", Some(HERONS), data)
}

fn award(from: &str, to: &str) -> String {
    let data = json!({ "level": "good", "awarded_on": from, "valid_until": to });
    event(
        "travel.accredited.v1",
        from,
        "2026-11-20",
        Some(HERONS),
        data,
    )
}

fn trust(id: &str) -> Token {
    token(Scope::Trust(id.to_owned()), true)
}

fn trusts(ids: &[&str]) -> Token {
    let ids = ids.iter().map(|id| (*id).to_owned());
    token(Scope::Trusts(ids.collect()), true)
}

fn everything() -> Token {
    token(Scope::All, true)
}

fn judged(items: &[String], token: &Token, register: &Register) -> BatchOutcome {
    let items: Vec<_> = items.iter().map(String::as_str).collect();
    admit(&items, &context(token, register))
}

/// A register with these registrations, received in this order.
fn register(items: &[String]) -> Register {
    let mut register = Register::default();
    for (at, item) in items.iter().enumerate() {
        let received = now() - chrono::TimeDelta::days(100) + chrono::TimeDelta::seconds(at as i64);
        register.apply(&events::Event::parse(item).unwrap(), received);
    }
    register
}

/// Judges one event, which must be accepted, or refused at this pointer.
fn check(register: &Register, token: &Token, item: &str, refused_at: Option<&str>) {
    let outcome = judged(&[item.to_owned()], token, register);
    let refused: Vec<_> = outcome
        .refused
        .iter()
        .flat_map(|one| &one.refusals)
        .collect();
    let found = refused
        .first()
        .map(|refusal| (refusal.pointer.as_str(), refusal.rule));
    let wanted = refused_at.map(|pointer| (pointer, Rule::OutOfScope));
    assert_eq!(found, wanted, "{:?}: {item}\n{refused:#?}", token.scope);
}

/// Heron's school with its meter, and egret's.
fn two_trusts() -> Register {
    register(&[
        school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        school(EGRETS, "egret", "2026-01-01", "2017-09-01", None),
        meter(HERONS, "2026-01-01", "2017-09-01", None),
    ])
}

/// The school left heron at the end of October 2026, and egret has it from November on.
fn left() -> Register {
    register(&[
        school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        school(EGRETS, "egret", "2026-01-01", "2017-09-01", None),
        meter(HERONS, "2026-01-01", "2017-09-01", None),
        school(
            HERONS,
            "heron",
            "2026-10-01",
            "2017-09-01",
            Some("2026-10-31"),
        ),
        school(HERONS, "egret", "2026-10-02", "2026-11-01", None),
    ])
}

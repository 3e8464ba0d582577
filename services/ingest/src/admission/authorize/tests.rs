use std::collections::BTreeSet;

use events::Rule;
use serde_json::{Value, json};

use crate::admission::{BatchOutcome, admit};
use crate::register::Register;
use crate::testing::{MPAN, at, context, now, token, urn};
use crate::tokens::{Scope, Token};

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

#[test]
fn a_school_of_one_trust_is_not_anothers_to_register() {
    let taken = |from: &str, to| school(HERONS, "egret", "2026-11-01", from, to);
    let refused = Some("/data/member_from");
    let known = two_trusts();
    for days in [
        ("2017-09-01", None),
        ("2026-11-10", None),
        ("2010-01-01", Some("2011-01-01")),
    ] {
        check(&known, &trust("egret"), &taken(days.0, days.1), refused);
        check(
            &known,
            &trusts(&["heron", "egret"]),
            &taken(days.0, days.1),
            None,
        );
        check(&known, &everything(), &taken(days.0, days.1), None);
    }
    let schools = token(Scope::Schools(BTreeSet::from([urn(HERONS)])), true);
    check(&known, &schools, &taken("2017-09-01", None), refused);
    check(
        &known,
        &schools,
        &school(HERONS, "heron", "2026-11-01", "2016-09-01", None),
        None,
    );
    // Nor with data that follows in the same request.
    let both = [taken("2017-09-01", None), waste("2026-11-10")];
    assert_eq!(judged(&both, &trust("egret"), &known).accepted, 0);
}

#[test]
fn a_school_that_has_left_is_the_next_trusts_from_then_on() {
    let known = register(&[school(
        HERONS,
        "heron",
        "2026-10-01",
        "2017-09-01",
        Some("2026-10-31"),
    )]);
    let joins = |from: &str| school(HERONS, "egret", "2026-11-01", from, None);
    check(&known, &trust("egret"), &joins("2026-11-01"), None);
    check(
        &known,
        &trust("egret"),
        &joins("2026-10-31"),
        Some("/data/member_from"),
    );
    let known = left();
    // Both trusts may repeat the current registration, and the one before it.
    for again in [
        (
            trust("heron"),
            school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        ),
        (
            trust("heron"),
            school(
                HERONS,
                "heron",
                "2026-11-02",
                "2016-09-01",
                Some("2026-10-31"),
            ),
        ),
        (
            trust("egret"),
            school(HERONS, "egret", "2026-11-02", "2026-11-01", None),
        ),
    ] {
        check(&known, &again.0, &again.1, None);
    }
    let refused = Some("/data/member_from");
    check(
        &known,
        &trust("heron"),
        &school(HERONS, "heron", "2026-11-02", "2017-09-01", None),
        refused,
    );
    check(
        &known,
        &trust("egret"),
        &school(HERONS, "egret", "2026-11-02", "2026-10-01", None),
        refused,
    );
}

#[test]
fn a_token_reaches_a_school_on_the_days_of_its_membership_only() {
    let known = left();
    let on = |pointer: &'static str, event: &dyn Fn(&str) -> String| {
        for (trust_id, own, other) in [
            ("heron", "2026-10-31", "2026-11-01"),
            ("egret", "2026-11-01", "2026-10-31"),
        ] {
            check(&known, &trust(trust_id), &event(own), None);
            check(&known, &trust(trust_id), &event(other), Some(pointer));
            check(&known, &trusts(&["heron", "egret"]), &event(other), None);
            check(&known, &everything(), &event(other), None);
        }
    };
    on("/data/start", &readings);
    on("/data/collected_on", &waste);
    on("/data/surveyed_on", &survey);
    on("/data/from", &|day| activity(day, day));
    on("/data/awarded_on", &|day| award(day, "2027-07-01"));
    // A quantity of both trusts' days belongs to a token that covers them all.
    let across = activity("2026-10-01", "2026-11-15");
    for id in ["heron", "egret"] {
        check(&known, &trust(id), &across, Some("/data/from"));
    }
    check(&known, &trusts(&["heron", "egret"]), &across, None);
    // Before heron, no trust had the school.
    check(
        &known,
        &trust("heron"),
        &waste("2017-08-31"),
        Some("/data/collected_on"),
    );
    check(
        &known,
        &trust("heron"),
        &award("2017-08-31", "2018-08-30"),
        None,
    );
    check(
        &known,
        &trust("heron"),
        &award("2016-08-31", "2017-08-30"),
        Some("/data/awarded_on"),
    );
}

#[test]
fn a_meter_moves_only_when_its_school_lets_it_go_or_the_token_holds_both() {
    let known = two_trusts();
    let moves = meter(EGRETS, "2026-11-01", "2026-11-01", None);
    check(&known, &trust("egret"), &moves, Some("/data/meter"));
    check(&known, &trusts(&["heron", "egret"]), &moves, None);
    check(&known, &everything(), &moves, None);
    let let_go = meter(HERONS, "2026-10-20", "2017-09-01", Some("2026-10-31"));
    let mut registered = two_trusts();
    check(&registered, &trust("egret"), &let_go, Some("/subject"));
    check(&registered, &trust("heron"), &let_go, None);
    registered.apply(&events::Event::parse(&let_go).unwrap(), at("2026-10-20"));
    check(&registered, &trust("egret"), &moves, None);
    check(
        &registered,
        &trust("egret"),
        &meter(EGRETS, "2026-11-01", "2026-10-31", None),
        Some("/data/meter"),
    );
}

#[test]
fn a_trust_a_school_left_neither_takes_its_meter_along_nor_changes_its_later_days() {
    let known = left();
    let (heron, egret) = (trust("heron"), trust("egret"));
    let mut registered = left();
    let another = school(100_003, "heron", "2026-01-01", "2017-09-01", None);
    registered.apply(&events::Event::parse(&another).unwrap(), at("2026-01-01"));
    check(
        &registered,
        &heron,
        &meter(100_003, "2026-11-02", "2026-11-01", None),
        Some("/data/meter"),
    );
    check(
        &registered,
        &heron,
        &meter(100_003, "2026-11-02", "2026-10-01", Some("2026-10-31")),
        None,
    );
    check(
        &known,
        &egret,
        &meter(EGRETS, "2026-11-02", "2026-11-01", None),
        None,
    );
    check(
        &known,
        &egret,
        &meter(EGRETS, "2026-11-02", "2026-10-31", None),
        Some("/data/meter"),
    );
    // At the school itself: what stands may be said again, and its own days changed.
    let refused = Some("/data/from");
    for (token, days, wanted) in [
        (&heron, ("2017-09-01", None), None),
        (&heron, ("2018-09-01", None), None),
        (&heron, ("2017-09-01", Some("2026-10-31")), refused),
        (&egret, ("2017-09-01", None), None),
        (&egret, ("2017-09-01", Some("2026-11-15")), None),
        // Before its first day it changes nothing.
        (&egret, ("2026-11-01", None), None),
        (&egret, ("2017-09-01", Some("2017-08-31")), refused),
    ] {
        check(
            &known,
            token,
            &meter(HERONS, "2026-11-02", days.0, days.1),
            wanted,
        );
    }
    let solar = json!({ "meter": MPAN, "fuel": "solar", "from": "2017-09-01" });
    let solar = event(
        "meter.registered.v1",
        "solar",
        "2026-11-02",
        Some(HERONS),
        solar,
    );
    check(&known, &egret, &solar, refused);
    let anew = |from: &str| {
        let data = json!({ "meter": MPAN, "fuel": "electricity", "from": from, "capacity": 900.0 });
        event(
            "meter.registered.v1",
            from,
            "2026-11-02",
            Some(HERONS),
            data,
        )
    };
    check(&known, &egret, &anew("2026-11-01"), None);
    check(&known, &egret, &anew("2026-10-31"), refused);
    check(&known, &heron, &anew("2026-10-01"), refused);
}

#[test]
fn days_two_trusts_registered_are_the_earlier_ones_to_report() {
    let known = register(&[
        school(HERONS, "heron", "2026-01-01", "2017-09-01", None),
        school(HERONS, "egret", "2025-01-01", "2017-09-01", None),
    ]);
    check(&known, &trust("heron"), &waste("2026-11-01"), None);
    check(
        &known,
        &trust("egret"),
        &waste("2026-11-01"),
        Some("/data/collected_on"),
    );
    // The trust that lost them may end its claim, and then nothing is disputed.
    check(
        &known,
        &trust("egret"),
        &school(
            HERONS,
            "egret",
            "2026-11-01",
            "2017-09-01",
            Some("2017-09-01"),
        ),
        None,
    );
}

#[test]
fn what_came_with_a_token_that_is_no_longer_configured_is_refused_and_the_token_named() {
    let known = two_trusts();
    let item = waste("2026-11-01");
    let context = crate::admission::AdmissionContext {
        authority: crate::tokens::Authority::Unconfigured("gone".to_owned()),
        ..context(&trust("heron"), &known)
    };
    let outcome = admit(&[&item], &context);
    let refusal = &outcome.refused[0].refusals[0];
    assert_eq!(
        (refusal.rule, refusal.seen.as_str()),
        (Rule::OutOfScope, "token gone")
    );
}

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::json;

use super::*;
use crate::decode::services::{GLOW, Services};
use crate::testing::{MPAN, context, heron, register, token, urn};
use crate::tokens::{Scope, Token, token_sha256};

static SERVICES: LazyLock<Services> = LazyLock::new(|| Services::shipped().unwrap());

fn message(mpan: &str, time: &str, kilowatt_hours: f64) -> Value {
    let import = json!({ "cumulative": kilowatt_hours, "units": "kWh", "mpan": mpan });
    let timestamp = format!("2026-11-20T{time}Z");
    json!({ "electricitymeter": { "timestamp": timestamp, "energy": { "import": import } } })
}

fn hall(time: &str, kilowatt_hours: f64) -> Value {
    message(MPAN.trim_start_matches("mpan:"), time, kilowatt_hours)
}

fn post(
    body: &Value,
    known: &Registers,
    token: &Token,
) -> Result<(BatchOutcome, Changed), Refusal> {
    let (text, register) = (body.to_string(), register());
    let posted = PostedReads {
        service: SERVICES.find(GLOW).unwrap(),
        text: &text,
        sha256: &token_sha256(&text),
        source: "service:glow/1f3a9c2b",
        known,
        most: 3,
    };
    admit_reads(&posted, &context(token, &register))
}

fn counts(outcome: &BatchOutcome) -> (usize, usize, usize) {
    (outcome.received, outcome.accepted, outcome.records.len())
}

#[test]
fn each_request_continues_the_one_before() {
    let mut known = Registers::new();
    let mut post = |body: Value| {
        let (outcome, changed) = post(&body, &known, &heron()).unwrap();
        known.extend(changed.registers);
        outcome
    };
    assert_eq!(counts(&post(hall("07:00:00", 6613.405))), (1, 1, 0));
    assert_eq!(counts(&post(hall("07:29:50", 6614.405))), (1, 1, 0));
    let first = post(hall("07:30:10", 6614.425));
    assert_eq!(counts(&first), (1, 1, 1));
    // Sent again after an answer that was lost.
    assert_eq!(counts(&post(hall("07:30:10", 6614.425))), (1, 1, 0));
    let both = post(json!([hall("08:00:00", 6615.0), hall("08:30:00", 6616.0)]));
    assert_eq!(counts(&both), (2, 2, 2));
    let payload = |at: usize| both.records[at].payload.as_deref().unwrap().to_vec();
    let text = String::from_utf8(payload(0)).unwrap();
    // From 6614.415 at 07:30, half-way between two reads.
    assert!(text.contains("0.585"), "{text}");
}

#[test]
fn a_bad_message_is_refused_by_itself_and_changes_no_register() {
    let check = |message: Value, token: &Token, wanted: (&str, Rule)| {
        let known = Registers::new();
        let (outcome, changed) =
            post(&json!([message, {"software": "v1"}]), &known, token).unwrap();
        assert_eq!(counts(&outcome), (2, 1, 0), "{outcome:?}");
        let refusal = &outcome.refused[0].refusals[0];
        assert_eq!((refusal.pointer.as_str(), refusal.rule), wanted);
        assert_eq!(changed.registers, BTreeMap::new());
        assert!(
            outcome.refused[0]
                .event
                .get()
                .contains("\"service\":\"glow\"")
        );
    };
    let time = "/0/electricitymeter/timestamp";
    check(hall("07:00", 1.0), &heron(), (time, Rule::Schema));
    check(hall("09:10:00", 1.0), &heron(), ("/0/time", Rule::Future));
    check(json!({ "results": [] }), &heron(), ("/0", Rule::Schema));
    let strange = || message("2336533093112", "07:00:00", 1.0);
    check(strange(), &heron(), ("/0", Rule::UnknownMeter));
    let other = token(Scope::Schools([urn(100_002)].into()), false);
    check(hall("07:00:00", 1.0), &other, ("/0", Rule::OutOfScope));
}

#[test]
fn a_request_holds_a_message_or_some() {
    let check = |body: Value, rule: Rule| {
        let refused = post(&body, &Registers::new(), &heron()).unwrap_err();
        assert_eq!(refused.rule, rule);
    };
    check(json!([1, 2, 3, 4]), Rule::TooLarge);
    let (outcome, _) = post(&json!(5), &Registers::new(), &heron()).unwrap();
    assert_eq!(counts(&outcome), (1, 0, 0));
    let (outcome, _) = post(&json!([]), &Registers::new(), &heron()).unwrap();
    assert_eq!(counts(&outcome), (0, 0, 0));
}

//! What is refused of receipts of waste, and what is never kept.

use serde_json::json;

use super::*;

const SERVICE: &str = "defra-waste-receipt";
const SECRET: &str = "5f0c2c1e-6f0b-4b1e-9a7e-3f6f6f1c2d10";

fn item() -> Value {
    json!({"ewcCodes": ["200301"], "weight": {"metric": "Kilograms", "amount": 20, "isEstimate": false}})
}

fn receipt_of(items: &[Value]) -> Value {
    json!({
        "apiCode": SECRET,
        "dateTimeReceived": "2026-11-12T15:00:00.000Z",
        "carrier": {"registrationNumber": "CBDU123456", "emailAddress": "someone@example.org"},
        "wasteItems": items,
    })
}

/// Checks the refusal of an item beside a good one.
fn check(change: impl Fn(&mut Value), pointer: &str, rule: Rule, seen: &str) {
    let mut changed = item();
    change(&mut changed);
    let receipt = receipt_of(&[item(), changed]);
    let outcome = posted(SERVICE, "school=100001", &receipt.to_string()).unwrap();
    assert_eq!(refusals(&outcome), [(pointer, rule, seen)]);
    assert_eq!(outcome.accepted, 1);
    let kept = outcome.refused[0].event.get();
    assert!(!kept.contains(SECRET) && !kept.contains('@'), "{kept}");
}

#[test]
fn an_item_is_refused_by_its_pointer_and_the_others_are_kept() {
    let at = |rest: &str| format!("/wasteItems/1{rest}");
    check(
        |item| item["ewcCodes"] = json!(["200301", "150106"]),
        &at(""),
        Rule::FileRow,
        "200301, 150106",
    );
    check(
        |item| item["ewcCodes"] = json!(["20 03 01"]),
        &at("/ewcCodes/0"),
        Rule::Schema,
        "20 03 01",
    );
    check(
        |item| item["weight"]["metric"] = json!("Stone"),
        &at("/weight/metric"),
        Rule::FileRow,
        "Stone",
    );
    check(
        |item| item["weight"]["amount"] = json!(0),
        &at("/weight/amount"),
        Rule::FileRow,
        "0",
    );
    check(
        |item| item["weight"]["amount"] = json!("20"),
        &at("/weight/amount"),
        Rule::FileRow,
        "20",
    );
    check(
        |item| item["weight"]["amount"] = json!(50_001),
        &at("/weight/amount"),
        Rule::Schema,
        "50001.0",
    );
    check(
        |item| item["weight"]["isEstimate"] = json!("no"),
        &at("/weight/isEstimate"),
        Rule::FileRow,
        "no",
    );
    check(
        |item| item["weight"] = json!({}),
        &at("/weight"),
        Rule::FileRow,
        "no such name",
    );
    let treated = |code: &str, kilograms: f64| json!([{"code": code, "weight": {"metric": "Kilograms", "amount": kilograms, "isEstimate": false}}]);
    check(
        |item| item["disposalOrRecoveryCodes"] = treated("R1", 20.5),
        &at("/disposalOrRecoveryCodes"),
        Rule::FileRow,
        "20.5 kg",
    );
    check(
        |item| item["disposalOrRecoveryCodes"] = treated("X1", 20.0),
        &at("/disposalOrRecoveryCodes/0/code"),
        Rule::Schema,
        "X1",
    );
}

#[test]
fn a_receipt_refused_as_a_whole_keeps_neither_keys_nor_people() {
    let service = SERVICES.find(SERVICE).unwrap();
    let mut receipt = receipt_of(&[item()]);
    receipt["dateTimeReceived"] = json!("12/11/2026");
    let refusal = posted(SERVICE, "school=100001", &receipt.to_string()).unwrap_err();
    assert_eq!(
        (refusal.pointer.as_str(), refusal.seen.as_str()),
        ("/dateTimeReceived", "12/11/2026")
    );
    let kept = service.kept(&receipt.to_string());
    assert!(
        kept.get().contains("200301") && !kept.get().contains(SECRET),
        "{kept}"
    );
    assert!(!kept.get().contains('@'), "{kept}");
    // Of text that breaks off, nothing is kept: its private fields cannot be found.
    assert_eq!(service.kept(&receipt.to_string()[..60]).get(), "null");
}

/// A reference names the collections, so that the same receipt adds nothing; without one its content does.
#[test]
fn a_receipt_is_named_by_its_tracking_id_its_reference_or_its_content() {
    let id = |query: &str, receipt: &Value| {
        let outcome = posted(SERVICE, query, &receipt.to_string()).unwrap();
        lines(&outcome)[0].split(' ').next().unwrap().to_owned()
    };
    let mut receipt = receipt_of(&[item()]);
    let hash = token_sha256(&receipt.to_string())[..16].to_owned();
    assert_eq!(id("school=100001", &receipt), format!("{hash}-1"));
    receipt["yourUniqueReference"] = json!("WTN-9");
    assert_eq!(id("school=100001", &receipt), "WTN-9-1");
    assert_eq!(
        id("school=100001&tracking-id=26ABCDEF", &receipt),
        "26ABCDEF-1"
    );
}

#[test]
fn a_school_of_another_trust_is_out_of_scope() {
    let receipt = receipt_of(&[item()]);
    let outcome = posted(SERVICE, "school=100002", &receipt.to_string()).unwrap();
    assert_eq!(
        (outcome.accepted, refusals(&outcome)[0].1),
        (0, Rule::OutOfScope)
    );
}

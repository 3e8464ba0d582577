//! `asyncapi.json` agrees with the topics.

mod answers;

use std::collections::{BTreeMap, BTreeSet};

use events::{EventType, Topic};
use publish::secr::Report;
use serde_json::{Value, to_value};

use super::openapi::check_component;
use super::{folder, json};

#[test]
fn every_reference_of_the_apis_leads_somewhere() {
    for file in ["openapi.json", "asyncapi.json"] {
        let whole = json(&folder().join(file));
        let mut references = BTreeSet::new();
        collect_references(&whole, &mut references);
        for reference in references {
            let (path, pointer) = reference.split_once('#').unwrap_or((&reference, ""));
            let target = match path {
                "" => whole.clone(),
                path => json(&folder().join(path)),
            };
            assert!(
                target.pointer(pointer).is_some(),
                "{file}: {reference} leads nowhere"
            );
        }
    }
}

#[test]
fn asyncapi_describes_every_topic_with_the_types_it_carries() {
    let asyncapi = json(&folder().join("asyncapi.json"));
    let described: BTreeMap<String, BTreeSet<String>> = fields(&asyncapi["channels"])
        .iter()
        .map(|(name, channel)| {
            assert_eq!(channel["address"], name.as_str(), "the address of {name}");
            let messages = fields(&channel["messages"]).keys().cloned();
            (name.clone(), messages.collect())
        })
        .collect();
    let mut there: BTreeMap<String, BTreeSet<String>> = [
        (Topic::Footprints, "footprint"),
        (Topic::Rejected, "rejected"),
    ]
    .map(|(topic, message)| (topic.name().to_owned(), [message.to_owned()].into()))
    .into();
    for topic in Topic::LEDGER.into_iter().chain([Topic::Grid]) {
        let carried = EventType::ALL
            .into_iter()
            .filter(|kind| Topic::of(*kind) == topic);
        let carried = carried.map(|kind| kind.as_str().to_owned()).collect();
        there.insert(topic.name().to_owned(), carried);
    }
    assert_eq!(described, there);

    for kind in EventType::ALL.map(EventType::as_str) {
        let payload = &asyncapi["components"]["messages"][kind]["payload"]["schema"]["$ref"];
        assert_eq!(
            payload,
            &format!("./events/{kind}.json#/properties/data"),
            "{kind}"
        );
    }
}

/// The variants that serde expected instead: the only list of them that cannot become outdated.
fn variants(unknown: serde_json::Error) -> BTreeSet<String> {
    let message = unknown.to_string();
    let (_, known) = message
        .split_once("expected")
        .expect("the variants there are");
    let names = known.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

pub fn fields(value: &Value) -> &serde_json::Map<String, Value> {
    value.as_object().expect("an object")
}

fn strings(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().expect("an array").iter();
    items.filter_map(Value::as_str).map(str::to_owned).collect()
}

fn collect_references(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
                into.insert(reference.to_owned());
            }
            object
                .values()
                .for_each(|value| collect_references(value, into));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_references(value, into)),
        _ => {}
    }
}

#[test]
fn a_table_that_others_published_fits_openapi_and_is_understood() {
    let published = json(&folder().join("../tests/fixtures/secr_published_college.json"));
    check_component("SecrReport", &published);
    let read: Report = serde_json::from_value(published).expect("a report");
    check_component("SecrReport", &to_value(read).expect("JSON"));
}

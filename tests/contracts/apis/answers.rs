//! What is answered and what is sent against the schemas of `openapi.json` and `asyncapi.json`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use events::{
    Audience, Channel, EvidenceKind, EvidenceStatus, Fuel, InitiativeKind, Mode, Phase, Refusal,
    RejectedEvent, Rule, StarsLevel, Unit,
};
use footprint::{
    Block, DecidedBy, EvidenceFigures, EvidenceState, FindingKind, Footprint, TargetVerdict,
    Verdict, YearRule,
};
use jsonschema::Validator;
use publish::{Kind, Table, TrustView};
use serde_json::{Value, json, to_value};

use super::super::schemas::walk;
use super::super::{by_schema, folder, none, text};
use super::made_up::{bare, full};
use super::{fields, strings};

/// Both files in one, so that one can refer to the other without a place to fetch it from.
fn both() -> Value {
    let read = |file: &str, from: &str, to: &str| -> Value {
        let text = text(&folder().join(file)).replace(from, to);
        serde_json::from_str(&text).unwrap_or_else(|why| panic!("{file}: {why}"))
    };
    let mut openapi = read("openapi.json", "\"./asyncapi.json#/", "\"#/asyncapi/");
    let asyncapi = read("asyncapi.json", "\"#/", "\"#/asyncapi/");
    // The events have schemas of their own, in other files, and tests of their own.
    if let Some(schemas) = openapi["components"]["schemas"].as_object_mut() {
        schemas.remove("Event");
    }
    openapi["asyncapi"] = asyncapi;
    openapi
}

/// A validator of a schema that refers to components.
fn validator(both: &Value, schema: &Value) -> Validator {
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "components": { "schemas": both["components"]["schemas"] },
        "asyncapi": { "components": { "schemas": both["asyncapi"]["components"]["schemas"] } },
        "allOf": [schema],
    });
    jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap_or_else(|why| panic!("a schema cannot be used: {why}"))
}

pub fn component(name: &str) -> Validator {
    validator(
        &both(),
        &json!({ "$ref": format!("#/components/schemas/{name}") }),
    )
}

fn payload(message: &str) -> Validator {
    let both = both();
    let payload = &both["asyncapi"]["components"]["messages"][message]["payload"];
    assert!(payload.is_object(), "{message} has no payload");
    validator(&both, payload)
}

fn written(footprint: &Footprint) -> Value {
    to_value(footprint).expect("a footprint as JSON")
}

pub fn check(validator: &Validator, value: &Value) {
    by_schema(validator, &value.to_string()).unwrap_or_else(|why| panic!("{why}\n{value:#}"));
}

#[test]
fn a_footprint_as_rust_writes_it_fits_asyncapi() {
    let schema = payload("footprint");
    for footprint in [full(), bare()] {
        check(&schema, &written(&footprint));
    }
    check(&schema, &Value::Null);
}

#[test]
fn a_footprint_without_any_one_field_or_with_another_is_refused() {
    let schema = payload("footprint");
    let whole = written(&full());
    let mut findings = Vec::new();
    for place in objects(&whole, "") {
        let keys: Vec<String> = whole.pointer(&place).map_or(Vec::new(), |object| {
            fields(object).keys().cloned().collect()
        });
        // These hold what there is to tell of, and nothing else.
        let is_map = [
            "position",
            "surveys",
            "current",
            "preferred",
            "delivered",
            "planned",
            "participants",
            "earlier",
            "earlier/2023~124",
            "factor_by_year",
        ]
        .iter()
        .any(|map| place.ends_with(map));
        for key in keys.into_iter().filter(|_| !is_map) {
            let mut less = whole.clone();
            at(&mut less, &place).remove(&key);
            if schema.is_valid(&less) {
                findings.push(format!("{place}/{key} may be left out"));
            }
        }
        let mut more = whole.clone();
        at(&mut more, &place).insert("another".to_owned(), 1.into());
        if schema.is_valid(&more) {
            findings.push(format!("{place} takes another field"));
        }
    }
    none(findings);
}

fn at<'a>(value: &'a mut Value, place: &str) -> &'a mut serde_json::Map<String, Value> {
    value
        .pointer_mut(place)
        .and_then(Value::as_object_mut)
        .expect("an object")
}

/// Where the objects of a value are, itself among them.
fn objects(value: &Value, place: &str) -> Vec<String> {
    let under = |key: String, inner: &Value| {
        let key = key.replace('~', "~0").replace('/', "~1");
        objects(inner, &format!("{place}/{key}"))
    };
    match value {
        Value::Object(object) => object
            .iter()
            .flat_map(|(key, inner)| under(key.clone(), inner))
            .chain([place.to_owned()])
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(index, inner)| under(index.to_string(), inner))
            .collect(),
        _ => Vec::new(),
    }
}

#[test]
fn a_rejected_event_as_rust_writes_it_fits_asyncapi() {
    let schema = payload("rejected");
    let refusal = Refusal::new("/data/meter", Rule::UnknownMeter, "x".repeat(500), "hint");
    for event in [json!({ "id": "1" }), json!("{not"), Value::Null] {
        let rejected = RejectedEvent {
            refusals: vec![refusal.clone()],
            received: full().coverage.last_reading.unwrap_or_default(),
            by: "calder-vale".to_owned(),
            source: "urn:hall-meter".to_owned(),
            id: "1".to_owned(),
            event,
        };
        check(&schema, &to_value(rejected).expect("JSON"));
    }
    check(&schema, &Value::Null);
}

#[test]
fn every_closed_set_is_described_in_full() {
    let both = both();
    let check = |pointer: &str, unknown: serde_json::Error| {
        let set = both
            .pointer(pointer)
            .unwrap_or_else(|| panic!("no {pointer}"));
        let described = match set {
            Value::Object(properties) => properties.keys().cloned().collect(),
            list => strings(list),
        };
        assert_eq!(described, super::variants(unknown), "{pointer}");
    };
    macro_rules! sets {
        ($($type:ty: $pointer:expr),* $(,)?) => {
            $(check($pointer, serde_json::from_str::<$type>("\"no such\"").expect_err("no such")));*
        };
    }
    sets! {
        Phase: "/asyncapi/components/schemas/Footprint/properties/phase/enum",
        Phase: "/components/schemas/SchoolRow/properties/phase/enum",
        Block: "/asyncapi/components/schemas/Line/properties/block/enum",
        YearRule: "/asyncapi/components/schemas/FactorSet/properties/method/enum",
        EvidenceKind: "/asyncapi/components/schemas/Evidence/properties/kind/enum",
        EvidenceStatus: "/asyncapi/components/schemas/Evidence/properties/status/enum",
        Fuel: "/asyncapi/components/schemas/MeterFigures/properties/fuel/enum",
        Fuel: "/asyncapi/components/schemas/GapEstimate/properties/fuel/enum",
        Fuel: "/asyncapi/components/schemas/FuelCoverage/properties/fuel/enum",
        Fuel: "/asyncapi/components/schemas/FuelGap/properties/fuel/enum",
        FindingKind: "/asyncapi/components/schemas/Finding/properties/kind/enum",
        Fuel: "/components/schemas/MeterHalfHours/properties/fuel/enum",
        Channel: "/components/schemas/MeterHalfHours/properties/channel/enum",
        Unit: "/components/schemas/MeterHalfHours/properties/unit/enum",
        Mode: "/asyncapi/components/schemas/ModeCounts/properties",
        Mode: "/components/schemas/PublishedModeCounts/properties",
        InitiativeKind: "/asyncapi/components/schemas/InitiativeCounts/properties",
        Audience: "/asyncapi/components/schemas/TravelFigures/properties/surveys/properties",
        Audience: "/components/schemas/PublishedTravel/properties/surveys/properties",
        StarsLevel: "/asyncapi/components/schemas/Stars/properties/level/enum",
        StarsLevel: "/components/schemas/SchoolRow/properties/stars_level/enum",
        StarsLevel: "/components/schemas/SchoolRow/properties/stars_eligible/enum",
        StarsLevel: "/components/schemas/StarsLevelOrNone/enum",
        Rule: "/asyncapi/components/schemas/Refusal/properties/rule/enum",
        Verdict: "/asyncapi/components/schemas/SimplerRecycling/properties/verdict/enum",
        Verdict: "/components/schemas/SchoolRow/properties/simpler_recycling/enum",
        TargetVerdict: "/components/schemas/KpiScore/properties/verdict/enum",
        TargetVerdict: "/components/schemas/SchoolScore/properties/verdict/enum",
        DecidedBy: "/components/schemas/KpiScore/properties/decided_by/enum",
        EvidenceKind: "/components/schemas/EvidenceScore/properties/kind/enum",
        EvidenceState: "/components/schemas/EvidenceScore/properties/state/enum",
    }
}

#[test]
fn every_row_of_a_table_fits_openapi_and_has_every_column() {
    let view = TrustView::of(vec![Arc::new(full()), Arc::new(bare())], 0.24).expect("a trust");
    check_table("SchoolRow", &publish::schools(&view));
    check_table("TrustRow", &publish::trusts(&view));
}

#[test]
fn what_a_trust_lacks_fits_openapi() {
    let schools = [full(), bare()];
    let sufficiency = footprint::TrustSufficiency::of(&schools);
    assert_eq!(sufficiency.schools.len(), 2);
    check(
        &component("TrustSufficiency"),
        &to_value(sufficiency).expect("JSON"),
    );
}

#[test]
fn every_target_of_a_scoreboard_fits_openapi() {
    let mut school = full();
    let filed = |kpi, expires, link: Option<&str>| EvidenceFigures {
        kpi,
        kind: EvidenceKind::SupplierStatement,
        title: "A statement".into(),
        status: EvidenceStatus::InForce,
        dated: school.period.days().from,
        expires,
        link: link.map(str::to_owned),
    };
    let last = Some(school.period.days().to);
    school.evidence = vec![
        filed(8, last, Some("https://a.example/8")),
        filed(10, None, None),
    ];
    let view = TrustView::of(vec![Arc::new(school), Arc::new(bare())], 0.24).expect("a trust");
    let schema = component("KpiScore");
    let board = view.scoreboard();
    assert_eq!(board.kpis.len(), 13);
    for kpi in &board.kpis {
        check(&schema, &to_value(kpi).expect("JSON"));
    }
}

fn check_table(name: &str, table: &Table) {
    let both = both();
    let described: BTreeMap<String, &str> =
        fields(&both["components"]["schemas"][name]["properties"])
            .iter()
            .map(|(column, schema)| {
                let types = match &schema["type"] {
                    Value::Array(types) => types[0].as_str(),
                    one => one.as_str(),
                };
                let is_day = schema["format"] == "date";
                let kind = if is_day { Some("day") } else { types };
                (column.clone(), kind.unwrap_or_default())
            })
            .collect();
    let there: BTreeMap<String, &str> = table
        .columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                Kind::Text => "string",
                Kind::Int => "integer",
                Kind::Float => "number",
                Kind::Flag => "boolean",
                Kind::Day => "day",
            };
            (column.name.to_owned(), kind)
        })
        .collect();
    assert_eq!(described, there, "the columns of {name}");
    let json = table
        .json("a-trust", "a-period", &[])
        .expect("a table as JSON");
    let json: Value = serde_json::from_slice(&json).expect("JSON");
    let rows = json["rows"].as_array().expect("rows");
    assert!(!rows.is_empty(), "{name}: nothing was checked");
    let schema = component(name);
    rows.iter().for_each(|row| check(&schema, row));
}

#[test]
fn a_published_footprint_is_a_footprint_but_for_small_counts() {
    let schema = component("PublishedFootprint");
    for footprint in [full(), bare()] {
        let mut published = publish::published(&footprint);
        check(&schema, &published);
        if footprint.travel.surveys.is_empty() {
            continue;
        }
        let survey = &mut published["travel"]["surveys"]["pupil"];
        survey["responses"] = "<5".into();
        survey["current"]["walk"] = "withheld".into();
        survey["current"]["car"] = "withheld".into();
        check(&schema, &published);
        published["travel"]["surveys"]["pupil"]["current"]["car"] = "few".into();
        assert!(!schema.is_valid(&published), "a count in any words");
    }
}

#[test]
fn every_example_of_openapi_fits_its_schema() {
    let both = both();
    let mut examples = Vec::new();
    gather(&both, "", &mut examples);
    let mut findings = Vec::new();
    for (place, schema, example) in &examples {
        let schema = validator(&both, schema);
        if let Err(why) = by_schema(&schema, &example.to_string()) {
            findings.push(format!("{place}: {why}"));
        }
    }
    none(findings);
}

#[test]
fn every_answer_in_json_has_an_example() {
    let both = both();
    let mut findings = Vec::new();
    let shared = fields(&both["components"]["responses"]).iter();
    let own = fields(&both["paths"]).iter().flat_map(|(path, item)| {
        let methods = fields(item).values();
        let responses = methods.filter_map(|method| method.get("responses"));
        responses
            .flat_map(fields)
            .map(move |(_, response)| (path, response))
    });
    for (place, response) in shared.chain(own) {
        for (media, content) in response
            .get("content")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            if media.ends_with("json") && content.get("example").is_none() {
                findings.push(format!("{place}: {media} has no example"));
            }
        }
    }
    none(findings);
}

/// Each example with its place and its schema.
fn gather(value: &Value, place: &str, into: &mut Vec<(String, Value, Value)>) {
    match value {
        Value::Object(object) => {
            if let (Some(schema), Some(example)) = (object.get("schema"), object.get("example")) {
                into.push((place.to_owned(), schema.clone(), example.clone()));
            }
            for (key, inner) in object.iter().filter(|(key, _)| *key != "example") {
                gather(inner, &format!("{place}/{key}"), into);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                gather(inner, &format!("{place}/{index}"), into);
            }
        }
        _ => {}
    }
}

#[test]
fn every_component_is_valid_closed_and_described() {
    let both = both();
    let mut findings = Vec::new();
    let files = [("openapi", &both), ("asyncapi", &both["asyncapi"])];
    for (file, whole) in files {
        for (name, schema) in fields(&whole["components"]["schemas"]) {
            // Headers of Kafka: a client may add its own.
            if name == "EventHeaders" {
                continue;
            }
            if let Err(why) = jsonschema::draft202012::meta::validate(schema) {
                findings.push(format!("{file} {name} is not a schema: {why}"));
            }
            if schema.get("description").is_none() {
                findings.push(format!("{file} {name} is not described"));
            }
            walk(schema, &format!("{file} {name}"), &mut findings);
            unknown_fields(schema, &format!("{file} {name}"), &mut findings);
        }
    }
    none(findings);
}

/// Requiring a field that is not described is a slip of the pen.
fn unknown_fields(schema: &Value, place: &str, findings: &mut Vec<String>) {
    let Some(required) = schema.get("required").map(strings) else {
        return;
    };
    let described: BTreeSet<String> = fields(&schema["properties"]).keys().cloned().collect();
    for name in required.difference(&described) {
        findings.push(format!(
            "{place} requires {name}, which it does not describe"
        ));
    }
}

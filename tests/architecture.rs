//! The dependency table of the README, held against what cargo knows.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Who may use whom of ours, and which heavy crates are named where.
const OURS: [(&str, &[&str]); 9] = [
    ("events", &[]),
    ("footprint", &["events"]),
    ("bus", &["events"]),
    ("lake", &["events"]),
    ("chassis", &[]),
    ("ingest", &["events", "bus", "chassis"]),
    (
        "aggregate",
        &["events", "footprint", "bus", "lake", "chassis"],
    ),
    (
        "publish",
        &["events", "footprint", "bus", "lake", "chassis"],
    ),
    (
        "cli",
        &[
            "events",
            "footprint",
            "bus",
            "lake",
            "chassis",
            "ingest",
            "aggregate",
            "publish",
        ],
    ),
];

/// Crates that only some of ours may name.
const NAMED_BY: [(&str, &[&str]); 4] = [
    ("rdkafka", &["bus"]),
    ("object_store", &["lake"]),
    ("tansu-broker", &["cli"]),
    ("polars", &["footprint", "lake", "aggregate", "publish"]),
];

fn metadata() -> Value {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--offline"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo metadata");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The normal dependencies that each of our crates names.
fn named(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut named = BTreeMap::new();
    for package in metadata["packages"].as_array().expect("packages") {
        if !package["source"].is_null() {
            continue;
        }
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        let names = dependencies
            .iter()
            .filter(|dependency| dependency["kind"].is_null())
            .filter_map(|dependency| dependency["name"].as_str().map(str::to_owned));
        named.insert(
            package["name"].as_str().unwrap_or_default().to_owned(),
            names.collect(),
        );
    }
    named
}

#[test]
fn crates_use_only_what_the_dependency_table_allows() {
    let named = named(&metadata());
    let ours: BTreeSet<&str> = OURS.iter().map(|(name, _)| *name).collect();
    for (name, allowed) in OURS {
        let uses = named.get(name).unwrap_or_else(|| panic!("no crate {name}"));
        let others = uses.iter().filter(|used| ours.contains(used.as_str()));
        for used in others {
            assert!(
                allowed.contains(&used.as_str()),
                "{name} may not use {used}"
            );
        }
    }
    for (heavy, by) in NAMED_BY {
        for (name, uses) in &named {
            let allowed = by.contains(&name.as_str()) || name == "tests";
            assert!(
                allowed || !uses.contains(heavy),
                "{name} may not name {heavy}"
            );
        }
    }
}

#[test]
fn ingest_links_no_polars_and_no_object_store() {
    let metadata = metadata();
    let nodes = metadata["resolve"]["nodes"].as_array().expect("nodes");
    let by_id: BTreeMap<&str, &Value> = nodes
        .iter()
        .filter_map(|node| Some((node["id"].as_str()?, node)))
        .collect();
    let names: BTreeMap<&str, &str> = metadata["packages"]
        .as_array()
        .expect("packages")
        .iter()
        .filter_map(|package| Some((package["id"].as_str()?, package["name"].as_str()?)))
        .collect();
    let start = names
        .iter()
        .find(|(_, name)| **name == "ingest")
        .expect("ingest")
        .0;
    let (mut seen, mut next) = (BTreeSet::new(), vec![*start]);
    while let Some(id) = next.pop() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in by_id[id]["deps"].as_array().into_iter().flatten() {
            let normal = dependency["dep_kinds"]
                .as_array()
                .is_some_and(|kinds| kinds.iter().any(|kind| kind["kind"].is_null()));
            if normal {
                next.extend(dependency["pkg"].as_str());
            }
        }
    }
    for heavy in ["polars", "polars-core", "object_store"] {
        assert!(
            !seen.iter().any(|id| names[id] == heavy),
            "ingest links {heavy}"
        );
    }
}

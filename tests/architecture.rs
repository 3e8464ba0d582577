//! The dependency table of docs/architecture.md, compared with cargo's metadata.

mod circles;

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

use crate::servers::project;

/// Which of our crates may use which, and which of them may name which heavy crates.
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
    ("redb", &["bus", "ingest"]),
    ("polars", &["footprint", "lake", "aggregate", "publish"]),
];

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let output = Command::new(cargo)
        .args(arguments)
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .output()
        .expect("cargo");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("text")
}

/// The normal dependencies that each of our crates names.
fn dependencies(metadata: &Value) -> BTreeMap<String, BTreeSet<String>> {
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
    let metadata = cargo(&["metadata", "--format-version=1", "--no-deps", "--offline"]);
    let named = dependencies(&serde_json::from_str(&metadata).expect("JSON"));
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
    let tree = cargo(&[
        "tree",
        "--package=ingest",
        "--edges=normal",
        "--prefix=none",
        "--format={p}",
        "--offline",
    ]);
    assert!(
        tree.lines().any(|line| line.starts_with("rdkafka ")),
        "{tree}"
    );
    for heavy in ["polars ", "polars-core ", "object_store "] {
        assert!(
            !tree.lines().any(|line| line.starts_with(heavy)),
            "ingest links {heavy}"
        );
    }
}

/// `tests/planted/run` shows that the tests find each bug, but it takes hours, and a patch that does not apply finds
/// nothing.
#[test]
fn every_planted_bug_applies_to_the_code_as_it_is() {
    let folder = project("tests/planted");
    let entries = std::fs::read_dir(&folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let patches: Vec<_> = paths
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "patch")
        })
        .collect();
    assert!(!patches.is_empty());
    for patch in patches {
        let output = Command::new("git")
            .args(["apply", "--check"])
            .arg(&patch)
            .current_dir(project("."))
            .output()
            .expect("git");
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {error}", patch.display());
    }
}

//! Every example states by its folder who must accept and who must refuse it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use events::{Event, EventType};
use jsonschema::Validator;

use super::{by_schema, check_round_trip, folder, none, text, validator};

/// The examples of a type in one of its folders, in the order of their names.
pub fn examples(kind: EventType, verdict: &str) -> Vec<PathBuf> {
    let path = folder().join("examples").join(kind.as_str()).join(verdict);
    let Ok(entries) = std::fs::read_dir(&path) else {
        return Vec::new();
    };
    let files: BTreeSet<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.into_iter().collect()
}

/// Applies `claim` to each example in the folder `verdict` of every type, at least `least` of them.
fn check(verdict: &str, least: usize, claim: impl Fn(&Validator, &str) -> Result<(), String>) {
    let mut findings = Vec::new();
    for kind in EventType::ALL {
        let validator = validator(kind);
        let files = examples(kind, verdict);
        if files.len() < least {
            findings.push(format!("{} has too few {verdict} examples", kind.as_str()));
        }
        for path in files {
            if let Err(why) = claim(&validator, &text(&path)) {
                findings.push(format!("{}: {why}", path.display()));
            }
        }
    }
    none(findings);
}

#[test]
fn a_valid_example_is_taken_by_both_and_reads_back_as_itself() {
    check("valid", 2, |validator, text| {
        by_schema(validator, text).map_err(|why| format!("its schema refuses it: {why}"))?;
        let event = Event::parse(text).map_err(|why| format!("Rust refuses it: {why}"))?;
        check_round_trip(validator, &event)
    });
}

#[test]
fn an_invalid_example_is_refused_by_both() {
    check("invalid", 3, |validator, text| {
        by_schema(validator, text)
            .err()
            .ok_or("its schema takes it")?;
        Event::parse(text).err().ok_or("Rust takes it")?;
        Ok(())
    });
}

#[test]
fn an_example_invalid_by_rule_is_refused_by_rust_alone() {
    check("invalid-by-rule", 1, |validator, text| {
        by_schema(validator, text).map_err(|why| format!("its schema refuses it: {why}"))?;
        Event::parse(text).err().ok_or("Rust takes it")?;
        Ok(())
    });
}

#[test]
fn every_type_has_examples_and_every_folder_of_examples_a_type() {
    let mut findings = Vec::new();
    let types = std::fs::read_dir(folder().join("examples")).expect("schemas/examples is there");
    for entry in types.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if EventType::parse(&name).is_none() {
            findings.push(format!("schemas/examples/{name} belongs to no type"));
            continue;
        }
        let verdicts = std::fs::read_dir(entry.path()).expect("a folder of examples");
        for verdict in verdicts.flatten() {
            let verdict = verdict.file_name().to_string_lossy().into_owned();
            if !["valid", "invalid", "invalid-by-rule"].contains(&verdict.as_str()) {
                findings.push(format!(
                    "schemas/examples/{name}/{verdict} is read by no test"
                ));
            }
        }
    }
    none(findings);
}

//! Every shipped service reads its example as its expected half-hours, which were worked out by a program of their own from the
//! same numbers, and never otherwise where a name in the payload is another.

use std::collections::BTreeSet;

use super::*;

struct Example {
    name: String,
    service: String,
    query: String,
    text: String,
    expected: Vec<String>,
}

/// One or two of each shipped service: `octopus.json`, `octopus-gas.json`.
fn examples() -> Vec<Example> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/services/examples");
    let mut examples = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let service = name.strip_suffix("-gas").unwrap_or(&name).to_owned();
        assert!(SERVICES.find(&service).is_some(), "{name}");
        let expected = std::fs::read_to_string(path.with_extension("expected")).unwrap();
        let query = expected.lines().find_map(|line| line.strip_prefix("? "));
        let is_line = |line: &&str| !line.starts_with(['#', '?']);
        let mut lines: Vec<_> = expected
            .lines()
            .filter(is_line)
            .map(str::to_owned)
            .collect();
        lines.sort_unstable();
        examples.push(Example {
            query: query.unwrap_or_default().to_owned(),
            text: std::fs::read_to_string(&path).unwrap(),
            expected: lines,
            name,
            service,
        });
    }
    let named: BTreeSet<_> = examples.iter().map(|one| one.service.as_str()).collect();
    assert!(SERVICES.names().all(|name| named.contains(name)));
    examples
}

#[test]
fn every_service_reads_its_example() {
    for example in examples() {
        let outcome = posted(&example.service, &example.query, &example.text).unwrap();
        assert_eq!(refusals(&outcome), [], "{}", example.name);
        let found = lines(&outcome);
        for (found, expected) in found.iter().zip(&example.expected) {
            assert_eq!(found, expected, "{}", example.name);
        }
        assert_eq!(found.len(), example.expected.len(), "{}", example.name);
    }
}

/// Names that may be missing, and then say nothing: of a receipt its reference, its carrier and its treatments; of a display its
/// export, and the volume of its gas.
const OPTIONAL: [&str; 6] = [
    "export",
    "cumulativevol",
    "yourUniqueReference",
    "carrier",
    "registrationNumber",
    "disposalOrRecoveryCodes",
];

/// Of the numbered names some are enough: the others are read in the same way.
fn is_one_of_many(name: &str) -> bool {
    let number = name.strip_prefix("UT").or(name.strip_prefix('P'));
    let number = number.and_then(|number| number.parse::<usize>().ok());
    number.is_some_and(|number| ![1, 17, 48, 49, 50].contains(&number))
}

#[test]
fn a_name_that_is_another_is_told_and_nothing_is_read_otherwise() {
    for example in examples() {
        let root: Value = serde_json::from_str(&example.text).unwrap();
        let mut names = BTreeSet::new();
        collect(&root, &mut names);
        names.retain(|name| !OPTIONAL.contains(&name.as_str()) && !is_one_of_many(name));
        for name in &names {
            let text = example
                .text
                .replace(&format!("\"{name}\":"), "\"another\":");
            assert_ne!(text, example.text, "{name}");
            let what = format!("{} without {name}", example.name);
            let Ok(outcome) = posted(&example.service, &example.query, &text) else {
                continue;
            };
            let found = lines(&outcome);
            let is_told = !outcome.refused.is_empty()
                || notes(&outcome)
                    .iter()
                    .any(|(about, _)| *about == About::UnknownNames);
            assert!(found == example.expected || is_told, "{what}: {found:#?}");
        }
    }
}

fn collect(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            names.insert(name.clone());
            collect(value, names);
        }),
        Value::Array(values) => values.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

/// Cut short anywhere, a payload is no JSON and is refused as a whole.
#[test]
fn a_payload_that_breaks_off_is_refused_as_a_whole() {
    for example in examples() {
        for part in [1, 3, 7, 9] {
            let end = example.text.trim_end().len() * part / 10;
            let refused = posted(&example.service, &example.query, &example.text[..end]);
            assert_eq!(
                refused.unwrap_err().rule,
                Rule::Unreadable,
                "{}",
                example.name
            );
        }
    }
}

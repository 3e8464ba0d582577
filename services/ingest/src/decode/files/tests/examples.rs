//! Every shipped format reads its example as expected: half-hours, which were worked out by a program of their own from the same
//! numbers, or events, which were worked by hand. The header of a file identifies its format.

use std::collections::BTreeMap;

use events::Quantity;

use super::super::catalogue::{Detected, Reads};
use super::super::draft;
use super::super::school_rows::EventName;
use super::super::{
    Content, FileDay, Format, ReadingContext, SchoolEvent, SchoolName, SchoolSheet, Sheet,
};
use super::*;
use crate::register::Register;
use crate::rules::decimal;

/// An example of a format, and its half-hours.
struct Example {
    name: String,
    text: String,
    expected: String,
}

/// One for each shipped format.
fn examples() -> Vec<Example> {
    let read = |name: &str, extension: &str| {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/formats/examples");
        std::fs::read_to_string(format!("{folder}/{name}.{extension}")).unwrap()
    };
    let example = |name: &str| Example {
        text: read(name, "csv"),
        expected: read(name, "expected"),
        name: name.to_owned(),
    };
    Formats::shipped().unwrap().names().map(example).collect()
}

/// Formats with one header: which of them a file has, its sender must say.
const OF_ONE_HEADER: [&str; 2] = ["row-per-half-hour-end", "row-per-half-hour-start"];

/// The content of a file, each meter-day or event as a line of an `.expected` file.
fn lines(format: &Format, text: &str) -> Vec<String> {
    let (register, bounds) = (Register::default(), bounds());
    let known = ReadingContext {
        register: &register,
        bounds: &bounds,
        part: None,
    };
    match Content::read(format, text, &known).unwrap() {
        Content::Readings(sheet) => day_lines(format, &sheet),
        Content::Schools(sheet) => event_lines(format, &sheet),
    }
}

fn event_lines(format: &Format, sheet: &SchoolSheet<'_>) -> Vec<String> {
    let refused = &sheet.refused;
    assert!(refused.is_empty(), "{}: {refused:?}", format.name);
    let line = |event: &SchoolEvent<'_>| {
        let school = match &event.school {
            SchoolName::Urn(urn) => urn.to_string(),
            SchoolName::Registered(name) => name.clone(),
        };
        let name = match &event.name {
            EventName::Reference(reference) => reference.as_str(),
            EventName::About(kind, _) => kind,
        };
        let (kind, data) = (event.data.kind(), event.data.to_json().unwrap());
        format!("{} {school} {} {name} {data}", event.line(), kind.as_str())
    };
    sheet.events.iter().map(line).collect()
}

/// Days without any value are left out.
fn day_lines(format: &Format, sheet: &Sheet<'_>) -> Vec<String> {
    assert!(
        sheet.refused.is_empty(),
        "{}: {:?}",
        format.name,
        sheet.refused
    );
    assert_eq!(sheet.totals_off, [""; 0], "{}", format.name);
    let days: BTreeMap<_, _> = sheet
        .days
        .iter()
        .map(|day| ((day.day.meter.clone(), day.day.channel, day.day.day), day))
        .collect();
    let with_values = days
        .values()
        .filter(|day| day.day.half_hours.iter().any(|(value, _)| value.is_some()));
    let line = |day: &&FileDay<'_>| {
        let day = &day.day;
        let value = |value: &Option<Quantity>| value.map_or("-".to_owned(), decimal);
        let values: Vec<_> = day
            .half_hours
            .iter()
            .map(|(micro, _)| value(micro))
            .collect();
        let quality = day.half_hours.iter();
        let quality = quality.map(|(value, quality)| value.map_or('A', |_| quality.letter()));
        format!(
            "{} {} {} {} {} {}",
            day.meter,
            day.channel.as_str(),
            day.unit.as_str(),
            day.day.0,
            quality.collect::<String>(),
            values.join(",")
        )
    };
    with_values.map(line).collect()
}

fn expected(example: &Example) -> Vec<&str> {
    let lines = example.expected.lines();
    lines.filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn every_format_reads_its_example() {
    let formats = Formats::shipped().unwrap();
    for example in &examples() {
        let found = lines(formats.find(&example.name).unwrap(), &example.text);
        let expected = expected(example);
        for (found, expected) in found.iter().zip(&expected) {
            assert_eq!(found, expected, "{}", example.name);
        }
        assert_eq!(found.len(), expected.len(), "{}", example.name);
    }
}

#[test]
fn a_header_says_which_format_a_file_has() {
    let formats = Formats::shipped().unwrap();
    for example in &examples() {
        let wanted = match OF_ONE_HEADER.contains(&example.name.as_str()) {
            true => OF_ONE_HEADER.to_vec(),
            false => vec![example.name.as_str()],
        };
        let found = match formats.detect(&example.text) {
            Detected::One(format) => vec![format.name.as_str()],
            Detected::Several(several) => several.iter().map(|one| one.name.as_str()).collect(),
            Detected::None(nearest) => panic!("{}: {nearest:?}", example.name),
        };
        assert_eq!(found, wanted);
    }
}

/// A file with the fields of every line changed. A delimiter inside a field counts: the fields after it then stand under other
/// names, as they do in files that were edited by hand.
fn changed(text: &str, change: impl Fn(usize, &mut Vec<&str>)) -> String {
    let lines = text.lines().enumerate().map(|(line, text)| {
        let mut fields: Vec<&str> = text.split(',').collect();
        if fields.len() > 2 {
            change(line, &mut fields);
        }
        fields.join(",") + "\n"
    });
    lines.collect()
}

/// Fails unless a file is read as `wanted`, or not taken for any format, or refused or doubted.
fn check_never_wrong(formats: &Formats, text: &str, wanted: &[&str], what: &str) {
    let Detected::One(format) = formats.detect(text) else {
        return;
    };
    let (register, bounds) = (Register::default(), bounds());
    let known = ReadingContext {
        register: &register,
        bounds: &bounds,
        part: None,
    };
    let is_taken = match Content::read(format, text, &known) {
        Ok(Content::Readings(sheet)) => sheet.refused.is_empty() && sheet.totals_off.is_empty(),
        Ok(Content::Schools(sheet)) => sheet.refused.is_empty(),
        Err(_) => false,
    };
    if is_taken {
        assert_eq!(lines(format, text), wanted, "{what}, as {}", format.name);
    }
}

/// A column that has another name, has changed places with its neighbour, or is missing with all that follow.
#[test]
fn a_file_that_is_renamed_shuffled_or_cut_is_never_read_wrongly() {
    let formats = Formats::shipped().unwrap();
    for example in &examples() {
        let (name, text, wanted) = (&example.name, &example.text, expected(example));
        let mut lines = text.lines().map(|line| line.split(',').count()).enumerate();
        let (header, count) = lines.find(|(_, count)| *count > 2).unwrap();
        // Without a header, nothing tells one column of values from another.
        let from = match &formats.find(name).unwrap().reads {
            Reads::Readings(description) => description.values.from,
            Reads::SchoolRows(_) => None,
        };
        // Each of the first and last columns, and some of those between, which are alike.
        let columns = (0..count).filter(|at| *at < 6 || at % 11 == 0 || at + 4 > count);
        for column in columns {
            let renamed = changed(text, |line, fields| {
                if line == header {
                    fields[column] = "Another";
                }
            });
            let moved = changed(text, |_, fields| fields.swap(column, (column + 1) % count));
            let cut = changed(text, |_, fields| fields.truncate(column));
            let is_told = from.is_none_or(|from| column + 1 < from || column + 1 == count);
            let moved = is_told.then_some(moved);
            let all = [
                ("renamed", Some(renamed)),
                ("moved", moved),
                ("cut", Some(cut)),
            ];
            for (how, text) in all.into_iter().filter_map(|(how, text)| Some((how, text?))) {
                check_never_wrong(
                    &formats,
                    &text,
                    &wanted,
                    &format!("{name} {how} at {column}"),
                );
            }
        }
    }
}

/// Where no status and no filter has to be known, a draft reads its file without a change.
#[test]
fn a_draft_reads_the_file_that_it_was_made_of() {
    let examples = examples();
    let names = [
        "day-rows-kwh48",
        "drax",
        "corona",
        "energy-assets-channel",
        "stars-plan",
    ];
    for name in names {
        let example = examples
            .iter()
            .find(|example| example.name == name)
            .unwrap();
        let mut formats = Formats::default();
        let text = draft(example.text.as_bytes().to_vec()).unwrap();
        formats.add("draft", &text).unwrap();
        let found = lines(formats.find("draft").unwrap(), &example.text);
        assert_eq!(found, expected(example), "{name}: {text}");
    }
    for example in &examples {
        let drafted = draft(example.text.as_bytes().to_vec());
        if example.name.ends_with("-no-header") {
            assert!(drafted.unwrap_err().hint.contains("no header"));
            continue;
        }
        let text = drafted.unwrap();
        let added = Formats::default().add("draft", &text);
        assert!(added.is_ok(), "{}: {added:?}\n{text}", example.name);
    }
}

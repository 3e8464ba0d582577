#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where it fails"
)]

mod again;
mod meters;
mod model;
mod schools;

use self::model::Model;
use super::super::place::{Source, open};
use super::super::roster::Roster;
use super::super::schools::{Choice, Schools};
use super::super::{meters as list, schools as gias};
use super::*;
use crate::args::{MeterField, NamedColumn};

/// Columns of GIAS, with some that are not read.
const GIAS: &str = "URN,EstablishmentName,EstablishmentStatus (name),OpenDate,CloseDate,PhaseOfEducation (name),CensusDate,\
                    NumberOfPupils,Trusts (code),Trusts (name),HeadLastName,Postcode\n";

/// What is compared, and how.
#[derive(Default)]
struct Case<'a> {
    /// Rows of GIAS, without the header.
    schools: Option<&'a str>,
    /// A whole list of meters.
    meters: Option<&'a str>,
    /// First days of membership, as `--member-from` takes them.
    member_from: &'a [(Option<u32>, &'a str)],
    trust: Option<&'a str>,
    columns: &'a [(MeterField, &'a str)],
    missing_ended: Option<&'a str>,
}

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn terms(case: &Case<'_>) -> Terms {
    let from = |(urn, day): &(Option<u32>, &str)| MemberFrom {
        urn: urn.map(|urn| urn.try_into().unwrap()),
        day: date(day),
    };
    Terms {
        member_from: case.member_from.iter().map(from).collect(),
        meters_from: None,
        missing_ended: case.missing_ended.map(date),
        now: "2026-11-29T09:00:00Z".parse().unwrap(),
        today: date("2026-11-29"),
    }
}

fn tables(file: &str, text: &str) -> Vec<(Source, ingest::TextTable)> {
    let mut problems = Vec::new();
    let tables = open(file, windows_1252(text), &mut problems);
    assert_eq!(problems, []);
    tables
}

/// As GIAS is encoded: a right quotation mark is one byte.
fn windows_1252(text: &str) -> Vec<u8> {
    let byte = |letter: char| match letter {
        '\u{2019}' => 0x92,
        letter => u8::try_from(u32::from(letter)).unwrap(),
    };
    text.chars().map(byte).collect()
}

/// The differences of a case from a register.
fn compare(model: &Model, case: &Case<'_>) -> Diff {
    let (registered, terms) = (model.registered(), terms(case));
    let schools: Option<Schools> = case.schools.map(|rows| {
        let choice = Choice {
            trust: case.trust.map(str::to_owned),
            roll_source: "GIAS".to_owned(),
            ..Choice::default()
        };
        gias::read(&tables("gias.csv", &format!("{GIAS}{rows}")), &choice)
    });
    let roster: Roster = super::super::roster(&registered, schools.as_ref(), &terms);
    let meters = case.meters.map(|text| {
        let named = case.columns.iter().map(|(field, header)| NamedColumn {
            field: *field,
            header: (*header).to_owned(),
        });
        let named: Vec<_> = named.collect();
        list::read(&tables("meters.csv", text), &named, &roster)
    });
    let lists = Lists {
        schools: schools.as_ref(),
        meters,
        roster: &roster,
    };
    diff(lists, &registered, &terms)
}

/// The report of a case must have each of these lines, in this order.
fn check(model: &Model, case: &Case<'_>, wanted: &[&str]) -> Diff {
    let diff = compare(model, case);
    let text = super::super::report::text(&diff);
    let mut lines = text.lines();
    for line in wanted {
        assert!(
            lines.any(|found| found.trim_start().starts_with(line)),
            "{line:?} is not (in this order) in\n{text}"
        );
    }
    diff
}

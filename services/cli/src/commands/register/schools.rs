//! Reads schools from establishment fields of Get Information About Schools (GIAS). Of some 135 columns it reads those below:
//! what they hold of people, such as the names of heads, is not read.

mod row;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Heating, Phase, Roll, Rule, SchoolRegistered, TrustRef, Urn};
use ingest::{TextRow, TextTable};

use super::cells::is_blank;
use super::place::{Place, Problem, Source};

use self::row::school;

/// What a file states about a school.
#[derive(Debug, Clone, PartialEq)]
pub struct StatedSchool {
    /// Its row.
    pub place: Place,
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub name: String,
    /// Its phase.
    pub phase: Phase,
    /// Its trust, with the id that the register has.
    pub trust: TrustRef,
    /// The day it opened; for an academy the day it became one.
    pub opened: Option<NaiveDate>,
    /// The day it closed.
    pub closed: Option<NaiveDate>,
    /// Whether it is closed already.
    pub is_closed: bool,
    /// The first day as a member of its trust; GIAS does not state it, a column that was added may.
    pub member_from: Option<NaiveDate>,
    /// The pupils on roll.
    pub roll: Option<Roll>,
    /// How it is heated, from a column that was added.
    pub heating: Option<Heating>,
}

/// Which schools are taken from a file, and what the register calls them.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// The trust's UID.
    pub trust: Option<String>,
    /// The schools; empty means all of the trust.
    pub urns: BTreeSet<Urn>,
    /// The trust's id in the register, if that is not its UID.
    pub trust_id: Option<String>,
    /// The source of the numbers of pupils.
    pub roll_source: String,
}

/// The schools of a file.
#[derive(Debug, Default)]
pub struct Schools {
    /// The schools that were chosen.
    pub stated: Vec<StatedSchool>,
    /// The trusts of all other schools, by UID; empty for a school without one.
    pub elsewhere: BTreeMap<Urn, String>,
    /// The id in the register of the trust whose schools were taken.
    pub trust_id: Option<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// A column, by the name that GIAS gives it or a usual one if it was added.
struct Column {
    names: &'static [&'static str],
    is_needed: bool,
}

const fn needed(names: &'static [&'static str]) -> Column {
    Column {
        names,
        is_needed: true,
    }
}

const fn optional(names: &'static [&'static str]) -> Column {
    Column {
        names,
        is_needed: false,
    }
}

const URN: usize = 0;
const NAME: usize = 1;
const PHASE: usize = 2;
const TRUST: usize = 3;
const TRUST_NAME: usize = 4;
const STATUS: usize = 5;
const OPENED: usize = 6;
const CLOSED: usize = 7;
const CENSUS: usize = 8;
const PUPILS: usize = 9;
const MEMBER_FROM: usize = 10;
const HEATING: usize = 11;

const COLUMNS: [Column; 12] = [
    needed(&["URN"]),
    needed(&["EstablishmentName"]),
    needed(&["PhaseOfEducation (name)"]),
    needed(&["Trusts (code)"]),
    needed(&["Trusts (name)"]),
    needed(&["EstablishmentStatus (name)"]),
    optional(&["OpenDate"]),
    optional(&["CloseDate"]),
    optional(&["CensusDate"]),
    optional(&["NumberOfPupils"]),
    optional(&["Member from", "member_from", "Joined date", "Date joined"]),
    optional(&["Heating"]),
];

/// Reads the schools of a file.
pub fn read(tables: &[(Source, TextTable)], choice: &Choice) -> Schools {
    let mut schools = Schools::default();
    let mut is_found = false;
    for (source, table) in tables {
        match header(source, table) {
            Ok((line, columns)) => {
                is_found = true;
                schools.take(source, table.rows(line, &columns), choice);
            }
            // Beside the sheet with the schools, there may be others.
            Err(problem) if tables.len() == 1 => schools.problems.push(problem),
            Err(_) => {}
        }
    }
    if !is_found && tables.len() > 1 {
        let source = Source {
            table: None,
            ..tables[0].0.clone()
        };
        let hint = "none of its tables has the columns URN, EstablishmentName and Trusts (code): download establishment \
                    fields from Get Information About Schools";
        schools
            .problems
            .push(source.problem("no list of schools", hint));
    }
    schools
}

/// The line of the header and where the columns are, or what it lacks.
fn header(source: &Source, table: &TextTable) -> Result<(usize, Vec<usize>), Problem> {
    let heads = table.heads();
    let positions = |head: &TextRow| -> Vec<Option<usize>> {
        let find = |column: &Column| {
            let is = |cell: &String| {
                column
                    .names
                    .iter()
                    .any(|name| name.eq_ignore_ascii_case(cell))
            };
            head.cells.iter().position(is)
        };
        COLUMNS.iter().map(find).collect()
    };
    let found = |positions: &[Option<usize>]| positions.iter().flatten().count();
    let best = heads.iter().map(|head| (head.line, positions(head)));
    let Some((line, positions)) = best.max_by_key(|(line, all)| (found(all), usize::MAX - line))
    else {
        return Err(source.problem("nothing", "the table has no rows"));
    };
    let missing: Vec<&str> = COLUMNS
        .iter()
        .zip(&positions)
        .filter(|(column, position)| column.is_needed && position.is_none())
        .map(|(column, _)| column.names[0])
        .collect();
    match missing.as_slice() {
        [] => {
            // A row never has so many cells: what a column that is not there holds is empty.
            let columns = positions
                .into_iter()
                .map(|found| found.unwrap_or(usize::MAX));
            Ok((line, columns.collect()))
        }
        missing => Err(source.problem(
            format!("a header without {}", missing.join(", ")),
            "download establishment fields from Get Information About Schools, with all columns",
        )),
    }
}

impl Schools {
    fn take(&mut self, source: &Source, rows: impl Iterator<Item = TextRow>, choice: &Choice) {
        // A file of every school in England has tens of thousands of rows; those that may be chosen are few.
        let rows: Vec<TextRow> = match (&choice.trust, choice.urns.is_empty()) {
            (None, true) => rows.collect(),
            (trust, _) => rows
                .filter(|row| self.may_be_chosen(row, trust.as_deref(), choice))
                .collect(),
        };
        let trusts: BTreeMap<&str, &str> = rows
            .iter()
            .map(|row| (row.cells[TRUST].as_str(), row.cells[TRUST_NAME].as_str()))
            .filter(|(uid, _)| !is_blank(uid))
            .collect();
        let is_named = choice.trust.is_some() || !choice.urns.is_empty();
        if !is_named && trusts.len() != 1 {
            let first: Vec<String> = trusts
                .iter()
                .take(5)
                .map(|(uid, name)| format!("{uid} ({name})"))
                .collect();
            let (seen, hint) = match trusts.len() {
                0 => (
                    "no school of a trust".to_owned(),
                    "name the schools with --urn",
                ),
                many => (
                    format!("schools of {many} trusts, such as {}", first.join(", ")),
                    "name the trust with --trust, or the schools with --urn",
                ),
            };
            self.problems.push(source.problem(seen, hint));
            return;
        }
        let uid = choice
            .trust
            .as_deref()
            .or_else(|| trusts.keys().next().copied());
        let id = choice.trust_id.as_deref().or(uid);
        self.trust_id = id.map(str::to_owned);
        let mut lines: BTreeMap<Urn, usize> = BTreeMap::new();
        for row in &rows {
            let place = Place {
                source: source.clone(),
                line: row.line,
            };
            match school(row, &place, choice) {
                Ok(Some(school)) => match lines.insert(school.urn, row.line) {
                    Some(first) => self.problems.push(place.problem(
                        Rule::Conflict,
                        "URN",
                        school.urn,
                        format!("line {first} has this school already; leave one of the two"),
                    )),
                    None => {
                        self.stated.push(school);
                    }
                },
                Ok(None) => {
                    let urn = row.cells[URN].parse::<Urn>();
                    self.elsewhere.extend(urn.map(|urn| (urn, String::new())));
                }
                Err(problem) => self.problems.push(problem),
            }
        }
        let unseen = choice.urns.iter().filter(|urn| !lines.contains_key(urn));
        let unseen: Vec<String> = unseen.map(ToString::to_string).collect();
        if !unseen.is_empty() && self.problems.is_empty() {
            let hint = "the file has no school with this URN; correct --urn, or take a newer file";
            self.problems.push(source.problem(unseen.join(", "), hint));
        }
        if let Some(uid) = choice.trust.as_ref().filter(|_| rows.is_empty()) {
            let hint = "the file has no school of this trust; --trust takes its group UID, in the column Trusts (code)";
            self.problems.push(source.problem(uid, hint));
        }
    }

    /// Whether a row is of the chosen trust or schools; notes where the others are.
    fn may_be_chosen(&mut self, row: &TextRow, trust: Option<&str>, choice: &Choice) -> bool {
        let urn = row.cells[URN].parse::<Urn>().ok();
        let is_chosen = trust.is_none_or(|uid| row.cells[TRUST] == uid)
            && (choice.urns.is_empty() || urn.is_some_and(|urn| choice.urns.contains(&urn)));
        if !is_chosen && let Some(urn) = urn {
            self.elsewhere.insert(urn, row.cells[TRUST].clone());
        }
        is_chosen
    }
}

impl StatedSchool {
    /// The registration of a school of which nothing is registered yet.
    pub fn registration(&self, member_from: NaiveDate) -> SchoolRegistered {
        SchoolRegistered {
            name: self.name.clone(),
            phase: self.phase,
            trust: self.trust.clone(),
            member_from,
            member_to: self.closed,
            rolls: self.roll.iter().cloned().collect(),
            terms: Vec::new(),
            heating: self.heating,
            grid_region: None,
        }
    }
}

//! Schools: what a file states otherwise than the register.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::{Data, Heating, Phase, Roll, Rule, SchoolRegistered, Urn};

use super::super::note::{List, Note};
use super::super::schools::{Schools, StatedSchool};
use super::{Change, ChangeKind, Diff, Fields, Terms, event};
use crate::client::{Registered, RegisteredSchool};

/// Compares the schools of a file.
pub fn compare(schools: &Schools, registered: &Registered, terms: &Terms, diff: &mut Diff) {
    diff.problems.extend(schools.problems.iter().cloned());
    let (mut closed, mut spring) = (0, BTreeSet::new());
    for stated in &schools.stated {
        let is_it = |known: &&RegisteredSchool| {
            known.urn == stated.urn && known.registered.trust.id == stated.trust.id
        };
        let compared = match registered.schools.iter().find(is_it) {
            None if stated.is_closed => {
                closed += 1;
                continue;
            }
            None => new(stated, terms),
            Some(known) => Ok(changed(stated, known, terms, &mut diff.notes)),
        };
        match compared {
            Ok(Some(change)) => {
                spring.extend(spring_census(&change));
                diff.changes.push(change);
            }
            Ok(None) => diff.schools_unchanged += 1,
            Err(problem) => diff.problems.push(problem),
        }
    }
    diff.notes
        .extend(spring.into_iter().map(Note::SpringCensus));
    if closed > 0 {
        diff.notes.push(Note::ClosedSchools(closed));
    }
    if let Some(last) = terms.missing_ended {
        end(schools, registered, last, terms, diff);
    }
}

/// The day of a spring census that a change registers pupils of.
fn spring_census(change: &Change) -> Option<NaiveDate> {
    use chrono::Datelike;
    let rolls = change.events.iter().filter_map(|event| match &event.data {
        Data::SchoolRegistered(school) => school.rolls.first(),
        _ => None,
    });
    let mut days = rolls.map(|roll| roll.census_date);
    days.find(|day| day.month() <= 3)
}

fn new(stated: &StatedSchool, terms: &Terms) -> Result<Option<Change>, super::Problem> {
    let Some(member_from) = joined(stated, terms, true) else {
        let opened = stated.opened.map_or_else(String::new, |day| {
            format!(" (it opened on {day}; an academy opens on the day it becomes one)")
        });
        let hint = format!(
            "GIAS does not state when a school joined its trust: say --member-from {}=DATE, or --member-from DATE for all new \
             schools{opened}",
            stated.urn
        );
        return Err(stated.place.problem(Rule::FileRow, "URN", stated.urn, hint));
    };
    let school = stated.registration(member_from);
    school.check().map_err(|error| {
        let hint = format!(
            "{} must be {}; correct --member-from",
            error.pointer, error.rule
        );
        stated.place.problem(Rule::FileRow, "URN", stated.urn, hint)
    })?;
    let mut fields = Fields::default();
    fields.compare(
        "trust",
        None,
        Some(format!("{} ({})", school.trust.name, school.trust.id)),
    );
    fields.compare("phase", None, Some(phase(school.phase)));
    fields.compare("member_from", None, Some(school.member_from));
    fields.compare("member_to", None, school.member_to);
    fields.compare("heating", None, school.heating.map(heating));
    fields.compare("rolls", None, school.rolls.first().map(roll));
    Ok(Some(Change {
        kind: ChangeKind::New,
        urn: stated.urn,
        meter: None,
        label: school.name.clone(),
        fields: fields.0,
        events: vec![event(
            stated.urn,
            None,
            terms,
            Data::SchoolRegistered(school),
        )],
    }))
}

/// The first day of membership that is stated: for a school that is registered, only what names it.
pub fn joined(stated: &StatedSchool, terms: &Terms, is_new: bool) -> Option<NaiveDate> {
    let mut own = terms
        .member_from
        .iter()
        .filter(|from| from.urn == Some(stated.urn));
    let mut all = terms
        .member_from
        .iter()
        .filter(|from| from.urn.is_none() && is_new);
    let named = own.next_back().map(|from| from.day);
    named
        .or(stated.member_from)
        .or_else(|| all.next_back().map(|from| from.day))
}

fn changed(
    stated: &StatedSchool,
    known: &RegisteredSchool,
    terms: &Terms,
    notes: &mut Vec<Note>,
) -> Option<Change> {
    let was = &known.registered;
    let member_from = joined(stated, terms, false).unwrap_or(was.member_from);
    // A school that joins again has a new membership, which has not ended.
    let rejoins = was.member_to.is_some_and(|to| member_from > to);
    let member_to = match stated.closed {
        Some(closed) => Some(closed),
        None if rejoins => None,
        None => was.member_to,
    };
    let is = SchoolRegistered {
        name: stated.name.clone(),
        phase: stated.phase,
        trust: stated.trust.clone(),
        member_from,
        member_to,
        heating: stated.heating.or(was.heating),
        grid_region: was.grid_region,
        // Rolls and terms that are known stay without being stated again.
        rolls: Vec::new(),
        terms: Vec::new(),
    };
    if let Some(until) = member_to.filter(|to| *to < terms.today && stated.closed.is_none()) {
        let urn = stated.urn;
        notes.push(Note::SchoolLeft { urn, until });
    }
    let added = stated.roll.as_ref().and_then(|stated_roll| {
        new_roll(stated_roll, &was.rolls).unwrap_or_else(|known| {
            notes.push(Note::OtherRoll {
                urn: stated.urn,
                stated: stated_roll.clone(),
                known: known.clone(),
            });
            None
        })
    });
    let mut fields = Fields::default();
    fields.compare("name", Some(&was.name), Some(&is.name));
    fields.compare("phase", Some(phase(was.phase)), Some(phase(is.phase)));
    fields.compare("trust name", Some(&was.trust.name), Some(&is.trust.name));
    fields.compare("member_from", Some(was.member_from), Some(is.member_from));
    fields.compare("member_to", was.member_to, is.member_to);
    fields.compare("heating", was.heating.map(heating), is.heating.map(heating));
    if let Some((old, new)) = &added {
        fields.compare("rolls", old.as_ref().map(roll), Some(roll(new)));
    }
    if fields.0.is_empty() {
        return None;
    }
    let is = SchoolRegistered {
        rolls: added.into_iter().map(|(_, new)| new).collect(),
        ..is
    };
    Some(Change {
        kind: ChangeKind::Changed,
        urn: stated.urn,
        meter: None,
        label: is.name.clone(),
        fields: fields.0,
        events: vec![event(
            stated.urn,
            Some(known.issued),
            terms,
            Data::SchoolRegistered(is),
        )],
    })
}

/// The registered count and the new one.
type NewRoll = Option<(Option<Roll>, Roll)>;

/// The roll to register, with the one that it replaces; none if it is known. Fails with a count of the same day by another
/// source: which of the two is right cannot be told.
fn new_roll<'k>(stated: &Roll, known: &'k [Roll]) -> Result<NewRoll, &'k Roll> {
    let of_day = || {
        known
            .iter()
            .filter(|known| known.census_date == stated.census_date)
    };
    if of_day().any(|known| known.pupils == stated.pupils) {
        return Ok(None);
    }
    let own = of_day().find(|known| known.source == stated.source);
    match (own, of_day().next()) {
        (Some(own), _) => Ok(Some((Some(own.clone()), stated.clone()))),
        (None, Some(other)) => Err(other),
        (None, None) => Ok(Some((None, stated.clone()))),
    }
}

/// Ends the membership of schools of the trust that are not in the file.
fn end(
    schools: &Schools,
    registered: &Registered,
    last: NaiveDate,
    terms: &Terms,
    diff: &mut Diff,
) {
    let Some(trust) = schools.trust_id.as_deref() else {
        return;
    };
    if !schools.problems.is_empty() {
        diff.notes.push(Note::NothingEnded(List::Schools));
        return;
    }
    let listed: BTreeSet<Urn> = schools.stated.iter().map(|stated| stated.urn).collect();
    let of_trust = registered
        .schools
        .iter()
        .filter(|known| known.registered.trust.id == trust);
    let gone = of_trust.filter(|known| !listed.contains(&known.urn));
    for known in gone.filter(|known| known.registered.member_to.is_none_or(|to| to > last)) {
        let (urn, was) = (known.urn, &known.registered);
        if was.member_from > last {
            let what = format!("{} ({urn})", was.name);
            let from = was.member_from;
            diff.notes.push(Note::BeginsLater { what, from });
            continue;
        }
        let mut fields = Fields::default();
        fields.compare("member_to", was.member_to, Some(last));
        let now_in = schools.elsewhere.get(&urn).filter(|uid| !uid.is_empty());
        fields.compare("trust in the file", None, now_in);
        let is = SchoolRegistered {
            member_to: Some(last),
            rolls: Vec::new(),
            terms: Vec::new(),
            ..was.clone()
        };
        diff.changes.push(Change {
            kind: ChangeKind::Ended,
            urn,
            meter: None,
            label: was.name.clone(),
            fields: fields.0,
            events: vec![event(
                urn,
                Some(known.issued),
                terms,
                Data::SchoolRegistered(is),
            )],
        });
    }
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Nursery => "nursery",
        Phase::Primary => "primary",
        Phase::Secondary => "secondary",
        Phase::AllThrough => "all_through",
        Phase::SixteenPlus => "sixteen_plus",
        Phase::NotApplicable => "not_applicable",
    }
}

fn heating(heating: Heating) -> &'static str {
    match heating {
        Heating::Electricity => "electricity",
        Heating::DistrictHeat => "district_heat",
    }
}

fn roll(roll: &Roll) -> String {
    format!(
        "{} pupils on {} ({})",
        roll.pupils, roll.census_date, roll.source
    )
}

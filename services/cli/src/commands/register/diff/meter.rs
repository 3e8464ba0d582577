//! Meters: what a list states otherwise than the register.

mod known;
mod present;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use events::{Data, Event, MeterId, MeterRegistered, Rule, Urn};

use super::super::meters::StatedMeter;
use super::super::note::Note;
use super::super::place::Problem;
use super::super::roster::Roster;
use super::{Change, ChangeKind, Diff, FieldChange, Fields, Terms, event};
use crate::client::RegisteredMeter;

pub use self::known::Known;

use self::known::Run;
use self::present::changed;

/// The result of the comparison of one meter: what differs, if anything does.
type Compared = Result<Option<Change>, Problem>;

/// Compares the meters of a list.
pub fn compare(
    stated: &[StatedMeter],
    known: &Known<'_>,
    roster: &Roster,
    terms: &Terms,
    diff: &mut Diff,
) {
    let mut first_of_membership = 0;
    for meter in stated {
        let registrations = known.registrations(&meter.meter);
        let compared = match registrations.last() {
            None => {
                first_of_membership +=
                    usize::from(meter.from.is_none() && terms.meters_from.is_none());
                new(meter, roster, terms)
            }
            Some(last) => known_meter(meter, registrations, last, (roster, terms), &mut diff.notes),
        };
        match compared {
            Ok(Some(change)) => {
                if change.kind == ChangeKind::New
                    && let Some(doubt) = meter.meter.doubt()
                {
                    let meter = meter.meter.clone();
                    diff.notes.push(Note::CheckDigits { meter, doubt });
                }
                diff.changes.push(change);
            }
            Ok(None) => diff.meters_unchanged += 1,
            Err(problem) => diff.problems.push(problem),
        }
    }
    if first_of_membership > 0 {
        diff.notes
            .push(Note::FirstDayOfMembership(first_of_membership));
    }
}

fn known_meter(
    stated: &StatedMeter,
    registrations: &[&RegisteredMeter],
    last: &RegisteredMeter,
    (roster, terms): (&Roster, &Terms),
    notes: &mut Vec<Note>,
) -> Compared {
    let Some(run) = Run::last(registrations, stated.urn) else {
        return moved(stated, last, roster, terms);
    };
    let is_past = |day: NaiveDate| run.until().is_some_and(|until| until < day);
    if last.urn != stated.urn {
        // The school had it before another: what the row states is over, or it comes back.
        return match (stated.from, stated.to) {
            (_, Some(to)) if to < last.registered.from => {
                changed(stated, &run, registrations, terms)
            }
            _ => moved(stated, last, roster, terms),
        };
    }
    if stated.from.is_some_and(is_past) {
        return returned(stated, last, terms);
    }
    if is_past(terms.today) && stated.to.is_none() {
        notes.extend(run.until().map(|until| Note::MeterEnded {
            meter: stated.meter.clone(),
            until,
        }));
    }
    changed(stated, &run, registrations, terms)
}

fn new(stated: &StatedMeter, roster: &Roster, terms: &Terms) -> Compared {
    let from = stated
        .from
        .or(terms.meters_from)
        .or_else(|| roster.member_from(stated.urn));
    let from = from.ok_or_else(|| {
        let hint = "the row has no first day, and that of its school's membership is not known: enter it, or say --meters-from";
        stated.place.problem(Rule::FileRow, &stated.column, &stated.meter, hint)
    })?;
    let base = MeterRegistered::new(stated.meter.clone(), stated.fuel, from);
    let is = begun(stated, stated.onto(base))?;
    Ok(Some(change(
        ChangeKind::New,
        stated,
        None,
        vec![is],
        None,
        terms,
    )))
}

/// A meter that is registered at another school belongs to this one from a day that only the row can state. What else is
/// registered of it goes with it.
fn moved(stated: &StatedMeter, last: &RegisteredMeter, roster: &Roster, terms: &Terms) -> Compared {
    let Some(from) = stated.from.filter(|from| *from > last.registered.from) else {
        let seen = stated.from.map_or_else(
            || stated.meter.to_string(),
            |from| format!("{} from {from}", stated.meter),
        );
        let hint = format!(
            "the meter is registered at {} from {} on: enter the first day after that on which it belongs to {}; where it never \
             belonged there, `greenledger reassign` moves it with its readings",
            roster.label(last.urn),
            last.registered.from,
            roster.label(stated.urn)
        );
        return Err(stated
            .place
            .problem(Rule::Conflict, &stated.column, seen, hint));
    };
    let base = MeterRegistered {
        from,
        to: None,
        moved_to: None,
        ..last.registered.clone()
    };
    let is = begun(stated, stated.onto(base))?;
    let mut moved = change(
        ChangeKind::Moved,
        stated,
        Some(last),
        vec![is],
        Some(last),
        terms,
    );
    moved.fields.insert(
        0,
        FieldChange {
            field: "school",
            old: Some(roster.label(last.urn)),
            new: Some(roster.label(stated.urn)),
        },
    );
    Ok(Some(moved))
}

/// A meter that had left its school belongs to it again.
fn returned(stated: &StatedMeter, last: &RegisteredMeter, terms: &Terms) -> Compared {
    let base = MeterRegistered {
        from: stated.from.unwrap_or(last.registered.from),
        to: None,
        moved_to: None,
        ..last.registered.clone()
    };
    let is = begun(stated, stated.onto(base))?;
    Ok(Some(change(
        ChangeKind::New,
        stated,
        None,
        vec![is],
        Some(last),
        terms,
    )))
}

/// The same for one that begins: it does not end before.
fn begun(stated: &StatedMeter, registered: MeterRegistered) -> Result<MeterRegistered, Problem> {
    match registered.to.is_some_and(|to| to < registered.from) {
        true => {
            let hint = format!(
                "its last day is before its first, {}; correct the row",
                registered.from
            );
            Err(stated
                .place
                .problem(Rule::FileRow, &stated.column, &stated.meter, hint))
        }
        false => checked(stated, registered),
    }
}

/// A registration as ingest would take it; a problem of its row otherwise.
fn checked(stated: &StatedMeter, registered: MeterRegistered) -> Result<MeterRegistered, Problem> {
    match registered.check() {
        Ok(()) => Ok(registered),
        Err(error) => {
            let hint = format!(
                "with what is registered of it, {} must be {}",
                error.pointer, error.rule
            );
            Err(stated
                .place
                .problem(Rule::FileRow, &stated.column, &stated.meter, hint))
        }
    }
}

fn label(name: Option<&String>, meter: &MeterId) -> String {
    footprint::named_meter(name.map(String::as_str), meter)
}

fn registration(
    urn: Urn,
    registered: MeterRegistered,
    replaces: Option<&RegisteredMeter>,
    terms: &Terms,
) -> Event {
    let issued = replaces.map(|one| one.issued);
    event(urn, issued, terms, Data::MeterRegistered(registered))
}

/// A change that registers a meter from a new first day.
fn change(
    kind: ChangeKind,
    stated: &StatedMeter,
    was: Option<&RegisteredMeter>,
    is: Vec<MeterRegistered>,
    replaces: Option<&RegisteredMeter>,
    terms: &Terms,
) -> Change {
    let mut fields = Fields::default();
    for one in &is {
        fields.compare("from", was.map(|was| was.registered.from), Some(one.from));
        fields.compare("to", None, one.to);
        details(&mut fields, was.map(|was| &was.registered), one);
    }
    Change {
        kind,
        urn: stated.urn,
        meter: Some(stated.meter.clone()),
        label: label(is.first().and_then(|one| one.name.as_ref()), &stated.meter),
        fields: fields.0,
        events: is
            .into_iter()
            .map(|one| registration(stated.urn, one, replaces, terms))
            .collect(),
    }
}

/// Compares what two registrations say about the meter.
fn details(fields: &mut Fields, was: Option<&MeterRegistered>, is: &MeterRegistered) {
    let exports = |one: &MeterRegistered| one.direction.map(|_| "export");
    fields.compare(
        "fuel",
        was.map(|was| was.fuel.as_str()),
        Some(is.fuel.as_str()),
    );
    fields.compare(
        "name",
        was.and_then(|was| was.name.as_ref()),
        is.name.as_ref(),
    );
    fields.compare(
        "unit",
        was.and_then(|was| was.unit).map(|unit| unit.as_str()),
        is.unit.map(|unit| unit.as_str()),
    );
    fields.compare("direction", was.and_then(exports), exports(is));
    fields.compare("capacity", was.and_then(|was| was.capacity), is.capacity);
    fields.compare(
        "calorific_value",
        was.and_then(|was| was.calorific_value),
        is.calorific_value,
    );
}

/// Ends the meters of `schools` that are not in the list.
pub fn end(
    stated: &[StatedMeter],
    known: &Known<'_>,
    schools: &BTreeSet<Urn>,
    last_day: NaiveDate,
    terms: &Terms,
    diff: &mut Diff,
) {
    let listed: BTreeSet<&MeterId> = stated.iter().map(|one| &one.meter).collect();
    for (meter, registrations) in &known.by_meter {
        let Some(last) = registrations.last().filter(|_| !listed.contains(meter)) else {
            continue;
        };
        if !schools.contains(&last.urn) || last.until.is_some_and(|until| until <= last_day) {
            continue;
        }
        let was = &last.registered;
        if was.from > last_day {
            let what = label(was.name.as_ref(), meter);
            diff.notes.push(Note::BeginsLater {
                what,
                from: was.from,
            });
            continue;
        }
        let mut fields = Fields::default();
        fields.compare("to", last.until, Some(last_day));
        let is = MeterRegistered {
            to: Some(last_day),
            moved_to: None,
            ..was.clone()
        };
        diff.changes.push(Change {
            kind: ChangeKind::Ended,
            urn: last.urn,
            meter: Some((*meter).clone()),
            label: label(was.name.as_ref(), meter),
            fields: fields.0,
            events: vec![registration(last.urn, is, Some(last), terms)],
        });
    }
}

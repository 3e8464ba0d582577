//! A meter that its school has: its days, and what holds today.

use chrono::NaiveDate;
use events::{MeterRegistered, Rule};

use super::super::super::meters::StatedMeter;
use super::super::{Change, ChangeKind, Fields, Terms};
use super::known::Run;
use super::{Compared, checked, details, label, registration};
use crate::client::RegisteredMeter;

/// What differs of a meter that the school has: its days, and what holds today.
pub fn changed(
    stated: &StatedMeter,
    run: &Run<'_>,
    registrations: &[&RegisteredMeter],
    terms: &Terms,
) -> Compared {
    // A later registration, such as of a new contract, begins on a day of its own, and a list may have either.
    let begins = |day: &NaiveDate| {
        run.registrations
            .iter()
            .any(|one| one.registered.from == *day)
    };
    let stated_from = stated.from.filter(|day| !begins(day));
    let from = stated_from.unwrap_or(run.first());
    let conflict = |hint: String| {
        let seen = format!("{} from {from}", stated.meter);
        Err(stated
            .place
            .problem(Rule::Conflict, &stated.column, seen, hint))
    };
    if stated.to.is_some_and(|to| to < from) {
        return conflict("its last day is before its first; correct the row".to_owned());
    }
    let before = registrations
        .iter()
        .filter(|one| one.registered.from < run.first());
    let mut before = before.filter(|one| one.until.is_none_or(|until| until >= from));
    if let Some(other) = before.next() {
        let until = other
            .until
            .map_or_else(String::new, |until| format!(" until {until}"));
        return conflict(format!(
            "the meter is registered at {} from {}{until} too; enter a first day after that, or correct that registration first",
            other.urn, other.registered.from
        ));
    }
    // What the list states holds today, or on the nearest day of the row.
    let today = stated.to.map_or(terms.today, |to| to.min(terms.today));
    let today = run.on(today.max(from));
    let mut is: Vec<MeterRegistered> = Vec::new();
    for one in &run.registrations {
        let was = &one.registered;
        let is_past = one.until.is_some_and(|until| until < from);
        let is_later = stated.to.is_some_and(|to| was.from > to);
        if is_past || is_later {
            is.push(taken_back(was));
            continue;
        }
        let mut new = was.clone();
        if std::ptr::eq(*one, today) {
            new = stated.onto(new);
            new.to = was.to;
        }
        if was.from < from {
            is.push(taken_back(was));
            new.from = from;
        }
        if was.from == run.first() && from < was.from {
            is.push(MeterRegistered {
                from,
                to: was.from.pred_opt(),
                ..new.clone()
            });
        }
        is.push(new);
    }
    let Some(last) = is.iter_mut().rfind(|one| !one.is_taken_back()) else {
        return conflict(
            "no day of the row is registered at the school; correct its days, or take the registration back with \
             meter.registered.v1"
                .to_owned(),
        );
    };
    if let Some(to) = stated.to.filter(|to| run.until() != Some(*to)) {
        last.to = Some(to);
        last.moved_to = None;
    }
    let was: Vec<&MeterRegistered> = run
        .registrations
        .iter()
        .map(|one| &one.registered)
        .collect();
    let mut sent = Vec::new();
    for one in is.into_iter().filter(|one| !was.contains(&one)) {
        sent.push(checked(stated, one)?);
    }
    if sent.is_empty() {
        return Ok(None);
    }
    let last = run.registrations[run.registrations.len() - 1];
    let mut fields = Fields::default();
    fields.compare("from", Some(run.first()), Some(from));
    fields.compare("to", run.until(), stated.to.or(run.until()));
    details(
        &mut fields,
        Some(&today.registered),
        &stated.onto(today.registered.clone()),
    );
    Ok(Some(Change {
        kind: ChangeKind::Changed,
        urn: stated.urn,
        meter: Some(stated.meter.clone()),
        label: label(
            stated.name.as_ref().or(today.registered.name.as_ref()),
            &stated.meter,
        ),
        fields: fields.0,
        events: sent
            .into_iter()
            .map(|one| registration(stated.urn, one, Some(last), terms))
            .collect(),
    }))
}

fn taken_back(was: &MeterRegistered) -> MeterRegistered {
    MeterRegistered {
        to: was.from.pred_opt(),
        moved_to: None,
        ..was.clone()
    }
}

//! What has to be registered for a meter to have belonged to another school, and which days move with it. Knows no lake and
//! no clock: the same register gives the same events.

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterId, MeterRegistered, Urn};
use footprint::{Days, Held};

use super::super::meter::Registered;

/// Who issued what is registered here.
const SOURCE: &str = "greenledger/reassign";

/// What is asked for.
pub struct Wanted {
    /// The meter.
    pub meter: MeterId,
    /// The school it belongs to.
    pub to: Urn,
    /// The first day it does.
    pub from: NaiveDate,
    /// The last day; that of the registration that has it now unless said.
    pub until: Option<NaiveDate>,
}

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    /// What is to be registered, in this order. Nothing if the school has the meter on these days already.
    pub registrations: Vec<Event>,
    /// The days whose readings are to be the school's.
    pub days: Days,
}

/// Plans the move: every registration of another school on these days becomes a registration of this school with the same
/// details. Days before and after stay registered as they are.
pub fn plan(wanted: &Wanted, registered: &Registered) -> anyhow::Result<Plan> {
    let asked = Days::from_until(wanted.from, wanted.until);
    if asked.count() == 0 {
        bail!("--until is before --from");
    }
    let others = others(wanted, registered, asked);
    let Some((holder, first)) = others.first().copied() else {
        return already(wanted, registered);
    };
    let until = wanted
        .until
        .unwrap_or_else(|| end_of_run(registered.stands.get(&holder), first));
    let moved = Days {
        from: wanted.from,
        to: until,
    };
    let taken: Vec<(Urn, &Held)> = others
        .into_iter()
        .filter(|(_, held)| held.days.and(moved).count() > 0)
        .collect();
    let own = registered.stands.get(&wanted.to);
    let mut said = Vec::new();
    for (place, (urn, held)) in taken.iter().enumerate() {
        let begins = match place {
            0 => first_free(own, moved.from, held.days.from),
            _ => held.days.from,
        };
        let days = Days {
            from: begins.max(moved.from),
            to: if place + 1 == taken.len() {
                last_free(own, held.days.to, moved.to)
            } else {
                held.days.to.min(moved.to)
            },
        };
        said.extend(after(held, moved).map(|rest| (*urn, rest)));
        // What begins within days that are moved would end the registration that takes its place.
        if days.from < held.days.from {
            said.push((*urn, taken_back(&held.registered, wanted.to)));
        }
        said.push((wanted.to, here(&held.registered, days, wanted.to)));
    }
    let time = registered.issued + TimeDelta::microseconds(1);
    Ok(Plan {
        registrations: said
            .into_iter()
            .map(|(urn, meter)| event(urn, time, meter))
            .collect(),
        days: moved,
    })
}

/// What stands at other schools on any of these days, in the order of its days.
fn others<'a>(wanted: &Wanted, registered: &'a Registered, asked: Days) -> Vec<(Urn, &'a Held)> {
    let mut others: Vec<(Urn, &Held)> = registered
        .stands
        .iter()
        .filter(|(urn, _)| **urn != wanted.to)
        .flat_map(|(urn, held)| held.iter().map(|one| (*urn, one)))
        .filter(|(_, held)| held.days.and(asked).count() > 0)
        .collect();
    others.sort_by_key(|(urn, held)| (held.days.from, *urn));
    others
}

/// The last of the days in a row that a school has a meter.
fn end_of_run(of_school: Option<&Vec<Held>>, first: &Held) -> NaiveDate {
    let mut end = first.days.to;
    for next in of_school.into_iter().flatten() {
        if end.succ_opt() == Some(next.days.from) {
            end = next.days.to;
        }
    }
    end
}

/// The first day, from `from` until the day before `until`, on which the school does not have the meter yet; `until` where
/// there is no such day.
fn first_free(own: Option<&Vec<Held>>, from: NaiveDate, until: NaiveDate) -> NaiveDate {
    let own = own.into_iter().flatten();
    let before = own.filter(|held| held.days.from < until && held.days.to >= from);
    let last = before.map(|held| held.days.to).max();
    last.and_then(|last| last.succ_opt())
        .map_or(from, |next| next.max(from))
        .min(until)
}

/// The last day up to `until` that nobody has after `from`: the day before the school's own next registration, if any.
fn last_free(own: Option<&Vec<Held>>, from: NaiveDate, until: NaiveDate) -> NaiveDate {
    let own = own.into_iter().flatten();
    let next = own.map(|held| held.days.from).filter(|first| *first > from);
    let before = next.min().and_then(|next| next.pred_opt());
    before.map_or(until, |before| before.min(until))
}

/// Nobody else has the meter: what is left to do is to fetch readings that came while somebody had.
fn already(wanted: &Wanted, registered: &Registered) -> anyhow::Result<Plan> {
    let mut own = registered.stands.get(&wanted.to).into_iter().flatten();
    let own = own.find(|held| held.days.contains(wanted.from));
    let own = own.with_context(|| {
        format!(
            "the ledger knows no school that has {} on {}; register it first",
            wanted.meter, wanted.from
        )
    })?;
    let to = end_of_run(registered.stands.get(&wanted.to), own);
    Ok(Plan {
        registrations: Vec::new(),
        days: Days::from_until(wanted.from, wanted.until).and(Days {
            from: own.days.from,
            to,
        }),
    })
}

/// What the school that has the meter keeps of the days after those that are moved.
fn after(held: &Held, moved: Days) -> Option<MeterRegistered> {
    let from = moved.to.succ_opt().filter(|_| moved.to < held.days.to)?;
    Some(MeterRegistered {
        from,
        ..held.registered.clone()
    })
}

fn taken_back(registered: &MeterRegistered, to: Urn) -> MeterRegistered {
    MeterRegistered {
        to: registered.from.pred_opt(),
        moved_to: Some(to),
        ..registered.clone()
    }
}

/// The registration at the school it belongs to: of the meter it says what it said at the other.
fn here(held: &MeterRegistered, days: Days, to: Urn) -> MeterRegistered {
    let end = (days.to < NaiveDate::MAX).then_some(days.to);
    let moved_to = held.moved_to.filter(|urn| held.to == end && *urn != to);
    MeterRegistered {
        from: days.from,
        to: end,
        moved_to,
        ..held.clone()
    }
}

fn event(urn: Urn, time: DateTime<Utc>, meter: MeterRegistered) -> Event {
    let end = meter.to.map_or("open".to_owned(), |to| to.to_string());
    let at = time.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    Event {
        id: format!("{}-{urn}-{}-{end}-{at}", meter.meter, meter.from),
        source: SOURCE.to_owned(),
        time,
        subject: Some(urn),
        data: Data::MeterRegistered(meter),
    }
}

/// A run of days in words.
pub fn told(days: Days) -> String {
    match days.to {
        NaiveDate::MAX => format!("from {}", days.from),
        to => format!("from {} to {to}", days.from),
    }
}

#[cfg(test)]
mod tests;

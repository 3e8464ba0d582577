//! The registrations that make a meter belong to another school, and the days that move with it. Uses no lake and no
//! clock: the same register gives the same events.

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterId, MeterRegistered, Urn};
use footprint::{DatedRegistration, Days};

use super::super::meter::Registered;

/// The source of the registrations.
const SOURCE: &str = "greenledger/reassign";

/// The requested move.
pub struct Wanted {
    /// The meter.
    pub meter: MeterId,
    /// The school it belongs to.
    pub to: Urn,
    /// The first day on which it belongs there.
    pub from: NaiveDate,
    /// The last day; by default the last day of the registration that has the meter now.
    pub until: Option<NaiveDate>,
}

/// The planned move.
#[derive(Debug)]
pub struct Plan {
    /// The registrations to send, in this order. Empty if the school already has the meter on these days.
    pub registrations: Vec<Event>,
    /// The days whose readings move to the school.
    pub days: Days,
}

/// Plans the move: every registration of another school on these days becomes a registration of this school with the same
/// details. Days before and after stay registered as they are.
pub fn plan(wanted: &Wanted, registered: &Registered) -> anyhow::Result<Plan> {
    let requested = Days::from_until(wanted.from, wanted.until);
    if requested.count() == 0 {
        bail!("--until is before --from");
    }
    let others = others(wanted, registered, requested);
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
    let taken: Vec<(Urn, &DatedRegistration)> = others
        .into_iter()
        .filter(|(_, stay)| stay.days.and(moved).count() > 0)
        .collect();
    let own = registered.stands.get(&wanted.to);
    let mut registrations = Vec::new();
    for (place, (urn, stay)) in taken.iter().enumerate() {
        let begins = match place {
            0 => first_free(own, moved.from, stay.days.from),
            _ => stay.days.from,
        };
        let days = Days {
            from: begins.max(moved.from),
            to: if place + 1 == taken.len() {
                last_free(own, stay.days.to, moved.to)
            } else {
                stay.days.to.min(moved.to)
            },
        };
        registrations.extend(rest_after(stay, moved).map(|rest| (*urn, rest)));
        // A registration that begins within the moved days would end the one that replaces it.
        if days.from < stay.days.from {
            registrations.push((*urn, taken_back(&stay.registered, wanted.to)));
        }
        registrations.push((wanted.to, at_new_school(&stay.registered, days, wanted.to)));
    }
    let time = registered.issued + TimeDelta::microseconds(1);
    Ok(Plan {
        registrations: registrations
            .into_iter()
            .map(|(urn, meter)| event(urn, time, meter))
            .collect(),
        days: moved,
    })
}

/// The registrations in force at other schools on any of these days, in the order of their days.
fn others<'a>(
    wanted: &Wanted,
    registered: &'a Registered,
    requested: Days,
) -> Vec<(Urn, &'a DatedRegistration)> {
    let mut others: Vec<(Urn, &DatedRegistration)> = registered
        .stands
        .iter()
        .filter(|(urn, _)| **urn != wanted.to)
        .flat_map(|(urn, stay)| stay.iter().map(|one| (*urn, one)))
        .filter(|(_, stay)| stay.days.and(requested).count() > 0)
        .collect();
    others.sort_by_key(|(urn, stay)| (stay.days.from, *urn));
    others
}

/// The last of the consecutive days on which a school has a meter.
fn end_of_run(of_school: Option<&Vec<DatedRegistration>>, first: &DatedRegistration) -> NaiveDate {
    let mut end = first.days.to;
    for next in of_school.into_iter().flatten() {
        if end.succ_opt() == Some(next.days.from) {
            end = next.days.to;
        }
    }
    end
}

/// The first day, from `from` until the day before `until`, on which the school does not have the meter yet; `until` if
/// there is no such day.
fn first_free(
    own: Option<&Vec<DatedRegistration>>,
    from: NaiveDate,
    until: NaiveDate,
) -> NaiveDate {
    let own = own.into_iter().flatten();
    let before = own.filter(|stay| stay.days.from < until && stay.days.to >= from);
    let last = before.map(|stay| stay.days.to).max();
    last.and_then(|last| last.succ_opt())
        .map_or(from, |next| next.max(from))
        .min(until)
}

/// The last day up to `until` before the school's own next registration after `from`; `until` if there is none.
fn last_free(own: Option<&Vec<DatedRegistration>>, from: NaiveDate, until: NaiveDate) -> NaiveDate {
    let own = own.into_iter().flatten();
    let next = own.map(|stay| stay.days.from).filter(|first| *first > from);
    let before = next.min().and_then(|next| next.pred_opt());
    before.map_or(until, |before| before.min(until))
}

/// No other school has the meter: only readings that arrived while another school had it remain to be moved.
fn already(wanted: &Wanted, registered: &Registered) -> anyhow::Result<Plan> {
    let mut own = registered.stands.get(&wanted.to).into_iter().flatten();
    let own = own.find(|stay| stay.days.contains(wanted.from));
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

/// The registration that the present owner keeps for the days after the moved ones.
fn rest_after(stay: &DatedRegistration, moved: Days) -> Option<MeterRegistered> {
    let from = moved.to.succ_opt().filter(|_| moved.to < stay.days.to)?;
    Some(MeterRegistered {
        from,
        ..stay.registered.clone()
    })
}

fn taken_back(registered: &MeterRegistered, to: Urn) -> MeterRegistered {
    MeterRegistered {
        to: registered.from.pred_opt(),
        moved_to: Some(to),
        ..registered.clone()
    }
}

/// The registration at the right school, with the same details of the meter as at the other school.
fn at_new_school(registered: &MeterRegistered, days: Days, to: Urn) -> MeterRegistered {
    let end = (days.to < NaiveDate::MAX).then_some(days.to);
    let moved_to = registered
        .moved_to
        .filter(|urn| registered.to == end && *urn != to);
    MeterRegistered {
        from: days.from,
        to: end,
        moved_to,
        ..registered.clone()
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
pub fn describe_days(days: Days) -> String {
    match days.to {
        NaiveDate::MAX => format!("from {}", days.from),
        to => format!("from {} to {to}", days.from),
    }
}

#[cfg(test)]
mod tests;

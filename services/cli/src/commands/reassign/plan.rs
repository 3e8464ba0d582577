//! What has to be registered for a meter to have belonged to another school, and which days move with it. Knows no lake and
//! no clock: the same register gives the same events.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterId, MeterRegistered, Urn};
use footprint::Days;

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

/// What the register says of one meter.
#[derive(Debug, Default)]
pub struct Registered {
    /// What stands, by school.
    pub stands: BTreeMap<Urn, MeterRegistered>,
    /// When the last of its registrations was issued.
    pub issued: DateTime<Utc>,
}

/// What is to be done.
#[derive(Debug)]
pub struct Plan {
    /// What is to be registered, in this order. Nothing if the school has the meter on these days already.
    pub registrations: Vec<Event>,
    /// The days whose readings are to be the school's.
    pub days: Days,
}

/// Works out what is to be done; fails where the register cannot say it, because a school has a meter for one run of days.
pub fn plan(wanted: &Wanted, registered: &Registered) -> anyhow::Result<Plan> {
    let asked = Days::from_until(wanted.from, wanted.until);
    if asked.count() == 0 {
        bail!("--until is before --from");
    }
    let own = registered
        .stands
        .get(&wanted.to)
        .filter(|own| run(own).count() > 0);
    let mut others: Vec<(Urn, &MeterRegistered)> = registered
        .stands
        .iter()
        .filter(|(urn, other)| **urn != wanted.to && run(other).and(asked).count() > 0)
        .map(|(urn, other)| (*urn, other))
        .collect();
    others.sort_by_key(|(urn, other)| (other.from, *urn));
    let Some((holder, held)) = others.first().copied() else {
        return already(wanted, own);
    };
    let moved = Days::from_until(wanted.from, wanted.until.or(held.to));
    if let Some((urn, other)) = others
        .iter()
        .skip(1)
        .find(|(_, other)| run(other).and(moved).count() > 0)
    {
        bail!(
            "{} belongs to {urn} {}; move its days one school at a time",
            wanted.meter,
            told(run(other))
        );
    }
    let days = joined(own, moved)
        .with_context(|| format!("{} would have two runs of {}", wanted.to, wanted.meter))?;
    let mut said = Vec::new();
    said.extend(rest(held, moved, days, wanted.to)?.map(|rest| (holder, rest)));
    if own.is_none_or(|own| run(own) != days) {
        said.push((wanted.to, here(own, held, days, wanted.to)));
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

/// Nobody else has the meter: what is left to do is to fetch readings that came while somebody had.
fn already(wanted: &Wanted, own: Option<&MeterRegistered>) -> anyhow::Result<Plan> {
    let own = own.map(run).filter(|own| own.contains(wanted.from));
    let own = own.with_context(|| {
        format!(
            "the ledger knows no school that has {} on {}; register it first",
            wanted.meter, wanted.from
        )
    })?;
    Ok(Plan {
        registrations: Vec::new(),
        days: Days::from_until(wanted.from, wanted.until).and(own),
    })
}

/// What the school that has the meter is left with; nothing to say where ingest ends its registration by itself.
fn rest(
    held: &MeterRegistered,
    moved: Days,
    days: Days,
    to: Urn,
) -> anyhow::Result<Option<MeterRegistered>> {
    let all = run(held);
    match (all.from < moved.from, moved.to < all.to) {
        (true, true) => bail!(
            "{} belongs to the other school before and after, and a school has a meter for one run of days: {}",
            held.meter,
            told(all)
        ),
        (false, true) => Ok(moved.to.succ_opt().map(|from| MeterRegistered {
            from,
            ..held.clone()
        })),
        // It would begin within the other's days, and so end them.
        (false, false) if days.from < held.from => Ok(Some(MeterRegistered {
            to: held.from.pred_opt(),
            moved_to: Some(to),
            ..held.clone()
        })),
        _ => Ok(None),
    }
}

/// The registration at the school it belongs to: as it was at the other, with what the school's own adds to it.
fn here(
    own: Option<&MeterRegistered>,
    held: &MeterRegistered,
    days: Days,
    to: Urn,
) -> MeterRegistered {
    let end = (days.to < NaiveDate::MAX).then_some(days.to);
    let mut both = own.into_iter().chain([held]);
    let moved_to = both.find(|one| one.to == end).and_then(|one| one.moved_to);
    let mut tariffs = held.tariffs.clone();
    let more = own.into_iter().flat_map(|own| &own.tariffs);
    tariffs.extend(
        more.filter(|tariff| !held.tariffs.contains(tariff))
            .cloned(),
    );
    MeterRegistered {
        from: days.from,
        to: end,
        moved_to: moved_to.filter(|urn| *urn != to),
        tariffs,
        ..held.clone()
    }
}

/// The days the school is to have in all; none if they are not one run.
fn joined(own: Option<&MeterRegistered>, moved: Days) -> Option<Days> {
    let Some(own) = own.map(run) else {
        return Some(moved);
    };
    let reaches = |one: Days, other: Days| one.to.succ_opt().is_none_or(|next| other.from <= next);
    let touch = reaches(own, moved) && reaches(moved, own);
    touch.then(|| Days {
        from: own.from.min(moved.from),
        to: own.to.max(moved.to),
    })
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

fn run(meter: &MeterRegistered) -> Days {
    Days::from_until(meter.from, meter.to)
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

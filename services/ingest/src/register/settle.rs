//! From one school to the next: where a meter's registration runs into the days of another school, it is ended on the day
//! before, so that no day of a meter belongs to two.
//!
//! Who has the meter follows from what was said alone: registrations in the order of their first days, and each until the
//! day before the next. Where two schools' begin on one day, the one issued last has it and the other none of it. What
//! follows for another school is said in events of this service's own, in any order of arrival and as often as it is asked;
//! that a school's own registrations follow one another needs no saying.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterRegistered, Urn};
use sha2::{Digest, Sha256};

use super::MeterEntry;
use super::entry::{Issued, Registration, SETTLER, Stated};

/// No day before it can be written in an event.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A registration that is to stand in place of one that runs into another school's days, or no longer does.
#[derive(Debug)]
pub(crate) struct Settled {
    /// It, as an event.
    pub(crate) event: Event,
    /// What it changes, in a sentence.
    pub(crate) told: String,
    /// Whether it takes days away: what has to be, or two schools count them.
    pub(crate) shortens: bool,
    /// The first day it changes the school of.
    pub(crate) since: Option<NaiveDate>,
}

impl MeterEntry {
    /// What has to be registered for every day of the meter to belong to one school at most; nothing once it is.
    pub(crate) fn unsettled(&self) -> Vec<Settled> {
        let mut owners: Vec<&Registration> = self
            .registrations
            .iter()
            .filter(|known| !known.asked().meter.is_taken_back())
            .collect();
        owners.sort_by(|a, b| order(a).cmp(&order(b)));
        let settled = |known: &Registration| {
            let asked = &known.asked().meter;
            let next = next(known, &owners);
            let other = next.filter(|next| next.urn != known.urn);
            let wanted = other.map_or_else(|| asked.clone(), |next| ended(asked, next));
            // From the day on which the school's own next begins, it does not matter what this one says.
            let until = next
                .filter(|next| next.urn == known.urn)
                .and_then(|own| own.asked().meter.from.pred_opt());
            let differs = !says_the_same(&wanted, &known.stands.meter, until);
            differs.then(|| told(known, wanted, other, &owners))
        };
        self.registrations.iter().filter_map(settled).collect()
    }
}

fn order(known: &Registration) -> (NaiveDate, &Issued) {
    let asked = known.asked();
    (asked.meter.from, &asked.issued)
}

/// Into whose days a registration runs: the next one's, of several that begin on one day the one issued last.
fn next<'a>(known: &Registration, owners: &[&'a Registration]) -> Option<&'a Registration> {
    let of = |owner: &Registration| (owner.urn, owner.asked().meter.from);
    let at = owners.iter().position(|owner| of(owner) == of(known))?;
    let first = |owner: &Registration| owner.asked().meter.from;
    let begins = first(owners.get(at + 1)?);
    let last = owners.iter().rfind(|owner| first(owner) == begins)?;
    known.asked().runs_to(begins).then_some(*last)
}

/// A registration that ends on the day before the meter belongs to the next school.
fn ended(asked: &MeterRegistered, next: &Registration) -> MeterRegistered {
    let day_before = next.asked().meter.from.pred_opt();
    MeterRegistered {
        // The first day that can be written has no day before it. No meter has readings of then, and no school counts it.
        to: day_before.map(|day| day.max(FIRST_DAY)),
        moved_to: Some(next.urn),
        ..asked.clone()
    }
}

/// Whether two registrations say the same of the days up to `until`, or of all.
fn says_the_same(one: &MeterRegistered, other: &MeterRegistered, until: Option<NaiveDate>) -> bool {
    let up_to = |meter: &MeterRegistered| {
        let is_cut = until.is_some_and(|until| meter.to.is_none_or(|to| until <= to));
        match is_cut {
            true => MeterRegistered {
                to: None,
                moved_to: None,
                ..meter.clone()
            },
            false => meter.clone(),
        }
    };
    up_to(one) == up_to(other)
}

fn told(
    known: &Registration,
    wanted: MeterRegistered,
    next: Option<&Registration>,
    owners: &[&Registration],
) -> Settled {
    let (before, after) = (known.stands.meter.to, wanted.to);
    let shortens = ends_before(after, before);
    let end = if shortens { after } else { before };
    let changes = end.filter(|_| before != after);
    let told = sentence(known, &wanted, next, owners);
    let time = time(&known.stands, next);
    Settled {
        event: event(known.urn, time, wanted),
        told,
        shortens,
        since: changes.and_then(|end| end.succ_opt()),
    }
}

/// The later of the two registrations' times, and always later than that of the one it takes the place of: the ledger
/// keeps times to the microsecond, and of two issued at one time it is the source that decides.
fn time(stands: &Stated, next: Option<&Registration>) -> DateTime<Utc> {
    let microsecond = TimeDelta::microseconds(1);
    let stood = stands.issued.time;
    let after = stood.duration_trunc(microsecond).unwrap_or(stood) + microsecond;
    next.map_or(after, |next| after.max(next.asked().issued.time))
}

/// Its id is made from all that it says, so that the same is always the same event.
fn event(urn: Urn, time: DateTime<Utc>, meter: MeterRegistered) -> Event {
    let end = meter.to.map_or("open".to_owned(), |to| to.to_string());
    let what = format!("{}-{urn}-{end}", meter.meter);
    let data = Data::MeterRegistered(meter);
    let content = format!("{what} {time} {}", data.to_json().unwrap_or_default());
    let hash: String = Sha256::digest(content)[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    Event {
        id: format!("{what}-{hash}"),
        source: SETTLER.to_owned(),
        time,
        subject: Some(urn),
        data,
    }
}

/// Whether one last day comes before another; none is after all.
fn ends_before(one: Option<NaiveDate>, other: Option<NaiveDate>) -> bool {
    one.is_some_and(|one| other.is_none_or(|other| one < other))
}

fn sentence(
    known: &Registration,
    wanted: &MeterRegistered,
    next: Option<&Registration>,
    owners: &[&Registration],
) -> String {
    let (meter, school) = (&wanted.meter, known.urn);
    let until =
        |to: Option<NaiveDate>| to.map_or("without an end".to_owned(), |to| format!("until {to}"));
    let (Some(next), Some(to)) = (next, wanted.to) else {
        return format!("{meter} belongs to {school} again, {}", until(wanted.to));
    };
    let stood = &known.stands.meter;
    let mut text = if wanted.is_taken_back() {
        format!(
            "{meter} belonged to {school} from the same day, {}; {} was registered last and has it, {school} has it on no day",
            stood.from, next.urn
        )
    } else {
        let (end, now) = (
            until(stood.to),
            if stood.to == wanted.to {
                "still"
            } else {
                "now"
            },
        );
        format!("{meter} belonged to {school} {end}; its registration there {now} ends on {to}")
    };
    if let Some(day) = nobodys(known, next, owners) {
        text += &format!(", and from {day} on it belongs to no school");
    }
    text
}

/// The first day after the next school's, if the registration that is ended ran beyond and nobody else begins there.
fn nobodys(
    known: &Registration,
    next: &Registration,
    owners: &[&Registration],
) -> Option<NaiveDate> {
    let day = next.asked().meter.to?.succ_opt()?;
    let begins = |owner: &&Registration| owner.asked().meter.from == day;
    let is_lost = known.asked().runs_to(day) && !owners.iter().any(begins);
    is_lost.then_some(day)
}

#[cfg(test)]
mod tests;

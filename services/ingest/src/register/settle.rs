//! Moves meters between schools: where a meter's registration runs into the days of another school, it is ended on the day
//! before, so that no day of a meter belongs to two schools.
//!
//! The owner of a meter follows from the senders' registrations alone, in the order of their first days: each lasts until the
//! day before the next. If the registrations of two schools begin on one day, the one issued last has the meter and the other
//! has no day of it. This service issues events for the consequences to other schools. The result is the same in any order of
//! arrival and for any number of repetitions. Successive registrations of one school need no such event.

use chrono::{DateTime, DurationRound, NaiveDate, TimeDelta, Utc};
use events::{Data, Event, MeterRegistered, Urn};
use sha2::{Digest, Sha256};

use super::MeterEntry;
use super::entry::{Issued, Registration, SETTLER, Stated};

/// The earliest day that can be written in an event.
const FIRST_DAY: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

/// A registration that replaces one that runs into another school's days, or no longer does.
#[derive(Debug)]
pub(crate) struct Settled {
    /// The registration as an event.
    pub(crate) event: Event,
    /// The change, as a sentence.
    pub(crate) description: String,
    /// Whether it removes days: this is required, because otherwise two schools count them.
    pub(crate) shortens: bool,
    /// The first day whose school changes.
    pub(crate) since: Option<NaiveDate>,
}

impl MeterEntry {
    /// The registrations needed so that every day of the meter belongs to at most one school; empty if it does already.
    pub(crate) fn unsettled(&self) -> Vec<Settled> {
        let mut owners: Vec<&Registration> = self
            .registrations
            .iter()
            .filter(|known| !known.requested().meter.is_taken_back())
            .collect();
        owners.sort_by(|a, b| order(a).cmp(&order(b)));
        let settled = |known: &Registration| {
            let requested = &known.requested().meter;
            let next = next(known, &owners);
            let other = next.filter(|next| next.urn != known.urn);
            let wanted = other.map_or_else(|| requested.clone(), |next| ended(requested, next));
            // From the first day of the school's own next registration, this one has no effect.
            let until = next
                .filter(|next| next.urn == known.urn)
                .and_then(|own| own.requested().meter.from.pred_opt());
            let differs = !are_equal_until(&wanted, &known.stands.meter, until);
            differs.then(|| replacement(known, wanted, other, &owners))
        };
        self.registrations.iter().filter_map(settled).collect()
    }
}

fn order(known: &Registration) -> (NaiveDate, &Issued) {
    let requested = known.requested();
    (requested.meter.from, &requested.issued)
}

/// The next registration, if `known` runs into its days; of several that begin on one day, the one issued last.
fn next<'a>(known: &Registration, owners: &[&'a Registration]) -> Option<&'a Registration> {
    let key = |owner: &Registration| (owner.urn, owner.requested().meter.from);
    let at = owners.iter().position(|owner| key(owner) == key(known))?;
    let first = |owner: &Registration| owner.requested().meter.from;
    let begins = first(owners.get(at + 1)?);
    let last = owners.iter().rfind(|owner| first(owner) == begins)?;
    known.requested().runs_to(begins).then_some(*last)
}

/// A registration that ends on the day before the meter belongs to the next school.
fn ended(requested: &MeterRegistered, next: &Registration) -> MeterRegistered {
    let day_before = next.requested().meter.from.pred_opt();
    MeterRegistered {
        // The earliest day that can be written has no day before it. No meter has readings of that day, and no school counts
        // it.
        to: day_before.map(|day| day.max(FIRST_DAY)),
        moved_to: Some(next.urn),
        ..requested.clone()
    }
}

/// Whether two registrations are equal for the days up to `until`, or for all days.
fn are_equal_until(
    one: &MeterRegistered,
    other: &MeterRegistered,
    until: Option<NaiveDate>,
) -> bool {
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

fn replacement(
    known: &Registration,
    wanted: MeterRegistered,
    next: Option<&Registration>,
    owners: &[&Registration],
) -> Settled {
    let (before, after) = (known.stands.meter.to, wanted.to);
    let shortens = ends_before(after, before);
    let end = if shortens { after } else { before };
    let changes = end.filter(|_| before != after);
    let description = sentence(known, &wanted, next, owners);
    let time = time(&known.stands, next);
    Settled {
        event: event(known.urn, time, wanted),
        description,
        shortens,
        since: changes.and_then(|end| end.succ_opt()),
    }
}

/// The later of the two registrations' times, and always later than that of the registration it replaces: the ledger keeps
/// times to the microsecond, and of two issued at one time the source decides.
fn time(stands: &Stated, next: Option<&Registration>) -> DateTime<Utc> {
    let microsecond = TimeDelta::microseconds(1);
    let stood = stands.issued.time;
    let after = stood.duration_trunc(microsecond).unwrap_or(stood) + microsecond;
    next.map_or(after, |next| after.max(next.requested().issued.time))
}

/// Builds the event. Its id is derived from its content, so that the same content always gives the same event.
fn event(urn: Urn, time: DateTime<Utc>, meter: MeterRegistered) -> Event {
    let end = meter.to.map_or("open".to_owned(), |to| to.to_string());
    let what = format!("{}-{urn}-{end}", meter.meter);
    let data = Data::MeterRegistered(meter);
    let content = format!("{what} {time} {}", data.to_json().unwrap_or_default());
    let hash = hex::encode(&Sha256::digest(content)[..8]);
    Event {
        id: format!("{what}-{hash}"),
        source: SETTLER.to_owned(),
        time,
        subject: Some(urn),
        data,
    }
}

/// Whether one last day comes before another; `None` is after every day.
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
    if let Some(day) = day_without_school(known, next, owners) {
        text += &format!(", and from {day} on it belongs to no school");
    }
    text
}

/// The first day after the next school's days, if the ended registration ran beyond them and no other school begins there.
fn day_without_school(
    known: &Registration,
    next: &Registration,
    owners: &[&Registration],
) -> Option<NaiveDate> {
    let day = next.requested().meter.to?.succ_opt()?;
    let begins = |owner: &&Registration| owner.requested().meter.from == day;
    let is_lost = known.requested().runs_to(day) && !owners.iter().any(begins);
    is_lost.then_some(day)
}

#[cfg(test)]
mod tests;

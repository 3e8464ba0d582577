//! Finds the school that an event is about, and checks that the token's authority covers that school on those days.
//!
//! A token that names trusts covers a school on the days when the school belongs to one of them, and on no others. A token that
//! names schools covers them on every day.

mod register;

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use events::{
    Data, DayRun, MeterId, ReadingsWithdrawn, Refusal, Rule, SettlementDay, Urn, day_run,
};

use crate::decode::meter_day::MeterDay;
use crate::register::{Owners, Register, SchoolEntry};
use crate::rules::Fault;
use crate::tokens::{Scope, Token};

pub(crate) use register::{may_register_meter, may_register_school};

/// The school that owns each meter-day; `day_at` is the pointer to the days in the event.
pub(crate) fn owners_of(
    days: &[MeterDay],
    day_at: &str,
    token: &Token,
    register: &impl Owners,
) -> Result<Vec<Urn>, Refusal> {
    days.iter()
        .map(|day| owner_of(&day.meter, day.day.0, day_at, token, register))
        .collect()
}

/// The schools that own the days of a withdrawal, each once. Days on which the meter belongs to no school are left out, unless
/// that is true of all days.
pub(crate) fn owners_of_withdrawn(
    withdrawn: &ReadingsWithdrawn,
    token: &Token,
    register: &impl Owners,
) -> Result<BTreeSet<Urn>, Refusal> {
    let (first, last) = match withdrawn.span() {
        Some(span) => span.days(),
        None => return Ok(BTreeSet::new()),
    };
    let day_at = if withdrawn.from.is_some() {
        "/data/from"
    } else {
        "/data/start"
    };
    let owner_on = |day| owner_of(&withdrawn.meter, day, day_at, token, register);
    let owned = first
        .iter_days()
        .take_while(|day| *day <= last)
        .filter(|day| register.owner(&withdrawn.meter, *day).is_some());
    let owners: BTreeSet<Urn> = owned.map(owner_on).collect::<Result<_, _>>()?;
    match owners.is_empty() {
        true => owner_on(first).map(|urn| BTreeSet::from([urn])),
        false => Ok(owners),
    }
}

/// Fails unless the token covers the meter at the time of a read.
pub(crate) fn may_read(
    meter: &MeterId,
    at: DateTime<Utc>,
    token: &Token,
    register: &impl Owners,
) -> Result<(), Refusal> {
    let day = SettlementDay::of(at).0;
    owner_of(meter, day, "", token, register)
        .map(|_| ())
        .map_err(|refusal| Refusal {
            pointer: String::new(),
            ..refusal
        })
}

fn owner_of(
    meter: &MeterId,
    day: NaiveDate,
    day_at: &str,
    token: &Token,
    register: &impl Owners,
) -> Result<Urn, Refusal> {
    let outside = || {
        Fault::new(
            Rule::OutOfScope,
            "this token does not cover the meter; send with one that does",
        )
    };
    if let Scope::Meters(meters) = &token.scope
        && !meters.contains(meter)
    {
        return Err(outside().at("/data/meter", meter));
    }
    if register.meter(meter).is_none() {
        let hint =
            "register the meter with meter.registered.v1; this event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownMeter, hint).at("/data/meter", meter));
    }
    let Some(urn) = register.owner(meter, day) else {
        let hint = "the meter is registered, but to no school on that day: correct from or to of its registration; this \
                    event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownMeter, hint).at(day_at, format!("{meter} on {day}")));
    };
    if matches!(token.scope, Scope::Meters(_)) {
        return Ok(urn);
    }
    let reach = Reach::of(token, urn, register);
    match reach.covers(&(day..=day)) {
        true => Ok(urn),
        false if reach.ever() => {
            Err(not_on_these_days().at(day_at, format!("{meter} at {urn} on {day}")))
        }
        false => Err(outside().at("/data/meter", meter)),
    }
}

/// The extent of a token's authority over one school.
pub(crate) struct Reach<'a> {
    token: &'a Token,
    urn: Urn,
    school: Option<&'a SchoolEntry>,
}

impl<'a> Reach<'a> {
    pub(crate) fn of(token: &'a Token, urn: Urn, register: &'a impl Owners) -> Self {
        Reach {
            token,
            urn,
            school: register.school(urn),
        }
    }

    /// Whether it covers the school on any day.
    pub(super) fn ever(&self) -> bool {
        let trusts = self
            .school
            .into_iter()
            .flat_map(|school| school.memberships().trusts());
        match &self.token.scope {
            Scope::All => true,
            Scope::Schools(schools) => schools.contains(&self.urn),
            Scope::Trust(_) | Scope::Trusts(_) => trusts
                .into_iter()
                .any(|trust| self.token.scope.holds(trust)),
            Scope::Meters(_) => false,
        }
    }

    /// Whether it covers every one of these days.
    pub(super) fn covers(&self, days: &DayRun) -> bool {
        let within = |run: &DayRun| run.contains(days.start()) && run.contains(days.end());
        match &self.token.scope {
            Scope::Trust(_) | Scope::Trusts(_) => {
                joined(self.membership_days(true)).iter().any(within)
            }
            _ => self.ever(),
        }
    }

    /// Whether it covers any of these days.
    pub(crate) fn touches(&self, days: &DayRun) -> bool {
        match &self.token.scope {
            Scope::Trust(_) | Scope::Trusts(_) => {
                self.membership_days(true).any(|run| overlaps(run, days))
            }
            _ => self.ever(),
        }
    }

    /// Whether any of these days belongs to a trust that the token does not hold.
    pub(super) fn meets_another(&self, days: &DayRun) -> bool {
        match &self.token.scope {
            Scope::Trust(_) | Scope::Trusts(_) => {
                self.membership_days(false).any(|run| overlaps(run, days))
            }
            _ => !self.ever(),
        }
    }

    /// The days of the school that belong to trusts of the token (`own`), or to other trusts.
    fn membership_days(&self, own: bool) -> impl Iterator<Item = &'a DayRun> {
        let (scope, school) = (&self.token.scope, self.school);
        let days_of = move |school: &'a SchoolEntry| {
            let memberships = school.memberships();
            let trusts = memberships
                .trusts()
                .filter(move |trust| scope.holds(trust) == own);
            trusts.flat_map(|trust| memberships.days_with(trust))
        };
        school.into_iter().flat_map(days_of)
    }
}

/// Merges runs of several trusts where they touch.
fn joined<'a>(runs: impl Iterator<Item = &'a DayRun>) -> Vec<DayRun> {
    let mut runs: Vec<DayRun> = runs.cloned().collect();
    runs.sort_by_key(|run| *run.start());
    let mut joined: Vec<DayRun> = Vec::with_capacity(runs.len());
    for run in runs {
        match joined.last_mut() {
            Some(last) if last.end().succ_opt() == Some(*run.start()) => {
                *last = *last.start()..=*run.end();
            }
            _ => joined.push(run),
        }
    }
    joined
}

fn overlaps(one: &DayRun, other: &DayRun) -> bool {
    !events::both(one, other).is_empty()
}

/// Whether the sender may report this about a school. The school must be known.
pub(crate) fn may_report(
    urn: Urn,
    data: &Data,
    token: &Token,
    register: &impl Owners,
) -> Result<(), Refusal> {
    let reach = reach_over(urn, token, register)?;
    let Some(about) = About::of(data) else {
        return Ok(());
    };
    let is_covered = reach.covers(&about.days)
        || about
            .lasts
            .is_some_and(|lasts| reach.touches(&lasts) && !reach.meets_another(&about.days));
    match is_covered {
        true => Ok(()),
        false => Err(not_on_these_days().at(
            about.pointer,
            format!("{urn} {}", describe_days(&about.days)),
        )),
    }
}

/// The token's reach over a school, if the school is known and the token covers it on any day.
pub(super) fn reach_over<'a>(
    urn: Urn,
    token: &'a Token,
    register: &'a impl Owners,
) -> Result<Reach<'a>, Refusal> {
    if register.school(urn).is_none() {
        let hint =
            "register the school with school.registered.v1; this event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownSchool, hint).at("/subject", urn));
    }
    let reach = Reach::of(token, urn, register);
    match reach.ever() {
        true => Ok(reach),
        false => Err(uncovered().at("/subject", urn)),
    }
}

/// The school that a file names, among those that the token covers.
pub(crate) fn school_named(name: &str, token: &Token, register: &Register) -> Result<Urn, Fault> {
    let covered = |urn: &Urn| Reach::of(token, *urn, register).ever();
    let schools: Vec<Urn> = register.named(name).filter(covered).collect();
    match schools.as_slice() {
        [urn] => Ok(*urn),
        [] => {
            let hint = "no school that this token covers is registered under this name: write the URN or the registered name, \
                        or name the site in the format ([school] names)";
            Err(Fault::new(Rule::UnknownSchool, hint))
        }
        several => {
            let urns: Vec<_> = several.iter().map(Urn::to_string).collect();
            let hint = format!(
                "several schools have this name: write the URN, which is one of {}",
                urns.join(", ")
            );
            Err(Fault::new(Rule::UnknownSchool, hint))
        }
    }
}

/// The days an event is about.
struct About {
    days: DayRun,
    pointer: &'static str,
    /// For data that holds beyond its day, the days on which it holds: what began before a school joined a trust may be
    /// reported by that trust, unless it began in another trust.
    lasts: Option<DayRun>,
}

impl About {
    /// `None` for registrations, which are judged by what they change, for readings, which are judged by their meter, and
    /// for the grid, which is about no school.
    fn of(data: &Data) -> Option<Self> {
        let on = |day: NaiveDate, pointer| About {
            days: day..=day,
            pointer,
            lasts: None,
        };
        let from = |day: NaiveDate, to: Option<NaiveDate>, pointer| About {
            lasts: Some(day_run(day, to)),
            ..on(day, pointer)
        };
        Some(match data {
            Data::WasteCollected(waste) => on(waste.collected_on, "/data/collected_on"),
            Data::TravelSurveyed(survey) => on(survey.surveyed_on, "/data/surveyed_on"),
            Data::ActivityRecorded(activity) => About {
                days: activity.from..=activity.to,
                ..on(activity.from, "/data/from")
            },
            Data::TravelInitiative(initiative) => from(
                initiative.started_on,
                initiative.ended_on,
                "/data/started_on",
            ),
            Data::TravelAccredited(award) => from(
                award.awarded_on,
                Some(award.valid_until),
                "/data/awarded_on",
            ),
            Data::EvidenceFiled(evidence) => from(evidence.dated, evidence.expires, "/data/dated"),
            Data::SchoolRegistered(_)
            | Data::MeterRegistered(_)
            | Data::MeterReadings(_)
            | Data::ReadingsWithdrawn(_)
            | Data::GridIntensity(_) => {
                return None;
            }
        })
    }
}

pub(super) fn describe_days(days: &DayRun) -> String {
    match (days.start(), days.end()) {
        (from, to) if from == to => format!("on {from}"),
        (from, &NaiveDate::MAX) => format!("from {from}"),
        (from, to) => format!("from {from} to {to}"),
    }
}

pub(super) fn uncovered() -> Fault {
    Fault::new(
        Rule::OutOfScope,
        "this token does not cover the school; send with one that does",
    )
}

fn not_on_these_days() -> Fault {
    let hint = "this token covers the school only on the days of its membership of the token's trust, and not on these; send \
                with a token that covers them, or correct the membership with school.registered.v1 and replay";
    Fault::new(Rule::OutOfScope, hint)
}

#[cfg(test)]
mod tests;

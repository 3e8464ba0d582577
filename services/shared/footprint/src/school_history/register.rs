//! The register's data about a school, from events in any order: its trusts, its rolls, its meters.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Data, DayRun, MeterRegistered, Roll, SchoolRegistered, Term};

use super::{OwnedMeter, SchoolHistory};
use crate::ledger::Identity;
use crate::period::Period;
use crate::{Census, Days};

/// A school's membership of one trust.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The event that counts for it.
    pub school: SchoolRegistered,
    /// The days that belong to the trust, in order: one run, unless another trust registered some of them first.
    pub days: Vec<Days>,
    /// Days that this trust registered but that count for another trust, whose registration is older.
    pub lost: Vec<Days>,
    /// Days that count here but that another trust registered later.
    pub contested: Vec<Days>,
}

/// The current register of one school.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Register {
    /// Per trust, in the order of their ids.
    pub memberships: Vec<Membership>,
    /// Per meter, in the order of their ids.
    pub meters: Vec<OwnedMeter>,
    /// By census day; if one day has several counts, the source decides.
    rolls: Vec<StatedRoll>,
    terms: Vec<Term>,
}

/// A count of pupils, and which trust stated it.
#[derive(Debug, Clone, PartialEq)]
struct StatedRoll {
    roll: Roll,
    trust: Box<str>,
    /// Whether the school belonged to that trust on the census day.
    is_of_its_days: bool,
}

type Stands<'a> = (i64, &'a Identity);

impl Register {
    /// Of several events about the same trust, roll, or meter and first day, the one issued last counts, then the one with the
    /// highest source and id. Each of a meter's registrations counts until the next begins: see [`OwnedMeter`]. A day that two
    /// trusts registered belongs to one of them: see [`SchoolHistory::memberships`].
    pub fn of(history: &SchoolHistory) -> Self {
        let mut schools: BTreeMap<&str, (Stands<'_>, &SchoolRegistered)> = BTreeMap::new();
        let mut meters: BTreeMap<(&str, NaiveDate), (Stands<'_>, &MeterRegistered)> =
            BTreeMap::new();
        let mut rolls: BTreeMap<(NaiveDate, &str, &str), (Stands<'_>, &Roll)> = BTreeMap::new();
        let mut terms: BTreeSet<Term> = BTreeSet::new();
        for (identity, school_event) in history.school_events() {
            let rank = (school_event.issued, identity);
            if let Data::SchoolRegistered(school) = &school_event.data {
                let trust = school.trust.id.as_str();
                keep_latest(&mut schools, trust, rank, school);
                terms.extend(&school.terms);
                for roll in &school.rolls {
                    let key = (roll.census_date, roll.source.as_str(), trust);
                    keep_latest(&mut rolls, key, rank, roll);
                }
            }
        }
        // A registration from a new first day is kept beside the earlier ones, even as a revision of the same event.
        for (identity, school_event) in history.revisions() {
            if let Data::MeterRegistered(meter) = &school_event.data {
                let key = (meter.meter.as_str(), meter.from);
                keep_latest(&mut meters, key, (school_event.issued, identity), meter);
            }
        }
        let memberships = history.memberships();
        let membership = |(_, school): (Stands<'_>, &SchoolRegistered)| {
            let trust = &school.trust.id;
            Membership {
                days: memberships.days_with(trust).iter().map(days).collect(),
                lost: memberships.lost(trust).iter().map(days).collect(),
                contested: memberships.contested(trust).iter().map(days).collect(),
                school: school.clone(),
            }
        };
        let mut by_meter: BTreeMap<&str, BTreeMap<NaiveDate, &MeterRegistered>> = BTreeMap::new();
        for ((meter, from), (_, registered)) in meters {
            by_meter.entry(meter).or_default().insert(from, registered);
        }
        let stated =
            |((day, _, trust), (_, roll)): ((NaiveDate, &str, &str), (Stands<'_>, &Roll))| {
                StatedRoll {
                    roll: roll.clone(),
                    trust: trust.into(),
                    is_of_its_days: memberships.trust_on(day) == Some(trust),
                }
            };
        Register {
            memberships: schools.into_values().map(membership).collect(),
            meters: by_meter.values().filter_map(OwnedMeter::of).collect(),
            rolls: rolls.into_iter().map(stated).collect(),
            terms: terms.into_iter().collect(),
        }
    }

    /// The count by which a period's figures are divided: the last wanted census held in the period, else the last census of or
    /// before it. A trust's figures use its own counts. They use another trust's counts only for census days on which the
    /// school belonged to that trust and for which this trust states nothing.
    pub fn roll(&self, trust: &str, period: Period, census: Census) -> Option<&Roll> {
        let days = period.days();
        let own_days: BTreeSet<NaiveDate> = self
            .rolls
            .iter()
            .filter(|stated| *stated.trust == *trust)
            .map(|stated| stated.roll.census_date)
            .collect();
        let counts = |stated: &&StatedRoll| {
            let is_own = *stated.trust == *trust;
            is_own || (stated.is_of_its_days && !own_days.contains(&stated.roll.census_date))
        };
        let rolls = || self.rolls.iter().filter(counts).map(|stated| &stated.roll);
        let wanted = |roll: &&Roll| days.contains(roll.census_date) && census.is_of(roll);
        let in_period = rolls().rfind(wanted);
        in_period.or_else(|| rolls().rfind(|roll| roll.census_date <= days.to))
    }

    /// The term days of every registration, in order and without repetition.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }
}

pub(super) fn days(run: &DayRun) -> Days {
    Days {
        from: *run.start(),
        to: *run.end(),
    }
}

fn keep_latest<'a, K: Ord, T>(
    latest: &mut BTreeMap<K, (Stands<'a>, &'a T)>,
    key: K,
    rank: Stands<'a>,
    value: &'a T,
) {
    let stands = latest.get(&key).is_none_or(|(holder, _)| rank > *holder);
    if stands {
        latest.insert(key, (rank, value));
    }
}

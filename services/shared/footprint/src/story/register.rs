//! What the register's events, in any order, say of a school: its trusts, its rolls, its meters.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::{Data, MeterRegistered, Roll, SchoolRegistered, Term};

use super::Story;
use crate::ledger::Identity;
use crate::message::Period;
use crate::{Census, Days};

/// A school's membership of one trust.
#[derive(Debug, Clone, PartialEq)]
pub struct Membership {
    /// The event that stands for it.
    pub school: SchoolRegistered,
    /// Its days.
    pub days: Days,
}

/// A meter and the days it belongs to the school.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedMeter {
    /// The event that stands for it.
    pub registered: MeterRegistered,
    /// Its days.
    pub days: Days,
}

/// The register as it stands for one school.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Register {
    /// Per trust, in the order of their ids.
    pub memberships: Vec<Membership>,
    /// Per meter, in the order of their ids.
    pub meters: Vec<OwnedMeter>,
    /// By census day, the source deciding between two of one day.
    pub rolls: Vec<Roll>,
    terms: Vec<Term>,
}

type Stands<'a> = (i64, &'a Identity);

impl Register {
    /// Of several events about the same trust, meter or roll the one issued last stands, then the one with the highest
    /// source and id.
    pub fn of(story: &Story) -> Self {
        let mut schools: BTreeMap<&str, (Stands<'_>, &SchoolRegistered)> = BTreeMap::new();
        let mut meters: BTreeMap<&str, (Stands<'_>, &MeterRegistered)> = BTreeMap::new();
        let mut rolls: BTreeMap<(NaiveDate, &str), (Stands<'_>, &Roll)> = BTreeMap::new();
        let mut terms: BTreeSet<Term> = BTreeSet::new();
        for (identity, fact) in story.facts() {
            let rank = (fact.issued, identity);
            match &fact.data {
                Data::SchoolRegistered(school) => {
                    stand(&mut schools, school.trust.id.as_str(), rank, school);
                    terms.extend(&school.terms);
                    for roll in &school.rolls {
                        stand(
                            &mut rolls,
                            (roll.census_date, roll.source.as_str()),
                            rank,
                            roll,
                        );
                    }
                }
                Data::MeterRegistered(meter) => {
                    stand(&mut meters, meter.meter.as_str(), rank, meter);
                }
                _ => {}
            }
        }
        let membership = |(_, school): (Stands<'_>, &SchoolRegistered)| Membership {
            days: Days::from_until(school.member_from, school.member_to),
            school: school.clone(),
        };
        let owned = |(_, meter): (Stands<'_>, &MeterRegistered)| OwnedMeter {
            days: Days::from_until(meter.from, meter.to),
            registered: meter.clone(),
        };
        Register {
            memberships: schools.into_values().map(membership).collect(),
            meters: meters.into_values().map(owned).collect(),
            rolls: rolls.into_values().map(|(_, roll)| roll.clone()).collect(),
            terms: terms.into_iter().collect(),
        }
    }

    /// The count a period's figures are divided by: the last wanted census held in the period, else the last census of or
    /// before it.
    pub fn roll(&self, period: Period, census: Census) -> Option<&Roll> {
        let days = period.days();
        let wanted = |roll: &&Roll| days.contains(roll.census_date) && census.is_of(roll);
        let held = self.rolls.iter().rfind(wanted);
        held.or_else(|| self.rolls.iter().rfind(|roll| roll.census_date <= days.to))
    }

    /// The days of term of every registration, in order and without repetition.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }
}

fn stand<'a, K: Ord, T>(
    held: &mut BTreeMap<K, (Stands<'a>, &'a T)>,
    key: K,
    rank: Stands<'a>,
    value: &'a T,
) {
    let stands = held.get(&key).is_none_or(|(holder, _)| rank > *holder);
    if stands {
        held.insert(key, (rank, value));
    }
}

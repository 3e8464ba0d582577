//! A trust's change: exactly the sum of its schools'.

use std::collections::BTreeMap;

use events::Urn;
use serde::{Deserialize, Serialize};

use super::Change;
use crate::message::Footprint;
use crate::period::Period;

/// How a trust's year became the next, and each of its schools'.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// The year before.
    pub prior_period: Period,
    /// The year.
    pub period: Period,
    /// The trust: the sum of its schools.
    pub sum: Change,
    /// Each school that has figures of either year, in the order of their URNs.
    pub schools: Vec<SchoolChange>,
}

/// One school of the trust.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SchoolChange {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Its change.
    pub change: Change,
}

impl Changes {
    /// The change of one school.
    pub fn of_school(&self, urn: Urn) -> Option<&Change> {
        let mut schools = self.schools.iter();
        Some(&schools.find(|school| school.urn == urn)?.change)
    }
}

/// The change of one trust from a year to the next. None without schools in either, and none if any of them does not cover a
/// whole academic year: a part-year is not compared with a year.
pub fn changes(current: &[&Footprint], prior: &[&Footprint]) -> Option<Changes> {
    let (period, prior_period) = (current.first()?.period, prior.first()?.period);
    let mut by_urn: BTreeMap<Urn, (Option<&Footprint>, Option<&Footprint>)> = BTreeMap::new();
    for school in prior {
        by_urn.entry(school.urn).or_default().0 = Some(school);
    }
    for school in current {
        by_urn.entry(school.urn).or_default().1 = Some(school);
    }
    let schools: Option<Vec<SchoolChange>> = by_urn.into_values().map(school_change).collect();
    let schools = schools?;
    Some(Changes {
        prior_period,
        period,
        sum: schools.iter().map(|school| &school.change).sum(),
        schools,
    })
}

fn school_change(
    (prior, current): (Option<&Footprint>, Option<&Footprint>),
) -> Option<SchoolChange> {
    let change = match (prior, current) {
        (Some(prior), Some(current)) => Change::between(current, prior)?,
        (None, Some(current)) => Change::of_joined(current)?,
        (Some(prior), None) => Change::of_left(prior)?,
        (None, None) => return None,
    };
    let school = current.or(prior)?;
    Some(SchoolChange {
        urn: school.urn,
        school: school.school.clone(),
        change,
    })
}

//! Whether a trust has enough data for a claim: over all its schools together, and with no school wholly without a fuel.

use std::collections::BTreeMap;

use events::{Fuel, Urn};
use serde::Serialize;
use utoipa::ToSchema;

use crate::message::Footprint;
use crate::sufficiency::wording;
use crate::sufficiency::{FuelCoverage, LeastCoverage, Missing};

/// The most schools that a sentence names.
const NAMED: usize = 3;

/// The coverage of a trust's data over a period. There is enough for a claim when, for every fuel, the least share of the
/// expected half-hours of all schools has been received, and no school is wholly without a fuel it needs or without a heating
/// source.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TrustSufficiency {
    /// The least share of the expected half-hours that a claim needs of every fuel.
    pub least_coverage: LeastCoverage,
    /// The half-hours of every fuel, all schools together.
    pub fuels: Vec<FuelCoverage>,
    /// The number of schools it covers.
    pub of_schools: usize,
    /// Schools that were members in the period but have no figures of it at all.
    pub without_figures: Vec<SchoolNamed>,
    /// Schools that do not have enough data for a separate claim, in the order given.
    pub schools: Vec<SchoolGaps>,
}

/// A school by its number and its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SchoolNamed {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub school: String,
}

/// A school that does not have enough data for a separate claim.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SchoolGaps {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Whether this school alone prevents the trust's claim.
    pub stops_the_trust: bool,
    /// What it lacks.
    pub missing: Vec<Missing>,
}

impl TrustSufficiency {
    /// Combines the schools that were members in the period. If their least shares differ, while a setting is being changed,
    /// the greatest counts.
    pub fn of<'a>(schools: impl IntoIterator<Item = &'a Footprint>) -> Self {
        let mut fuels: BTreeMap<Fuel, FuelCoverage> = BTreeMap::new();
        let mut least: Option<LeastCoverage> = None;
        let (mut of_schools, mut gaps) = (0, Vec::new());
        for school in schools {
            of_schools += 1;
            let sufficiency = &school.sufficiency;
            least = least.max(Some(sufficiency.least_coverage));
            for fuel in &sufficiency.fuels {
                let none = FuelCoverage {
                    fuel: fuel.fuel,
                    expected: 0,
                    present: 0,
                };
                fuels.entry(fuel.fuel).or_insert(none).take_in(*fuel);
            }
            if !sufficiency.is_enough() {
                gaps.push(SchoolGaps {
                    urn: school.urn,
                    school: school.school.clone(),
                    stops_the_trust: sufficiency.missing.iter().any(Missing::is_total),
                    missing: sufficiency.missing.clone(),
                });
            }
        }
        TrustSufficiency {
            least_coverage: least.unwrap_or_default(),
            fuels: fuels.into_values().collect(),
            of_schools,
            without_figures: Vec::new(),
            schools: gaps,
        }
    }

    /// The same, plus the schools that were members in the period but have no figures of it.
    pub fn without(self, without_figures: Vec<SchoolNamed>) -> Self {
        TrustSufficiency {
            without_figures,
            ..self
        }
    }

    /// Whether there is enough for a claim.
    pub fn is_enough(&self) -> bool {
        self.is_enough_with(|_| 0)
    }

    /// Whether there would be enough if this many more half-hours of each fuel had been received.
    pub fn is_enough_with(&self, more: impl Fn(Fuel) -> i64) -> bool {
        let expects = self.fuels.iter().any(|fuel| fuel.expected > 0);
        let least = self.least_coverage;
        let lacks =
            |fuel: &FuelCoverage| !least.is_reached(fuel.present + more(fuel.fuel), fuel.expected);
        let has_all = self.without_figures.is_empty() && self.stopping().next().is_none();
        expects && has_all && !self.fuels.iter().any(lacks)
    }

    /// The fuels for which all schools together have too few half-hours.
    fn lacking(&self) -> impl Iterator<Item = &FuelCoverage> {
        let least = self.least_coverage;
        let lacks = move |fuel: &&FuelCoverage| !least.is_reached(fuel.present, fuel.expected);
        self.fuels.iter().filter(lacks)
    }

    fn stopping(&self) -> impl Iterator<Item = &SchoolGaps> {
        self.schools.iter().filter(|school| school.stops_the_trust)
    }

    /// `Not enough data: Moorside: gas has sent nothing since 1 Sep 2025 (0 of 17,520 half-hours).` None if there is enough.
    pub fn sentence(&self) -> Option<String> {
        self.reason().map(|reason| format!("{reason}."))
    }

    /// The sentence without its full stop, to stand among other reasons.
    pub fn reason(&self) -> Option<String> {
        (!self.is_enough()).then(|| format!("Not enough data: {}", self.clauses().join("; ")))
    }

    /// What is missing, as the rest of [`TrustSufficiency::sentence`]: one clause each; none if there is enough.
    pub fn clauses(&self) -> Vec<String> {
        if self.is_enough() {
            return Vec::new();
        }
        if !self.fuels.iter().any(|fuel| fuel.expected > 0) {
            return vec!["no day has passed yet".to_owned()];
        }
        if self.of_schools == 1 && self.without_figures.is_empty() {
            return self.schools.iter().map(SchoolGaps::sentence).collect();
        }
        let mut clauses: Vec<String> = self.lacking().map(wording::all_schools_clause).collect();
        clauses.extend(without_figures(&self.without_figures, NAMED));
        let stopping: Vec<&SchoolGaps> = self.stopping().collect();
        clauses.extend(stopping.iter().take(NAMED).map(|school| school.sentence()));
        let more = stopping.len().saturating_sub(NAMED);
        if more > 0 {
            clauses.push(format!(
                "{more} more schools have no data of a fuel or no heating source"
            ));
        }
        clauses
    }

    /// The schools without enough data, with what each lacks meter by meter and the months: one clause each.
    pub fn details(&self) -> Vec<String> {
        let of = |school: &SchoolGaps| {
            let details = wording::details(&school.missing).join("; ");
            format!("{}: {details}", school.school)
        };
        self.schools.iter().map(of).collect()
    }
}

impl SchoolGaps {
    fn sentence(&self) -> String {
        format!(
            "{}: {}",
            self.school,
            wording::clauses(&self.missing).join("; ")
        )
    }
}

/// `Moorside and Elland Brow have no figures of this period`
fn without_figures(schools: &[SchoolNamed], most: usize) -> Option<String> {
    let mut named: Vec<String> = schools
        .iter()
        .take(most)
        .map(|one| one.school.clone())
        .collect();
    let more = schools.len().saturating_sub(most);
    if more > 0 {
        named.push(format!("{more} more schools"));
    }
    let has = if schools.len() == 1 { "has" } else { "have" };
    let named = match named.as_slice() {
        [] => return None,
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    };
    Some(format!("{named} {has} no figures of this period"))
}

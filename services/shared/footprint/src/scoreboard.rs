//! The scoreboard of the trust's plan: its targets 1 to 13, each met, not met or not evidenced, and why.
//!
//! Three verdicts mean the same in every rule. *Met*: the requirement has been shown. *Not met*: there is evidence, and it
//! falls short. *Not evidenced*: there is no evidence, or too little to be sure. A target never counts as met or missed just
//! because no data was given for it. The carbon intensity has two more verdicts, because a lower factor is not a saving.

mod carbon;
mod evidence;
mod filed;
#[cfg(test)]
pub(crate) mod fixtures;
mod limit;
mod phases;
mod plans;
mod reason;
mod sites;
mod targets;
mod travel;
mod waste;
mod wording;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use events::{AcademicYear, Urn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::baseline::Baseline;
use crate::message::{Footprint, Verdict};
use crate::period::Period;
use crate::trust_sufficiency::TrustSufficiency;
pub use filed::{EvidenceScore, EvidenceState};
pub use limit::Limit;
pub use reason::{
    Clause, IntensityReason, LackOf, Lacking, Reason, Titled, TooLittle, TravelWork, Uncovered,
    WithGaps,
};
pub use targets::{Targets, YearTargets};

/// The input: one trust over one period.
#[derive(Debug, Clone, Copy)]
pub struct TrustFigures<'a> {
    /// The period.
    pub period: Period,
    /// Its schools over the period, in the order in which they are shown.
    pub schools: &'a [&'a Footprint],
    /// The trust's carbon intensity in tonnes CO2e per pupil, from the data received; none if it is not known.
    pub known_tonnes_per_pupil: Option<f64>,
    /// Whether there is enough data to compare it with anything.
    pub sufficiency: &'a TrustSufficiency,
    /// The pupils that the intensity is divided by.
    pub pupils: Option<f64>,
    /// Why the trust's figures are not complete; empty when they are.
    pub incomplete: &'a [String],
}

/// The thirteen targets of one trust over one period.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Scoreboard {
    /// The academic year of the targets.
    pub target_year: AcademicYear,
    /// The last day of the period that has passed: evidence must be in force on this day.
    pub last_day: NaiveDate,
    /// The targets, by number.
    pub kpis: Vec<KpiScore>,
}

/// One target of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct KpiScore {
    /// Its number in the plan, 1 to 13.
    pub number: u8,
    /// Its subject.
    pub title: &'static str,
    /// Whether its verdict depends on the trust or on its sites.
    pub decided_by: DecidedBy,
    /// Whether it is met.
    pub verdict: TargetVerdict,
    /// The reason, with the numbers.
    #[schema(value_type = String)]
    pub why: Reason,
    /// The requirement.
    pub target: String,
    /// The actual value; none if nothing is known.
    pub actual: Option<String>,
    /// The evidence filed for the target as a whole.
    pub evidence: Vec<EvidenceScore>,
    /// The score of each school; empty if nothing is required of a school.
    pub schools: Vec<SchoolScore>,
}

/// Whether a target is met. `not_met`: there is evidence, and it falls short. `not_evidenced`: there is no evidence, or too
/// little to be sure. `met_as_reported`: the carbon intensity meets the target as reported but not at the
/// baseline's factors. `not_comparable`: it meets the target as reported and cannot be computed at the baseline's factors.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum TargetVerdict {
    /// The requirement has been shown.
    Met,
    /// The intensity meets the target as reported, at the factors of its reporting year, but not at the baseline's factors: the
    /// factors fell, not the emissions.
    MetAsReported,
    /// The intensity meets the target as reported, but cannot be computed at the baseline's factors.
    NotComparable,
    /// There is evidence, and it falls short.
    NotMet,
    /// There is no evidence, or too little to be sure.
    NotEvidenced,
}

impl TargetVerdict {
    /// All of them.
    pub const ALL: [TargetVerdict; 5] = [
        TargetVerdict::Met,
        TargetVerdict::MetAsReported,
        TargetVerdict::NotComparable,
        TargetVerdict::NotMet,
        TargetVerdict::NotEvidenced,
    ];

    /// The verdict in words for readers.
    pub fn name(self) -> &'static str {
        match self {
            TargetVerdict::Met => "Met",
            TargetVerdict::MetAsReported => "Met as reported, not at constant factors",
            TargetVerdict::NotComparable => "Not comparable at constant factors",
            TargetVerdict::NotMet => "Not met",
            TargetVerdict::NotEvidenced => "Not evidenced",
        }
    }
}

impl From<Verdict> for TargetVerdict {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Met => TargetVerdict::Met,
            Verdict::NotMet => TargetVerdict::NotMet,
            Verdict::NotEvidenced => TargetVerdict::NotEvidenced,
        }
    }
}

/// The level at which a target is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// Judged for the trust as a whole. Schools, if there are any, are shown for information.
    Trust,
    /// Judged for the trust's sites, which are the schools that are in the trust on the last passed day: met only if every site
    /// meets it, not met if any site misses it, else not evidenced.
    Schools,
}

/// One school and one target.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct SchoolScore {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Whether it meets the target.
    pub verdict: TargetVerdict,
    /// The reason, with the numbers.
    #[schema(value_type = String)]
    pub why: Reason,
    /// The evidence filed for it.
    pub evidence: Vec<EvidenceScore>,
}

/// The number of schools with each verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Met.
    pub met: usize,
    /// Met as reported, but not at the baseline's factors.
    pub met_as_reported: usize,
    /// Met as reported, but not comparable at the baseline's factors.
    pub not_comparable: usize,
    /// Not met.
    pub not_met: usize,
    /// Not evidenced.
    pub not_evidenced: usize,
}

impl Tally {
    /// All of them.
    pub fn all(self) -> usize {
        self.met + self.met_as_reported + self.not_comparable + self.not_met + self.not_evidenced
    }
}

impl KpiScore {
    /// The number of its schools with each verdict.
    pub fn tally(&self) -> Tally {
        tally(&self.schools)
    }

    /// A school's score, if anything is required of a school.
    pub fn of_school(&self, urn: Urn) -> Option<&SchoolScore> {
        self.schools.iter().find(|school| school.urn == urn)
    }
}

/// Scores a trust against its targets. Evidence counts by the day, so the same figures always give the same score.
pub fn score(trust: &TrustFigures<'_>, targets: &Targets) -> Scoreboard {
    let of_year = targets.of_period(trust.period);
    let inputs = ScoreInputs {
        trust,
        targets: &of_year,
        baseline: targets.baseline,
        year: targets::year_of(trust.period),
        last_day: last_passed_day(trust.period),
    };
    let kpi = |number| match number {
        5 => phases::score(&inputs),
        6 => waste::score(&inputs),
        7 => carbon::score(&inputs),
        9 => travel::score(&inputs),
        10 => plans::score(&inputs),
        _ => evidence::score(&inputs, number),
    };
    Scoreboard {
        target_year: inputs.year,
        last_day: inputs.last_day,
        kpis: (1..=13).map(kpi).collect(),
    }
}

/// The figures, and the targets and baseline that they are compared with.
struct ScoreInputs<'a> {
    trust: &'a TrustFigures<'a>,
    targets: &'a YearTargets,
    baseline: Baseline,
    year: AcademicYear,
    last_day: NaiveDate,
}

fn last_passed_day(period: Period) -> NaiveDate {
    let last = period.days().to;
    period
        .as_of()
        .pred_opt()
        .map_or(last, |yesterday| last.min(yesterday))
}

/// The score of a school: the verdict, the reason, and the evidence filed.
type Judged = (TargetVerdict, Reason, Vec<EvidenceScore>);

fn school_score(school: &Footprint, (verdict, why, evidence): Judged) -> SchoolScore {
    SchoolScore {
        urn: school.urn,
        school: school.school.clone(),
        verdict,
        why,
        evidence,
    }
}

fn tally(schools: &[SchoolScore]) -> Tally {
    let count = |verdict| {
        let of_it = schools.iter().filter(|school| school.verdict == verdict);
        of_it.count()
    };
    Tally {
        met: count(TargetVerdict::Met),
        met_as_reported: count(TargetVerdict::MetAsReported),
        not_comparable: count(TargetVerdict::NotComparable),
        not_met: count(TargetVerdict::NotMet),
        not_evidenced: count(TargetVerdict::NotEvidenced),
    }
}

//! The scoreboard of the trust's plan: its targets 1 to 13, each met, not met or not evidenced, and why.
//!
//! Three verdicts mean the same in every rule. *Met*: what is asked has been shown. *Not met*: there is something to
//! judge by, and it is too little. *Not evidenced*: there is nothing to judge by, or too little to be sure. Nothing is ever
//! taken to be met, or missed, because nobody said anything of it. The carbon intensity has two more, because a fall by factor
//! is no fall.

mod carbon;
mod evidence;
#[cfg(test)]
pub(crate) mod fixtures;
mod phases;
mod plans;
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

use crate::baseline::Baseline;
use crate::message::{Footprint, Verdict};
use crate::period::Period;
use crate::trust_sufficiency::TrustSufficiency;
pub use evidence::{EvidenceScore, EvidenceState};
pub use targets::{Targets, YearTargets};

/// What is scored: one trust over one period.
#[derive(Debug, Clone, Copy)]
pub struct TrustFigures<'a> {
    /// The period.
    pub period: Period,
    /// Its schools over it, in the order in which they are to stand.
    pub schools: &'a [&'a Footprint],
    /// The trust's carbon intensity in tonnes CO2e per pupil, of what has come; none if it is not known.
    pub known_tonnes_per_pupil: Option<f64>,
    /// Whether that is enough data to hold it against anything.
    pub sufficiency: &'a TrustSufficiency,
    /// The pupils that the intensity divides by.
    pub pupils: Option<f64>,
    /// Why the trust's figures are not complete; empty when they are.
    pub incomplete: &'a [String],
}

/// The thirteen targets of one trust over one period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scoreboard {
    /// The academic year whose targets are asked.
    pub target_year: AcademicYear,
    /// The last day of the period that has passed: the day on which evidence is in force or not.
    pub last_day: NaiveDate,
    /// The targets, by number.
    pub kpis: Vec<KpiScore>,
}

/// One target of the plan.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KpiScore {
    /// Its number in the plan, 1 to 13.
    pub number: u8,
    /// What it is about.
    pub title: &'static str,
    /// What its verdict follows from.
    pub decided_by: DecidedBy,
    /// Whether it is met.
    pub verdict: TargetVerdict,
    /// Why, with the numbers.
    pub why: String,
    /// What is asked.
    pub target: String,
    /// What there is; none if nothing is known.
    pub actual: Option<String>,
    /// What was filed for the target as a whole.
    pub evidence: Vec<EvidenceScore>,
    /// Each school; empty where nothing is asked of a school.
    pub schools: Vec<SchoolScore>,
}

/// Whether a target is met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TargetVerdict {
    /// What is asked has been shown.
    Met,
    /// The intensity meets it as reported, at the factors of its own year, and not at the baseline's: the factors fell, not the
    /// emissions.
    MetAsReported,
    /// The intensity meets it as reported, and cannot be put on the baseline's factors.
    NotComparable,
    /// There is something to judge by, and it is too little.
    NotMet,
    /// There is nothing to judge by, or too little to be sure.
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

    /// As people read it.
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

/// What the verdict of a target follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// Something of the trust as a whole. Schools, where there are any, are shown for information.
    Trust,
    /// Its sites, which are the schools that are in the trust on the last passed day: met only if every one meets it, not met
    /// if any does not, else not evidenced.
    Schools,
}

/// One school and one target.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SchoolScore {
    /// The school.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Whether it meets the target.
    pub verdict: TargetVerdict,
    /// Why, with the numbers.
    pub why: String,
    /// What was filed for it.
    pub evidence: Vec<EvidenceScore>,
}

/// How many schools have which verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Met.
    pub met: usize,
    /// Met as reported, not at the baseline's factors.
    pub met_as_reported: usize,
    /// Met as reported, and not comparable at the baseline's factors.
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
    /// How many of its schools have which verdict.
    pub fn tally(&self) -> Tally {
        tally(&self.schools)
    }

    /// A school's score, where anything is asked of a school.
    pub fn of_school(&self, urn: Urn) -> Option<&SchoolScore> {
        self.schools.iter().find(|school| school.urn == urn)
    }
}

/// Scores a trust against its targets. Evidence counts by the day, so the same figures have the same score for ever.
pub fn score(trust: &TrustFigures<'_>, targets: &Targets) -> Scoreboard {
    let of_year = targets.of_period(trust.period);
    let asked = Asked {
        trust,
        targets: &of_year,
        baseline: targets.baseline,
        year: targets::year_of(trust.period),
        last_day: last_passed_day(trust.period),
    };
    let kpi = |number| match number {
        5 => phases::score(&asked),
        6 => waste::score(&asked),
        7 => carbon::score(&asked),
        9 => travel::score(&asked),
        10 => plans::score(&asked),
        _ => evidence::score(&asked, number),
    };
    Scoreboard {
        target_year: asked.year,
        last_day: asked.last_day,
        kpis: (1..=13).map(kpi).collect(),
    }
}

/// Whose figures are held against what.
struct Asked<'a> {
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

/// What is made of a school: the verdict, why, and what was filed.
type Judged = (TargetVerdict, String, Vec<EvidenceScore>);

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

//! Evidence: which of it counts, and the targets that are decided by nothing else.

use chrono::NaiveDate;
use events::{EvidenceKind, EvidenceStatus, Urn};
use serde::{Deserialize, Serialize};

use super::{Asked, DecidedBy, KpiScore, said};
use crate::message::{EvidenceFigures, Footprint, Verdict};

/// A piece of evidence, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceScore {
    /// The school it is filed under: the trust's own is filed under any of its schools.
    pub urn: Urn,
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its title.
    pub title: String,
    /// Whether it counts, or why not.
    pub state: EvidenceState,
    /// Its date.
    pub dated: NaiveDate,
    /// The last day it counts; none if it does not expire.
    pub expires: Option<NaiveDate>,
    /// Where it can be read.
    pub link: Option<String>,
}

/// Whether a piece of evidence counts on the last passed day, or why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceState {
    /// It counts.
    InForce,
    /// It expired before that day.
    Expired,
    /// It is not adopted yet.
    Draft,
    /// It was withdrawn.
    Withdrawn,
    /// It is of a kind that does not show this target to be met.
    OtherKind,
}

impl EvidenceScore {
    /// Why it does not count, after its title.
    pub(super) fn why_not(&self) -> String {
        let title = &self.title;
        match (self.state, self.expires) {
            (EvidenceState::InForce, _) => format!("{title} is in force"),
            (EvidenceState::Expired, Some(day)) => format!("{title} expired on {}", said::day(day)),
            (EvidenceState::Expired, None) => format!("{title} expired"),
            (EvidenceState::Draft, _) => format!("{title} is a draft"),
            (EvidenceState::Withdrawn, _) => format!("{title} was withdrawn"),
            (EvidenceState::OtherKind, _) => format!("{title} is of another kind"),
        }
    }
}

/// What was filed at a school for a target, each piece with whether it counts as one of the kinds that `fits`.
pub(super) fn filed(
    school: &Footprint,
    number: u8,
    last_day: NaiveDate,
    fits: impl Fn(EvidenceKind) -> bool,
) -> Vec<EvidenceScore> {
    let state = |filed: &EvidenceFigures| match filed.status {
        _ if !fits(filed.kind) => EvidenceState::OtherKind,
        EvidenceStatus::Draft => EvidenceState::Draft,
        EvidenceStatus::Withdrawn => EvidenceState::Withdrawn,
        EvidenceStatus::InForce if filed.expires.is_some_and(|last| last < last_day) => {
            EvidenceState::Expired
        }
        EvidenceStatus::InForce => EvidenceState::InForce,
    };
    let of_target = school.evidence.iter().filter(|filed| filed.kpi == number);
    let score = |filed: &EvidenceFigures| EvidenceScore {
        urn: school.urn,
        kind: filed.kind,
        title: filed.title.clone(),
        state: state(filed),
        dated: filed.dated,
        expires: filed.expires,
        link: filed.link.clone(),
    };
    of_target.map(score).collect()
}

/// Targets 1 to 5, 8 and 11 to 13: met if a piece of evidence of a fitting kind is in force, whichever school it is filed
/// under; not met if what was filed is all draft, withdrawn, expired or of another kind; not evidenced if nothing was.
///
/// Fitting is, for 8, a supplier's statement: which suppliers the trust has is not known here, so one statement in force
/// meets it and the sentence counts them. For 13 a funded project. For the others, which are social or economic and of
/// which the pipeline knows nothing else, any kind: whoever files the evidence names the target.
pub(super) fn score(asked: &Asked<'_>, number: u8) -> KpiScore {
    let (title, target, fits) = rule(number);
    let schools = asked.trust.schools.iter();
    let evidence: Vec<EvidenceScore> = schools
        .flat_map(|school| filed(school, number, asked.last_day, fits))
        .collect();
    let (counts, not): (Vec<_>, Vec<_>) = evidence
        .iter()
        .partition(|filed| filed.state == EvidenceState::InForce);
    let verdict = match () {
        () if !counts.is_empty() => Verdict::Met,
        () if !evidence.is_empty() => Verdict::NotMet,
        () => Verdict::NotEvidenced,
    };
    KpiScore {
        number,
        title,
        decided_by: DecidedBy::Trust,
        verdict,
        why: why(&counts, &not),
        target: target.to_owned(),
        actual: (!evidence.is_empty())
            .then(|| format!("{} of {} filed in force", counts.len(), evidence.len())),
        evidence,
        schools: Vec::new(),
    }
}

type Fits = fn(EvidenceKind) -> bool;

fn rule(number: u8) -> (&'static str, &'static str, Fits) {
    match number {
        8 => (
            "Suppliers meet published sustainability requirements",
            "a supplier's statement in force",
            |kind| kind == EvidenceKind::SupplierStatement,
        ),
        13 => (
            "Funds supported sustainability projects",
            "a funded project's evidence in force",
            |kind| kind == EvidenceKind::FundedProject,
        ),
        _ => (
            "Social or economic outcome, as reported",
            "evidence in force",
            |_| true,
        ),
    }
}

fn why(counts: &[&EvidenceScore], not: &[&EvidenceScore]) -> String {
    let all = counts.len() + not.len();
    if all == 0 {
        return "Nothing has been filed.".to_owned();
    }
    let mut clauses = match counts {
        [] => vec![format!("none of {all} filed is in force")],
        [only] => {
            let until = only
                .expires
                .map_or(String::new(), |last| format!(", until {}", said::day(last)));
            vec![format!(
                "1 of {all} filed is in force: {}{until}",
                only.title
            )]
        }
        several => in_force(several, all),
    };
    if !not.is_empty() {
        clauses.push(each_once(not, EvidenceScore::why_not));
    }
    said::sentence(&clauses)
}

fn in_force(several: &[&EvidenceScore], all: usize) -> Vec<String> {
    let titles = each_once(several, |filed| filed.title.clone());
    let mut clauses = vec![format!(
        "{} of {all} filed are in force: {titles}",
        several.len()
    )];
    let ends = several
        .iter()
        .filter_map(|filed| Some((filed.expires?, &filed.title)));
    if let Some((day, title)) = ends.min() {
        let day = said::day(day);
        clauses.push(format!("the first to expire is {title}, on {day}"));
    }
    clauses
}

/// What is to be said of each; of several schools the same once, with their number.
fn each_once(filed: &[&EvidenceScore], say: impl Fn(&EvidenceScore) -> String) -> String {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for said in filed.iter().map(|filed| say(filed)) {
        match counted.iter_mut().find(|(known, _)| *known == said) {
            Some((_, count)) => *count += 1,
            None => counted.push((said, 1)),
        }
    }
    let one = |(said, count): (String, usize)| match count {
        1 => said,
        count => format!("{said} ({count} schools)"),
    };
    let said: Vec<String> = counted.into_iter().map(one).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    said::some_of(&said)
}

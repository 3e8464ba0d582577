//! Evidence: which pieces count, and the targets that are decided by evidence alone.

mod rule;

use chrono::NaiveDate;
use events::{EvidenceKind, EvidenceStatus, Urn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sites::OfSites;
use super::{Asked, DecidedBy, Judged, KpiScore, TargetVerdict};
use crate::message::{EvidenceFigures, Footprint};
use crate::scoreboard::wording;

/// A piece of evidence, and whether it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EvidenceScore {
    /// The school it is filed under: the trust's own evidence is filed under any of its schools.
    pub urn: Urn,
    /// The school's name.
    pub school: String,
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
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
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
    /// Its kind cannot show that this target is met.
    OtherKind,
}

impl EvidenceScore {
    /// Its title and the reason why it does not count.
    pub(super) fn why_not(&self) -> String {
        format!("{}{}", self.title, self.standing())
    }

    /// The text after its title that says whether it counts.
    fn standing(&self) -> String {
        match (self.state, self.expires) {
            (EvidenceState::InForce, _) => " is in force".to_owned(),
            (EvidenceState::Expired, Some(day)) => format!(" expired on {}", wording::day(day)),
            (EvidenceState::Expired, None) => " expired".to_owned(),
            (EvidenceState::Draft, _) => " is a draft".to_owned(),
            (EvidenceState::Withdrawn, _) => " was withdrawn".to_owned(),
            (EvidenceState::OtherKind, _) => " is of another kind".to_owned(),
        }
    }
}

/// The evidence filed at a school for a target. Each piece is marked with whether it counts as one of the kinds that `fits`.
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
        school: school.school.clone(),
        kind: filed.kind,
        title: filed.title.clone(),
        state: state(filed),
        dated: filed.dated,
        expires: filed.expires,
        link: filed.link.clone(),
    };
    of_target.map(score).collect()
}

/// Targets 1 to 4, 8 and 11 to 13. For targets of the trust: met if a piece of evidence of every required kind is in force,
/// whichever school it is filed under; not met if something was filed but a kind is not in force; not evidenced if nothing was
/// filed. For targets of every school: each school is judged by the evidence filed under it.
///
/// Target 2 requires an award and a charter. Target 8 requires a supplier's statement: the trust's suppliers are not known
/// here, so one statement in force meets it, and the sentence counts them. Target 13 requires a funded project. For the other
/// targets any kind counts: the pipeline knows nothing else about them, and the user who files the evidence names the target.
pub(super) fn score(asked: &Asked<'_>, number: u8) -> KpiScore {
    let rule = rule::of(number);
    if rule.decided_by == DecidedBy::Schools {
        let asks = OfSites {
            number,
            title: rule.title,
            target: rule.target.to_owned(),
        };
        return asks.score(asked, |school| of_school(school, asked, number));
    }
    let schools = asked.trust.schools.iter();
    let evidence: Vec<EvidenceScore> = schools
        .flat_map(|school| filed(school, number, asked.last_day, |kind| rule.fits(kind)))
        .collect();
    let counts = evidence
        .iter()
        .filter(|filed| filed.state == EvidenceState::InForce);
    KpiScore {
        number,
        title: rule.title,
        decided_by: DecidedBy::Trust,
        verdict: verdict(&evidence, &lacks(&evidence, rule.needs)),
        why: why(&evidence, rule.needs, Naming::Schools),
        target: rule.target.to_owned(),
        actual: (!evidence.is_empty())
            .then(|| format!("{} of {} filed in force", counts.count(), evidence.len())),
        evidence,
        schools: Vec::new(),
    }
}

fn of_school(school: &Footprint, asked: &Asked<'_>, number: u8) -> Judged {
    let rule = rule::of(number);
    let evidence = filed(school, number, asked.last_day, |kind| rule.fits(kind));
    let verdict = verdict(&evidence, &lacks(&evidence, rule.needs));
    let why = why(&evidence, rule.needs, Naming::NoSchool);
    (verdict, why, evidence)
}

fn verdict(evidence: &[EvidenceScore], lacks: &[&str]) -> TargetVerdict {
    let in_force = |filed: &EvidenceScore| filed.state == EvidenceState::InForce;
    match () {
        () if evidence.is_empty() => TargetVerdict::NotEvidenced,
        () if evidence.iter().any(in_force) && lacks.is_empty() => TargetVerdict::Met,
        () => TargetVerdict::NotMet,
    }
}

/// The required kinds for which nothing is in force.
fn lacks(evidence: &[EvidenceScore], needs: rule::Needs) -> Vec<&'static str> {
    let in_force = |kind| {
        let mut all = evidence.iter();
        all.any(|filed| filed.kind == kind && filed.state == EvidenceState::InForce)
    };
    let lacking = needs.iter().filter(|(kind, _)| !in_force(*kind));
    lacking.map(|(_, name)| *name).collect()
}

/// Whether a sentence says which school a piece of evidence is filed under.
#[derive(Clone, Copy, PartialEq)]
enum Naming {
    Schools,
    /// The sentence is about one school.
    NoSchool,
}

fn why(evidence: &[EvidenceScore], needs: rule::Needs, naming: Naming) -> String {
    let all = evidence.len();
    if all == 0 {
        return "Nothing has been filed.".to_owned();
    }
    let (counts, not): (Vec<_>, Vec<_>) = evidence
        .iter()
        .partition(|filed| filed.state == EvidenceState::InForce);
    let mut clauses = match counts.as_slice() {
        [] => vec![format!("none of {all} filed is in force")],
        [only] => {
            let until = only.expires.map_or(String::new(), |last| {
                format!(", until {}", wording::day(last))
            });
            let title = titled(only, naming);
            vec![format!("1 of {all} filed is in force: {title}{until}")]
        }
        several => in_force(several, all, naming),
    };
    if !not.is_empty() {
        clauses.push(each_once(&not, naming, EvidenceScore::standing));
    }
    if needs.len() > 1 {
        let lacks = lacks(evidence, needs).into_iter();
        clauses.extend(lacks.map(|name| format!("no {name} is in force")));
    }
    wording::sentence(&clauses)
}

fn in_force(several: &[&EvidenceScore], all: usize, naming: Naming) -> Vec<String> {
    let titles = each_once(several, naming, |_| String::new());
    let mut clauses = vec![format!(
        "{} of {all} filed are in force: {titles}",
        several.len()
    )];
    let ends = several.iter();
    let ends = ends.filter_map(|filed| Some((filed.expires?, &filed.title, *filed)));
    if let Some((day, _, first)) = ends.min_by_key(|(day, title, _)| (*day, *title)) {
        let (first, day) = (titled(first, naming), wording::day(day));
        clauses.push(format!("the first to expire is {first}, on {day}"));
    }
    clauses
}

/// `Our plan (Oak Primary)`
fn titled(filed: &EvidenceScore, naming: Naming) -> String {
    each_once(&[filed], naming, |_| String::new())
}

/// The text after each title; if several schools have the same text, it appears once, with their names.
fn each_once(
    filed: &[&EvidenceScore],
    naming: Naming,
    say: impl Fn(&EvidenceScore) -> String,
) -> String {
    let mut each: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for filed in filed {
        let (title, said) = (filed.title.as_str(), say(filed));
        match each
            .iter_mut()
            .find(|one| (one.0, &one.1) == (title, &said))
        {
            Some((_, _, schools)) => schools.push(&filed.school),
            None => each.push((title, said, vec![&filed.school])),
        }
    }
    let one = |(title, said, schools): (&str, String, Vec<&str>)| match naming {
        Naming::Schools => format!("{title} ({}){said}", wording::some_of(&schools)),
        Naming::NoSchool => format!("{title}{said}"),
    };
    let said: Vec<String> = each.into_iter().map(one).collect();
    let said: Vec<&str> = said.iter().map(String::as_str).collect();
    wording::some_of(&said)
}

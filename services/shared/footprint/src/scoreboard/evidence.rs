//! The targets that are decided by evidence alone.

mod rule;

use events::EvidenceKind;

use super::filed::{EvidenceScore, EvidenceState, filed};
use super::reason::{Clause, Reason, Titled};
use super::sites::SiteTarget;
use super::{DecidedBy, Judged, KpiScore, ScoreInputs, TargetVerdict};
use crate::message::Footprint;

/// Targets 1 to 4, 8 and 11 to 13. For targets of the trust: met if a piece of evidence of every required kind is in force,
/// whichever school it is filed under; not met if something was filed but a kind is not in force; not evidenced if nothing was
/// filed. For targets of every school: each school is judged by the evidence filed under it.
///
/// Target 2 requires an award and a charter. Target 8 requires a supplier's statement: the trust's suppliers are not known
/// here, so one statement in force meets it, and the sentence counts them. Target 13 requires a funded project. For the other
/// targets any kind counts: the pipeline knows nothing else about them, and the user who files the evidence names the target.
pub(super) fn score(inputs: &ScoreInputs<'_>, number: u8) -> KpiScore {
    let rule = rule::by_number(number);
    if rule.decided_by == DecidedBy::Schools {
        let site_target = SiteTarget {
            number,
            title: rule.title,
            target: rule.target.to_owned(),
        };
        return site_target.score(inputs, |school| judge_school(school, inputs, number));
    }
    let schools = inputs.trust.schools.iter();
    let evidence: Vec<EvidenceScore> = schools
        .flat_map(|school| filed(school, number, inputs.last_day, |kind| rule.fits(kind)))
        .collect();
    let counts = evidence
        .iter()
        .filter(|filed| filed.state == EvidenceState::InForce);
    KpiScore {
        number,
        title: rule.title,
        decided_by: DecidedBy::Trust,
        verdict: verdict(&evidence, &lacks(&evidence, rule.needs)),
        why: Reason(clauses(&evidence, rule.needs, Naming::Schools)),
        target: rule.target.to_owned(),
        actual: (!evidence.is_empty())
            .then(|| format!("{} of {} filed in force", counts.count(), evidence.len())),
        evidence,
        schools: Vec::new(),
    }
}

fn judge_school(school: &Footprint, inputs: &ScoreInputs<'_>, number: u8) -> Judged {
    let rule = rule::by_number(number);
    let evidence = filed(school, number, inputs.last_day, |kind| rule.fits(kind));
    let verdict = verdict(&evidence, &lacks(&evidence, rule.needs));
    let clauses = clauses(&evidence, rule.needs, Naming::NoSchool);
    (verdict, Reason(clauses), evidence)
}

fn verdict(evidence: &[EvidenceScore], lacks: &[EvidenceKind]) -> TargetVerdict {
    let in_force = |filed: &EvidenceScore| filed.state == EvidenceState::InForce;
    match () {
        () if evidence.is_empty() => TargetVerdict::NotEvidenced,
        () if evidence.iter().any(in_force) && lacks.is_empty() => TargetVerdict::Met,
        () => TargetVerdict::NotMet,
    }
}

/// The required kinds for which nothing is in force.
fn lacks(evidence: &[EvidenceScore], needs: rule::Needs) -> Vec<EvidenceKind> {
    let in_force = |kind| {
        let mut all = evidence.iter();
        all.any(|filed| filed.kind == kind && filed.state == EvidenceState::InForce)
    };
    let needs = needs.iter().copied();
    needs.filter(|kind| !in_force(*kind)).collect()
}

/// Whether a reason says which school a piece of evidence is filed under.
#[derive(Clone, Copy, PartialEq)]
enum Naming {
    Schools,
    /// The reason is about one school.
    NoSchool,
}

fn clauses(evidence: &[EvidenceScore], needs: rule::Needs, naming: Naming) -> Vec<Clause> {
    if evidence.is_empty() {
        return vec![Clause::NothingFiled];
    }
    let (counts, not): (Vec<_>, Vec<_>) = evidence
        .iter()
        .partition(|filed| filed.state == EvidenceState::InForce);
    let mut clauses = vec![Clause::InForce {
        of: evidence.len(),
        count: counts.len(),
        titles: titles_once(&counts, naming),
        until: match counts.as_slice() {
            [only] => only.expires,
            _ => None,
        },
    }];
    if counts.len() > 1 {
        clauses.extend(first_to_expire(&counts, naming));
    }
    if !not.is_empty() {
        clauses.push(Clause::NotInForce(titles_once(&not, naming)));
    }
    if needs.len() > 1 {
        let lacks = lacks(evidence, needs).into_iter();
        clauses.extend(lacks.map(Clause::KindNotInForce));
    }
    clauses
}

fn first_to_expire(several: &[&EvidenceScore], naming: Naming) -> Option<Clause> {
    let ends = several.iter();
    let ends = ends.filter_map(|filed| Some((filed.expires?, &filed.title, *filed)));
    let (on, _, first) = ends.min_by_key(|(day, title, _)| (*day, *title))?;
    let title = titled(first, naming);
    Some(Clause::FirstToExpire { title, on })
}

fn titled(filed: &EvidenceScore, naming: Naming) -> Titled {
    let schools = match naming {
        Naming::Schools => vec![filed.school.clone()],
        Naming::NoSchool => Vec::new(),
    };
    Titled {
        schools,
        ..filed.titled()
    }
}

/// Each title with the same state once, with the names of its schools.
fn titles_once(filed: &[&EvidenceScore], naming: Naming) -> Vec<Titled> {
    let mut each: Vec<Titled> = Vec::new();
    for filed in filed {
        let next = titled(filed, naming);
        let same = |one: &&mut Titled| {
            (&one.title, one.state, one.expired) == (&next.title, next.state, next.expired)
        };
        match each.iter_mut().find(same) {
            Some(one) => one.schools.extend(next.schools),
            None => each.push(next),
        }
    }
    each
}

//! Targets of all sites: met only if every one meets it, not met if any does not, else not evidenced.

use super::reason::{Clause, Reason};
use super::{
    DecidedBy, Judged, KpiScore, SchoolScore, ScoreInputs, TargetVerdict, school_score, tally,
};
use crate::message::Footprint;

/// The requirement for every site.
pub(super) struct SiteTarget {
    pub number: u8,
    pub title: &'static str,
    pub target: String,
}

impl SiteTarget {
    /// Scores every site by `judge`. A school that has left the trust by the last passed day is no longer one of its sites, and
    /// the reason says so; a school that joins after that day is not one of them yet.
    pub(super) fn score(
        self,
        inputs: &ScoreInputs<'_>,
        judge: impl Fn(&Footprint) -> Judged,
    ) -> KpiScore {
        let begun = |school: &&&Footprint| school.member.from <= inputs.last_day;
        let all = inputs.trust.schools.iter().filter(begun);
        let (sites, left): (Vec<_>, Vec<_>) =
            all.partition(|school| school.member.to >= inputs.last_day);
        let score = |school: &&Footprint| school_score(school, judge(school));
        let schools: Vec<SchoolScore> = sites.into_iter().map(score).collect();
        let left = left.iter().map(|school| school.school.clone()).collect();
        let tally = tally(&schools);
        let verdict = match () {
            () if tally.not_met > 0 => TargetVerdict::NotMet,
            () if tally.met > 0 && tally.not_evidenced == 0 => TargetVerdict::Met,
            () => TargetVerdict::NotEvidenced,
        };
        KpiScore {
            number: self.number,
            title: self.title,
            decided_by: DecidedBy::Schools,
            verdict,
            why: Reason(clauses(&schools, left)),
            target: self.target,
            actual: Some(format!("{} of {} schools", tally.met, tally.all())),
            evidence: Vec::new(),
            schools,
        }
    }
}

fn clauses(schools: &[SchoolScore], left: Vec<String>) -> Vec<Clause> {
    let named = |verdict| -> Vec<String> {
        let of_it = schools.iter().filter(|school| school.verdict == verdict);
        of_it.map(|school| school.school.clone()).collect()
    };
    let sites = Clause::SitesMeet {
        met: tally(schools).met,
        of: schools.len(),
    };
    let others = [
        (
            Clause::SitesMiss as fn(_) -> _,
            named(TargetVerdict::NotMet),
        ),
        (
            Clause::SitesNotEvidenced,
            named(TargetVerdict::NotEvidenced),
        ),
        (Clause::SitesLeft, left),
    ];
    let others = others.into_iter().filter(|(_, names)| !names.is_empty());
    [sites]
        .into_iter()
        .chain(others.map(|(clause, names)| clause(names)))
        .collect()
}

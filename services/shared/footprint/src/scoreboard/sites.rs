//! Targets of all sites: met only if every one meets it, not met if any does not, else not evidenced.

use super::{Asked, DecidedBy, Judged, KpiScore, SchoolScore, TargetVerdict, school_score, tally};
use crate::message::Footprint;
use crate::scoreboard::wording;

/// The requirement for every site.
pub(super) struct OfSites {
    pub number: u8,
    pub title: &'static str,
    pub target: String,
}

impl OfSites {
    /// Scores every site by `judge`. A school that has left the trust by the last passed day is no longer one of its sites, and
    /// the reason says so; a school that joins after that day is not one of them yet.
    pub(super) fn score(self, asked: &Asked<'_>, judge: impl Fn(&Footprint) -> Judged) -> KpiScore {
        let begun = |school: &&&Footprint| school.member.from <= asked.last_day;
        let all = asked.trust.schools.iter().filter(begun);
        let (sites, left): (Vec<_>, Vec<_>) =
            all.partition(|school| school.member.to >= asked.last_day);
        let score = |school: &&Footprint| school_score(school, judge(school));
        let schools: Vec<SchoolScore> = sites.into_iter().map(score).collect();
        let left: Vec<&str> = left.iter().map(|school| school.school.as_str()).collect();
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
            why: why(&schools, &left),
            target: self.target,
            actual: Some(format!("{} of {} schools", tally.met, tally.all())),
            evidence: Vec::new(),
            schools,
        }
    }
}

fn why(schools: &[SchoolScore], left: &[&str]) -> String {
    let tally = tally(schools);
    let named = |verdict| {
        let of_it = schools.iter().filter(|school| school.verdict == verdict);
        let names: Vec<&str> = of_it.map(|school| school.school.as_str()).collect();
        wording::some_of(&names)
    };
    let meet = if tally.met == 1 { "meets" } else { "meet" };
    let mut clauses = vec![format!(
        "{} of {} schools {meet} it",
        tally.met,
        tally.all()
    )];
    let mut add = |count: usize, one: &str, several: &str, names: String| {
        if count > 0 {
            let said = if count == 1 { one } else { several };
            clauses.push(format!("{count} {said} ({names})"));
        }
    };
    add(
        tally.not_met,
        "does not",
        "do not",
        named(TargetVerdict::NotMet),
    );
    let open = named(TargetVerdict::NotEvidenced);
    add(
        tally.not_evidenced,
        "is not evidenced",
        "are not evidenced",
        open,
    );
    let gone = (
        "has left the trust and is not asked",
        "have left the trust and are not asked",
    );
    add(left.len(), gone.0, gone.1, wording::some_of(left));
    wording::sentence(&clauses)
}

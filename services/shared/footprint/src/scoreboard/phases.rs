//! Target 5: the number of schools of each phase in the trust, by the register.

use events::Phase;

use super::filed::filed;
use super::reason::{Clause, Reason};
use super::{DecidedBy, KpiScore, ScoreInputs, TargetVerdict, wording};

const NUMBER: u8 = 5;
const SECONDARIES: usize = 3;
const PRIMARIES: usize = 12;

/// Met if the trust has enough of both on the last passed day, else not met. The register alone decides; evidence filed for the
/// target is only shown beside it. A school of another phase counts as neither; the reason says so for all-through schools.
pub(super) fn score(inputs: &ScoreInputs<'_>) -> KpiScore {
    let day = inputs.last_day;
    let schools = inputs.trust.schools.iter();
    let members = schools.filter(|school| (school.member.from..=school.member.to).contains(&day));
    let phases: Vec<Phase> = members.map(|school| school.phase).collect();
    let count = |of: Phase| phases.iter().filter(|phase| **phase == of).count();
    let (secondaries, primaries) = (count(Phase::Secondary), count(Phase::Primary));
    let is_met = secondaries >= SECONDARIES && primaries >= PRIMARIES;
    let mut clauses = vec![Clause::Registered {
        secondaries,
        primaries,
        on: day,
    }];
    let through = count(Phase::AllThrough);
    if through > 0 {
        clauses.push(Clause::AllThrough(through));
    }
    let evidence = inputs.trust.schools.iter();
    let evidence = evidence.flat_map(|school| filed(school, NUMBER, day, |_| true));
    KpiScore {
        number: NUMBER,
        title: "At least 3 secondaries and 12 primaries",
        decided_by: DecidedBy::Trust,
        verdict: if is_met {
            TargetVerdict::Met
        } else {
            TargetVerdict::NotMet
        },
        why: Reason(clauses),
        target: format!(
            "at least {SECONDARIES} secondaries and {PRIMARIES} primaries in the register"
        ),
        actual: Some(wording::phases(secondaries, primaries)),
        evidence: evidence.collect(),
        schools: Vec::new(),
    }
}

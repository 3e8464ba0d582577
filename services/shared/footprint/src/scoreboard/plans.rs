//! Target 10: every school has an Environmental Sustainability Plan with curriculum content.

use events::EvidenceKind;

use super::filed::{EvidenceScore, EvidenceState, filed};
use super::reason::{Clause, Reason};
use super::sites::SiteTarget;
use super::{Judged, KpiScore, ScoreInputs, TargetVerdict};
use crate::message::Footprint;

const NUMBER: u8 = 10;

/// The requirements for a school.
const REQUIRED: [EvidenceKind; 2] = [EvidenceKind::SustainabilityPlan, EvidenceKind::Curriculum];

/// A school meets the target when both a plan and curriculum content are filed for target 10 and in force. It misses it when at
/// least one is filed but they are not both in force: the draft, withdrawn or expired one is named. If neither is filed, the
/// target is not evidenced. The trust meets it when every school does.
pub(super) fn score(inputs: &ScoreInputs<'_>) -> KpiScore {
    let site_target = SiteTarget {
        number: NUMBER,
        title: "Every school has an Environmental Sustainability Plan with curriculum content",
        target: "a plan and curriculum content in force at every school".to_owned(),
    };
    site_target.score(inputs, |school| judge_school(school, inputs))
}

fn judge_school(school: &Footprint, inputs: &ScoreInputs<'_>) -> Judged {
    let evidence = filed(school, NUMBER, inputs.last_day, |kind| {
        REQUIRED.contains(&kind)
    });
    let clauses = REQUIRED.map(|kind| clause(&evidence, kind));
    let in_force = |clause: &Clause| matches!(clause, Clause::KindInForce { .. });
    let verdict = match () {
        () if clauses.iter().all(in_force) => TargetVerdict::Met,
        () if evidence.iter().any(|filed| REQUIRED.contains(&filed.kind)) => TargetVerdict::NotMet,
        () => TargetVerdict::NotEvidenced,
    };
    (verdict, Reason(clauses.into()), evidence)
}

fn clause(evidence: &[EvidenceScore], kind: EvidenceKind) -> Clause {
    let of_kind = || evidence.iter().filter(|filed| filed.kind == kind);
    let mut in_force = of_kind().filter(|filed| filed.state == EvidenceState::InForce);
    match (in_force.next(), of_kind().next()) {
        (Some(filed), _) => Clause::KindInForce {
            title: filed.title.clone(),
            until: filed.expires,
        },
        (None, Some(_)) => Clause::NotInForce(of_kind().map(EvidenceScore::titled).collect()),
        (None, None) => Clause::KindNotFiled(kind),
    }
}

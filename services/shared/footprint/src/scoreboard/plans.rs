//! Target 10: every school has an Environmental Sustainability Plan with curriculum content.

use events::EvidenceKind;

use super::evidence::{EvidenceScore, EvidenceState, filed};
use super::sites::OfSites;
use super::{Asked, Judged, KpiScore, TargetVerdict};
use crate::message::Footprint;
use crate::scoreboard::wording;

const NUMBER: u8 = 10;

/// The requirements for a school: the kind of evidence, and its name in a sentence when it is missing.
const ASKED: [(EvidenceKind, &str); 2] = [
    (
        EvidenceKind::SustainabilityPlan,
        "Environmental Sustainability Plan",
    ),
    (EvidenceKind::Curriculum, "curriculum content"),
];

/// A school meets the target when both a plan and curriculum content are filed for target 10 and in force. It misses it when at
/// least one is filed but they are not both in force: the draft, withdrawn or expired one is named. If neither is filed, the
/// target is not evidenced. The trust meets it when every school does.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let asks = OfSites {
        number: NUMBER,
        title: "Every school has an Environmental Sustainability Plan with curriculum content",
        target: "a plan and curriculum content in force at every school".to_owned(),
    };
    asks.score(asked, |school| of_school(school, asked))
}

fn of_school(school: &Footprint, asked: &Asked<'_>) -> Judged {
    let fits = |kind| ASKED.iter().any(|(asked, _)| *asked == kind);
    let evidence = filed(school, NUMBER, asked.last_day, fits);
    let parts = ASKED.map(|(kind, name)| part(&evidence, kind, name));
    let verdict = match () {
        () if parts.iter().all(|part| part.in_force) => TargetVerdict::Met,
        () if parts.iter().any(|part| part.filed) => TargetVerdict::NotMet,
        () => TargetVerdict::NotEvidenced,
    };
    let clauses = parts.map(|part| part.said);
    (verdict, wording::sentence(&clauses), evidence)
}

struct Part {
    filed: bool,
    in_force: bool,
    said: String,
}

fn part(evidence: &[EvidenceScore], kind: EvidenceKind, name: &str) -> Part {
    let of_kind = || evidence.iter().filter(|filed| filed.kind == kind);
    let in_force = of_kind().find(|filed| filed.state == EvidenceState::InForce);
    let said = match (in_force, of_kind().next()) {
        (Some(filed), _) => {
            let until = filed.expires.map_or(String::new(), |last| {
                format!(" until {}", wording::day(last))
            });
            format!("{} is in force{until}", filed.title)
        }
        (None, Some(_)) => {
            let lacks: Vec<String> = of_kind().map(EvidenceScore::why_not).collect();
            let lacks: Vec<&str> = lacks.iter().map(String::as_str).collect();
            wording::some_of(&lacks)
        }
        (None, None) => format!("no {name} is filed"),
    };
    Part {
        filed: of_kind().next().is_some(),
        in_force: in_force.is_some(),
        said,
    }
}

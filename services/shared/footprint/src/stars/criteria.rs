//! The requirements of each level.

use events::{Audience, InitiativeKind, Phase, StarsLevel};

/// The relative rise, in percent, that Outstanding requires of the share that walks, scoots and cycles.
pub const GREEN_RISE_PERCENT: u32 = 5;

/// The number of initiatives of each kind that a level requires; none if it requires no new ones. Approved counts planned
/// initiatives, the other levels delivered ones.
pub fn initiatives_required(level: StarsLevel) -> Option<[(InitiativeKind, u32); 3]> {
    let (travel, supporting, consultations) = match level {
        StarsLevel::Approved | StarsLevel::Good => (10, 5, 2),
        StarsLevel::VeryGood => (20, 10, 7),
        StarsLevel::Excellent => (25, 15, 10),
        StarsLevel::Outstanding => return None,
    };
    Some([
        (InitiativeKind::Travel, travel),
        (InitiativeKind::Supporting, supporting),
        (InitiativeKind::Consultation, consultations),
    ])
}

/// Whether a level requires the yearly survey of pupils and staff. Approved is based on plans alone, and Outstanding on
/// Excellent, which required it.
pub(super) fn requires_survey(level: StarsLevel) -> bool {
    matches!(
        level,
        StarsLevel::Good | StarsLevel::VeryGood | StarsLevel::Excellent
    )
}

/// Whether a level requires that fewer come by car than at an earlier survey. The required difference is not published.
pub(super) fn requires_less_car_use(level: StarsLevel) -> bool {
    matches!(level, StarsLevel::VeryGood | StarsLevel::Excellent)
}

/// How many of a hundred have to state both how they come and how they would prefer to. Published are 80 for pupils in primary
/// schools, 70 in secondary schools and 50 for staff. Nothing is published for other phases: nurseries are taken as primary and
/// 16 plus as secondary; all-through and special schools have to reach the higher of the two, because they teach primary pupils
/// too.
pub fn required_response_percent(audience: Audience, phase: Phase) -> u32 {
    match (audience, phase) {
        (Audience::Staff, _) => 50,
        (Audience::Pupil, Phase::Secondary | Phase::SixteenPlus) => 70,
        (
            Audience::Pupil,
            Phase::Nursery | Phase::Primary | Phase::AllThrough | Phase::NotApplicable,
        ) => 80,
    }
}

/// The requirements of a level beyond counts and surveys, which only STARS itself can check.
pub fn to_show(level: StarsLevel) -> &'static [&'static str] {
    match level {
        StarsLevel::Approved => &[
            "an introduction to the school",
            "aims and objectives",
            "a site audit",
            "the issues with travel to the school",
            "two targets",
        ],
        StarsLevel::Good => &[
            "targets that are current",
            "issues reviewed within the last twelve months",
            "a report of every initiative, with its participants",
        ],
        StarsLevel::VeryGood => &[
            "targets that are current",
            "issues reviewed within the last twelve months",
            "a report of every initiative, with its participants",
            "a whole-school approach",
        ],
        StarsLevel::Excellent => &[
            "targets that are current",
            "issues reviewed within the last twelve months",
            "a report of every initiative, with its participants",
            "that the whole community takes part",
            "that the fall in car use is noticeable, for which no percentage is published",
        ],
        StarsLevel::Outstanding => &["that those counted walk, scoot or cycle the entire journey"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_requires_the_published_counts() {
        let counts =
            |level| initiatives_required(level).map(|required| required.map(|(_, count)| count));
        assert_eq!(counts(StarsLevel::Approved), Some([10, 5, 2]));
        assert_eq!(counts(StarsLevel::Good), Some([10, 5, 2]));
        assert_eq!(counts(StarsLevel::VeryGood), Some([20, 10, 7]));
        assert_eq!(counts(StarsLevel::Excellent), Some([25, 15, 10]));
        assert_eq!(counts(StarsLevel::Outstanding), None);
    }

    #[test]
    fn thresholds_go_by_phase_for_pupils_and_not_for_staff() {
        let pupils = |phase| required_response_percent(Audience::Pupil, phase);
        assert_eq!((pupils(Phase::Primary), pupils(Phase::Secondary)), (80, 70));
        assert_eq!(
            (pupils(Phase::AllThrough), pupils(Phase::SixteenPlus)),
            (80, 70)
        );
        assert_eq!(
            required_response_percent(Audience::Staff, Phase::Secondary),
            50
        );
    }
}

//! Target 9: all sites engage with Modeshift STARS.

use events::{Audience, InitiativeKind};

use super::evidence::{EvidenceScore, filed};
use super::{Asked, KpiScore, of_all_schools, said};
use crate::message::{Footprint, TravelFigures, Verdict};
use crate::stars;

const NUMBER: u8 = 9;

/// A school engages when it holds a level on the last passed day: a level is what the scheme itself says of a school, and
/// even the first asks for a travel plan kept with the scheme. Initiatives or surveys of the period without a level show
/// work on travel, but not that the scheme knows of it, so they are not enough and are named; where there are none
/// either, it is not evidenced. The trust meets it when every school does.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let schools = asked.each_school(|school| {
        let (verdict, clauses) = of_school(&school.travel);
        let filed = evidence(school, asked);
        (verdict, said::sentence(&[clauses]), filed)
    });
    of_all_schools(
        NUMBER,
        "All sites engage with Modeshift STARS",
        "a STARS level in force at every school".to_owned(),
        schools,
    )
}

/// What was filed for the target beside the level: shown, and never a level.
fn evidence(school: &Footprint, asked: &Asked<'_>) -> Vec<EvidenceScore> {
    filed(school, NUMBER, asked.last_day, |_| true)
}

fn of_school(travel: &TravelFigures) -> (Verdict, String) {
    if let Some(held) = &travel.stars {
        let until = said::day(held.valid_until);
        let said = format!("the level {} holds until {until}", stars::name(held.level));
        return (Verdict::Met, said);
    }
    let done = done(travel);
    let done: Vec<&str> = done.iter().map(String::as_str).collect();
    match done.as_slice() {
        [] => (
            Verdict::NotEvidenced,
            "no level, initiative or survey is known".to_owned(),
        ),
        done => (
            Verdict::NotMet,
            format!(
                "no level is held; known of this period: {}",
                done.join(", ")
            ),
        ),
    }
}

/// What a school without a level has done about travel in the period.
fn done(travel: &TravelFigures) -> Vec<String> {
    let kinds = [
        (InitiativeKind::Travel, "travel"),
        (InitiativeKind::Supporting, "supporting"),
        (InitiativeKind::Consultation, "consultation"),
    ];
    let mut done = Vec::new();
    for (counts, how_far) in [
        (&travel.delivered, "delivered"),
        (&travel.planned, "planned"),
    ] {
        for (kind, name) in kinds {
            let count = counts.get(&kind).copied().unwrap_or(0);
            let initiatives = match (kind, count) {
                (_, 0) => continue,
                (InitiativeKind::Consultation, 1) => "consultation".to_owned(),
                (InitiativeKind::Consultation, _) => "consultations".to_owned(),
                (_, 1) => format!("{name} initiative"),
                (_, _) => format!("{name} initiatives"),
            };
            done.push(format!("{count} {initiatives} {how_far}"));
        }
    }
    for (audience, name) in [(Audience::Pupil, "pupils"), (Audience::Staff, "staff")] {
        let asked = travel.surveys.get(&audience);
        if asked.is_some_and(|survey| survey.responses > 0) {
            done.push(format!("surveys of {name}"));
        }
    }
    done
}

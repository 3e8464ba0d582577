//! Target 9: all sites engage with Modeshift STARS.

use events::{Audience, InitiativeKind};

use super::evidence::filed;
use super::sites::OfSites;
use super::{Asked, KpiScore, TargetVerdict};
use crate::message::TravelFigures;
use crate::scoreboard::wording;
use crate::stars;

const NUMBER: u8 = 9;

/// A school engages when it holds a level on the last passed day: a level is awarded by the scheme itself, and even the first
/// level requires a travel plan filed with the scheme. Initiatives or surveys without a level show work on travel, but not that
/// the scheme knows of it; they are not enough, and the reason names them. If there are none either, the target is not
/// evidenced. The trust meets it when every school does.
pub(super) fn score(asked: &Asked<'_>) -> KpiScore {
    let asks = OfSites {
        number: NUMBER,
        title: "All sites engage with Modeshift STARS",
        target: "a STARS level in force at every school".to_owned(),
    };
    asks.score(asked, |school| {
        let (verdict, why) = of_school(&school.travel);
        // Other evidence filed for the target is shown beside the level, but never counts as a level.
        let filed = filed(school, NUMBER, asked.last_day, |_| true);
        (verdict, wording::sentence(&[why]), filed)
    })
}

fn of_school(travel: &TravelFigures) -> (TargetVerdict, String) {
    if let Some(held) = &travel.stars {
        let until = wording::day(held.valid_until);
        let said = format!("the level {} holds until {until}", stars::name(held.level));
        return (TargetVerdict::Met, said);
    }
    let done = done(travel);
    let done: Vec<&str> = done.iter().map(String::as_str).collect();
    match done.as_slice() {
        [] => (
            TargetVerdict::NotEvidenced,
            "no level, initiative or survey is known".to_owned(),
        ),
        done => (
            TargetVerdict::NotMet,
            format!(
                "no level is held; known of this period: {}",
                done.join(", ")
            ),
        ),
    }
}

/// The travel work in the period of a school without a level.
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

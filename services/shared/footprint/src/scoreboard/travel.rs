//! Target 9: all sites engage with Modeshift STARS.

use events::{Audience, InitiativeKind};

use super::filed::filed;
use super::reason::{Clause, Reason, TravelWork};
use super::sites::SiteTarget;
use super::{KpiScore, ScoreInputs, TargetVerdict};
use crate::message::TravelFigures;

const NUMBER: u8 = 9;

/// A school engages when it holds a level on the last passed day: a level is awarded by the scheme itself, and even the first
/// level requires a travel plan filed with the scheme. Initiatives or surveys without a level show work on travel, but not that
/// the scheme knows of it; they are not enough, and the reason names them. If there are none either, the target is not
/// evidenced. The trust meets it when every school does.
pub(super) fn score(inputs: &ScoreInputs<'_>) -> KpiScore {
    let site_target = SiteTarget {
        number: NUMBER,
        title: "All sites engage with Modeshift STARS",
        target: "a STARS level in force at every school".to_owned(),
    };
    site_target.score(inputs, |school| {
        let (verdict, clause) = judge_school(&school.travel);
        // Other evidence filed for the target is shown beside the level, but never counts as a level.
        let filed = filed(school, NUMBER, inputs.last_day, |_| true);
        (verdict, Reason(vec![clause]), filed)
    })
}

fn judge_school(travel: &TravelFigures) -> (TargetVerdict, Clause) {
    if let Some(stars) = &travel.stars {
        let level = Clause::Level {
            level: stars.level,
            until: stars.valid_until,
        };
        return (TargetVerdict::Met, level);
    }
    let work = work(travel);
    let verdict = match work.is_empty() {
        true => TargetVerdict::NotEvidenced,
        false => TargetVerdict::NotMet,
    };
    (verdict, Clause::NoLevel(work))
}

/// The work on travel in the period of a school without a level.
fn work(travel: &TravelFigures) -> Vec<TravelWork> {
    let kinds = [
        InitiativeKind::Travel,
        InitiativeKind::Supporting,
        InitiativeKind::Consultation,
    ];
    let mut work = Vec::new();
    for (counts, delivered) in [(&travel.delivered, true), (&travel.planned, false)] {
        let counts = kinds.map(|kind| (kind, counts.get(&kind).copied().unwrap_or(0)));
        let known = counts.into_iter().filter(|(_, count)| *count > 0);
        work.extend(known.map(|(kind, count)| TravelWork::Initiatives {
            kind,
            count,
            delivered,
        }));
    }
    let is_surveyed = |audience: &Audience| {
        let survey = travel.surveys.get(audience);
        survey.is_some_and(|survey| survey.responses > 0)
    };
    let audiences = [Audience::Pupil, Audience::Staff];
    work.extend(
        audiences
            .into_iter()
            .filter(is_surveyed)
            .map(TravelWork::Survey),
    );
    work
}

//! Modeshift STARS: the levels, and what the next one asks.
//! Source: criteria as published by Surrey, Hampshire and Hughenden (see the project's notes on travel).

use events::{Audience, InitiativeKind, Phase, StarsLevel};
use footprint::{Footprint, TravelFigures};
use maud::{Markup, html};

use crate::suppress;
use crate::words;

pub(super) const LEVELS: [StarsLevel; 5] = [
    StarsLevel::Approved,
    StarsLevel::Good,
    StarsLevel::VeryGood,
    StarsLevel::Excellent,
    StarsLevel::Outstanding,
];

pub(super) fn name(level: Option<StarsLevel>) -> &'static str {
    match level {
        None => "No level",
        Some(StarsLevel::Approved) => "Approved",
        Some(StarsLevel::Good) => "Good",
        Some(StarsLevel::VeryGood) => "Very Good",
        Some(StarsLevel::Excellent) => "Excellent",
        Some(StarsLevel::Outstanding) => "Outstanding",
    }
}

pub(super) fn tag(level: Option<StarsLevel>) -> Markup {
    html! { span .tag .on[level.is_some()] { (name(level)) } }
}

/// Something the next level asks: what, how much there is, how much there must be.
struct Asked {
    what: &'static str,
    have: String,
    need: String,
    met: bool,
}

/// What the next level asks and how far the school is.
pub(super) fn next_level(school: &Footprint) -> Markup {
    let level = school.travel.stars.as_ref().map(|stars| stars.level);
    let next = LEVELS.into_iter().find(|next| Some(*next) > level);
    let Some(next) = next else {
        return html! { p { "The highest level is held." } };
    };
    let asked = asked(school, next);
    html! {
        h3 { "Towards " (name(Some(next))) }
        @if asked.is_empty() {
            p { "Asks that walking, scooting and cycling for the whole journey rise by at least 5% within four years." }
        } @else {
            table {
                thead { tr { th scope="col" { "Asked" } th .n scope="col" { "So far" } th .n scope="col" { "Needed" } } }
                tbody {
                    @for asked in &asked {
                        tr {
                            th scope="row" { (asked.what) @if asked.met { small .soft { "met" } } }
                            td .n { (asked.have) }
                            td .n { (asked.need) }
                        }
                    }
                }
            }
        }
    }
}

fn asked(school: &Footprint, next: StarsLevel) -> Vec<Asked> {
    let travel = &school.travel;
    let (travel_count, supporting, consultations) = match next {
        StarsLevel::Approved | StarsLevel::Good => (10, 5, 2),
        StarsLevel::VeryGood => (20, 10, 7),
        StarsLevel::Excellent => (25, 15, 10),
        StarsLevel::Outstanding => return Vec::new(),
    };
    // The first level asks only for plans; what is done was planned.
    let planned_counts = next == StarsLevel::Approved;
    let initiatives = |what, kind, need: u32| {
        let have = count(travel, kind, planned_counts);
        Asked {
            what,
            have: have.to_string(),
            need: need.to_string(),
            met: have >= need,
        }
    };
    let mut asked = vec![
        initiatives("Travel initiatives", InitiativeKind::Travel, travel_count),
        initiatives(
            "Supporting initiatives",
            InitiativeKind::Supporting,
            supporting,
        ),
        initiatives("Consultations", InitiativeKind::Consultation, consultations),
    ];
    if !planned_counts {
        let pupils = if school.phase == Phase::Secondary {
            0.7
        } else {
            0.8
        };
        asked.push(response(travel, "Pupils surveyed", Audience::Pupil, pupils));
        asked.push(response(travel, "Staff surveyed", Audience::Staff, 0.5));
    }
    asked
}

fn count(travel: &TravelFigures, kind: InitiativeKind, planned_counts: bool) -> u32 {
    let delivered = travel.delivered.get(&kind).copied().unwrap_or(0);
    let planned = travel
        .planned
        .get(&kind)
        .copied()
        .filter(|_| planned_counts)
        .unwrap_or(0);
    delivered + planned
}

fn response(travel: &TravelFigures, what: &'static str, audience: Audience, need: f64) -> Asked {
    let survey = travel.surveys.get(&audience);
    let told = survey.filter(|survey| suppress::shown(survey.responses).count().is_some());
    let ratio = told.and_then(|survey| survey.response_ratio());
    Asked {
        what,
        have: ratio.map_or("no data".to_owned(), |ratio| words::percent(ratio, 0)),
        need: words::percent(need, 0),
        met: ratio.is_some_and(|ratio| ratio >= need),
    }
}

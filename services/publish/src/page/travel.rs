//! Travel: the STARS level and the requirements of the next one, how people travel and would like to, and what has changed.

mod survey;
mod trust;

use std::collections::BTreeMap;

use events::InitiativeKind;
use footprint::Footprint;
use maud::{Markup, html};

use super::{parts, stars};
use crate::format;
use crate::page::explain;
use crate::travel::Travel;
use footprint::disclosure::Group;

pub(super) use trust::of_trust;

/// A school's travel.
pub(super) fn of_school(school: &Footprint) -> Markup {
    let travel = Travel::of(school);
    html! {
        section aria-labelledby="travel" {
            h2 #travel { "Travel: Modeshift STARS" (explain::link(school, "stars")) }
            (stars::ladder(school, &travel))
            (stars::outlook(&travel, school.period))
            p .soft { (initiatives(school)) (explain::link(school, "initiatives")) }
            p { a href=(format!("/schools/{}/tally", school.urn)) { "Tally sheets for a hands-up survey" } ", to print" }
            @for doubt in &school.travel.roll_doubts {
                p .warn { (format::capital(&doubt.to_string())) ". The surveys count as they are." }
            }
            div .two {
                div { (stars::next_level(&travel)) }
                (survey::shifts(&travel))
            }
            div .two .modes {
                @for (audience, survey) in &travel.surveys {
                    div {
                        (survey::table(*audience, survey, travel.response(*audience)))
                        (explain::link(school, &format!("survey_{}", format::snake(audience))))
                    }
                }
                @if travel.surveys.is_empty() {
                    div { h3 { "How people come" } p { (parts::no_data()) } }
                }
            }
        }
    }
}

fn initiatives(school: &Footprint) -> String {
    let travel = &school.travel;
    let kinds = [
        (InitiativeKind::Travel, "travel"),
        (InitiativeKind::Supporting, "supporting"),
        (InitiativeKind::Consultation, "consultation"),
    ];
    let listed = |counts: &BTreeMap<InitiativeKind, u32>, with_noughts: bool| {
        let counts = kinds.map(|(kind, name)| (counts.get(&kind).copied().unwrap_or(0), name));
        let listed = counts
            .into_iter()
            .filter(|(count, _)| with_noughts || *count > 0);
        let listed: Vec<String> = listed
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        listed.join(", ")
    };
    let mut text = format!(
        "Initiatives delivered: {}.",
        listed(&travel.delivered, true)
    );
    if !travel.planned.is_empty() {
        let planned = listed(&travel.planned, false);
        text.push_str(&format!(" Planned besides: {planned}."));
    }
    let took_part: u64 = travel.participants.values().sum();
    if took_part > 0 {
        let people = format::grouped(i64::try_from(took_part).unwrap_or(i64::MAX));
        text.push_str(&format!(
            " {people} took part, each counted at each initiative of five or more."
        ));
    }
    text
}

/// The label of a group of modes.
fn group_name(group: Group) -> &'static str {
    match group {
        Group::Active => "Active modes",
        Group::Sustainable => "Sustainable modes",
        Group::Car => "Car or motorcycle",
    }
}

/// A share; `withheld` if there are answers but the share must not be published.
fn share(share: Option<f64>, withheld: bool) -> Markup {
    match share {
        None if withheld => html! { "withheld" },
        share => parts::or_no_data(share.map(|share| format::percent(share, 0))),
    }
}

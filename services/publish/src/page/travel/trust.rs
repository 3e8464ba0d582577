//! Travel of a trust.

use events::{Audience, StarsLevel};
use footprint::{Footprint, stars as scheme};
use maud::{Markup, html};

use super::{group_name, share};
use crate::format;
use crate::page::{listing, parts, stars};
use crate::rollup::TrustView;
use crate::travel::TrustTravel;
use footprint::disclosure::GROUPS;

/// The number of schools at each level, the schools that could rise, and how pupils and staff travel.
pub(in crate::page) fn of_trust(view: &TrustView) -> Markup {
    let travel = TrustTravel::of(view);
    let schools = view.totals.members;
    html! {
        section aria-labelledby="travel" {
            h2 #travel { "Travel: Modeshift STARS" }
            p { (view.totals.stars_engaged) " of " (schools) " schools hold a level." }
            ol .ladder {
                @for level in [None].into_iter().chain(scheme::LEVELS.map(Some)) {
                    @let count = travel.held.get(&level).copied().unwrap_or(0);
                    li .on[count > 0 && level.is_some()] {
                        b { (stars::name(level)) }
                        (count) @if count == 1 { " school" } @else { " schools" }
                    }
                }
            }
            (list("Counts and surveys support a higher level at ", &travel.ready, view))
            (list("On current evidence would lose its level: ", &travel.lapsing, view))
            @if travel.compared > 0 {
                p {
                    "Fewer pupils come by car than at an earlier survey at " (travel.fewer_cars) " of the " (travel.compared)
                    " schools with one."
                }
            }
            @if travel.shares.is_empty() { p { (parts::no_data()) } } @else { (modes(&travel, schools)) }
        }
    }
}

fn list(introduction: &str, schools: &[(&Footprint, StarsLevel)], view: &TrustView) -> Markup {
    let (shown, more) = listing::first(schools);
    html! {
        @if !schools.is_empty() {
            p {
                (introduction)
                @for (nth, (school, level)) in shown.iter().enumerate() {
                    @if nth > 0 { ", " }
                    a href=(format!("/schools/{}?period={}", school.urn, view.period.key())) { (school.school) }
                    " (" (scheme::name(*level)) ")"
                }
                "."
            }
            (more)
        }
    }
}

fn modes(travel: &TrustTravel<'_>, schools: usize) -> Markup {
    html! {
        div .scroll.short role="region" aria-label="How people travel" tabindex="0" {
            table {
                caption {
                    "How people travel, and would prefer to, at the schools whose answers can be published. Active: walk, scoot, cycle. "
                    "Sustainable: these, shared cars, park and stride, buses and trains."
                }
                thead {
                    tr {
                        th scope="col" { "Who, and how" }
                        th .n scope="col" { "Travel" }
                        td {}
                        th .n scope="col" { "Would prefer" }
                        th .n scope="col" { "Schools" }
                    }
                }
                tbody {
                    @for audience in [Audience::Pupil, Audience::Staff] {
                        @for group in GROUPS {
                            @if let Some([current, preferred]) = travel.shares.get(&(audience, group)) {
                                tr {
                                    th scope="row" {
                                        (format::label(&format::snake(audience))) ": " (group_name(group).to_lowercase())
                                    }
                                    td .n { (share(current.share(), current.surveyed > 0)) }
                                    td {
                                        @if let Some(share) = current.share() {
                                            (parts::bar(share, "leaf", &format::percent(share, 0)))
                                        }
                                    }
                                    td .n { (share(preferred.share(), preferred.surveyed > 0)) }
                                    td .n {
                                        (current.schools) " of " (schools)
                                        @if preferred.schools != current.schools {
                                            small .soft { "would prefer: " (preferred.schools) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

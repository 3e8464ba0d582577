//! Waste: its treatment, how well it is separated, and the verdict under Simpler Recycling.

mod school;
mod trust;

use footprint::waste::Route;
use footprint::{SimplerRecycling, Verdict, WasteFigures};
use maud::{Markup, html};

use super::parts;
use super::scoreboard::state;
use crate::format;

pub(super) use school::section as of_school;
pub(super) use trust::section as of_trust;

/// The verdicts, in the order in which they need attention.
const VERDICTS: [Verdict; 3] = [Verdict::NotMet, Verdict::NotEvidenced, Verdict::Met];

fn name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "Met",
        Verdict::NotMet => "Not met",
        Verdict::NotEvidenced => "Not evidenced",
    }
}

/// The verdict as a word, and what is missing.
fn verdict(simpler: &SimplerRecycling) -> Markup {
    html! {
        @match simpler.verdict {
            Some(verdict) => (state(verdict.into())),
            None => span .soft { "not asked yet" },
        }
        @for missing in &simpler.missing { small .soft { (missing) } }
    }
}

fn percent(ratio: Option<f64>) -> Markup {
    parts::or_no_data(ratio.map(|ratio| format::percent(ratio, 0)))
}

/// A share in figures and as a bar; a row of a table.
fn share_row(what: &str, ratio: Option<f64>, class: &str, beside: Markup) -> Markup {
    html! {
        tr {
            th scope="row" { (what) (beside) }
            td .n { (percent(ratio)) }
            td {
                @if let Some(ratio) = ratio { (parts::bar(ratio, class, &format::percent(ratio, 0))) }
            }
        }
    }
}

/// The label of a route.
fn route_name(route: Route) -> String {
    match route {
        Route::Unknown => "Route unknown".to_owned(),
        route => format::label(route.as_str()),
    }
}

/// The colour of a route: landfill is to be avoided, an unknown route is neither good nor bad.
fn route_class(route: Route) -> &'static str {
    match route {
        Route::Landfill => "over",
        Route::Unknown => "other",
        _ => "leaf",
    }
}

/// The remark beside a share that leaves out waste of an unknown route.
pub(super) fn unknown_share(waste: &WasteFigures) -> Markup {
    let unknown = waste.unknown_route_ratio().filter(|share| *share > 0.0);
    html! {
        @if let Some(share) = unknown {
            small .soft { "at least: the route of " (format::percent(share, 0)) " is unknown" }
        }
    }
}

/// The shares that schools and trusts both have.
fn shares(waste: &WasteFigures) -> Markup {
    let unknown = waste.unknown_route_ratio().filter(|share| *share > 0.0);
    let known_of_less = waste.inspected_ratio().filter(|share| *share < 1.0);
    let inspected_note = html! {
        @if let (Some(_), Some(share)) = (waste.contamination_ratio(), known_of_less) {
            small .soft { "at least: only " (format::percent(share, 0)) " of it was inspected" }
        }
    };
    html! {
        (share_row("Recycled", waste.recycling_ratio(), "leaf", unknown_share(waste)))
        (share_row("Kept out of landfill", waste.diversion_ratio(), "leaf", unknown_share(waste)))
        @if unknown.is_some() { (share_row("Route unknown", unknown, "other", html! {})) }
        (share_row("Contamination of dry recycling", waste.contamination_ratio(), "over", inspected_note))
        (share_row("Weight estimated, not weighed", waste.estimated_ratio(), "other", html! {}))
    }
}

/// The values that are counts and not shares.
fn counts(waste: &WasteFigures) -> Markup {
    let lifts = waste
        .known_missed_lifts()
        .map(|lifts| format::grouped(lifts.into()));
    let loads = waste
        .is_known()
        .then(|| format::grouped(waste.rejected_loads.into()));
    html! {
        tr {
            th scope="row" { "Bins due and not emptied" }
            td .n { (parts::or_no_data(lifts)) }
            td {}
        }
        tr {
            th scope="row" { "Loads refused as recycling" }
            td .n { (parts::or_no_data(loads)) }
            td {}
        }
        @if waste.heavy_loads > 0 {
            tr {
                th scope="row" {
                    "Loads too heavy for their bins"
                    small .soft { "more than such bins weigh when they are full; counted as they are: check weight, size and lifts" }
                }
                td .n { (format::grouped(waste.heavy_loads.into())) }
                td {}
            }
        }
        @if waste.hazardous.0 > 0 {
            tr {
                th scope="row" { "Hazardous waste" }
                td .n { (parts::weight(waste.hazardous.0)) }
                td {}
            }
        }
    }
}

/// Kilograms as fine as they are worth reading.
fn kilograms(kg: f64) -> String {
    format!("{} kg", format::decimal(kg, usize::from(kg < 100.0)))
}

#[cfg(test)]
mod tests;

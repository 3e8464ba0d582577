//! A trust's waste, and each school's.

use std::sync::Arc;

use events::Grams;
use footprint::Footprint;
use footprint::waste::Route;
use maud::{Markup, html};

use super::{
    VERDICTS, counts, kilograms, name, percent, route_class, route_name, shares, unknown_share,
    verdict,
};
use crate::format;
use crate::page::{charts, listing, parts};
use crate::rollup::TrustView;

/// Routes and shares of all waste, and a row per school.
pub(in crate::page) fn section(view: &TrustView) -> Markup {
    let totals = &view.totals;
    let silent = totals.schools - totals.waste_sites.schools;
    html! {
        section aria-labelledby="waste" {
            h2 #waste { "Waste" }
            @if totals.waste.known_missed_lifts().is_none() { p { (parts::no_data()) } }
            @else {
                @if silent > 0 { p .soft { "No collection is known from " (silent) " of " (totals.schools) " schools." } }
                div .two {
                    (figures(view))
                    (routes(&totals.waste_by_route(), totals.waste.total))
                }
            }
            (by_verdict(view))
            (by_school(view))
        }
    }
}

fn figures(view: &TrustView) -> Markup {
    let sites = &view.totals.waste_sites;
    let so_far = if view.period.is_whole() {
        ""
    } else {
        " so far"
    };
    html! {
        div .scroll.short role="region" aria-label="Waste in figures" tabindex="0" {
            table {
                caption { "In figures" }
                thead { tr { th scope="col" { "What" } th .n scope="col" { "How much" } td {} } }
                tbody {
                    (shares(&view.totals.waste))
                    tr {
                        th scope="row" {
                            "Per pupil" (so_far)
                            @if sites.in_ratio.schools < view.totals.schools {
                                small .soft { "of " (sites.in_ratio.schools) " of " (view.totals.schools) " schools" }
                            }
                        }
                        td .n { (parts::or_no_data(sites.kg_per_pupil().map(kilograms))) }
                        td {}
                    }
                    (counts(&view.totals.waste))
                }
            }
        }
    }
}

fn routes(routes: &std::collections::BTreeMap<Route, i64>, total: Grams) -> Markup {
    html! {
        div .scroll.short role="region" aria-label="Waste by route" tabindex="0" {
            table {
                caption { "By what became of it" }
                thead { tr { th scope="col" { "Route" } th .n scope="col" { "Weight" } th .n scope="col" { "Share" } td {} } }
                tbody {
                    @for (route, grams) in routes {
                        @let share = *grams as f64 / total.0 as f64;
                        @let percent = format::percent(share, 0);
                        tr {
                            th scope="row" { (route_name(*route)) }
                            td .n { (parts::weight(*grams)) }
                            td .n { (percent) }
                            td { (parts::bar(share, route_class(*route), &percent)) }
                        }
                    }
                }
            }
        }
    }
}

/// How many sites meet the requirements of Simpler Recycling.
fn by_verdict(view: &TrustView) -> Markup {
    let sites = &view.totals.waste_sites;
    html! {
        h3 { "Simpler Recycling" }
        @if sites.simpler_recycling.is_empty() { p { "The rule did not bind on these days." } }
        @else {
            ol .ladder {
                @for verdict in VERDICTS {
                    @let count = sites.of_verdict(verdict).unwrap_or(0);
                    li .on[count > 0 && verdict == footprint::Verdict::Met] .over[count > 0 && verdict == footprint::Verdict::NotMet] {
                        b { (name(verdict)) }
                        (count) @if count == 1 { " school" } @else { " schools" }
                    }
                }
            }
        }
    }
}

fn by_school(view: &TrustView) -> Markup {
    let schools = most_urgent_first(view);
    let trusts = view.totals.waste_sites.kg_per_pupil();
    let most = schools
        .iter()
        .filter_map(|school| school.waste_kg_per_pupil())
        .fold(trusts.unwrap_or(0.0), f64::max);
    let (shown, more) = listing::first(&schools);
    html! {
        div .scroll.wide role="region" aria-label="Waste by school" tabindex="0" {
            table {
                caption {
                    "By school"
                    @if let Some(trusts) = trusts { ": the mark on each bar is the whole trust\u{2019}s " (kilograms(trusts)) " per pupil" }
                }
                thead {
                    tr {
                        th scope="col" { "School" }
                        th scope="col" { "Per pupil" }
                        th scope="col" { "Recycled" }
                        th .n scope="col" { "Contamination" }
                        th .n scope="col" { "Bins missed" }
                        th scope="col" { "Simpler Recycling" }
                    }
                }
                tbody { @for school in shown { (row(school, most, trusts)) } }
            }
        }
        (more)
    }
}

fn row(school: &Footprint, most: f64, trusts: Option<f64>) -> Markup {
    let address = format!(
        "/schools/{}?period={}#waste",
        school.urn,
        school.period.key()
    );
    let waste = &school.waste;
    let missed = waste
        .known_missed_lifts()
        .map(|lifts| format::grouped(lifts.into()));
    html! {
        tr {
            th scope="row" { a href=(address) { (school.school) } }
            td {
                (parts::or_no_data(school.waste_kg_per_pupil().map(kilograms)))
                @if let Some(kg) = school.waste_kg_per_pupil() { (charts::mini(kg, most, trusts)) }
            }
            td {
                (percent(waste.recycling_ratio()))
                @if let Some(ratio) = waste.recycling_ratio() { (charts::mini(ratio, 1.0, None)) }
                (unknown_share(waste))
            }
            td .n { (percent(waste.contamination_ratio())) }
            td .n { (parts::or_no_data(missed)) }
            td { (verdict(&waste.simpler_recycling)) }
        }
    }
}

/// The sites that do not meet the requirements, then those without evidence; among equals, the one that recycles least first.
fn most_urgent_first(view: &TrustView) -> Vec<&Arc<Footprint>> {
    let mut schools: Vec<_> = view.schools.iter().collect();
    let rank = |school: &Footprint| {
        let current = school.waste.simpler_recycling.verdict;
        let place = VERDICTS
            .iter()
            .position(|verdict| Some(*verdict) == current);
        place.unwrap_or(VERDICTS.len())
    };
    let ratio = |school: &Footprint| school.waste.recycling_ratio().unwrap_or(-1.0);
    schools.sort_by(|a, b| {
        let by_ratio = ratio(a).total_cmp(&ratio(b));
        rank(a).cmp(&rank(b)).then(by_ratio)
    });
    schools
}

//! A trust against its baseline, and its schools.

use std::sync::Arc;

use footprint::{Footprint, Item, Period};
use maud::{Markup, html};

use super::headline;
use super::headline::Headline;
use super::listing::Wanted;
use super::{
    charts, gaps, layout, lines, parts, schools_table, scoreboard, sending, travel, waste,
};
use crate::config::IngestUrl;
use crate::format;
use crate::page::year_on_year;
use crate::rollup::{EnergyUse, TrustView};

/// The page of a trust over one period; `several` means that there are other trusts, and `wanted` which of its schools are listed.
/// Every total is of all its schools.
pub(super) fn page(
    view: &TrustView,
    periods: &[Period],
    several: bool,
    wanted: Wanted<'_>,
    ingest: Option<&IngestUrl>,
) -> Markup {
    let address = format!("/trusts/{}", view.trust.id);
    let body = html! {
        div .title {
            h1 { (view.trust.name) }
            p { (parts::period_sentence(view.period)) }
            (sending::links(ingest, None))
            (parts::periods(&address, periods, view.period))
        }
        (lead(view))
        (without_enough_data(view))
        (parts::incomplete(&view.totals.incomplete))
        (schools_table::table(view, wanted))
        (scoreboard::section(view))
        (lines::of_trust(view))
        (parts::incomplete_voluntary(&view.totals.incomplete_voluntary))
        (year_on_year::section(view.change.as_ref(), view.change.as_ref().map(|all| &all.sum)))
        (secr_link(view))
        section aria-labelledby="energy" {
            h2 #energy { "Energy by month" }
            (charts::months(&view.totals, view.period))
        }
        (gaps::of_trust(view))
        (waste::of_trust(view))
        (travel::of_trust(view))
        (parts::notes(&view.totals.notes))
        (factors(view))
    };
    let trail = if several {
        vec![(view.trust.name.clone(), address.clone())]
    } else {
        Vec::new()
    };
    layout::page(&view.trust.name, &trail, body)
}

/// The schools without enough data for a figure of their own, whether or not the trust has enough.
fn without_enough_data(view: &TrustView) -> Markup {
    let sufficiency = &view.sufficiency;
    let heading = match sufficiency.schools.len() {
        1 => "1 school does not have enough data for a figure of its own".to_owned(),
        many => format!("{many} schools do not have enough data for a figure of their own"),
    };
    headline::missing(&heading, &sufficiency.details(), sufficiency.least_coverage)
}

fn lead(view: &TrustView) -> Markup {
    // All schools of a trust are priced with one set, so any school with electricity has its factor.
    let buys = |school: &&Arc<Footprint>| {
        school
            .lines
            .iter()
            .any(|line| line.item == Item::Electricity)
    };
    let lines = view
        .schools
        .iter()
        .find(buys)
        .map_or(&[][..], |school| &school.lines);
    let of = Headline {
        intensity: view.tonnes_per_pupil(),
        partial: view.partial_tonnes_per_pupil(),
        missing: view.sufficiency.clauses(),
        baseline: view.baseline(),
        at_baseline: view.at_baseline(),
        period: view.period,
        complete: view.is_complete(),
        coverage: &view.totals.coverage,
        lines,
    };
    html! {
        div .lead {
            (headline::headline(&of))
            (key_figures(view))
        }
    }
}

fn key_figures(view: &TrustView) -> Markup {
    let totals = &view.totals;
    let gross = totals
        .known_gross()
        .map(|gross| format!("{} tCO\u{2082}e", parts::tonnes(gross)));
    let energy: Vec<i64> = [EnergyUse::Electricity, EnergyUse::Gas]
        .into_iter()
        .filter_map(|energy| totals.energy(energy))
        .collect();
    html! {
        dl .key {
            div { dt { "Gross emissions" } dd { (parts::or_no_data(gross)) } }
            div {
                dt { "Pupils" }
                dd {
                    (parts::or_no_data(totals.in_ratio.pupils().map(format::pupils)))
                    @if totals.roll > 0 {
                        small { "by days of membership, of " (format::grouped(totals.roll)) " on the rolls" }
                    }
                    @if totals.schools_with_pupils < totals.schools {
                        small { "of " (totals.schools_with_pupils) " of " (totals.schools) " schools" }
                    }
                }
            }
            div {
                dt { "Electricity and gas bought" }
                dd {
                    @if energy.is_empty() { (parts::no_data()) }
                    @else { (format::whole_units(energy.iter().sum())) " kWh" }
                }
            }
            div { dt { "Half-hours covered" } dd { (parts::coverage(&totals.coverage)) } }
            div {
                dt { "Waste recycled" }
                dd {
                    (parts::or_no_data(totals.waste.recycling_ratio().map(|ratio| format::percent(ratio, 0))))
                    (super::waste::unknown_share(&totals.waste))
                }
            }
            div {
                dt { "Schools with a STARS level" }
                dd { (totals.stars_engaged) " of " (totals.members) }
            }
        }
    }
}

/// A link to the report of the year shown; for the trailing twelve months, to that of the last whole academic year.
fn secr_link(view: &TrustView) -> Markup {
    let address = match view.period {
        Period::AcademicYear { .. } => {
            format!(
                "/trusts/{}/secr?period={}",
                view.trust.id,
                view.period.key()
            )
        }
        Period::Trailing { .. } => format!("/trusts/{}/secr", view.trust.id),
    };
    let which = match view.period {
        Period::AcademicYear { .. } => view.period.label(),
        Period::Trailing { .. } => "the last whole academic year".to_owned(),
    };
    html! { p { a href=(address) { "The SECR report of " (which) } } }
}

fn factors(view: &TrustView) -> Markup {
    html! {
        p .soft {
            @for set in &view.totals.factor_sets {
                "Priced with " (set.name) " " (set.version) " (" (set.hash) "), " (set.text()) ". "
            }
            a href=(format!("/api/v1/trusts/{}?period={}", view.trust.id, view.period.key())) { "These figures as JSON" }
        }
    }
}

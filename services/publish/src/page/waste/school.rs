//! A school's waste.

use footprint::{Footprint, SIMPLER_RECYCLING_DAYS, WasteStream};
use maud::{Markup, html};

use super::{counts, kilograms, route_class, route_name, shares, state};
use crate::format;
use crate::page::{charts, explain, parts};
use crate::rollup::TrustView;

/// Shares, the site's verdict under Simpler Recycling, and every stream.
pub(in crate::page) fn section(school: &Footprint, trust: &TrustView) -> Markup {
    let waste = &school.waste;
    html! {
        section aria-labelledby="waste" {
            h2 #waste { "Waste" (explain::link(school, "waste")) }
            div .two {
                div {
                    h3 { "In figures" }
                    @if waste.known_missed_lifts().is_some() { (figures(school, trust)) }
                    @else { p { (parts::no_data()) } }
                }
                (simpler_recycling(school))
            }
            @if !waste.streams.is_empty() { (streams(&waste.streams, waste.total.0)) }
        }
    }
}

fn figures(school: &Footprint, trust: &TrustView) -> Markup {
    html! {
        div .scroll.short role="region" aria-label="Waste in figures" tabindex="0" {
            table {
                thead { tr { th scope="col" { "What" } th .n scope="col" { "How much" } td {} } }
                tbody {
                    (shares(&school.waste))
                    (per_pupil(school, trust))
                    (counts(&school.waste))
                }
            }
        }
    }
}

/// Weight per pupil, compared with the trust's.
fn per_pupil(school: &Footprint, trust: &TrustView) -> Markup {
    let (kg, trusts) = (
        school.waste_kg_per_pupil(),
        (!trust.of_single_schools)
            .then(|| trust.totals.waste_sites.kg_per_pupil())
            .flatten(),
    );
    html! {
        tr {
            th scope="row" {
                @if school.period.is_whole() { "Per pupil" } @else { "Per pupil so far" }
                @if let Some(trusts) = trusts { small .soft { "the mark is the whole trust: " (kilograms(trusts)) } }
            }
            td .n { (parts::or_no_data(kg.map(kilograms))) }
            td {
                @if let Some(kg) = kg {
                    (charts::mini(kg, kg.max(trusts.unwrap_or(0.0)) * 1.1, trusts))
                }
            }
        }
    }
}

fn simpler_recycling(school: &Footprint) -> Markup {
    let simpler = &school.waste.simpler_recycling;
    html! {
        div {
            h3 { "Simpler Recycling" }
            @match simpler.verdict {
                Some(verdict) => {
                    p { (state(verdict.into())) }
                    @if !simpler.missing.is_empty() { ul { @for missing in &simpler.missing { li { (missing) } } } }
                }
                None => p { "The rule did not bind on these days." },
            }
            p .soft {
                "The law asks workplaces in England to have food waste, paper and card, other dry recycling and what is left \
                 collected separately. Judged on what was collected on the last " (SIMPLER_RECYCLING_DAYS) " days of the \
                 period, as far as they have passed."
            }
        }
    }
}

/// Weights in whole kilograms, which add up to their total.
fn streams(streams: &[WasteStream], total: i64) -> Markup {
    const KILOGRAM_G: i128 = 1_000;
    let weight = |kilograms: i128| {
        let kilograms = i64::try_from(kilograms).unwrap_or(i64::MAX);
        format!("{} kg", format::grouped(kilograms))
    };
    let grams: Vec<i128> = streams
        .iter()
        .map(|stream| i128::from(stream.weight.0))
        .collect();
    let weights = format::apportioned(&grams, KILOGRAM_G);
    html! {
        div .scroll.short role="region" aria-label="Waste by stream" tabindex="0" {
            table {
                caption { "By stream and what became of it" }
                thead {
                    tr {
                        th scope="col" { "Stream" }
                        th scope="col" { "What became of it" }
                        th .n scope="col" { "Collections" }
                        th .n scope="col" { "Weight" }
                        td {}
                    }
                }
                tbody {
                    @for (stream, kilograms) in streams.iter().zip(weights) {
                        @let share = stream.weight.0 as f64 / total as f64;
                        tr {
                            th scope="row" { (format::label(stream.stream.as_str())) }
                            td { (route_name(stream.route)) }
                            td .n { (stream.collections) }
                            td .n { (weight(kilograms)) }
                            td { (parts::bar(share, route_class(stream.route), &format::percent(share, 0))) }
                        }
                    }
                    tr .sum {
                        th scope="row" { "Together" }
                        td {}
                        td {}
                        td .n { (weight(format::steps(total.into(), KILOGRAM_G))) }
                        td {}
                    }
                }
            }
        }
    }
}

//! The list of trusts if there are several, or the schools of a reader who sees no trust; or why there is nothing yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::TrustRef;
use footprint::Footprint;
use maud::{Markup, html};

use super::listing::{List, Shown, Wanted};
use super::{layout, parts, sending};
use crate::config::Config;
use crate::footprint_store::FootprintStore;
use crate::format;
use crate::period_selection::DEFAULT_PERIOD;

/// The schools, each with the name in its newest footprint.
pub(super) fn schools(footprint_store: &FootprintStore, wanted: Wanted<'_>) -> Markup {
    let mut schools: BTreeMap<_, &Arc<Footprint>> = BTreeMap::new();
    for footprint in footprint_store.footprints() {
        let known = schools.entry(footprint.urn).or_insert(footprint);
        if footprint.period.as_of() > known.period.as_of() {
            *known = footprint;
        }
    }
    let list = list("schools", "school");
    let schools: Vec<&Arc<Footprint>> = schools.into_values().collect();
    let shown = Shown::of(schools, wanted, |school| {
        [school.school.clone(), school.urn.to_string()]
    });
    let body = html! {
        div .title { h1 #schools { "Sustainability figures" } }
        (shown.search(&list))
        ul .trusts {
            @for school in &shown.rows {
                li { h2 { a href=(format!("/schools/{}", school.urn)) { (school.school) } } }
            }
        }
        (shown.links(&list))
    };
    layout::page("Schools", &[], body)
}

/// The trusts. Only those that are shown are added up.
pub(super) fn page(
    footprint_store: &FootprintStore,
    config: &Config,
    wanted: Wanted<'_>,
) -> Markup {
    let trusts = footprint_store.trusts();
    let is_empty = trusts.is_empty();
    let list = list("trusts", "trust");
    let shown = Shown::of(trusts, wanted, |trust| {
        [trust.name.clone(), trust.id.clone()]
    });
    let body = html! {
        div .title {
            h1 #trusts { "Sustainability figures" }
            (sending::links(config.ingest_url.as_ref(), None))
        }
        @if is_empty {
            p { "No school has any figures yet. They appear here seconds after the first school is registered." }
        } @else {
            (shown.search(&list))
        }
        ul .trusts {
            @for trust in &shown.rows { (of_trust(trust, footprint_store, config)) }
        }
        (shown.links(&list))
    };
    layout::page("Trusts", &[], body)
}

fn list(id: &'static str, row: &'static str) -> List<'static> {
    List {
        path: "/",
        period: None,
        id,
        row,
    }
}

fn of_trust(trust: &TrustRef, footprint_store: &FootprintStore, config: &Config) -> Markup {
    let view = footprint_store.view(&trust.id, DEFAULT_PERIOD, config.targets(&trust.id));
    html! {
        li {
            h2 { a href=(format!("/trusts/{}", trust.id)) { (trust.name) } }
            @if let Some(view) = view {
                p {
                    @match view.tonnes_per_pupil() {
                        Some(intensity) => { strong { (format!("{intensity:.3}")) } " tCO\u{2082}e per pupil" }
                        None if !view.sufficiency.is_enough() => (parts::not_enough_data()),
                        None => (parts::no_data()),
                    }
                }
                @if let Some(partial) = view.partial_tonnes_per_pupil() {
                    p .soft { (format!("{partial:.3}")) " tCO\u{2082}e per pupil of what has come" }
                }
                p .soft {
                    (format::counted(view.totals.schools, "school")) ", " (view.period.label())
                    @if let Some(ratio) = view.totals.coverage.ratio() {
                        ", " (format::percent(ratio, 1)) " coverage"
                    }
                    @if !view.is_complete() { ", incomplete" }
                }
            }
        }
    }
}

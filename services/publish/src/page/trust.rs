//! A trust against its baseline, and its schools.

use events::{Grams, StarsLevel};
use footprint::Period;
use maud::{Markup, html};

use super::{charts, layout, lines, parts, schools_table, stars};
use crate::rollup::{EnergyUse, TrustView};
use crate::words;

/// The page of a trust over one period; `several` says that it is not the only one.
pub(super) fn page(view: &TrustView, held: &[Period], several: bool) -> Markup {
    let address = format!("/trusts/{}", view.trust.id);
    let body = html! {
        div .title {
            h1 { (view.trust.name) }
            p { (parts::period_sentence(view.period)) }
            (parts::periods(&address, held, view.period))
        }
        (headline(view))
        (parts::incomplete(&view.totals.incomplete))
        (schools_table::table(view))
        (lines::of_trust(view))
        section aria-labelledby="energy" {
            h2 #energy { "Energy by month" }
            (charts::months(&view.totals, view.period))
        }
        (waste(view))
        (travel(view))
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

fn headline(view: &TrustView) -> Markup {
    let complete = view.totals.incomplete.is_empty();
    let (intensity, baseline) = (view.tonnes_per_pupil(), view.baseline_tco2e_per_pupil);
    html! {
        div .lead {
            (parts::headline(intensity, baseline, view.period, complete, &view.totals.coverage))
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
                    @if totals.pupils > 0 { (words::grouped(totals.pupils)) } @else { (parts::no_data()) }
                    @if totals.schools_with_pupils < totals.schools {
                        small { "of " (totals.schools_with_pupils) " of " (totals.schools) " schools" }
                    }
                }
            }
            div {
                dt { "Electricity and gas bought" }
                dd {
                    @if energy.is_empty() { (parts::no_data()) }
                    @else { (words::whole_units(energy.iter().sum())) " kWh" }
                }
            }
            div { dt { "Half-hours covered" } dd { (parts::coverage(&totals.coverage)) } }
            div {
                dt { "Waste recycled" }
                dd { (parts::or_no_data(totals.waste.recycling_ratio().map(|ratio| words::percent(ratio, 0)))) }
            }
            div {
                dt { "Schools with a STARS level" }
                dd { (totals.stars_engaged) " of " (totals.schools) }
            }
        }
    }
}

fn waste(view: &TrustView) -> Markup {
    let totals = &view.totals;
    let total = totals.waste.total.0;
    html! {
        section aria-labelledby="waste" {
            h2 #waste { "Waste" }
            @if total == 0 {
                p { (parts::no_data()) }
            } @else {
                @let silent = view.schools.iter().filter(|school| school.waste.streams.is_empty()).count();
                p {
                    (parts::or_no_data(totals.waste.recycling_ratio().map(|ratio| words::percent(ratio, 0))))
                    " recycled, "
                    (parts::or_no_data(totals.waste.diversion_ratio().map(|ratio| words::percent(ratio, 0))))
                    " kept out of landfill"
                    @if totals.waste.estimated.0 > 0 {
                        "; " (words::percent(totals.waste.estimated.0 as f64 / total as f64, 0)) " of the weight is estimated"
                    }
                    "."
                    @if silent > 0 { " No data from " (silent) " of " (totals.schools) " schools." }
                }
                (routes(&totals.waste_by_route(), totals.waste.total))
            }
        }
    }
}

fn routes(routes: &std::collections::BTreeMap<&str, i64>, total: Grams) -> Markup {
    html! {
        div .scroll.short role="region" aria-label="Waste by route" tabindex="0" {
            table {
                caption { "By what became of it" }
                thead { tr { th scope="col" { "Route" } th .n scope="col" { "Weight" } th .n scope="col" { "Share" } td {} } }
                tbody {
                    @for (route, grams) in routes {
                        @let share = *grams as f64 / total.0 as f64;
                        @let said = words::percent(share, 0);
                        tr {
                            th scope="row" { (words::label(route)) }
                            td .n { (parts::weight(*grams)) }
                            td .n { (said) }
                            td { (parts::bar(share, if *route == "landfill" { "over" } else { "leaf" }, &said)) }
                        }
                    }
                }
            }
        }
    }
}

fn travel(view: &TrustView) -> Markup {
    let at = |level: Option<StarsLevel>| {
        let held =
            |school: &footprint::Footprint| school.travel.stars.as_ref().map(|stars| stars.level);
        view.schools
            .iter()
            .filter(|school| held(school) == level)
            .count()
    };
    html! {
        section aria-labelledby="travel" {
            h2 #travel { "Travel: Modeshift STARS" }
            p { (view.totals.stars_engaged) " of " (view.totals.schools) " schools hold a level." }
            ol .ladder {
                @for level in [None].into_iter().chain(stars::LEVELS.map(Some)) {
                    @let count = at(level);
                    li .on[count > 0 && level.is_some()] {
                        b { (stars::name(level)) }
                        (count) @if count == 1 { " school" } @else { " schools" }
                    }
                }
            }
        }
    }
}

fn factors(view: &TrustView) -> Markup {
    html! {
        p .soft {
            @for set in &view.totals.factor_sets {
                "Priced with " (set.name) " " (set.version) " (" (set.hash) "), the factors of " (set.year)
                " by the " (set.method.as_str()) " rule. "
            }
            a href=(format!("/api/v1/trusts/{}?period={}", view.trust.id, view.period.key())) { "These figures as JSON" }
        }
    }
}

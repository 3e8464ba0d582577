//! Where the carbon comes from: lines, block by block.

use events::{MilligramsCo2e, kilowatt_hours};
use footprint::{Block, Footprint, Line};
use maud::{Markup, html};

use super::{parts, why};
use crate::rollup::{BlockOrder, LineKey, LineTotal, Totals, TrustView};
use crate::words;

const BLOCKS: [(BlockOrder, &str); 4] = [
    (BlockOrder::Statutory, "Statutory: counted in the intensity"),
    (BlockOrder::BelowLine, "Below the gross line"),
    (
        BlockOrder::Voluntary,
        "Voluntary Scope 3: shown apart, never added",
    ),
    (
        BlockOrder::MarketBased,
        "Market-based: the same electricity by its supply contracts",
    ),
];

fn total_name(block: BlockOrder) -> Option<&'static str> {
    match block {
        BlockOrder::Statutory => Some("Gross emissions"),
        BlockOrder::Voluntary => Some("Voluntary, together"),
        BlockOrder::BelowLine | BlockOrder::MarketBased => None,
    }
}

/// What a block's total is asked about by.
fn total_figure(block: BlockOrder) -> Option<&'static str> {
    match block {
        BlockOrder::Statutory => Some("gross"),
        BlockOrder::Voluntary => Some("voluntary"),
        BlockOrder::BelowLine | BlockOrder::MarketBased => None,
    }
}

fn known_total(totals: &Totals, block: BlockOrder) -> Option<MilligramsCo2e> {
    match block {
        BlockOrder::Statutory => totals.known_gross(),
        BlockOrder::Voluntary => totals.known_voluntary(),
        BlockOrder::BelowLine | BlockOrder::MarketBased => None,
    }
}

/// The lines of a trust: what all its schools used, and the carbon in it.
pub(super) fn of_trust(view: &TrustView) -> Markup {
    let gross = view.totals.gross;
    html! {
        section aria-labelledby="carbon" {
            h2 #carbon { "Where the carbon comes from" }
            div .scroll role="region" aria-labelledby="carbon" tabindex="0" {
                table {
                    thead {
                        tr {
                            th scope="col" { "Line" }
                            th scope="col" { "Scope" }
                            th .n scope="col" { "Quantity" }
                            th .n scope="col" { "tCO\u{2082}e" }
                            th .n scope="col" { "Share of gross" }
                            td {}
                        }
                    }
                    @for (block, heading) in BLOCKS {
                        @let lines = lines_of(view, block);
                        @if !lines.is_empty() {
                            tbody .block {
                                tr { th colspan="6" scope="rowgroup" { (heading) } }
                                @for (key, line) in lines {
                                    tr {
                                        th scope="row" { (words::label(&key.item)) }
                                        td { (key.scope) }
                                        td .n { (words::whole_units(line.quantity)) " " (unit(&key.unit)) }
                                        td .n {
                                            @if line.unpriced > 0 && line.co2e.0 == 0 { span .warn { "no factor" } }
                                            @else { (parts::tonnes(line.co2e)) }
                                            @if line.unpriced > 0 && line.co2e.0 != 0 {
                                                small .warn { "without " (line.unpriced) " that have no factor" }
                                            }
                                        }
                                        (share(block, line.co2e, gross))
                                    }
                                }
                                @if let Some(name) = total_name(block) {
                                    tr .sum {
                                        th scope="row" { (name) }
                                        td {}
                                        td {}
                                        td .n {
                                            (parts::or_no_data(known_total(&view.totals, block).map(parts::tonnes)))
                                        }
                                        td {}
                                        td {}
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

/// By scope, and in a scope the heaviest first.
fn lines_of(view: &TrustView, block: BlockOrder) -> Vec<(&LineKey, &LineTotal)> {
    let mut lines: Vec<_> = view
        .totals
        .lines
        .iter()
        .filter(|(key, _)| key.block == block)
        .collect();
    lines.sort_by_key(|(key, line)| (key.scope, std::cmp::Reverse(line.co2e)));
    lines
}

fn share(block: BlockOrder, co2e: MilligramsCo2e, gross: MilligramsCo2e) -> Markup {
    let counted = block == BlockOrder::Statutory && gross.0 > 0 && co2e.0 > 0;
    let share = counted.then(|| co2e.0 as f64 / gross.0 as f64);
    html! {
        @match share {
            Some(share) => {
                td .n { (words::percent(share, 0)) }
                td { (parts::bar(share, "leaf", &words::percent(share, 0))) }
            }
            None => { td {} td {} }
        }
    }
}

/// Every line of a school: quantity times factor is carbon, with the factor's year and where it was read.
pub(super) fn of_school(school: &Footprint) -> Markup {
    html! {
        section aria-labelledby="carbon" {
            h2 #carbon { "Where the carbon comes from" }
            p .soft {
                "Each line is a quantity times one factor. Factor set: " (school.factor_set.name) " "
                (school.factor_set.version) " (" (school.factor_set.hash) "), the factors of "
                (school.factor_set.year) " by the " (school.factor_set.method.as_str()) " rule."
            }
            @if school.lines.is_empty() { p { (parts::no_data()) } }
            @else {
                div .scroll.wide role="region" aria-labelledby="carbon" tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Line" }
                                th scope="col" { "Scope" }
                                th .n scope="col" { "Quantity" }
                                th .n scope="col" { "\u{d7} factor, kg per unit" }
                                th .n scope="col" { "= kg CO\u{2082}e" }
                                th scope="col" { "Factor" }
                            }
                        }
                        @for (block, heading) in BLOCKS {
                            (block_of_school(school, block, heading))
                        }
                    }
                }
            }
        }
    }
}

fn block_of_school(school: &Footprint, block: BlockOrder, heading: &str) -> Markup {
    let mut lines: Vec<&Line> = school
        .lines
        .iter()
        .filter(|line| BlockOrder::from(line.block) == block)
        .collect();
    lines.sort_by_key(|line| {
        (
            line.scope,
            std::cmp::Reverse(line.price.as_ref().map(|price| price.co2e)),
        )
    });
    let total = known_total(&Totals::of([school]), block);
    html! {
        @if !lines.is_empty() {
            tbody .block {
                tr { th colspan="6" scope="rowgroup" { (heading) } }
                @for line in &lines { (line_of_school(school, line)) }
                @if let Some(name) = total_name(block) {
                    tr .sum {
                        th scope="row" { (name) }
                        td {}
                        td {}
                        td {}
                        td .n { (parts::or_no_data(total.map(kilograms))) }
                        td { @if let Some(figure) = total_figure(block) { (why::link(school, figure)) } }
                    }
                }
            }
        }
    }
}

fn line_of_school(school: &Footprint, line: &Line) -> Markup {
    let set_year = school.factor_set.year;
    html! {
        tr {
            th scope="row" { (words::label(&line.item)) (why::link(school, &line.item)) }
            td { (line.scope) }
            td .n {
                (words::decimal(kilowatt_hours(line.quantity), decimals(line))) " " (unit(&line.unit))
            }
            @match &line.price {
                Some(price) => {
                    td .n { (price.factor) }
                    td .n { (kilograms(price.co2e)) }
                    td {
                        (price.row)
                        @if let Some(blend) = words::blend(&price.blend) { small .soft { (blend) } }
                        small .soft { (price.year) @if !price.provenance.is_empty() { ", " (price.provenance) } }
                        @if price.year != set_year && line.block != Block::BelowLine {
                            small .warn { "The factor of " (price.year) " stands in for that of " (set_year) }
                        }
                        @if let Some(from) = &line.energy_from { small .soft { (energy(line)) " kWh, by " (from) } }
                        @if let Some(missing) = missing(school, line) { small .warn { (missing) } }
                    }
                }
                None => {
                    td .n { span .warn { "none" } }
                    td .n { span .warn { "unpriced" } }
                    td { small .warn { "No factor is published for " (set_year) "; the total lacks this line" } }
                }
            }
        }
    }
}

fn energy(line: &Line) -> String {
    words::whole_units(line.energy.unwrap_or_default())
}

/// What is not in a metered line, where something is not.
fn missing(school: &Footprint, line: &Line) -> Option<String> {
    let ratio = school.coverage_of(line)?.ratio()?;
    (ratio < 1.0).then(|| {
        format!(
            "{} of its half-hours are missing",
            words::percent(1.0 - ratio, 1)
        )
    })
}

/// Tonnes of waste need their kilograms; kilowatt-hours do not need their watt-hours.
fn decimals(line: &Line) -> usize {
    if line.unit == "tonnes" {
        3
    } else {
        usize::from(line.quantity < 1_000 * events::MICRO)
    }
}

fn kilograms(co2e: MilligramsCo2e) -> String {
    words::decimal(co2e.kilograms(), 1)
}

fn unit(unit: &str) -> &str {
    match unit {
        "m3" | "cubic metres" => "m\u{b3}",
        other => other,
    }
}

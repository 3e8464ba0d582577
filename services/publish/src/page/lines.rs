//! The sources of the carbon: lines, block by block.

mod trust;

use events::{MilligramsCo2e, Quantity, kilowatt_hours};
use footprint::{Block, Footprint, Line};
use maud::{Markup, html};

use super::parts;
use crate::format;
use crate::page::explain;
use crate::rollup::Totals;

pub(super) use trust::of_trust;

const BLOCKS: [(Block, &str); 4] = [
    (Block::Statutory, "Statutory: counted in the intensity"),
    (Block::BelowLine, "Below the gross line"),
    (
        Block::Voluntary,
        "Voluntary Scope 3: shown apart, never added",
    ),
    (
        Block::MarketBased,
        "Market-based: the same electricity by its supply contracts",
    ),
];

fn total_name(block: Block) -> Option<&'static str> {
    match block {
        Block::Statutory => Some("Gross emissions"),
        Block::Voluntary => Some("Total voluntary"),
        Block::BelowLine | Block::MarketBased => None,
    }
}

/// The name of the figure that explains a block's total.
fn total_figure(block: Block) -> Option<&'static str> {
    match block {
        Block::Statutory => Some("gross"),
        Block::Voluntary => Some("voluntary"),
        Block::BelowLine | Block::MarketBased => None,
    }
}

fn known_total(totals: &Totals, block: Block) -> Option<MilligramsCo2e> {
    match block {
        Block::Statutory => totals.known_gross(),
        Block::Voluntary => totals.known_voluntary(),
        Block::BelowLine | Block::MarketBased => None,
    }
}

/// Every line of a school: quantity times factor is carbon, with the factor's year and source.
pub(super) fn of_school(school: &Footprint) -> Markup {
    html! {
        section aria-labelledby="carbon" {
            h2 #carbon { "Where the carbon comes from" }
            p .soft {
                "Each line is a quantity times one factor. Factor set: " (school.factor_set.name) " "
                (school.factor_set.version) " (" (school.factor_set.hash) "), " (school.factor_set.text()) "."
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

fn block_of_school(school: &Footprint, block: Block, heading: &str) -> Markup {
    let mut lines: Vec<&Line> = school
        .lines
        .iter()
        .filter(|line| line.block == block)
        .collect();
    lines.sort_by_key(|line| {
        (
            line.scope,
            std::cmp::Reverse(line.price.as_ref().map(|price| price.co2e)),
        )
    });
    let total = known_total(&Totals::of([school]), block);
    let exact: Vec<MilligramsCo2e> = lines.iter().map(|line| priced(line)).collect();
    let shown = match total_name(block) {
        Some(_) => under_total(&exact),
        None => exact,
    };
    html! {
        @if !lines.is_empty() {
            tbody .block {
                tr { th colspan="6" scope="rowgroup" { (heading) } }
                @for (line, co2e) in lines.iter().zip(shown) { (line_of_school(school, line, co2e)) }
                @if let Some(name) = total_name(block) {
                    tr .sum {
                        th scope="row" { (name) }
                        td {}
                        td {}
                        td {}
                        td .n { (parts::or_no_data(total.map(kilograms))) }
                        td { @if let Some(figure) = total_figure(block) { (explain::link(school, figure)) } }
                    }
                }
            }
        }
    }
}

fn priced(line: &Line) -> MilligramsCo2e {
    line.price
        .as_ref()
        .map_or(MilligramsCo2e(0), |price| price.co2e)
}

/// The carbon of rows, rounded to the shown precision so that they add up to their total as it is shown.
fn under_total(rows: &[MilligramsCo2e]) -> Vec<MilligramsCo2e> {
    let exact: Vec<i128> = rows.iter().map(|co2e| i128::from(co2e.0)).collect();
    let rounded = format::apportioned(&exact, SHOWN.into()).into_iter();
    rounded
        .map(|steps| MilligramsCo2e(i64::try_from(steps).unwrap_or(0).saturating_mul(SHOWN)))
        .collect()
}

/// A hundred grams: kilograms are shown with one decimal.
const SHOWN: i64 = 100_000;

fn line_of_school(school: &Footprint, line: &Line, co2e: MilligramsCo2e) -> Markup {
    html! {
        tr {
            th scope="row" { (format::item(line.item)) (explain::link(school, line.item.as_str())) }
            td { (line.scope) }
            td .n {
                (format::decimal(kilowatt_hours(line.quantity), decimals(line.quantity, &line.unit))) " " (unit(&line.unit))
            }
            @match &line.price {
                Some(price) => {
                    td .n { (price.factor) }
                    td .n { (kilograms(co2e)) }
                    td {
                        (price.row)
                        @if let Some(blend) = format::blend(&price.blend) { small .soft { (blend) } }
                        small .soft { (price.year) @if !price.sources.is_empty() { ", " (price.provenance()) } }
                        @if price.year != price.wanted_year && line.block != Block::BelowLine {
                            small .warn { "The factor of " (price.year) " stands in for that of " (price.wanted_year) }
                        }
                        @if let Some(from) = &line.energy_from { small .soft { (energy(line)) " kWh, by " (from) } }
                        @if let Some(missing) = missing(school, line) { small .warn { (missing) } }
                    }
                }
                None => {
                    td .n { span .warn { "none" } }
                    td .n { span .warn { "unpriced" } }
                    td { small .warn { "No factor is published for " (format::years(&school.factor_set.years)) "; the total lacks this line" } }
                }
            }
        }
    }
}

fn energy(line: &Line) -> String {
    format::whole_units(line.energy.unwrap_or_default())
}

/// The data that is missing from a metered line, if any.
fn missing(school: &Footprint, line: &Line) -> Option<String> {
    let ratio = school.coverage_of(line)?.ratio()?;
    (ratio < 1.0).then(|| {
        format!(
            "{} of its half-hours are missing",
            format::percent(1.0 - ratio, 1)
        )
    })
}

/// Tonnes of waste need their kilograms; kilowatt-hours do not need their watt-hours.
fn decimals(quantity: Quantity, unit: &str) -> usize {
    if unit == "tonnes" {
        3
    } else {
        usize::from(quantity < 1_000 * events::MICRO)
    }
}

fn kilograms(co2e: MilligramsCo2e) -> String {
    format::decimal(co2e.kilograms(), 1)
}

fn unit(unit: &str) -> &str {
    match unit {
        "m3" | "cubic metres" => "m\u{b3}",
        other => other,
    }
}

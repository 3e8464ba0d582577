//! The lines that a figure adds up, each with its factor.

use footprint::Block;
use maud::{Markup, html};

use super::figure::quantity;
use super::link::{To, to};
use crate::explain::{Explanation, LineAnswer, PriceAnswer};
use crate::format;

/// The lines, each with its factor and the source of the factor.
pub(super) fn section(explanation: &Explanation) -> Markup {
    let lines = &explanation.figure.lines;
    html! {
        @if !lines.is_empty() {
            section aria-labelledby="lines" {
                h2 #lines { @if lines.len() == 1 { "Its factor" } @else { "Its lines" } }
                div .scroll.wide role="region" aria-labelledby="lines" tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Line" }
                                th .n scope="col" { "Quantity" }
                                th .n scope="col" { "\u{d7} factor, kg per unit" }
                                th .n scope="col" { "= kg CO\u{2082}e" }
                                th scope="col" { "Factor row, and where it was read" }
                                td {}
                            }
                        }
                        tbody { @for line in lines { (line_row(explanation, line)) } }
                    }
                }
            }
        }
    }
}

fn line_row(explanation: &Explanation, line: &LineAnswer) -> Markup {
    html! {
        tr {
            th scope="row" {
                (line.label)
                small .soft { "Scope " (line.scope) ", " (block(line.block)) }
            }
            td .n {
                (quantity(line))
                @if let Some(converted) = line.converted() { small .soft .wrap { (converted) } }
            }
            @match &line.price {
                Some(price) => {
                    td .n { (price.factor) }
                    td .n { (format::decimal(price.kg_co2e.decimal(), 3)) }
                    td { (row(price)) }
                }
                None => {
                    td .n { span .warn { "none" } }
                    td .n { span .warn { "unpriced" } }
                    td { @for lacks in &line.lacks { small .warn { (lacks) } } }
                }
            }
            td { @if line.item.as_str() != explanation.question.figure { (to(&To::of(explanation).figure_named(line.item.as_str()), &line.label)) } }
        }
    }
}

fn row(price: &PriceAnswer) -> Markup {
    html! {
        (price.row)
        small .soft { (price.year) @if !price.provenance.is_empty() { ", " (price.provenance) } }
        @if let Some(blended) = price.blended() { small .soft { (blended) } }
        @if price.stands_in {
            small .warn { "The factor of " (price.year) " stands in for that of " (price.wanted_year) }
        }
    }
}

fn block(block: Block) -> &'static str {
    match block {
        Block::Statutory => "statutory",
        Block::Voluntary => "voluntary",
        Block::BelowLine => "below the gross line",
        Block::MarketBased => "market-based",
    }
}

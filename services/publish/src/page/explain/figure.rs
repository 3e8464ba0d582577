//! The figure and the numbers it is made of.

use maud::{Markup, html};

use super::link::{To, to};
use crate::explain::{Explanation, LineAnswer};
use crate::format;
use crate::page::parts as pieces;

/// The value, how it is calculated, and the factors behind it.
pub(super) fn headline(explanation: &Explanation) -> Markup {
    let figure = &explanation.figure;
    let set = &explanation.factor_set;
    html! {
        div .lead {
            div {
                p .figure .smaller {
                    @match figure.value {
                        Some(value) => {
                            @let (value, unit) = shown(value, &figure.unit);
                            strong { (value) } " " span { (unit) }
                        }
                        None if !figure.missing_data.is_empty() => strong { "Not enough data" },
                        None => strong { "No data" },
                    }
                }
                @if !figure.missing_data.is_empty() {
                    p .verdict { (format::capital(&figure.missing_data.join("; "))) "." }
                } @else if let [line] = figure.lines.as_slice() { (equation(line)) }
                @if figure.missing_data.is_empty() { p { "This is " (figure.made) "." } }
                @else { p { "With enough data it is " (figure.made) "." } }
            }
            dl .key {
                @if !figure.lines.is_empty() {
                    div { dt { "Factor set" } dd { (set.name) " " (set.version) small { (set.hash) } } }
                    div { dt { "Year of the factors" } dd { (format::years(&set.years)) small { (set.method.text()) } } }
                }
                div { dt { "Half-hours covered, all meters" } dd { (pieces::coverage(&explanation.coverage)) } }
            }
        }
    }
}

/// A short form of the figure, for pages about a part of it.
pub(super) fn in_short(explanation: &Explanation) -> Markup {
    let figure = &explanation.figure;
    html! {
        p .lead-in {
            "A part of " (figure.label.to_lowercase()) ", "
            @match figure.value {
                Some(value) => {
                    @let (value, unit) = shown(value, &figure.unit);
                    b { (value) " " (unit) } " over the period"
                }
                None => "of which nothing is known over the period",
            }
            "." (to(&To::of(explanation), &figure.label))
        }
    }
}

/// `12,345.0 kWh × 0.177 kg per kWh = 2,185.1 kg CO2e`
fn equation(line: &LineAnswer) -> Markup {
    html! {
        @match &line.price {
            Some(price) => p .verdict {
                (quantity(line)) " \u{d7} " (price.factor) " kg per " (unit(singular(&line.unit))) " = "
                b { (format::decimal(price.kg_co2e.decimal(), 3)) " kg CO\u{2082}e" }
            },
            None => p .verdict.over { (quantity(line)) ", " b { "unpriced" } },
        }
    }
}

pub(super) fn quantity(line: &LineAnswer) -> String {
    let text = format::decimal(line.quantity.decimal(), 3);
    let short = text.trim_end_matches('0').trim_end_matches('.');
    format!("{short} {}", unit(&line.unit))
}

fn singular(unit: &str) -> &str {
    match unit {
        "litres" => "litre",
        "miles" => "mile",
        "tonnes" => "tonne",
        other => other,
    }
}

fn unit(unit: &str) -> &str {
    match unit {
        "m3" | "cubic metres" => "m\u{b3}",
        "kg CO2e" => "kg CO\u{2082}e",
        "t CO2e" => "tCO\u{2082}e",
        "t CO2e per pupil" => "tCO\u{2082}e per pupil",
        other => other,
    }
}

/// A number and its unit: a ratio as a percentage, counts as whole numbers, less than ten tonnes of waste in kilograms,
/// and carbon with the useful precision.
fn shown(value: f64, given: &str) -> (String, &str) {
    match given {
        "" => (format::percent(value, 1), ""),
        "t CO2e per pupil" | "t CO2e" => (format::decimal(value, 3), unit(given)),
        "tonnes" if value < 10.0 => (format::decimal(value * 1000.0, 1), "kg"),
        "tonnes" | "kg CO2e" => (format::decimal(value, 1), unit(given)),
        _ if value.fract() == 0.0 => (format::decimal(value, 0), unit(given)),
        _ => (format::decimal(value, 2), unit(given)),
    }
}

/// The numbers that make up the figure.
pub(super) fn parts(explanation: &Explanation) -> Markup {
    html! {
        @if !explanation.figure.parts.is_empty() {
            section aria-labelledby="parts" {
                h2 #parts { "What it is made of" }
                div .scroll.short role="region" aria-labelledby="parts" tabindex="0" {
                    table {
                        tbody {
                            @for part in &explanation.figure.parts {
                                tr {
                                    th scope="row" { (format::label(&part.name)) @if let Some(note) = &part.note { small .soft { (note) } } }
                                    td .n {
                                        @match part.value {
                                            Some(value) => {
                                                @let (value, unit) = shown_part(value, &part.unit);
                                                (value) " " (unit)
                                            }
                                            None if part.note.is_some() && part.unit.is_empty() => {}
                                            None => (pieces::no_data()),
                                        }
                                    }
                                    td { @if let Some(figure) = &part.figure { (to(&To::of(explanation).figure_named(figure), &part.name)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A part without a unit is a count if it is a whole number, else a share.
fn shown_part(value: f64, unit: &str) -> (String, &str) {
    match unit {
        "" if value.fract() == 0.0 && value > 1.0 => (format::decimal(value, 0), ""),
        _ => shown(value, unit),
    }
}

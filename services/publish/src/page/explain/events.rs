//! The events behind a figure.

use chrono::{DateTime, Utc};
use chrono_tz::Europe::London;
use maud::{Markup, html};

use crate::explain::{Amount, EventAnswer, Explanation, Provenance};
use crate::format;

pub(super) fn section(explanation: &Explanation) -> Markup {
    let is_of_days = explanation.question.month.is_some() || explanation.question.day.is_some();
    html! {
        @if !explanation.events.is_empty() && !is_of_days {
            section aria-labelledby="events" {
                h2 #events { "The events behind it" }
                (rows(&explanation.events, "events"))
            }
        }
    }
}

/// Events under a small heading.
pub(super) fn table(heading: &str, events: &[EventAnswer], number: usize) -> Markup {
    let id = format!("registered-{number}");
    html! {
        @if !events.is_empty() {
            h3 id=(id) { (heading) }
            (rows(events, &id))
        }
    }
}

fn rows(events: &[EventAnswer], id: &str) -> Markup {
    let summed = events.iter().any(|event| event.quantity.is_some());
    html! {
        div .scroll.wide role="region" aria-labelledby=(id) tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Day" }
                        th scope="col" { "What it says" }
                        @if summed { th .n scope="col" { "Its part" } }
                        th scope="col" { "Counts" }
                        th scope="col" { "Where it came from" }
                    }
                }
                tbody { @for event in events { (row(event, summed)) } }
            }
        }
    }
}

fn row(event: &EventAnswer, summed: bool) -> Markup {
    html! {
        tr .out[!event.counts] {
            th scope="row" { (format::short_day(event.day)) small .soft { (event.kind.as_str()) } }
            td { (event.text) @if let Some(id) = &event.replaces { small .soft { "replaces " (id) } } }
            @if summed {
                td .n {
                    @if let (Some(quantity), Some(unit)) = (event.quantity, &event.unit) { (amount(quantity, unit)) }
                }
            }
            td {
                @if event.counts { "yes" } @else { span .warn { "no" } }
                @if event.because != "counts" { small .soft { (event.because) } }
            }
            td { (provenance(&event.event)) }
        }
    }
}

/// The provenance of an event: its name, its times, the token and its place in the log.
pub(super) fn provenance(event: &Provenance) -> Markup {
    html! {
        (event.source) " " b { (event.id) }
        small .soft {
            "issued " (moment(event.issued)) ", received " (moment(event.received))
            @if let Some(token) = &event.token { " with token " (token) }
            ", partition " (event.partition) ", offset " (event.offset)
        }
    }
}

/// On London's clock, to the second: `21 Nov 2026, 23:30:05`.
fn moment(instant: DateTime<Utc>) -> String {
    instant
        .with_timezone(&London)
        .format("%-d %b %Y, %H:%M:%S")
        .to_string()
}

/// Waste in kilograms, as on the rest of the page; anything else in its own unit.
fn amount(quantity: Amount, unit: &str) -> String {
    match unit {
        "tonnes" if quantity.0 < 10_000_000 => {
            format!("{} kg", format::decimal(quantity.0 as f64 / 1e3, 1))
        }
        unit => format!("{} {unit}", format::decimal(quantity.decimal(), 3)),
    }
}

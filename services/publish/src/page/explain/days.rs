//! The days of a month of one meter.

use events::Unit;
use maud::{Markup, html};

use super::events::provenance;
use super::link::To;
use crate::explain::{DayAnswer, Explanation, MeterAnswer, SentAnswer};
use crate::format;
use crate::page::parts;

pub(super) fn table(explanation: &Explanation, meter: &MeterAnswer, id: &str) -> Markup {
    html! {
        div .scroll.wide role="region" aria-labelledby=(id) tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Day" }
                        th .n scope="col" { "Sum of what stands" }
                        th .n scope="col" { "Half-hours" }
                        th scope="col" { "Readings received, the last first" }
                    }
                }
                tbody { @for day in &meter.days { (row(explanation, meter, day)) } }
            }
        }
    }
}

fn row(explanation: &Explanation, meter: &MeterAnswer, day: &DayAnswer) -> Markup {
    let to = To::of(explanation).meter(meter.meter.as_str()).day(day.day);
    html! {
        tr {
            th .when scope="row" {
                @if day.counted { a rel="nofollow" href=(to.address()) { (day.day.format("%a %-d %b")) } }
                @else { (day.day.format("%a %-d %b")) small .soft { "not counted here" } }
            }
            td .n { (parts::or_no_data(day.sum.map(|sum| format!("{} {}", format::decimal(sum.decimal(), 3), unit(day.unit))))) }
            td .n {
                (day.present) " of " (day.half_hours)
                @if day.estimated > 0 { small .warn { (day.estimated) " estimated" } }
                @if day.spread > 0 { small .soft { (day.spread) " spread" } }
            }
            td { @for sent in &day.events { (sent_values(sent, day.events.len())) } }
        }
    }
}

fn unit(unit: Option<Unit>) -> &'static str {
    match unit {
        Some(Unit::CubicMetres) => "m\u{b3}",
        Some(unit) => unit.as_str(),
        None => "",
    }
}

/// The values of one event; if there are several events, also how many of its half-hours count.
pub(super) fn sent_values(sent: &SentAnswer, of: usize) -> Markup {
    let event = &sent.event;
    html! {
        div .sent {
            (provenance(event))
            @if sent.conflict {
                small .warn { "Rejected: an earlier event has the same source, id and time, and other content" }
            } @else if sent.withdrawn > 0 {
                small .warn { (sent.withdrawn) " of its " (sent.half_hours) " half-hours were withdrawn; " (sent.stand) " stand" }
            } @else if of > 1 {
                small .soft { (sent.stand) " of its " (sent.half_hours) " half-hours stand" }
            }
        }
    }
}

//! A day of one meter: its half-hours with every revision.

use maud::{Markup, html};

use super::days;
use crate::explain::{Explanation, HalfHourAnswer, MeterAnswer, Provenance, Revision};
use crate::format;
use crate::page::{charts, parts};

pub(super) fn section(explanation: &Explanation, meter: &MeterAnswer, number: usize) -> Markup {
    let Some(day) = meter.days.first() else {
        return html! { p { (parts::no_data()) } };
    };
    let id = format!("half-hours-{number}");
    html! {
        @if day.events.is_empty() { p { "There is no event for this day." } }
        @else {
            p {
                @match day.sum {
                    Some(sum) => {
                        "Together " b { (format::decimal(sum.decimal(), 3)) " " (day.unit.map_or("", events::Unit::as_str)) } " in "
                        (day.present) " of " (day.half_hours) " half-hours."
                    }
                    None => "None of its half-hours has a value.",
                }
                @if explanation.figure.lines.is_empty() && !day.counted { " This day is not counted here." }
            }
            (charts::revisions(&meter.half_hours, class(meter), &id))
            h3 { "Events for this day" }
            @for (place, sent) in day.events.iter().enumerate() {
                div .numbered { span .number { (place + 1) } (days::sent_values(sent, day.events.len())) }
            }
            h3 id=(id) { "Half-hour by half-hour" }
            (table(meter, &id))
        }
    }
}

fn class(meter: &MeterAnswer) -> &'static str {
    match (meter.fuel, meter.channel) {
        (_, events::Channel::AE) => "export",
        (events::Fuel::Electricity, _) => "elec",
        (events::Fuel::Gas, _) => "gas",
        (events::Fuel::Solar, _) => "solar",
    }
}

fn table(meter: &MeterAnswer, id: &str) -> Markup {
    html! {
        div .scroll role="region" aria-labelledby=(id) tabindex="0" {
            table .tight {
                thead {
                    tr {
                        th scope="col" { "From" }
                        th .n scope="col" { "Stands" }
                        th scope="col" { "Quality" }
                        th .n scope="col" { "Event" }
                        th scope="col" { "Replaced values, and by which rule" }
                    }
                }
                tbody { @for half_hour in &meter.half_hours { (row(meter, half_hour)) } }
            }
        }
    }
}

fn row(meter: &MeterAnswer, half_hour: &HalfHourAnswer) -> Markup {
    let (standing, yielded): (Vec<&Revision>, Vec<&Revision>) = half_hour
        .revisions
        .iter()
        .partition(|revision| revision.stands);
    html! {
        tr {
            th scope="row" { (half_hour.clock) }
            td .n { (parts::or_no_data(half_hour.value.map(|value| format::decimal(value.decimal(), 3)))) }
            td {
                (half_hour.quality.unwrap_or_default())
                @if half_hour.known_by_half { "known by half" }
            }
            td .n { @for revision in standing { (number(meter, &revision.event)) } }
            td {
                @for revision in yielded {
                    div .sent {
                        (format::decimal(revision.value.decimal(), 3)) " " (revision.unit.as_str()) ", " (revision.quality.unwrap_or_default())
                        ", event " (number(meter, &revision.event)) ": " span .soft { (revision.because) }
                    }
                }
            }
        }
    }
}

/// The event's number in the list above the table.
fn number(meter: &MeterAnswer, event: &Provenance) -> String {
    let listed = meter.days.iter().flat_map(|day| &day.events);
    let place = listed.into_iter().position(|sent| sent.event == *event);
    place.map_or_else(String::new, |place| (place + 1).to_string())
}

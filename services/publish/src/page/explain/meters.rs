//! The meters of a figure, and their months.

use ::events::kilowatt_hours;
use maud::{Markup, html};

use super::link::{To, to};
use super::{days, events, half_hours, has_details};
use crate::explain::{Explanation, MeterAnswer, MonthAnswer};
use crate::format;
use crate::page::parts;

pub(super) fn section(explanation: &Explanation) -> Markup {
    let has_details = explanation
        .meters
        .iter()
        .any(|meter| !meter.months.is_empty());
    html! {
        (months_of_figure(explanation))
        @if !explanation.meters.is_empty() && explanation.question.month.is_none() && explanation.question.day.is_none() {
            section aria-labelledby="meters" {
                h2 #meters { "Measured by" }
                (table(explanation))
            }
        }
        @if has_details {
            @for (number, meter) in explanation.meters.iter().enumerate() { (down(explanation, meter, number)) }
        }
    }
}

/// The energy of the figure by month, with a link to each.
fn months_of_figure(explanation: &Explanation) -> Markup {
    let most = explanation
        .figure
        .months
        .iter()
        .map(|month| month.energy.0)
        .max();
    html! {
        @if let Some(most) = most.filter(|_| !has_details(explanation)) {
            section aria-labelledby="months" {
                h2 #months { "By month" }
                div .scroll.short role="region" aria-labelledby="months" tabindex="0" {
                    table {
                        thead { tr { th scope="col" { "Month" } th .n scope="col" { "kWh" } td {} } }
                        tbody {
                            @for month in &explanation.figure.months {
                                tr {
                                    th scope="row" {
                                        a rel="nofollow" href=(To::of(explanation).month(&month.month).address()) { (format::month(&month.month)) }
                                    }
                                    td .n { (format::decimal(month.energy.decimal(), 1)) }
                                    td { (share(month.energy.0, most)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn share(energy: i64, most: i64) -> Markup {
    let share = if most > 0 {
        energy as f64 / most as f64
    } else {
        0.0
    };
    parts::bar(
        share,
        "leaf",
        &format!("{} kWh", format::decimal(kilowatt_hours(energy), 0)),
    )
}

fn table(explanation: &Explanation) -> Markup {
    html! {
        div .scroll.wide role="region" aria-labelledby="meters" tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Meter" }
                        th .n scope="col" { "kWh over the period" }
                        th .n scope="col" { "Half-hours present" }
                        th .n scope="col" { "Coverage" }
                        th scope="col" { "Belongs to the school" }
                        td {}
                    }
                }
                tbody { @for meter in &explanation.meters { (row(explanation, meter)) } }
            }
        }
    }
}

fn row(explanation: &Explanation, meter: &MeterAnswer) -> Markup {
    let coverage = &meter.coverage;
    let energy = format::decimal(meter.energy.decimal(), 3);
    let seen = coverage.present > 0 || meter.energy.0 != 0;
    html! {
        tr {
            th scope="row" {
                (meter.label())
                small .soft { (format::label(meter.fuel.as_str())) ", channel " (meter.channel.as_str()) }
            }
            td .n {
                @if meter.taken_off { "\u{2212} " }
                (parts::or_no_data(seen.then_some(energy)))
                @if meter.taken_off { small .soft { "taken off" } }
            }
            td .n {
                (format::grouped(coverage.present)) " of " (format::grouped(coverage.expected))
                @if coverage.spread > 0 { small .soft { (format::grouped(coverage.spread)) " spread" } }
            }
            td .n { (parts::coverage(coverage)) }
            td {
                @match meter.belongs {
                    Some(days) => { (format::short_day(days.from)) " to " (format::short_day(days.to)) }
                    None => small .soft { "not registered" },
                }
                @for finding in &meter.findings { small .warn { (finding) } }
                @if let Some(gaps) = &meter.gaps {
                    small .soft {
                        "Estimated missing use (not included): " (format::decimal(gaps.energy.decimal(), 0)) " kWh ("
                        (gaps.method) ")."
                    }
                }
            }
            td {
                @if explanation.question.meter.is_none() {
                    (to(&To::of(explanation).meter(meter.meter.as_str()), meter.meter.as_str()))
                }
            }
        }
    }
}

/// A meter's months, days and half-hours, as far as they were requested.
fn down(explanation: &Explanation, meter: &MeterAnswer, number: usize) -> Markup {
    let id = format!("meter-{number}");
    let name = format!("{}, {}", meter.label(), meter.channel.as_str());
    html! {
        section aria-labelledby=(id) {
            h2 id=(id) { (name) }
            @if let Some(formula) = &meter.formula { p { (formula) "." } }
            @if explanation.question.day.is_some() {
                (half_hours::section(explanation, meter, number))
            } @else if explanation.question.month.is_some() {
                (days::table(explanation, meter, &id))
            } @else {
                (months(explanation, meter, &id))
                (events::table("The events that register it", &meter.registered, number))
            }
        }
    }
}

fn months(explanation: &Explanation, meter: &MeterAnswer, id: &str) -> Markup {
    let metric = meter.months.iter().any(|month| month.volume.is_some());
    let most = meter.months.iter().filter_map(|month| month.energy).max();
    html! {
        div .scroll.wide role="region" aria-labelledby=(id) tabindex="0" {
            table {
                thead {
                    tr {
                        th scope="col" { "Month" }
                        @if metric { th .n scope="col" { "m\u{b3}" } }
                        th .n scope="col" { "kWh" }
                        td {}
                        th .n scope="col" { "Half-hours present" }
                        th .n scope="col" { "Estimated" }
                        th .n scope="col" { "Days with any" }
                    }
                }
                tbody {
                    @for month in &meter.months {
                        @let to = To::of(explanation).meter(meter.meter.as_str()).month(&month.month);
                        tr {
                            th scope="row" { a rel="nofollow" href=(to.address()) { (format::month(&month.month)) } }
                            @if metric { td .n { (parts::or_no_data(month.volume.map(|volume| format::decimal(volume.decimal(), 3)))) } }
                            (energy(month, most.map(|most| most.0)))
                            td .n { (format::grouped(month.present)) " of " (format::grouped(month.expected)) }
                            td .n { (format::grouped(month.estimated)) }
                            td .n { (month.days_present) " of " (month.days.count()) }
                        }
                    }
                }
            }
        }
    }
}

fn energy(month: &MonthAnswer, most: Option<i64>) -> Markup {
    html! {
        td .n { (parts::or_no_data(month.energy.map(|energy| format::decimal(energy.decimal(), 3)))) }
        td { @if let (Some(energy), Some(most)) = (month.energy, most) { (share(energy.0, most)) } }
    }
}

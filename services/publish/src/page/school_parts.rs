//! The data behind a school's figures.

use events::{Channel, kilowatt_hours};
use footprint::{Footprint, MeterFigures};
use maud::{Markup, html};

use super::parts;
use crate::format;
use crate::page::explain;

/// Each meter and how much of its data arrived.
pub(super) fn coverage(school: &Footprint) -> Markup {
    html! {
        section aria-labelledby="coverage" {
            h2 #coverage { "What the figures rest on" }
            @if school.meters.is_empty() { p { "No meter is registered." } }
            @else {
                div .scroll.wide role="region" aria-labelledby="coverage" tabindex="0" {
                    table {
                        caption { "Half-hours by meter" }
                        thead {
                            tr {
                                th scope="col" { "Meter" }
                                th .n scope="col" { "Used, kWh" }
                                th .n scope="col" { "Exported, kWh" }
                                th .n scope="col" { "Half-hours present" }
                                th .n scope="col" { "Expected" }
                                th .n scope="col" { "Coverage" }
                                th .n scope="col" { "Last reading" }
                            }
                        }
                        tbody { @for meter in &school.meters { (meter_row(school, meter)) } }
                    }
                }
            }
        }
    }
}

fn meter_row(school: &Footprint, meter: &MeterFigures) -> Markup {
    let coverage = &meter.coverage;
    let seen = coverage.present > 0;
    let exports_only = meter.channel == Channel::AE;
    let energy = |quantity| format::decimal(kilowatt_hours(quantity), 0);
    html! {
        tr {
            th scope="row" {
                (meter.label()) (explain::of_meter(school, &meter.meter))
                small .soft { (format::label(meter.fuel.as_str())) @if exports_only { ", export only" } }
            }
            td .n {
                @if exports_only { "\u{2013}" } @else { (parts::or_no_data(seen.then(|| energy(meter.import)))) }
            }
            td .n { @if meter.export != 0 { (energy(meter.export)) } @else { "\u{2013}" } }
            td .n {
                (format::grouped(coverage.present))
                @if coverage.spread > 0 { small .soft { (format::grouped(coverage.spread)) " spread from longer intervals" } }
            }
            td .n { (format::grouped(coverage.expected)) }
            td .n { (parts::coverage(coverage)) }
            td .n { (parts::or_no_data(coverage.last_reading.map(format::instant))) }
        }
    }
}

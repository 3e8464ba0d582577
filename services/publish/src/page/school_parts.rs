//! What a school's figures rest on, its waste and its travel.

use events::{Audience, InitiativeKind, kilowatt_hours};
use footprint::{Footprint, MeterFigures, SurveyFigures, is_active, is_sustainable};
use maud::{Markup, html};

use super::{parts, stars};
use crate::suppress;
use crate::words;

/// Each meter and how much of its data came.
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
                        tbody { @for meter in &school.meters { (meter_row(meter)) } }
                    }
                }
            }
        }
    }
}

fn meter_row(meter: &MeterFigures) -> Markup {
    let coverage = &meter.coverage;
    let seen = coverage.present > 0;
    let energy = |quantity| words::decimal(kilowatt_hours(quantity), 0);
    html! {
        tr {
            th scope="row" { (meter.meter) small .soft { (words::label(meter.fuel.as_str())) } }
            td .n { (parts::or_no_data(seen.then(|| energy(meter.import)))) }
            td .n { @if meter.export != 0 { (energy(meter.export)) } @else { "\u{2013}" } }
            td .n {
                (words::grouped(coverage.present))
                @if coverage.spread > 0 { small .soft { (words::grouped(coverage.spread)) " spread from longer intervals" } }
            }
            td .n { (words::grouped(coverage.expected)) }
            td .n { (parts::coverage(coverage)) }
            td .n { (parts::or_no_data(coverage.last_reading.map(words::instant))) }
        }
    }
}

/// Waste by stream and route.
pub(super) fn waste(school: &Footprint) -> Markup {
    let waste = &school.waste;
    html! {
        section aria-labelledby="waste" {
            h2 #waste { "Waste" }
            @if waste.streams.is_empty() { p { (parts::no_data()) } }
            @else {
                p {
                    (parts::or_no_data(waste.recycling_ratio().map(|ratio| words::percent(ratio, 0)))) " recycled, "
                    (parts::or_no_data(waste.diversion_ratio().map(|ratio| words::percent(ratio, 0))))
                    " kept out of landfill."
                    @if waste.estimated.0 > 0 && waste.total.0 > 0 {
                        " " (words::percent(waste.estimated.0 as f64 / waste.total.0 as f64, 0))
                        " of the weight is estimated, not weighed."
                    }
                }
                div .scroll.short role="region" aria-labelledby="waste" tabindex="0" {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Stream" }
                                th scope="col" { "What became of it" }
                                th .n scope="col" { "Collections" }
                                th .n scope="col" { "Weight" }
                            }
                        }
                        tbody {
                            @for stream in &waste.streams {
                                tr {
                                    th scope="row" { (words::label(&stream.stream)) }
                                    td { (words::label(&stream.route)) }
                                    td .n { (stream.collections) }
                                    td .n { (parts::weight(stream.weight.0)) }
                                }
                            }
                            tr .sum {
                                th scope="row" { "Together" }
                                td {}
                                td {}
                                td .n { (parts::weight(waste.total.0)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The STARS level, what the next one asks, and how people come.
pub(super) fn travel(school: &Footprint) -> Markup {
    let held = school.travel.stars.as_ref();
    html! {
        section aria-labelledby="travel" {
            h2 #travel { "Travel" }
            p {
                "Modeshift STARS: " (stars::tag(held.map(|stars| stars.level)))
                @if let Some(stars) = held { " until " (words::day(stars.valid_until)) }
            }
            p .soft { (initiatives(school)) }
            div .two {
                div { (stars::next_level(school)) }
                @for (audience, survey) in &school.travel.surveys { (survey_table(*audience, survey)) }
                @if school.travel.surveys.is_empty() {
                    div { h3 { "How people come" } p { (parts::no_data()) } }
                }
            }
        }
    }
}

fn initiatives(school: &Footprint) -> String {
    let count = |kind| school.travel.delivered.get(&kind).copied().unwrap_or(0);
    format!(
        "Delivered: {} travel initiatives, {} supporting, {} consultations.",
        count(InitiativeKind::Travel),
        count(InitiativeKind::Supporting),
        count(InitiativeKind::Consultation)
    )
}

fn survey_table(audience: Audience, survey: &SurveyFigures) -> Markup {
    let current = suppress::table(&survey.current);
    let preferred = suppress::table(&survey.preferred);
    let responses = suppress::shown(survey.responses);
    let share = |picks: fn(events::Mode) -> bool| {
        parts::or_no_data(suppress::share(survey, picks).map(|share| words::percent(share, 0)))
    };
    html! {
        div {
            h3 { "How " (words::label(&words::snake(audience)).to_lowercase()) " come" }
            @if responses.count().is_none() {
                p { "Fewer than five answers: not published." }
            } @else {
                p .soft {
                    (responses.text()) " answers of " (words::grouped(survey.roll.into()))
                    @if let Some(ratio) = survey.response_ratio() { " (" (words::percent(ratio, 0)) ")" }
                    ". On foot, scooter or cycle: " (share(is_active)) "; with public transport, shared cars and park and stride: "
                    (share(is_sustainable)) "."
                }
                table {
                    thead { tr { th scope="col" { "Mode" } th .n scope="col" { "Come" } td {} th .n scope="col" { "Would rather" } } }
                    tbody {
                        @for (mode, shown) in &current {
                            @let name = words::snake(mode);
                            tr {
                                th scope="row" { (words::label(&name)) }
                                td .n { (shown.text()) }
                                td {
                                    @if let Some(count) = shown.count() {
                                        @let share = f64::from(count) / f64::from(survey.responses);
                                        (parts::bar(share, "leaf", &words::percent(share, 0)))
                                    }
                                }
                                td .n { (parts::or_no_data(preferred.get(mode).map(|shown| shown.text()))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

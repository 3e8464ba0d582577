//! A school's last days, half-hour by half-hour.

use std::fmt::Write;

use chrono::NaiveDate;
use events::{Channel, Fuel, Quantity, SettlementDay, Unit, kilowatt_hours};
use footprint::{Footprint, MeterFigures};
use maud::{Markup, html};

use super::charts::{Axis, BOTTOM, HEIGHT, LEFT, WIDTH};
use super::parts;
use crate::format;
use crate::half_hours::{HalfHours, OfMeters};

/// The series that are charted, if there is data for them.
const CHARTED: [(Fuel, Channel, &str, &str); 4] = [
    (Fuel::Electricity, Channel::AI, "Electricity", "elec"),
    (Fuel::Gas, Channel::AI, "Gas", "gas"),
    (Fuel::Solar, Channel::AI, "Solar, generated", "solar"),
    (Fuel::Electricity, Channel::AE, "Solar, exported", "export"),
];

pub(super) fn section(school: &Footprint, lately: Option<&HalfHours>) -> Markup {
    html! {
        section aria-labelledby="half-hours" {
            h2 #half-hours { "Last 7 days, half-hour by half-hour" }
            (silent(school))
            @match lately {
                None => p { "The ledger cannot be read at the moment. The other figures on this page do not need it." },
                Some(found) if found.series.is_empty() => p { (parts::no_data()) },
                Some(found) => {
                    p .soft {
                        (span(&found.days)) ". A gap is a half-hour for which not every meter has sent a value; a dashed line in it \
                         is what the others have sent. "
                        a href=(format!("/api/v1/schools/{}/half-hours?days={}", school.urn, found.days.len())) {
                            "Every half-hour as JSON"
                        }
                    }
                    div .charts {
                        @for (fuel, channel, name, class) in CHARTED {
                            @for unit in [Unit::KilowattHours, Unit::CubicMetres] {
                                @if let Some(all) = found.sum(fuel, channel, unit) {
                                    (chart(name, class, unit, &found.days, &all))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The meters that have been silent for long: their half-hours are missing below, however old the last day is.
fn silent(school: &Footprint) -> Markup {
    let silent = school
        .meters
        .iter()
        .filter_map(|meter| Some((meter, meter.silent_since?)));
    let silent: Vec<(&MeterFigures, NaiveDate)> = silent.collect();
    html! {
        @for (meter, since) in silent {
            p .warn {
                (format::capital(meter.fuel.as_str())) " meter " (meter.label()) " has sent nothing since " (format::day(since)) "."
            }
        }
    }
}

fn span(days: &[NaiveDate]) -> String {
    match (days.first(), days.last()) {
        (Some(first), Some(last)) => format!("{} to {}", format::day(*first), format::day(*last)),
        _ => String::new(),
    }
}

/// One day of a chart: its half-hours, and the index of the first.
struct Day<'a> {
    day: NaiveDate,
    from: usize,
    values: &'a [OfMeters],
}

fn by_day<'a>(days: &[NaiveDate], values: &'a [OfMeters]) -> Vec<Day<'a>> {
    let mut from = 0;
    let mut parts = Vec::new();
    for day in days {
        let slots = SettlementDay(*day).slots();
        let values = values.get(from..from + slots).unwrap_or_default();
        parts.push(Day {
            day: *day,
            from,
            values,
        });
        from += slots;
    }
    parts
}

fn chart(name: &str, class: &str, unit: Unit, days: &[NaiveDate], all: &[OfMeters]) -> Markup {
    let values: Vec<Option<Quantity>> = all.iter().map(OfMeters::whole).collect();
    let parts: Vec<Option<Quantity>> = all.iter().map(OfMeters::part).collect();
    let sent = values.iter().chain(&parts).flatten();
    let greatest = sent.max().copied().unwrap_or(0);
    let axis = Axis::up_to(kilowatt_hours(greatest));
    let x = |place: usize| LEFT + (WIDTH - LEFT) * place as f64 / values.len().max(1) as f64;
    let id = format!("half-hours-{class}-{}", unit.as_str());
    let days = by_day(days, all);
    let (present, expected) = counted(all);
    let unit_name = if unit == Unit::CubicMetres {
        "m\u{b3}"
    } else {
        "kWh"
    };
    html! {
        figure {
            figcaption { b { (name) } small .soft { (unit_name) " per half-hour" } }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(format!("{id}-t {id}-d")) {
                title id=(format!("{id}-t")) { (name) ", half-hour by half-hour" }
                desc id=(format!("{id}-d")) {
                    "At most " (format::decimal(kilowatt_hours(greatest), 1)) " " (unit_name) " in a half-hour; "
                    (expected - present) " of " (expected) " half-hours have no value."
                }
                @for (from, to) in gaps(&values) {
                    rect .gap x=(format!("{:.1}", x(from))) width=(format!("{:.1}", x(to) - x(from))) y="8" height="142" {}
                }
                (axis.grid())
                @for day in &days {
                    @let edge = format!("{:.1}", x(day.from));
                    line .grid x1=(edge) x2=(edge) y1="8" y2="156" {}
                    text x=(format!("{:.1}", x(day.from + day.values.len() / 2))) y="170" text-anchor="middle" aria-hidden="true" {
                        (day.day.format("%a %-d"))
                    }
                }
                g class=(class) {
                    path .under d=(under(&values, &axis, &x)) {}
                    path .curve d=(curve(&values, &axis, &x)) {}
                    @if parts.iter().any(Option::is_some) { path .curve.of-some d=(curve(&parts, &axis, &x)) {} }
                }
            }
            (table(name, unit_name, &days))
        }
    }
}

/// How many half-hours of meters arrived, and how many are expected.
fn counted(all: &[OfMeters]) -> (usize, usize) {
    let sum = |of: fn(&OfMeters) -> usize| all.iter().map(of).sum();
    (sum(|meters| meters.present), sum(|meters| meters.expected))
}

/// Runs without a value.
fn gaps(values: &[Option<Quantity>]) -> Vec<(usize, usize)> {
    runs(values, Option::is_none)
}

fn runs(values: &[Option<Quantity>], wanted: fn(&Option<Quantity>) -> bool) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (place, value) in values.iter().enumerate() {
        match runs.last_mut() {
            Some((_, to)) if *to == place && wanted(value) => *to = place + 1,
            _ if wanted(value) => runs.push((place, place + 1)),
            _ => {}
        }
    }
    runs
}

/// Steps, each a half-hour wide, with a gap where there is no value.
fn curve(values: &[Option<Quantity>], axis: &Axis, x: &impl Fn(usize) -> f64) -> String {
    let mut path = String::new();
    for (from, to) in runs(values, Option::is_some) {
        for (place, value) in (from..to).zip(values[from..to].iter().flatten()) {
            let (command, y) = (
                if place == from { 'M' } else { 'V' },
                axis.y(kilowatt_hours(*value)),
            );
            // Writing to a string cannot fail.
            let _ok = match command {
                'M' => write!(path, "M{:.1} {y:.1}", x(place)),
                _ => write!(path, "V{y:.1}"),
            };
            let _ok = write!(path, "H{:.1}", x(place + 1));
        }
    }
    path
}

fn under(values: &[Option<Quantity>], axis: &Axis, x: &impl Fn(usize) -> f64) -> String {
    let mut path = String::new();
    for (from, to) in runs(values, Option::is_some) {
        let _ok = write!(path, "M{:.1} {BOTTOM}", x(from));
        for (place, value) in (from..to).zip(values[from..to].iter().flatten()) {
            let _ok = write!(
                path,
                "V{:.1}H{:.1}",
                axis.y(kilowatt_hours(*value)),
                x(place + 1)
            );
        }
        let _ok = write!(path, "V{BOTTOM}Z");
    }
    path
}

fn table(name: &str, unit: &str, days: &[Day<'_>]) -> Markup {
    html! {
        details {
            summary { "As a table, by day" }
            table {
                thead {
                    tr {
                        th scope="col" { "Day" }
                        th .n scope="col" { (name) ", " (unit) }
                        th .n scope="col" { "Most, at" }
                        th .n scope="col" { "Half-hours" }
                    }
                }
                tbody {
                    @for day in days {
                        @let (present, expected) = counted(day.values);
                        tr {
                            th scope="row" { (day.day.format("%a %-d %b")) }
                            td .n {
                                (parts::or_no_data((present > 0).then(|| {
                                    format::decimal(kilowatt_hours(day.values.iter().map(|value| value.sum).sum()), 1)
                                })))
                            }
                            td .n { (parts::or_no_data(most(day))) }
                            td .n {
                                (present) " of " (expected)
                                @match day.values.iter().map(|meters| meters.by_half).sum::<usize>() {
                                    0 => {}
                                    by_half => { " (" (by_half) " known by half)" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn most(day: &Day<'_>) -> Option<String> {
    let valued = day
        .values
        .iter()
        .enumerate()
        .filter_map(|(slot, value)| Some((value.whole()?, slot)));
    let (value, slot) = valued.max_by_key(|(value, slot)| (*value, std::cmp::Reverse(*slot)))?;
    let starts = SettlementDay(day.day)
        .slot_starts(slot)
        .with_timezone(&chrono_tz::Europe::London);
    Some(format!(
        "{}, {}",
        format::decimal(kilowatt_hours(value), 1),
        starts.format("%H:%M")
    ))
}

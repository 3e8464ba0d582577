//! When a school's electricity is dirtiest, by the carbon intensity of the grid: beside the figures, and in none of them.

use std::fmt::Write;

use chrono::{Datelike, NaiveDate};
use chrono_tz::Europe::London;
use events::kilowatt_hours;
use footprint::grid::{CLOCK_HALF_HOURS, ClockHalfHour, HalfHour, SHIFTED_PERCENT, Shift};
use footprint::{Days, Footprint};
use lake::Month;
use maud::{Markup, html};

use super::charts::{Axis, BOTTOM, HEIGHT, LEFT, WIDTH};
use super::parts;
use crate::format;
use crate::grid::{GridLack, GridReport};

/// What the section shows.
pub(super) struct GridSection {
    /// None if the ledger cannot be read at the moment.
    pub report: Option<GridReport>,
    /// The month that is shown; none if the last days are.
    pub month: Option<Month>,
    /// The months with readings and intensities, the newest first.
    pub months: Vec<Month>,
}

/// The most months that are offered.
const MOST_MONTHS: usize = 12;

/// The months of a school's membership up to its last reading of which intensities are known, the newest first.
pub(super) fn months_of(
    school: &Footprint,
    member: Days,
    known: Option<(NaiveDate, NaiveDate)>,
) -> Vec<Month> {
    let (Some((first, last)), Some(read)) = (known, school.coverage.last_reading) else {
        return Vec::new();
    };
    let first = Month::of(first.max(member.from));
    let last = last.min(member.to).min(read.date_naive());
    std::iter::successors(Some(last), |day| day.with_day(1)?.pred_opt())
        .map(Month::of)
        .take_while(|month| *month >= first)
        .take(MOST_MONTHS)
        .collect()
}

/// Nothing where no intensity was ever sent: then it is not used.
pub(super) fn section(school: &Footprint, shown: Option<&GridSection>) -> Markup {
    html! {
        @if let Some(shown) = shown {
            section aria-labelledby="grid" {
                h2 #grid { "When this school’s electricity is dirtiest" }
                p .soft {
                    "For running the school. These numbers are no part of its footprint, and in no report or target: those are priced \
                     by the yearly factors for reporting."
                }
                (months(school, shown))
                @match &shown.report {
                    None => p { "The ledger cannot be read at the moment." },
                    Some(report) => (figures(school, shown, report)),
                }
            }
        }
    }
}

/// Links to the last days and to the months.
fn months(school: &Footprint, shown: &GridSection) -> Markup {
    let address = format!("/schools/{}?period={}", school.urn, school.period.key());
    let current = |month: Option<Month>| (month == shown.month).then_some("true");
    html! {
        nav .periods aria-label="Days" {
            ul {
                li { a href=(format!("{address}#grid")) aria-current=[current(None)] { "Last 28 days" } }
                @for month in &shown.months {
                    li {
                        a href=(format!("{address}&grid={month}#grid")) aria-current=[current(Some(*month))] {
                            (format::month(&month.to_string()))
                        }
                    }
                }
            }
        }
    }
}

fn figures(school: &Footprint, shown: &GridSection, report: &GridReport) -> Markup {
    let month = shown
        .month
        .map_or_else(String::new, |month| format!("?month={month}"));
    html! {
        p { (days(report)) }
        @match report.lack {
            Some(lack) => p { (parts::no_data()) ": " (reason(lack, report)) },
            None => {
                div .two {
                    (key_figures(report))
                    div { (dirtiest(report)) }
                }
                div .charts {
                    (chart("Mean use", "kWh per half-hour", "elec", &report.of_use.clock, |one| one.energy.map(kilowatt_hours)))
                    (chart("Mean intensity of the grid", "g CO\u{2082} per kWh", "other", &report.of_use.clock, |one| one.intensity.map(grams)))
                }
                (table(report))
            }
        }
        (method())
        p .soft {
            a href=(format!("/api/v1/schools/{}/grid-intensity{month}", school.urn)) { "Every half-hour as JSON" }
        }
    }
}

/// The days, the region, and how much of it is known.
fn days(report: &GridReport) -> String {
    let of_use = &report.of_use;
    let days = match (report.days.first(), report.days.last()) {
        (Some(first), Some(last)) => format!("{} to {}", format::day(*first), format::day(*last)),
        _ => return "There are no whole days with readings.".to_owned(),
    };
    let region = match report.is_registered {
        true => report.region.name().to_owned(),
        false => format!("{}, as the school has registered no region", report.region),
    };
    let known = match of_use.known == of_use.half_hours {
        true => format!(
            "all {} half-hours are known",
            format::grouped(of_use.known as i64)
        ),
        false => format!(
            "{} of {} half-hours are known, and only these count",
            format::grouped(of_use.known as i64),
            format::grouped(of_use.half_hours as i64)
        ),
    };
    let forecast = match of_use.by_forecast {
        0 => String::new(),
        all if all == of_use.known => "; the intensities are forecasts".to_owned(),
        some => format!(
            "; {} intensities are forecasts",
            format::grouped(some as i64)
        ),
    };
    format!("{days}. Grid of {region}; {known}{forecast}.")
}

fn reason(lack: GridLack, report: &GridReport) -> String {
    match lack {
        GridLack::Readings => {
            "no half-hour of these days has readings of every electricity meter.".to_owned()
        }
        GridLack::Intensities => {
            format!("no intensity of {} was sent for these days.", report.region)
        }
        GridLack::HalfHoursWithBoth => {
            "no half-hour of these days has both readings and an intensity.".to_owned()
        }
    }
}

fn key_figures(report: &GridReport) -> Markup {
    let of_use = &report.of_use;
    let extremes = of_use.extremes();
    let mean_at = |number: usize| {
        let mean = of_use.clock.get(number).and_then(|one| one.intensity);
        mean.map_or_else(String::new, |mean| format::decimal(grams(mean), 0))
    };
    html! {
        dl .key {
            @if let Some((highest, lowest)) = extremes {
                div {
                    dt { "Dirtiest time of day" }
                    dd { (format::clock(highest)) small { (mean_at(highest)) " g CO\u{2082} per kWh on average" } }
                }
                div {
                    dt { "Cleanest time of day" }
                    dd { (format::clock(lowest)) small { (mean_at(lowest)) " g CO\u{2082} per kWh on average" } }
                }
            }
            div {
                dt { "Electricity used" }
                dd {
                    (format::whole_units(of_use.energy)) " kWh"
                    small { (format::decimal(of_use.emissions.kilograms(), 0)) " kg CO\u{2082}" }
                }
            }
            @if let (Some(of_use), Some(of_time)) = (of_use.mean_of_use, of_use.mean_of_time) {
                div {
                    dt { "Mean intensity of the electricity used" }
                    dd {
                        (format::decimal(grams(of_use), 0)) " g CO\u{2082} per kWh"
                        small {
                            @if of_time > 0 {
                                (format::signed_percent(of_use as f64 / of_time as f64 - 1.0, 1)) " against the grid’s mean of "
                                (format::decimal(grams(of_time), 0))
                            }
                        }
                    }
                }
            }
            div {
                dt { (format!("Moving {SHIFTED_PERCENT}% of the dirtiest use would save")) }
                dd { (shift(of_use.shift)) }
            }
        }
    }
}

fn shift(shift: Option<Shift>) -> Markup {
    html! {
        @match shift {
            None => { (parts::no_data()) small { "no day is known in full" } },
            Some(shift) => {
                (format::decimal(shift.saved.kilograms(), 1)) " kg CO\u{2082}"
                small {
                    (format::decimal(kilowatt_hours(shift.moved), 0)) " kWh moved, on " (format::counted(shift.days, "day"))
                }
            }
        }
    }
}

/// A step for each half-hour of the clock.
fn chart(
    name: &str,
    unit: &str,
    class: &str,
    clock: &[ClockHalfHour],
    of: impl Fn(&ClockHalfHour) -> Option<f64>,
) -> Markup {
    let values: Vec<Option<f64>> = clock.iter().map(of).collect();
    let greatest = values.iter().flatten().copied().fold(0.0, f64::max);
    let axis = Axis::up_to(greatest);
    let x = |place: usize| LEFT + (WIDTH - LEFT) * place as f64 / CLOCK_HALF_HOURS as f64;
    let id = format!("grid-{class}");
    let (mut curve, mut under) = (String::new(), String::new());
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else { continue };
        let follows = place > 0 && values.get(place - 1).is_some_and(Option::is_some);
        let (from, to, y) = (x(place), x(place + 1), axis.y(*value));
        // Writing to a string cannot fail.
        let _ok = match follows {
            true => write!(curve, "V{y:.1}H{to:.1}"),
            false => write!(curve, "M{from:.1} {y:.1}H{to:.1}"),
        };
        let _ok = write!(under, "M{from:.1} {BOTTOM}V{y:.1}H{to:.1}V{BOTTOM}Z");
    }
    html! {
        figure {
            figcaption { b { (name) } small .soft { (unit) ", by time of day" } }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(format!("{id}-t {id}-d")) {
                title id=(format!("{id}-t")) { (name) ", by half-hour of the day" }
                desc id=(format!("{id}-d")) { "At most " (format::decimal(greatest, 1)) " " (unit) "; the numbers are in the table below." }
                (axis.grid())
                @for hour in [0_usize, 6, 12, 18, 24] {
                    @let anchor = match hour { 0 => "start", 24 => "end", _ => "middle" };
                    text x=(format!("{:.1}", x(2 * hour))) y="170" text-anchor=(anchor) aria-hidden="true" { (format!("{hour:02}:00")) }
                }
                g class=(class) {
                    path .under d=(under) {}
                    path .curve d=(curve) {}
                }
            }
        }
    }
}

fn dirtiest(report: &GridReport) -> Markup {
    let starts = |one: &HalfHour| one.day.slot_starts(one.slot).with_timezone(&London);
    html! {
        h3 { "The dirtiest half-hours" }
        div .scroll.short role="region" aria-label="The dirtiest half-hours" tabindex="0" {
            table .tight {
                thead {
                    tr {
                        th scope="col" { "Half-hour from" }
                        th .n scope="col" { "g CO\u{2082} per kWh" }
                        th .n scope="col" { "Used, kWh" }
                        th .n scope="col" { "kg CO\u{2082}" }
                    }
                }
                tbody {
                    @for one in &report.of_use.dirtiest {
                        tr {
                            th scope="row" { (starts(one).format("%a %-d %b %Y, %H:%M")) }
                            td .n { (parts::or_no_data(one.intensity.map(|intensity| intensity.grams_per_kwh.to_string()))) }
                            td .n { (parts::or_no_data(one.energy.map(|energy| format::decimal(kilowatt_hours(energy), 1)))) }
                            td .n { (parts::or_no_data(one.emissions().map(|emitted| format::decimal(emitted.kilograms(), 2)))) }
                        }
                    }
                }
            }
        }
    }
}

fn table(report: &GridReport) -> Markup {
    html! {
        details {
            summary { "As a table, by time of day" }
            table .tight {
                thead {
                    tr {
                        th scope="col" { "From" }
                        th .n scope="col" { "Mean use, kWh" }
                        th .n scope="col" { "Mean intensity, g CO\u{2082} per kWh" }
                        th .n scope="col" { "Days known" }
                    }
                }
                tbody {
                    @for (number, one) in report.of_use.clock.iter().enumerate() {
                        tr {
                            th scope="row" { (format::clock(number)) }
                            td .n { (parts::or_no_data(one.energy.map(|energy| format::decimal(kilowatt_hours(energy), 1)))) }
                            td .n { (parts::or_no_data(one.intensity.map(|mean| format::decimal(grams(mean), 0)))) }
                            td .n { (one.known) }
                        }
                    }
                }
            }
        }
    }
}

fn method() -> Markup {
    html! {
        details {
            summary { "How this is worked out" }
            p {
                "The electricity taken from the grid in each half-hour is multiplied by the intensity of the grid then, as the National \
                 Energy System Operator publishes it for the region. A half-hour counts if every electricity meter has sent a value for it \
                 and the intensity is known; nothing is estimated."
            }
            p {
                "The saving is that of one change: on each day that is known in full, " (SHIFTED_PERCENT) "% of the use in the dirtiest \
                 quarter of its half-hours is moved to the cleanest quarter of the same day and spread over it evenly. It says what \
                 moving would be worth at the grid’s average, and not whether the use can be moved. \
                 docs/methodology.md has the details."
            }
        }
    }
}

/// Milligrams as grams.
fn grams(milligrams: i64) -> f64 {
    milligrams as f64 / 1e3
}

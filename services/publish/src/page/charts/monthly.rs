//! Energy by month, a chart per use.

use chrono::{Months, NaiveDate};
use events::{Quantity, kilowatt_hours};
use footprint::{Days, Period};
use maud::{Markup, html};

use super::{Axis, BOTTOM, HEIGHT, LEFT, WIDTH, class};
use crate::format;
use crate::page::parts;
use crate::rollup::{EnergyUse, Totals, passed};

/// A month of a chart.
pub(super) struct Month {
    /// `2026-03`
    pub key: String,
    pub first: NaiveDate,
    pub energy: Option<Quantity>,
    /// Whether all its days belong to the period and have passed.
    pub whole: bool,
}

/// Every month that has days in `days`, with data or without.
pub(super) fn calendar(days: Days, energy: impl Fn(&str) -> Option<Quantity>) -> Vec<Month> {
    use chrono::Datelike;
    let first = days.from.with_day(1).unwrap_or(days.from);
    std::iter::successors(Some(first), |first| {
        first.checked_add_months(Months::new(1))
    })
    .take_while(|first| *first <= days.to)
    .map(|first| {
        let key = first.format("%Y-%m").to_string();
        Month {
            energy: energy(&key),
            whole: format::month_is_whole(&key, days),
            first,
            key,
        }
    })
    .collect()
}

/// A chart for each use that has any energy.
pub(in crate::page) fn months(totals: &Totals, period: Period) -> Markup {
    let uses = [
        EnergyUse::Electricity,
        EnergyUse::Gas,
        EnergyUse::Solar,
        EnergyUse::Export,
    ];
    let measured: Vec<EnergyUse> = uses
        .into_iter()
        .filter(|energy| totals.months.keys().any(|(_, measured)| measured == energy))
        .collect();
    html! {
        @if measured.is_empty() { p { (parts::no_data()) } }
        div .charts {
            @for energy in measured {
                @let months = calendar(passed(period), |month| {
                    totals.months.get(&(month.to_owned(), energy)).copied()
                });
                (chart(energy, &months))
            }
        }
    }
}

fn chart(energy: EnergyUse, months: &[Month]) -> Markup {
    let greatest = months
        .iter()
        .filter_map(|month| month.energy)
        .max()
        .unwrap_or(0);
    let (unit, scale) = if greatest >= 20_000 * events::MICRO {
        ("MWh", 1e3)
    } else {
        ("kWh", 1.0)
    };
    let value = |energy: Quantity| kilowatt_hours(energy) / scale;
    let axis = Axis::up_to(value(greatest));
    // Lines count the solar used on site; months count what the panels generated.
    let name = match energy {
        EnergyUse::Solar => "Solar, generated".to_owned(),
        other => format::label(other.as_str()),
    };
    let id = format!("months-{}", energy.as_str());
    let width = (WIDTH - LEFT) / months.len().max(1) as f64;
    html! {
        figure {
            figcaption { b { (name) } small .soft { (unit) " a month" (partly(months)) } }
            svg viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) role="img" aria-labelledby=(format!("{id}-t {id}-d")) {
                title id=(format!("{id}-t")) { (name) " by month" }
                desc id=(format!("{id}-d")) { (described(months, unit, &value)) }
                (axis.grid())
                @for (month, place) in months.iter().zip(0_u32..) {
                    @let x = LEFT + width * f64::from(place);
                    @if let Some(energy_used) = month.energy {
                        @let y = axis.y(value(energy_used));
                        rect class=(format!("{}{}", class(energy), if month.whole { "" } else { " part" }))
                            x=(format!("{:.1}", x + width * 0.14)) y=(format!("{y:.1}"))
                            width=(format!("{:.1}", width * 0.72)) height=(format!("{:.1}", BOTTOM - y)) {}
                    }
                    text x=(format!("{:.1}", x + width / 2.0)) y="166" text-anchor="middle" aria-hidden="true" {
                        (month.first.format("%b").to_string().chars().take(if months.len() > 6 { 1 } else { 3 }).collect::<String>())
                    }
                    @if place == 0 || month.key.ends_with("-01") {
                        text x=(format!("{:.1}", x + width / 2.0)) y="180" text-anchor="middle" aria-hidden="true" {
                            (month.first.format("%Y"))
                        }
                    }
                }
            }
            details {
                summary { "As a table" }
                table {
                    thead { tr { th scope="col" { "Month" } th .n scope="col" { (name) ", kWh" } } }
                    tbody {
                        @for month in months {
                            tr {
                                th scope="row" { (format::month(&month.key)) @if !month.whole { small .soft { "part of the month" } } }
                                td .n { (parts::or_no_data(month.energy.map(format::whole_units))) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn partly(months: &[Month]) -> &'static str {
    if months
        .iter()
        .any(|month| !month.whole && month.energy.is_some())
    {
        "; lighter where only part of the month counts"
    } else {
        ""
    }
}

/// The values of the bars, in words.
fn described(months: &[Month], unit: &str, value: &dyn Fn(Quantity) -> f64) -> String {
    let known = || {
        months
            .iter()
            .filter_map(|month| Some((month.energy?, month)))
    };
    let missing = months.iter().filter(|month| month.energy.is_none()).count();
    let whole = || known().filter(|(_, month)| month.whole);
    let (Some(most), Some(least)) = (
        whole().max_by_key(|(energy, _)| *energy),
        whole().min_by_key(|(energy, _)| *energy),
    ) else {
        return format!("{} months, none of them whole.", months.len());
    };
    let label = |(energy, month): (Quantity, &Month)| {
        format!(
            "{} {unit} in {}",
            format::decimal(value(energy), 1),
            format::month(&month.key)
        )
    };
    let gaps = if missing > 0 {
        format!(" No data for {missing} months.")
    } else {
        String::new()
    };
    format!("Between {} and {}.{gaps}", label(least), label(most))
}

//! Charts the size of a word, and the gauge of a headline.

use events::Quantity;
use footprint::{Footprint, Item};
use maud::{Markup, html};

use super::monthly::calendar;
use crate::format;
use crate::page::parts;
use crate::rollup::passed;

/// An intensity of a year against its baseline, as a bar with a mark; below it, if known, a second bar for the intensity
/// at the factors of the baseline.
pub(in crate::page) fn gauge(intensity: f64, constant: Option<f64>, baseline: f64) -> Markup {
    const WIDE: f64 = 440.0;
    let longest = intensity.max(constant.unwrap_or_default()).max(baseline);
    let end = (longest * 1.18 * 20.0).ceil() / 20.0;
    let x = |value: f64| value / end * WIDE;
    let class = |figure: f64| if figure > baseline { "over" } else { "leaf" };
    let height = if constant.is_some() { "7" } else { "16" };
    // At the end of the bar the label would extend beyond the picture.
    let anchor = if x(baseline) > WIDE * 0.8 {
        "end"
    } else {
        "middle"
    };
    let mark = format!("{:.1}", x(baseline));
    html! {
        svg .gauge viewBox="0 0 440 46" role="img" aria-labelledby="gauge-t" {
            title #gauge-t { (format!("{intensity:.3}")) " tonnes CO2e per pupil"
                @if let Some(constant) = constant { ", " (format!("{constant:.3}")) " at the factors of the baseline" }
                ", the baseline being " (baseline)
            }
            rect .track y="4" width="440" height="16" rx="2" {}
            rect class=(class(intensity)) y="4" width=(format!("{:.1}", x(intensity))) height=(height) rx="2" {}
            @if let Some(constant) = constant {
                rect class=(class(constant)) y="13" width=(format!("{:.1}", x(constant))) height=(height) rx="2" {}
            }
            text y="40" aria-hidden="true" { "0" }
            line .tick x1=(mark) x2=(mark) y1="0" y2="26" {}
            text .ink x=(mark) y="40" text-anchor=(anchor) aria-hidden="true" { "baseline " (baseline) }
        }
    }
}

/// An intensity as a bar the width of a cell, with a mark at the baseline.
pub(in crate::page) fn mini(intensity: f64, scale: f64, mark: Option<f64>) -> Markup {
    let x = |value: f64| {
        format!(
            "{:.1}",
            if scale > 0.0 {
                value / scale * 98.0
            } else {
                0.0
            }
        )
    };
    let over = mark.is_some_and(|mark| intensity > mark);
    html! {
        svg .mini viewBox="0 0 100 10" aria-hidden="true" {
            rect .track y="2" width="100" height="6" rx="1" {}
            rect class=(if over { "over" } else { "leaf" }) y="2" width=(x(intensity)) height="6" rx="1" {}
            @if let Some(mark) = mark {
                line .tick x1=(x(mark)) x2=(x(mark)) y1="0" y2="10" {}
            }
        }
    }
}

/// Electricity and gas by month, as small bars within a line of text. A month without data is a gap.
pub(in crate::page) fn spark(school: &Footprint) -> Markup {
    let bought = |month: &str| -> Option<Quantity> {
        let of_month = school.months.iter().filter(|figures| {
            figures.month == month && matches!(figures.item, Item::Electricity | Item::Gas)
        });
        of_month
            .map(|figures| figures.energy)
            .reduce(|sum, energy| sum + energy)
    };
    let months = calendar(passed(school.period), bought);
    let Some(greatest) = months
        .iter()
        .filter_map(|month| month.energy)
        .max()
        .filter(|most| *most > 0)
    else {
        return parts::no_data();
    };
    let width = 120.0 / months.len().max(1) as f64;
    let most = months.iter().max_by_key(|month| month.energy);
    let title = format!(
        "Electricity and gas, {} months, most {} kWh in {}",
        months.len(),
        format::whole_units(greatest),
        most.map_or_else(String::new, |month| format::month(&month.key))
    );
    html! {
        svg .spark viewBox="0 0 120 30" role="img" {
            title { (title) }
            line .grid x1="0" x2="120" y1="29.5" y2="29.5" {}
            @for (month, place) in months.iter().zip(0_u32..) {
                @if let Some(energy) = month.energy {
                    @let height = (energy as f64 / greatest as f64 * 28.0).max(0.0);
                    rect class=(if month.whole { "elec" } else { "elec part" })
                        x=(format!("{:.1}", width * f64::from(place) + width * 0.12)) y=(format!("{:.1}", 29.0 - height))
                        width=(format!("{:.1}", width * 0.76)) height=(format!("{height:.1}")) {}
                }
            }
        }
    }
}

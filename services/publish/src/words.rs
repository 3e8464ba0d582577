//! How names and numbers are written for people.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use chrono_tz::Europe::London;
use events::{Phase, Quantity, StarsLevel};
use footprint::{BlendPart, Days};

/// A value of a closed set as events have it: `very_good`.
pub(crate) fn snake(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// The same as people read it: `Very good`. Names that need more than that are spelled out.
pub(crate) fn label(name: &str) -> String {
    let known = match name {
        "lpg" => "LPG",
        "solar" => "Solar, used on site",
        "export" => "Solar, exported",
        "grid_losses" => "Grid losses (transmission and distribution)",
        "minibus_diesel" => "Minibuses, diesel",
        "minibus_petrol" => "Minibuses, petrol",
        "minibus_distance" => "Minibuses, by distance",
        "minibus_distance_petrol" => "Minibuses, petrol, by distance",
        "staff_car" => "Staff cars on business",
        "staff_car_petrol" => "Staff cars on business, petrol",
        "staff_car_diesel" => "Staff cars on business, diesel",
        "staff_car_hybrid" => "Staff cars on business, hybrid",
        "staff_car_plug_in_hybrid" => "Staff cars on business, plug-in hybrid",
        "staff_car_electric" => "Staff cars on business, electric",
        "wtt_electricity" => "Well to tank of electricity",
        "wtt_grid_losses" => "Well to tank of grid losses",
        "wtt_gas" => "Well to tank of gas",
        "wtt_minibus_diesel" => "Well to tank of minibuses' diesel",
        "wtt_minibus_petrol" => "Well to tank of minibuses' petrol",
        "electricity_market" => "Electricity by its contracts",
        "commuting_pupils" => "Commuting of the pupils who were asked",
        "commuting_staff" => "Commuting of the staff who were asked",
        "well_to_tank" => "Well to tank of fuels and electricity",
        "water" => "Water supplied and treated",
        "energy_from_waste" => "Energy from waste",
        "paper_and_card" => "Paper and card",
        "electricity" => "Electricity",
        "not_applicable" => "Special or alternative provision",
        "sixteen_plus" => "16 plus",
        "all_through" => "All-through",
        "public_bus" => "Public bus",
        "rail" => "Train or tram",
        "walk" => "Walk or wheel",
        "scoot" => "Scoot or skate",
        "car" => "Car or motorcycle",
        "car_share" => "Car share",
        "pupil" => "Pupils",
        "weee" => "Electrical equipment",
        _ => {
            let line = waste_line(name).or_else(|| commuting_line(name));
            return line.unwrap_or_else(|| sentence(&name.replace('_', " ")));
        }
    };
    known.to_owned()
}

/// `waste_residual_landfill` as `Waste, residual: landfill`.
fn waste_line(name: &str) -> Option<String> {
    const ROUTES: [&str; 6] = [
        "landfill",
        "energy_from_waste",
        "recycling",
        "composting",
        "anaerobic_digestion",
        "other",
    ];
    let rest = name.strip_prefix("waste_")?;
    let spaced = |text: &str| text.replace('_', " ");
    ROUTES.iter().find_map(|route| {
        let stream = rest.strip_suffix(route)?.strip_suffix('_')?;
        Some(format!("Waste, {}: {}", spaced(stream), spaced(route)))
    })
}

/// `commuting_pupil_public_bus` as `Commuting, pupils: public bus`.
fn commuting_line(name: &str) -> Option<String> {
    let (audience, mode) = name.strip_prefix("commuting_")?.split_once('_')?;
    let (whose, how) = (label(audience), label(mode));
    Some(format!(
        "Commuting, {}: {}",
        whose.to_lowercase(),
        how.to_lowercase()
    ))
}

/// What a blended factor is made of: `122 days of 2024 at 0.20705, 243 days of 2025 at 0.177`; none for one year's.
pub(crate) fn blend(parts: &[BlendPart]) -> Option<String> {
    let part = |part: &BlendPart| {
        format!(
            "{} days of {} at {}",
            part.days, part.factor_year, part.factor
        )
    };
    let parts: Vec<String> = parts.iter().map(part).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

pub(crate) fn phase(phase: Phase) -> String {
    label(&snake(phase))
}

/// The level with its place among the five; 0 is none.
pub(crate) fn stars_rank(level: Option<StarsLevel>) -> u32 {
    match level {
        None => 0,
        Some(StarsLevel::Approved) => 1,
        Some(StarsLevel::Good) => 2,
        Some(StarsLevel::VeryGood) => 3,
        Some(StarsLevel::Excellent) => 4,
        Some(StarsLevel::Outstanding) => 5,
    }
}

/// `1,234,567`
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        text.push('\u{2212}');
    }
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 school`, `2 schools`
pub(crate) fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {what}{plural}", grouped(count as i64))
}

/// `one`, `one and two`, `one, two and three`
pub(crate) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A decimal with grouped whole digits: `1,234.5`.
pub(crate) fn decimal(number: f64, places: usize) -> String {
    let text = format!("{:.places$}", number.abs());
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let sign = if number < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        "\u{2212}"
    } else {
        ""
    };
    format!("{sign}{}{rest}", grouped(whole.parse().unwrap_or(0)))
}

/// Millionths as whole units: milliwatt-hours as `12,345` kWh. Rounded, half away from zero.
pub(crate) fn whole_units(quantity: Quantity) -> String {
    grouped((quantity as f64 / events::MICRO as f64).round() as i64)
}

/// `98.4%`; a whole percentage where `places` is 0. What is not quite all is never shown as 100%.
pub(crate) fn percent(ratio: f64, places: i32) -> String {
    let scale = 10_f64.powi(places);
    let rounded = (ratio * 100.0 * scale).round() / scale;
    let honest = match () {
        () if ratio < 1.0 && rounded >= 100.0 => 100.0 - 1.0 / scale,
        () if ratio > 0.0 && rounded <= 0.0 => 1.0 / scale,
        () => rounded,
    };
    format!("{honest:.0$}%", usize::try_from(places).unwrap_or(0))
}

/// A change: `+3.4%`, `−9.0%`.
pub(crate) fn signed_percent(ratio: f64, places: usize) -> String {
    let sign = if ratio > 0.0 { "+" } else { "" };
    format!("{sign}{}%", decimal(ratio * 100.0, places))
}

/// A difference of two shares, in points of a hundred: `+12 points`.
pub(crate) fn signed_points(difference: f64) -> String {
    let sign = if difference > 0.0 { "+" } else { "" };
    format!("{sign}{} points", decimal(difference * 100.0, 0))
}

/// `21 November 2026`
pub(crate) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `21 Nov 2026`
pub(crate) fn short_day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// When something ended, on London's clock: `21 Nov 2026` and `23:30`. What ended at midnight ended with the day before,
/// at 24:00: a meter that has sent all of Saturday has sent nothing of Sunday.
pub(crate) fn ended(instant: DateTime<Utc>) -> (String, String) {
    let local = instant.with_timezone(&London).naive_local();
    match local.date().pred_opt() {
        Some(before) if local.time() == NaiveTime::MIN => (short_day(before), "24:00".to_owned()),
        _ => (short_day(local.date()), local.format("%H:%M").to_string()),
    }
}

/// The same in one piece: `21 Nov 2026, 24:00`.
pub(crate) fn instant(instant: DateTime<Utc>) -> String {
    let (day, time) = ended(instant);
    format!("{day}, {time}")
}

/// The first day of a month written `2026-03`.
pub(crate) fn month_first(month: &str) -> Option<NaiveDate> {
    format!("{month}-01").parse().ok()
}

/// `March 2026`
pub(crate) fn month(month: &str) -> String {
    month_first(month).map_or_else(
        || month.to_owned(),
        |first| first.format("%B %Y").to_string(),
    )
}

/// Whether all days of a month lie in `days`.
pub(crate) fn month_is_whole(month: &str, days: Days) -> bool {
    month_first(month)
        .is_some_and(|first| days.contains(first) && days.contains(last_of_month(first)))
}

pub(crate) fn last_of_month(day: NaiveDate) -> NaiveDate {
    let (year, month) = if day.month() == 12 {
        (day.year() + 1, 1)
    } else {
        (day.year(), day.month() + 1)
    };
    NaiveDate::from_ymd_opt(year, month, 1)
        .and_then(|next| next.pred_opt())
        .unwrap_or(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_flatter() {
        assert_eq!(grouped(-1_234_567), "\u{2212}1,234,567");
        assert_eq!(decimal(12_345.678, 1), "12,345.7");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(percent(0.99996, 1), "99.9%");
        assert_eq!(percent(1.0, 1), "100.0%");
        assert_eq!(percent(0.0001, 0), "1%");
        assert_eq!(signed_percent(0.03369, 1), "+3.4%");
        assert_eq!(signed_percent(-0.09038, 1), "\u{2212}9.0%");
        assert_eq!(signed_points(0.124), "+12 points");
        assert_eq!(
            label("waste_paper_and_card_energy_from_waste"),
            "Waste, paper and card: energy from waste"
        );
        assert_eq!(label("burning_oil"), "Burning oil");
        assert_eq!(
            label("commuting_pupil_public_bus"),
            "Commuting, pupils: public bus"
        );
    }
}

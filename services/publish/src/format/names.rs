//! Names of closed sets, as people read them.

use events::{Phase, StarsLevel};
use footprint::BlendPart;

/// A value of a closed set as it is written in events: `very_good`.
pub(crate) fn snake(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    }
}

/// A sentence with its figures typeset as on the page.
pub(crate) fn typeset(text: &str) -> String {
    text.replace("CO2e", "CO\u{2082}e")
}

/// A clause as the beginning of a sentence.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

/// A name in the form for people: `Very good`. Names that need more than a capital are spelled out.
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
    const ROUTES: [&str; 7] = [
        "landfill",
        "energy_from_waste",
        "recycling",
        "composting",
        "anaerobic_digestion",
        "other",
        "unknown",
    ];
    let rest = name.strip_prefix("waste_")?;
    let spaced = |text: &str| text.replace('_', " ");
    ROUTES.iter().find_map(|route| {
        let stream = rest.strip_suffix(route)?.strip_suffix('_')?;
        let route = match *route {
            "unknown" => "route unknown".to_owned(),
            route => spaced(route),
        };
        Some(format!("Waste, {}: {route}", spaced(stream)))
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

/// A line within a sentence: `residual waste (landfill)`, `commuting of pupils by public bus`, `LPG`.
pub(crate) fn in_a_sentence(name: &str) -> String {
    let label = label(name);
    if let Some((stream, route)) = label
        .strip_prefix("Waste, ")
        .and_then(|rest| rest.split_once(": "))
    {
        return format!("{stream} waste ({route})");
    }
    if let Some((whose, how)) = label
        .strip_prefix("Commuting, ")
        .and_then(|rest| rest.split_once(": "))
    {
        return format!("commuting of {whose} by {how}");
    }
    // In a list a comma would end the name, so brackets are used: `minibuses (diesel)`, `solar (exported)`.
    let label = match label.split_once(", ") {
        Some((what, which)) => format!("{what} ({which})"),
        None => label,
    };
    let mut letters = label.chars();
    match (letters.next(), letters.clone().next()) {
        // `LPG` is not lowercased.
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => label,
    }
}

/// `2025 and 2026`
pub(crate) fn years(years: &[i32]) -> String {
    let years: Vec<String> = years.iter().map(ToString::to_string).collect();
    years.join(" and ")
}

/// The parts of a blended factor: `122 days of 2024 at 0.20705, 243 days of 2025 at 0.177`; none for a factor of one year.
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

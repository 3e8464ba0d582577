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

/// A name of a closed set in the form for people: `Very good`. Names that need more than a capital are spelled out.
pub(super) fn of_a_set(name: &str) -> String {
    let known = match name {
        "commuting_pupils" => "Commuting of the pupils who were asked",
        "commuting_staff" => "Commuting of the staff who were asked",
        "well_to_tank" => "Well to tank of fuels and electricity",
        "water" => "Water supplied and treated",
        "not_applicable" => "Special or alternative provision",
        "sixteen_plus" => "16 plus",
        "all_through" => "All-through",
        "rail" => "Train or tram",
        "walk" => "Walk or wheel",
        "scoot" => "Scoot or skate",
        "car" => "Car or motorcycle",
        "pupil" => "Pupils",
        "weee" => "Electrical equipment",
        _ => return capital(&name.replace('_', " ")),
    };
    known.to_owned()
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

pub(crate) fn phase(phase: Phase) -> String {
    of_a_set(&snake(phase))
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

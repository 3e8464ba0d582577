//! The wording of what figures lack: the only module that puts it into sentences.

use std::fmt;

use super::Lack;
use crate::factors::OtherMethod;
use crate::period::Days;

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Lack::Factor { item, .. } => {
                write!(f, "{} is not priced: {}", item.label(), self.why())
            }
            Lack::EnergyContent { item, .. } => {
                write!(
                    f,
                    "the energy in {} is not known: {}",
                    item.label(),
                    self.why()
                )
            }
            Lack::TooFewPeople { item } => write!(f, "{item} is left out: {}", self.why()),
            _ => f.write_str(&self.why()),
        }
    }
}

impl Lack {
    /// The same without the name of the line.
    pub fn why(&self) -> String {
        match self {
            Lack::Factor {
                years,
                row,
                not_standing_in,
                ..
            } => {
                let earlier = not_standing_in.as_ref();
                let earlier = earlier.map_or_else(String::new, other_method);
                format!("the factors of {years} have no {row}{earlier}")
            }
            Lack::EnergyContent {
                years,
                row: Some(row),
                ..
            } => format!("the tables of {years} have no {row}"),
            Lack::EnergyContent { unit, .. } => {
                format!("no energy content per {unit} is published")
            }
            Lack::Meter { fuel, days } => {
                let count: i64 = days.iter().map(|run| run.count()).sum();
                let runs: Vec<String> = days.iter().map(run).collect();
                let noun = if count == 1 { "day" } else { "days" };
                let fuel = fuel.as_str();
                format!("no {fuel} meter is registered on {count} {noun}, {}", runs.join(" and "))
            }
            Lack::AnyMeter => "no meter is registered for these days".to_owned(),
            Lack::AnyReading => "no reading has come for these days".to_owned(),
            Lack::Roll => "no pupil count is registered".to_owned(),
            Lack::Generation => "more electricity was exported than the panels are known to have made: what the site used of it \
                is not known"
                .to_owned(),
            Lack::TooFewPeople { .. } => "it would show how fewer than five people travel".to_owned(),
        }
    }
}

fn other_method(earlier: &OtherMethod) -> String {
    let OtherMethod {
        year,
        was,
        wanted,
        is,
    } = earlier;
    format!(
        ", and that of {year} does not stand in: factors of its kind were {was} in {year} and are {is} in {wanted}, by \
         another method"
    )
}

/// `3 March 2026`, or `3 to 31 March 2026` in full.
fn run(days: &Days) -> String {
    let day = |day: chrono::NaiveDate| day.format("%-d %B %Y").to_string();
    match days.count() {
        1 => day(days.from),
        _ => format!("{} to {}", day(days.from), day(days.to)),
    }
}

//! The units of columns. A column's type, and its format and width in a workbook, follow from its unit.

use events::{MilligramsCo2e, kilowatt_hours};

use super::{Cell, Kind};

/// The unit of a number, or the form of another value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// An id, a value of a closed set, or a few words.
    Text,
    /// The name of a school or trust.
    Name,
    /// Sentences or clauses, with `; ` between them.
    Sentences,
    /// A verdict's reasons, the longest text.
    Reasons,
    /// A time in UTC, such as `2026-03-02T09:30:00Z`.
    Time,
    /// A day in London.
    Day,
    /// Yes or no.
    YesOrNo,
    /// A number that names something, such as a scope.
    Number,
    /// A calendar year.
    Year,
    /// A number of things.
    Count,
    /// Pupils on a roll.
    Roll,
    /// Pupils by days of membership.
    Pupils,
    /// Half-hours of meters.
    HalfHours,
    /// Milligrams of CO2e.
    MilligramsCo2e,
    /// Kilograms of CO2e.
    KilogramsCo2e,
    /// Tonnes of CO2e.
    TonnesCo2e,
    /// Tonnes of CO2e per pupil.
    TonnesCo2ePerPupil,
    /// A factor: kilograms of CO2e per unit of the row.
    KilogramsCo2ePerUnit,
    /// Milliwatt-hours.
    MilliwattHours,
    /// Kilowatt-hours.
    KilowattHours,
    /// Grams of waste.
    Grams,
    /// Kilograms of waste.
    Kilograms,
    /// Kilograms of waste per pupil.
    KilogramsPerPupil,
    /// A part over a whole, from 0 to 1, or a change over what was before.
    Ratio,
    /// Millionths of the unit that the row names.
    Millionths,
    /// The unit that the row names.
    OfTheRow,
}

/// What follows from a unit: its name, what cells hold, and the format and width of a workbook's column.
type Facts = (&'static str, Kind, &'static str, f64);

impl Unit {
    const fn facts(self) -> Facts {
        use Kind::{Day, Flag, Float, Int, Text};
        match self {
            Unit::Text => ("text", Text, "General", 18.0),
            Unit::Name => ("text", Text, "General", 32.0),
            Unit::Sentences => ("text", Text, "General", 48.0),
            Unit::Reasons => ("text", Text, "General", 90.0),
            Unit::Time => ("time in UTC", Text, "General", 22.0),
            Unit::Day => ("day", Day, "d mmm yyyy", 14.0),
            Unit::YesOrNo => ("yes or no", Flag, "General", 14.0),
            Unit::Number => ("number", Int, "0", 9.0),
            Unit::Year => ("year", Int, "0", 18.0),
            Unit::Count => ("count", Int, "#,##0", 18.0),
            Unit::Roll => ("pupils", Int, "#,##0", 9.0),
            Unit::Pupils => ("pupils", Float, "#,##0.0", 9.0),
            Unit::HalfHours => ("half-hours", Int, "#,##0", 18.0),
            Unit::MilligramsCo2e => ("mg CO2e", Int, "#,##0", 18.0),
            Unit::KilogramsCo2e => ("kg CO2e", Float, "#,##0.0", 14.0),
            Unit::TonnesCo2e => ("t CO2e", Float, "#,##0.000", 14.0),
            Unit::TonnesCo2ePerPupil => ("t CO2e per pupil", Float, "0.000", 14.0),
            Unit::KilogramsCo2ePerUnit => ("kg CO2e per unit", Float, "0.00000", 14.0),
            Unit::MilliwattHours => ("mWh", Int, "#,##0", 18.0),
            Unit::KilowattHours => ("kWh", Float, "#,##0.0", 14.0),
            Unit::Grams => ("g", Int, "#,##0", 18.0),
            Unit::Kilograms => ("kg", Float, "#,##0.0", 14.0),
            Unit::KilogramsPerPupil => ("kg per pupil", Float, "0.000", 14.0),
            Unit::Ratio => ("ratio", Float, "0.0%", 14.0),
            Unit::Millionths => ("millionths of `unit`", Int, "#,##0", 18.0),
            Unit::OfTheRow => ("`unit`", Float, "#,##0.0", 14.0),
        }
    }

    /// As it is written in the documentation.
    #[cfg(test)]
    pub(crate) fn as_str(self) -> &'static str {
        self.facts().0
    }

    /// What the cells of a column in this unit hold.
    pub const fn kind(self) -> Kind {
        self.facts().1
    }

    /// How a workbook writes its numbers.
    pub(super) fn number_format(self) -> &'static str {
        self.facts().2
    }

    /// How wide its columns are in a workbook, in characters.
    pub(super) fn width(self) -> f64 {
        self.facts().3
    }

    /// An exact number in this unit, for reading; nothing if the unit is not one for reading.
    pub(crate) fn for_reading(self, exact: Cell) -> Option<f64> {
        let Cell::Int(exact) = exact else {
            return None;
        };
        match self {
            Unit::TonnesCo2e => Some(MilligramsCo2e(exact).tonnes()),
            Unit::KilowattHours => Some(kilowatt_hours(exact)),
            _ => None,
        }
    }

    /// A number of this unit in Prometheus's base units: grams, joules, 1 for yes. None for what is no number.
    pub(crate) fn in_base_units(self, cell: &Cell) -> Option<f64> {
        match (self, cell) {
            (Unit::MilligramsCo2e, Cell::Int(milligrams)) => Some(*milligrams as f64 / 1e3),
            // A milliwatt-hour is 3.6 joules.
            (Unit::MilliwattHours, Cell::Int(energy)) => Some(*energy as f64 * 3.6),
            (Unit::TonnesCo2ePerPupil, Cell::Float(tonnes)) => Some(tonnes * 1e6),
            (Unit::KilogramsPerPupil, Cell::Float(kilograms)) => Some(kilograms * 1e3),
            (_, Cell::Int(number)) => Some(*number as f64),
            (_, Cell::Float(number)) => Some(*number),
            (_, Cell::Flag(flag)) => Some(f64::from(u8::from(*flag))),
            (_, Cell::Nothing | Cell::Text(_) | Cell::Day(_)) => None,
        }
    }
}

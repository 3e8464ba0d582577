//! The units of columns. A column's type and its format in a workbook follow from its unit.

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

impl Unit {
    /// As it is written in the documentation.
    #[cfg(test)]
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Unit::Text | Unit::Name | Unit::Sentences | Unit::Reasons => "text",
            Unit::Time => "time in UTC",
            Unit::Day => "day",
            Unit::YesOrNo => "yes or no",
            Unit::Number => "number",
            Unit::Year => "year",
            Unit::Count => "count",
            Unit::Roll | Unit::Pupils => "pupils",
            Unit::HalfHours => "half-hours",
            Unit::MilligramsCo2e => "mg CO2e",
            Unit::KilogramsCo2e => "kg CO2e",
            Unit::TonnesCo2e => "t CO2e",
            Unit::TonnesCo2ePerPupil => "t CO2e per pupil",
            Unit::KilogramsCo2ePerUnit => "kg CO2e per unit",
            Unit::MilliwattHours => "mWh",
            Unit::KilowattHours => "kWh",
            Unit::Grams => "g",
            Unit::Kilograms => "kg",
            Unit::KilogramsPerPupil => "kg per pupil",
            Unit::Ratio => "ratio",
            Unit::Millionths => "millionths of `unit`",
            Unit::OfTheRow => "`unit`",
        }
    }

    /// What the cells of a column in this unit hold.
    pub const fn kind(self) -> Kind {
        match self {
            Unit::Text | Unit::Name | Unit::Sentences | Unit::Reasons | Unit::Time => Kind::Text,
            Unit::Day => Kind::Day,
            Unit::YesOrNo => Kind::Flag,
            Unit::Number
            | Unit::Year
            | Unit::Count
            | Unit::Roll
            | Unit::HalfHours
            | Unit::MilligramsCo2e
            | Unit::MilliwattHours
            | Unit::Grams
            | Unit::Millionths => Kind::Int,
            Unit::Pupils
            | Unit::KilogramsCo2e
            | Unit::TonnesCo2e
            | Unit::TonnesCo2ePerPupil
            | Unit::KilogramsCo2ePerUnit
            | Unit::KilowattHours
            | Unit::Kilograms
            | Unit::KilogramsPerPupil
            | Unit::Ratio
            | Unit::OfTheRow => Kind::Float,
        }
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

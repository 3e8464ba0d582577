//! The unit that a factor is per. A factor per tonne cannot price kilograms unless it is converted, and the types enforce the
//! conversion.

use std::fmt;

/// The unit a factor is per, as the tables of DESNZ write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FactorUnit {
    /// A kilowatt-hour of electricity, or of a fuel without distinct gross and net calorific values.
    KilowattHour,
    /// A kilowatt-hour of fuel by its gross calorific value, as gas is billed.
    KilowattHourGross,
    /// A kilowatt-hour of fuel by its net calorific value.
    KilowattHourNet,
    /// A litre.
    Litre,
    /// A cubic metre.
    CubicMetre,
    /// A kilogram.
    Kilogram,
    /// A tonne.
    Tonne,
    /// A kilometre driven.
    Kilometre,
    /// A mile driven.
    Mile,
    /// A kilometre travelled by one passenger.
    PassengerKilometre,
    /// Not carbon: the kilowatt-hours (net) in a kilometre driven.
    KilometreToKilowattHourNet,
    /// Not carbon: the kilowatt-hours (net) in a litre.
    LitreToKilowattHourNet,
    /// Not carbon: the kilowatt-hours (gross) in a litre.
    LitreToKilowattHourGross,
}

use FactorUnit as U;

const WRITTEN: [(FactorUnit, &str); 13] = [
    (U::KilowattHour, "kWh"),
    (U::KilowattHourGross, "kWh (Gross CV)"),
    (U::KilowattHourNet, "kWh (Net CV)"),
    (U::Litre, "litres"),
    (U::CubicMetre, "cubic metres"),
    (U::Kilogram, "kg"),
    (U::Tonne, "tonnes"),
    (U::Kilometre, "km"),
    (U::Mile, "miles"),
    (U::PassengerKilometre, "passenger.km"),
    (U::KilometreToKilowattHourNet, "km -> kWh (Net CV)"),
    (U::LitreToKilowattHourNet, "litres -> kWh (Net CV)"),
    (U::LitreToKilowattHourGross, "litres -> kWh (Gross CV)"),
];

/// Kilometres in an international mile.
pub const KM_PER_MILE: f64 = 1.609_344;

#[derive(PartialEq)]
enum Measures {
    Volume,
    Mass,
    Distance,
    Alone(FactorUnit),
}

impl FactorUnit {
    /// The unit with this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let mut known = WRITTEN.iter();
        known.find(|(_, name)| *name == text).map(|(unit, _)| *unit)
    }

    /// The spelling in the tables.
    pub fn as_str(self) -> &'static str {
        let mut known = WRITTEN.iter();
        known
            .find(|(unit, _)| *unit == self)
            .map_or("", |(_, name)| name)
    }

    /// One of the unit, as readers see it after "per": `litre`, `litre to kWh (Net CV)`.
    pub fn one(self) -> String {
        let written = self.as_str().replace("->", "to");
        let (unit, rest) = written.split_once(' ').unwrap_or((&written, ""));
        let one = match unit {
            "litres" => "litre",
            "tonnes" => "tonne",
            "miles" => "mile",
            other => other,
        };
        match rest {
            "" => one.to_owned(),
            "metres" => format!("{one} metre"),
            rest => format!("{one} {rest}"),
        }
    }

    /// All units, as the tables write them.
    pub fn written() -> impl Iterator<Item = &'static str> {
        WRITTEN.iter().map(|(_, name)| *name)
    }

    /// How many of this unit one of `other` is; none if the two do not measure the same. A factor per `self` times this number
    /// is the factor per `other`.
    pub fn in_one(self, other: FactorUnit) -> Option<f64> {
        let ((mine, my_size), (its, its_size)) = (self.measures(), other.measures());
        (mine == its).then(|| its_size / my_size)
    }

    fn measures(self) -> (Measures, f64) {
        match self {
            U::Litre => (Measures::Volume, 1.0),
            U::CubicMetre => (Measures::Volume, 1000.0),
            U::Kilogram => (Measures::Mass, 1.0),
            U::Tonne => (Measures::Mass, 1000.0),
            U::Kilometre => (Measures::Distance, 1.0),
            U::Mile => (Measures::Distance, KM_PER_MILE),
            other => (Measures::Alone(other), 1.0),
        }
    }
}

impl fmt::Display for FactorUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_per_tonne_is_a_thousandth_per_kilogram_and_nothing_per_kilowatt_hour() {
        assert_eq!(U::Tonne.in_one(U::Kilogram), Some(0.001));
        assert_eq!(U::Kilogram.in_one(U::Tonne), Some(1000.0));
        assert_eq!(U::Tonne.in_one(U::KilowattHour), None);
        assert_eq!(U::KilowattHourGross.in_one(U::KilowattHourNet), None);
        assert_eq!(U::Kilometre.in_one(U::PassengerKilometre), None);
    }

    #[test]
    fn every_unit_is_read_as_it_is_written() {
        for (unit, name) in WRITTEN {
            assert_eq!(FactorUnit::parse(name), Some(unit));
            assert_eq!(unit.as_str(), name);
        }
        assert_eq!(FactorUnit::parse("tonne"), None);
    }
}

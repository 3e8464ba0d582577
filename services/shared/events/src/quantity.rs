//! Quantities are integers, so that they add up the same in any order and on any number of cores.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How many integer parts one unit has: a kWh is 1,000,000 milliwatt-hours, a m³ 1,000,000 millilitres.
pub const MICRO: i64 = 1_000_000;

/// Millionths of the unit that is measured: milliwatt-hours for kWh, millilitres for m³, milligrams for kg.
pub type Quantity = i64;

/// The largest accepted value of one half-hour: a million kilowatt-hours, the two gigawatts of a large power station. With this
/// limit, years of data from hundreds of meters add up to less than a [`Quantity`] holds.
pub const MOST_PER_HALF_HOUR: Quantity = 1_000_000 * MICRO;

/// Cubic metres in a cubic foot, exactly: 0.3048³. An imperial gas bill prints 2.83 for a hundred of them.
pub const M3_PER_CUBIC_FOOT: f64 = 0.028_316_846_592;

/// The unit a meter's values are in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub enum Unit {
    /// Kilowatt-hours.
    #[serde(rename = "kWh")]
    KilowattHours,
    /// Cubic metres of gas, as the meter's dial counts them.
    #[serde(rename = "m3")]
    CubicMetres,
    /// Kilovolt-ampere-reactive-hours: kept, never added to energy.
    #[serde(rename = "kVArh")]
    KilovarHours,
}

impl Unit {
    /// The unit's spelling in events and in the ledger.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::KilowattHours => "kWh",
            Unit::CubicMetres => "m3",
            Unit::KilovarHours => "kVArh",
        }
    }

    /// The unit with this spelling, if there is one.
    pub fn parse(text: &str) -> Option<Self> {
        [Unit::KilowattHours, Unit::CubicMetres, Unit::KilovarHours]
            .into_iter()
            .find(|unit| unit.as_str() == text)
    }
}

/// A decimal that cannot be stored as millionths.
#[derive(Debug, thiserror::Error, PartialEq)]
#[error(
    "{0} cannot be kept in millionths of its unit: it must be finite and within ±9,000,000,000"
)]
pub struct QuantityError(pub f64);

/// A decimal in millionths, rounded half away from zero. Exact for decimals of up to six places below 4,000,000,000, because
/// the double nearest to such a decimal rounds back to it. No meter's half-hour comes near that.
///
/// ```
/// use events::{kilowatt_hours, micro_from_decimal};
///
/// let tenths = [micro_from_decimal(0.1)?, micro_from_decimal(0.2)?];
/// assert_eq!(tenths.iter().sum::<i64>(), micro_from_decimal(0.3)?);
/// assert_eq!(kilowatt_hours(300_000), 0.3);
/// # Ok::<(), events::QuantityError>(())
/// ```
pub fn micro_from_decimal(value: f64) -> Result<Quantity, QuantityError> {
    const LIMIT: f64 = 9.0e9;
    if value.is_finite() && value.abs() <= LIMIT {
        Ok((value * MICRO as f64).round() as i64)
    } else {
        Err(QuantityError(value))
    }
}

/// The decimal that a quantity of millionths stands for. Only for display, never for adding.
pub fn kilowatt_hours(micro: Quantity) -> f64 {
    micro as f64 / MICRO as f64
}

macro_rules! integer_quantity {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(Serialize, Deserialize, ToSchema)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(items: I) -> Self {
                items.fold(Self(0), Add::add)
            }
        }
    };
}

integer_quantity!(
    /// Weight in grams.
    Grams
);
integer_quantity!(
    /// Greenhouse gas in milligrams of CO2 equivalent, rounded once per line.
    MilligramsCo2e
);

impl MilligramsCo2e {
    /// Kilograms, for display.
    pub fn kilograms(self) -> f64 {
        self.0 as f64 / 1e6
    }

    /// Tonnes, for display.
    pub fn tonnes(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl fmt::Display for MilligramsCo2e {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3} kg CO2e", self.kilograms())
    }
}

/// Kilowatt-hours in a cubic metre of gas: the volume correction 1.02264 times the gross calorific value in MJ/m³ (39.5 where
/// none is registered), over 3.6 MJ/kWh, as on a gas bill.
///
/// ```
/// let kwh = 100.0 * events::gas_kwh_per_m3(Some(39.2));
/// assert_eq!(format!("{kwh:.1}"), "1113.5");
/// ```
pub fn gas_kwh_per_m3(calorific_value: Option<f64>) -> f64 {
    1.022_64 * calorific_value.unwrap_or(39.5) / 3.6
}

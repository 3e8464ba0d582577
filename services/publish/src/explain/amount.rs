//! A quantity as it is written in answers.

use events::{Grams, MilligramsCo2e, Quantity, kilowatt_hours};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

/// Millionths of a unit, written as a decimal of the unit: milliwatt-hours as kWh, milligrams as kg.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, ToSchema)]
#[schema(value_type = f64)]
pub struct Amount(pub Quantity);

impl Amount {
    /// The quantity as a decimal, for showing only: never add these.
    pub fn decimal(self) -> f64 {
        kilowatt_hours(self.0)
    }
}

impl Serialize for Amount {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.decimal())
    }
}

impl From<MilligramsCo2e> for Amount {
    /// In kg CO2e.
    fn from(co2e: MilligramsCo2e) -> Self {
        Amount(co2e.0)
    }
}

impl From<Grams> for Amount {
    /// In tonnes.
    fn from(weight: Grams) -> Self {
        Amount(weight.0)
    }
}

//! Quantities of everything else that is priced by a factor: oil, minibus litres or miles, water, staff mileage.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::FieldError;
use crate::check::{maybe_text, must, not_before, within};

/// What was used or driven.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActivityKind {
    /// Kerosene for heating.
    BurningOil,
    /// Red diesel for heating.
    GasOil,
    /// Liquefied petroleum gas.
    Lpg,
    /// Wood pellets.
    WoodPellets,
    /// Diesel of owned minibuses.
    MinibusDiesel,
    /// Petrol of owned minibuses.
    MinibusPetrol,
    /// Owned minibuses by distance where no litres are known, priced as an average diesel van.
    MinibusDistance,
    /// Owned petrol minibuses by distance, priced as an average petrol van.
    MinibusDistancePetrol,
    /// Business travel in employees' own cars, fuel not known.
    StaffCar,
    /// The same in petrol cars.
    StaffCarPetrol,
    /// The same in diesel cars.
    StaffCarDiesel,
    /// The same in hybrid cars that are not plugged in.
    StaffCarHybrid,
    /// The same in plug-in hybrid cars.
    StaffCarPlugInHybrid,
    /// The same in battery electric cars.
    StaffCarElectric,
    /// Mains water supplied.
    WaterSupply,
    /// Waste water treated.
    WaterTreatment,
}

impl ActivityKind {
    /// All of them.
    pub const ALL: &[ActivityKind] = ActivityKind::VARIANTS;

    /// The kind's spelling in events.
    pub fn as_str(self) -> &'static str {
        self.into()
    }

    /// Whether it is a fuel that heats buildings.
    pub fn heats(self) -> bool {
        use ActivityKind as K;
        matches!(self, K::BurningOil | K::GasOil | K::Lpg | K::WoodPellets)
    }
}

/// The unit of the quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ActivityUnit {
    /// Litres.
    #[serde(rename = "litre")]
    Litre,
    /// Kilowatt-hours, gross calorific value.
    #[serde(rename = "kWh")]
    KilowattHour,
    /// Tonnes.
    #[serde(rename = "tonne")]
    Tonne,
    /// Miles.
    #[serde(rename = "mile")]
    Mile,
    /// Kilometres.
    #[serde(rename = "km")]
    Kilometre,
    /// Cubic metres.
    #[serde(rename = "m3")]
    CubicMetre,
}

impl ActivityUnit {
    /// The unit's spelling in events.
    pub fn as_str(self) -> &'static str {
        match self {
            ActivityUnit::Litre => "litre",
            ActivityUnit::KilowattHour => "kWh",
            ActivityUnit::Tonne => "tonne",
            ActivityUnit::Mile => "mile",
            ActivityUnit::Kilometre => "km",
            ActivityUnit::CubicMetre => "m3",
        }
    }

    /// The most that one event may report: far more than any school used in a year, and so little that the emissions and the
    /// energy of tens of thousands of events at the limit add up to less than a [`Quantity`](crate::Quantity) holds.
    fn most(self) -> f64 {
        match self {
            ActivityUnit::Tonne => 1e4,
            _ => 1e7,
        }
    }
}

impl ActivityKind {
    /// The units for which a factor exists.
    pub fn units(self) -> &'static [ActivityUnit] {
        use ActivityUnit::{CubicMetre, Kilometre, KilowattHour, Litre, Mile, Tonne};
        match self {
            ActivityKind::BurningOil | ActivityKind::GasOil | ActivityKind::Lpg => {
                &[Litre, KilowattHour]
            }
            ActivityKind::WoodPellets => &[Tonne, KilowattHour],
            ActivityKind::MinibusDiesel | ActivityKind::MinibusPetrol => &[Litre],
            ActivityKind::MinibusDistance
            | ActivityKind::MinibusDistancePetrol
            | ActivityKind::StaffCar
            | ActivityKind::StaffCarPetrol
            | ActivityKind::StaffCarDiesel
            | ActivityKind::StaffCarHybrid
            | ActivityKind::StaffCarPlugInHybrid
            | ActivityKind::StaffCarElectric => &[Mile, Kilometre],
            ActivityKind::WaterSupply | ActivityKind::WaterTreatment => &[CubicMetre],
        }
    }
}

/// `activity.recorded.v1`: a quantity of something over some days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityRecorded {
    /// The activity.
    pub activity: ActivityKind,
    /// The quantity, in `unit`.
    pub quantity: f64,
    /// Its unit.
    pub unit: ActivityUnit,
    /// The first day it covers.
    #[serde(deserialize_with = "crate::written::one")]
    pub from: NaiveDate,
    /// The last day it covers; a quantity that crosses the end of a period is split by days.
    #[serde(deserialize_with = "crate::written::one")]
    pub to: NaiveDate,
    /// Whether it is an estimate.
    #[serde(default)]
    pub estimated: bool,
    /// The id, from the same source, of the event that this one corrects; the corrected event no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
}

impl ActivityRecorded {
    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        let units = self.activity.units();
        let named: Vec<_> = units.iter().map(|unit| unit.as_str()).collect();
        must(units.contains(&self.unit), "/data/unit", named.join(" or "))?;
        within("/data/quantity", self.quantity, 0.0..=self.unit.most())?;
        maybe_text("/data/replaces", self.replaces.as_ref())?;
        not_before("/data/to", self.from, Some(self.to))
    }
}

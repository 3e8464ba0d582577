//! One column of the report: the figures of a year.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Figure;

/// A year. Everything except its label may be missing: it is then not checked, and shown as not known.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrYear)]
pub struct Year {
    /// `2024/25`
    pub label: String,
    /// Its first day.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// Its last day; for a part-year, the last day that has passed.
    #[serde(default)]
    pub to: Option<NaiveDate>,
    /// Whether it is only a part of a year, and so not compared with a whole one.
    #[serde(default)]
    pub part_year: bool,
    /// Whether the figures are complete; none if that is not known.
    #[serde(default)]
    pub complete: Option<bool>,
    /// Why they are not complete, a sentence without its full stop each.
    #[serde(default)]
    pub incomplete: Vec<String>,
    /// Energy consumption used to calculate emissions, in kWh.
    #[serde(default)]
    pub energy_kwh: Energy,
    /// Scope 1, in tonnes CO2e.
    #[serde(default)]
    pub scope_1_tco2e: Scope1,
    /// Scope 2, location-based, in tonnes CO2e.
    #[serde(default)]
    pub scope_2_tco2e: Scope2,
    /// The required part of scope 3, in tonnes CO2e.
    #[serde(default)]
    pub scope_3_tco2e: Scope3,
    /// Total gross emissions, in tonnes CO2e.
    #[serde(default)]
    pub total_gross_tco2e: Option<Figure>,
    /// The intensity ratio.
    #[serde(default)]
    pub intensity: Intensity,
    /// Below the gross line.
    #[serde(default)]
    pub below_gross: BelowGross,
    /// Purchased electricity by its supply contracts (market-based), in tonnes CO2e, beside the location-based figure.
    #[serde(default)]
    pub market_based_scope_2_tco2e: Option<Figure>,
    /// Voluntary scope 3, never a part of the total above.
    #[serde(default)]
    pub voluntary: Voluntary,
    /// The factors the figures were priced with.
    #[serde(default)]
    pub factors: Vec<UsedFactor>,
    /// The number of half-hours that meters should have measured.
    #[serde(default)]
    pub half_hours_expected: Option<i64>,
    /// The number of half-hours that meters did measure.
    #[serde(default)]
    pub half_hours_present: Option<i64>,
}

/// Energy, in kWh.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrEnergy)]
pub struct Energy {
    /// The total energy.
    pub total: Option<Figure>,
    /// Natural gas, gross calorific value.
    pub gas: Option<Figure>,
    /// Electricity used: from the grid, and from own panels.
    pub electricity: Option<Figure>,
    /// The part of the electricity that own panels generated and the site used: zero-rated by method.
    pub of_it_solar: Option<Figure>,
    /// Owned vehicles and staff's cars on business.
    pub transport_fuel: Option<Figure>,
    /// Oil, LPG, wood and the like.
    pub other_heating_fuels: Option<Figure>,
}

/// Scope 1, in tonnes CO2e.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrScope1)]
pub struct Scope1 {
    /// Gas consumption.
    pub gas: Option<Figure>,
    /// Owned transport.
    pub owned_transport: Option<Figure>,
    /// Other fuels.
    pub other_fuels: Option<Figure>,
    /// Their sum.
    pub total: Option<Figure>,
}

/// Scope 2, in tonnes CO2e.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrScope2)]
pub struct Scope2 {
    /// Purchased electricity, location-based.
    pub purchased_electricity: Option<Figure>,
}

/// The required part of scope 3, in tonnes CO2e.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrScope3)]
pub struct Scope3 {
    /// Business travel in employee-owned vehicles.
    pub employee_owned_vehicles: Option<Figure>,
}

/// The intensity ratio: gross emissions over a count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrIntensity)]
pub struct Intensity {
    /// The unit that is counted: `pupil` by default.
    pub per: String,
    /// The count.
    pub count: Option<Figure>,
    /// The gross that is divided, in tonnes CO2e, if it is not the total because it leaves out schools whose pupils are
    /// not known.
    pub gross_tco2e: Option<Figure>,
    /// Tonnes CO2e per counted unit; none without enough data.
    pub tco2e: Option<Figure>,
    /// The same with every line at the factors of the baseline, if all are known: a lower factor is not a saving.
    pub at_baseline_factors_tco2e: Option<Figure>,
    /// The ratio over the data that arrived, if that is not enough data: not to be reported or compared.
    pub partial_tco2e: Option<Figure>,
    /// Why there is not enough data for the ratio, in a sentence; none where there is.
    pub not_enough_data: Option<String>,
}

impl Default for Intensity {
    fn default() -> Self {
        Intensity {
            per: "pupil".to_owned(),
            count: None,
            gross_tco2e: None,
            tco2e: None,
            at_baseline_factors_tco2e: None,
            partial_tco2e: None,
            not_enough_data: None,
        }
    }
}

/// Below the gross line: electricity that flowed back to the grid, at the grid's average.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrBelowGross)]
pub struct BelowGross {
    /// Exported, in kWh.
    pub exported_kwh: Option<Figure>,
    /// Exported, in tonnes CO2e.
    pub exported_tco2e: Option<Figure>,
    /// Gross less exported, in tonnes CO2e. The ratio still uses the gross.
    pub net_tco2e: Option<Figure>,
}

/// Voluntary scope 3.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[schema(as = SecrVoluntary)]
pub struct Voluntary {
    /// Its items.
    pub lines: Vec<VoluntaryLine>,
    /// Their sum, in tonnes CO2e.
    pub total_tco2e: Option<Figure>,
}

/// A group of lines of voluntary scope 3.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrVoluntaryLine)]
pub struct VoluntaryLine {
    /// `grid_losses`, `waste`, `commuting_pupils` …
    pub item: String,
    /// As people read it.
    pub label: String,
    /// Tonnes CO2e; none if it has no factor.
    pub tco2e: Option<Figure>,
}

/// A factor that priced something.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrFactor)]
pub struct UsedFactor {
    /// The item: `gas`, `electricity`, `export` …
    pub item: String,
    /// The unit that the factor is per, such as kWh.
    pub unit: String,
    /// The year of the factor; for blended factors, the last year.
    pub year: i32,
    /// kg CO2e per unit.
    pub kg_co2e_per_unit: f64,
    /// The label of the row in the table.
    #[serde(default)]
    pub row: String,
    /// The source the row was read from.
    #[serde(default)]
    pub provenance: String,
}

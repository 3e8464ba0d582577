//! The carbon intensity of the grid, by region and half-hour, as the National Energy System Operator (NESO) publishes it. It says
//! when electricity is dirtiest. It prices no figure: those use the yearly factors for reporting.

use std::fmt;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::FieldError;
use crate::check::must;

/// The most half-hours of one event: a month of 31 days.
pub const MOST_INTENSITIES: usize = 31 * 48;

/// The highest accepted intensity, in g CO2 per kWh: about twice that of a coal-fired power station.
pub const MOST_GRAMS_PER_KWH: u16 = 2_000;

/// A region of the grid, by the number that NESO's Carbon Intensity API gives it: 1 to 14 are the areas of the distribution
/// networks, 15 to 17 the nations, 18 is Great Britain.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(into = "u8", try_from = "u8")]
#[schema(value_type = u8, minimum = 1, maximum = 18)]
pub struct GridRegion(u8);

/// A number that is no region.
#[derive(Debug, Clone, Copy, thiserror::Error, PartialEq, Eq)]
#[error("a region is a number from 1 to 18, as the Carbon Intensity API numbers them; got {0}")]
pub struct GridRegionError(pub u8);

impl GridRegion {
    /// Great Britain: the region of a school that registers none.
    pub const GREAT_BRITAIN: GridRegion = GridRegion(18);

    /// Its number.
    pub fn number(self) -> u8 {
        self.0
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self.0 {
            1 => "North Scotland",
            2 => "South Scotland",
            3 => "North West England",
            4 => "North East England",
            5 => "Yorkshire",
            6 => "North Wales and Merseyside",
            7 => "South Wales",
            8 => "West Midlands",
            9 => "East Midlands",
            10 => "East England",
            11 => "South West England",
            12 => "South England",
            13 => "London",
            14 => "South East England",
            15 => "England",
            16 => "Scotland",
            17 => "Wales",
            _ => "Great Britain",
        }
    }
}

impl TryFrom<u8> for GridRegion {
    type Error = GridRegionError;
    fn try_from(number: u8) -> Result<Self, GridRegionError> {
        match number {
            1..=18 => Ok(GridRegion(number)),
            _ => Err(GridRegionError(number)),
        }
    }
}

impl From<GridRegion> for u8 {
    fn from(region: GridRegion) -> u8 {
        region.0
    }
}

impl fmt::Display for GridRegion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `grid.intensity.v1`: the carbon intensity of a region's electricity in half-hours that follow one another, in g CO2 per kWh.
/// The event is about no school, so it has no subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridIntensity {
    /// Which region.
    pub region: GridRegion,
    /// When the first half-hour begins.
    #[serde(deserialize_with = "crate::written::one")]
    pub start: DateTime<FixedOffset>,
    /// What was forecast, a value per half-hour; null where nothing was.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forecast: Vec<Option<u16>>,
    /// What was estimated afterwards from the generation that was metered; null where it is not known yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub actual: Vec<Option<u16>>,
}

impl GridIntensity {
    /// When half-hour number `index` begins, counted from 0.
    pub fn starts(&self, index: usize) -> DateTime<Utc> {
        self.start.to_utc() + TimeDelta::minutes(30) * index as i32
    }

    /// When the last half-hour ends that has a forecast or an actual value.
    pub fn ends(&self) -> DateTime<Utc> {
        self.starts(self.forecast.len().max(self.actual.len()))
    }

    /// When the last half-hour ends that has an actual value; none without one.
    pub fn actual_until(&self) -> Option<DateTime<Utc>> {
        let last = self.actual.iter().rposition(Option::is_some)?;
        Some(self.starts(last + 1))
    }

    /// The rules that the types alone cannot express.
    pub fn check(&self) -> Result<(), FieldError> {
        let is_whole = self.start.timestamp_micros() % 1_800_000_000 == 0
            && self.start.timestamp_subsec_nanos() == 0;
        must(is_whole, "/data/start", "on a half-hour")?;
        let is_empty = self.forecast.is_empty() && self.actual.is_empty();
        must(!is_empty, "/data", "with values in forecast or in actual")?;
        for (pointer, values) in [
            ("/data/forecast", &self.forecast),
            ("/data/actual", &self.actual),
        ] {
            let rule = format_args!("at most {MOST_INTENSITIES} values");
            must(values.len() <= MOST_INTENSITIES, pointer, rule)?;
            let too_high = |value: &Option<u16>| value.is_some_and(|g| g > MOST_GRAMS_PER_KWH);
            if let Some(index) = values.iter().position(too_high) {
                let rule = format_args!("0 to {MOST_GRAMS_PER_KWH} g/kWh, or null");
                must(false, &format!("{pointer}/{index}"), rule)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_a_number_from_1_to_18() {
        for (number, name) in [(1, "North Scotland"), (13, "London"), (18, "Great Britain")] {
            let region = GridRegion::try_from(number);
            assert_eq!(region.map(GridRegion::name), Ok(name));
        }
        for number in [0, 19, 255] {
            assert_eq!(GridRegion::try_from(number), Err(GridRegionError(number)));
        }
    }

    #[test]
    fn an_event_ends_with_its_last_half_hour() {
        let json = r#"{"region":13,"start":"2026-03-02T09:00:00Z","forecast":[266,null,271],"actual":[263,null]}"#;
        let event: GridIntensity = serde_json::from_str(json).unwrap_or_else(|why| panic!("{why}"));
        assert_eq!(event.check(), Ok(()));
        assert_eq!(event.ends().to_rfc3339(), "2026-03-02T10:30:00+00:00");
        let known = event.actual_until().map(|at| at.to_rfc3339());
        assert_eq!(known.as_deref(), Some("2026-03-02T09:30:00+00:00"));
    }
}

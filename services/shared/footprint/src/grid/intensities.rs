//! The intensities of all regions, merged from events in any order.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use events::{GridIntensity, GridRegion};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How an intensity was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Forecast before the half-hour. Intensities of regions are never anything else.
    Forecast,
    /// Estimated afterwards from the generation that was metered.
    Actual,
}

/// The intensity of one half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intensity {
    /// In grams of CO2 per kWh.
    pub grams_per_kwh: u16,
    /// How it was obtained.
    pub basis: Basis,
}

/// A value, and when its source issued it. The order is that of precedence: the one issued later counts, and of two issued at the
/// same time the higher, so that the result does not depend on which came first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stated {
    issued: DateTime<Utc>,
    grams_per_kwh: u16,
}

/// What is known of one half-hour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    forecast: Option<Stated>,
    actual: Option<Stated>,
}

/// The forecast, or the actual value.
type Part = fn(&mut Known) -> &mut Option<Stated>;

/// The half-hours of one day in UTC.
type Day = [Known; 48];

/// The intensities of all regions. Merging is a union: repeated, late and reordered events do no harm.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Intensities(BTreeMap<(GridRegion, NaiveDate), Box<Day>>);

impl Intensities {
    /// Adds an event that was issued at this time. A null erases nothing.
    pub fn merge(&mut self, event: &GridIntensity, issued: DateTime<Utc>) {
        let parts: [(&[Option<u16>], Part); 2] = [
            (&event.forecast, |known| &mut known.forecast),
            (&event.actual, |known| &mut known.actual),
        ];
        for (values, part) in parts {
            for (index, value) in values.iter().enumerate() {
                let Some(grams_per_kwh) = *value else {
                    continue;
                };
                let stated = Stated {
                    issued,
                    grams_per_kwh,
                };
                if let Some(known) = self.half_hour(event.region, event.starts(index)) {
                    let stands = part(known);
                    *stands = (*stands).max(Some(stated));
                }
            }
        }
    }

    fn half_hour(&mut self, region: GridRegion, starts: DateTime<Utc>) -> Option<&mut Known> {
        let (day, half_hour) = place(starts);
        let day = self.0.entry((region, day));
        day.or_insert_with(|| Box::new([Known::default(); 48]))
            .get_mut(half_hour)
    }

    /// The intensity of a region in the half-hour that starts then: actual if it is known, else forecast.
    pub fn at(&self, region: GridRegion, starts: DateTime<Utc>) -> Option<Intensity> {
        let (day, half_hour) = place(starts);
        let known = self.0.get(&(region, day))?.get(half_hour)?;
        let of = |stated: Option<Stated>, basis| {
            stated.map(|stated| Intensity {
                grams_per_kwh: stated.grams_per_kwh,
                basis,
            })
        };
        of(known.actual, Basis::Actual).or(of(known.forecast, Basis::Forecast))
    }

    /// Whether nothing is known of any region.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first and the last day in UTC of which something of a region is known.
    pub fn days(&self, region: GridRegion) -> Option<(NaiveDate, NaiveDate)> {
        let all = (region, NaiveDate::MIN)..=(region, NaiveDate::MAX);
        let mut days = self.0.range(all).map(|((_, day), _)| *day);
        let first = days.next()?;
        Some((first, days.next_back().unwrap_or(first)))
    }
}

/// The day in UTC, and the number of the half-hour in it.
fn place(starts: DateTime<Utc>) -> (NaiveDate, usize) {
    let half_hour = starts.num_seconds_from_midnight() / 1_800;
    (starts.date_naive(), half_hour as usize)
}

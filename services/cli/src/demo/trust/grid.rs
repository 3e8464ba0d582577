//! The carbon intensity of the grid, made up like everything else of the demo: lower when the wind blows and at night, higher in
//! winter and on weekday evenings.

use chrono::{Datelike, NaiveDate, Weekday};
use events::{Data, Event, GridIntensity, GridRegion};

use super::chance::Chance;
use super::weather::{clearness, day_number, season};
use super::{MadeUpTrust, days, event};

const FEED: &str = "grid";

/// Yorkshire, where the trust would be.
const REGION: u8 = 5;

/// The region of every school.
pub(super) fn region() -> GridRegion {
    REGION.try_into().unwrap_or(GridRegion::GREAT_BRITAIN)
}

impl MadeUpTrust {
    /// The forecasts for the days from `from` up to, not including, `to`: an event for each day in UTC.
    pub fn grid(&self, from: NaiveDate, to: NaiveDate) -> Vec<Event> {
        days(from, to)
            .map(|day| {
                let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
                let forecast = (0..48).map(|slot| Some(grams(day, slot, self.chance)));
                let data = GridIntensity {
                    region: region(),
                    start: midnight.fixed_offset(),
                    forecast: forecast.collect(),
                    actual: Vec::new(),
                };
                let id = format!("{REGION}-{day}");
                event(FEED, id, midnight, None, Data::GridIntensity(data))
            })
            .collect()
    }
}

/// The intensity of a half-hour, in g CO2 per kWh.
fn grams(day: NaiveDate, slot: u64, chance: Chance) -> u16 {
    let chance = chance.about("grid");
    let number = day_number(day);
    let hour = slot as f64 / 2.0 + 0.25;
    let winter = season(day, 15.0);
    // Two days' winds, so that a still spell lasts.
    let wind = |day: u64| chance.of(day).between(-70.0, 70.0);
    let stillness = 0.6 * wind(number) + 0.4 * wind(number.saturating_sub(1));
    let working = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let demand = if working { 1.0 } else { 0.6 };
    let evening = 85.0 * hump(hour, 18.5, 2.2);
    let morning = 40.0 * hump(hour, 8.5, 2.0);
    // The early hours, from both sides of midnight.
    let night = 30.0 * (hump(hour, 3.0, 3.5) + hump(hour, 27.0, 3.5));
    let sun = 60.0 * (1.0 - winter) / 2.0 * clearness(day, chance) * hump(hour, 12.5, 3.0);
    let noise = chance.of(number).of(slot).between(-4.0, 4.0);
    let level =
        140.0 + 30.0 * winter + stillness + demand * (evening + morning) - night - sun + noise;
    level.clamp(20.0, 450.0).round() as u16
}

/// A hump of height 1 at an hour, of this width.
fn hump(hour: f64, at: f64, width: f64) -> f64 {
    (-((hour - at) / width).powi(2)).exp()
}

//! One synthetic weather for the whole trust: a northern English year with spells of a few days.

use std::f64::consts::TAU;

use chrono::{Datelike, NaiveDate};

use super::chance::Chance;
use super::{MadeUpTrust, TRUST_ID, days};

/// Weights of today and the four days before, so that cold days come in spells.
const SPELL: [f64; 5] = [0.3, 0.25, 0.2, 0.15, 0.1];

/// The day's mean temperature in °C: about 4 at the end of January, about 16 at the end of July.
pub(super) fn temperature(day: NaiveDate, chance: Chance) -> f64 {
    let chance = chance.about("temperature");
    let number = day_number(day);
    let spell: f64 = SPELL
        .iter()
        .zip(0..)
        .map(|(weight, ago)| {
            let of_day = chance.of(number.saturating_sub(ago));
            weight * of_day.between(-9.0, 9.0)
        })
        .sum();
    10.0 - 6.0 * season(day, 26.0) + spell
}

impl MadeUpTrust {
    /// The daily means from one day up to, not including, another, as the table used to estimate gas gaps.
    pub fn temperatures(&self, from: NaiveDate, to: NaiveDate) -> String {
        let mut table = "trust,day,mean_celsius\n".to_owned();
        for day in days(from, to) {
            let mean = temperature(day, self.chance);
            table.push_str(&format!("{TRUST_ID},{day},{mean:.1}\n"));
        }
        table
    }
}

/// The share of clear-sky light that reaches the ground.
pub(super) fn clearness(day: NaiveDate, chance: Chance) -> f64 {
    chance
        .about("clouds")
        .of(day_number(day))
        .between(0.18, 1.0)
}

/// A cosine through the year that is 1 on the day of the year `peak` and -1 half a year later.
pub(super) fn season(day: NaiveDate, peak: f64) -> f64 {
    (TAU * (f64::from(day.ordinal()) - peak) / 365.25).cos()
}

/// A number for each day, to draw chances by.
pub(super) fn day_number(day: NaiveDate) -> u64 {
    u64::from(day.num_days_from_ce().unsigned_abs())
}

//! The shapes of a school's day: the distribution of load, heating and sunshine over half-hours and seasons. The curves
//! are drawn by eye after published half-hourly profiles of English schools.

use std::f64::consts::PI;

use chrono::Datelike;
use events::Phase;

use super::calendar::{DayKind, date};
use super::chance::Chance;
use super::day::Day;
use super::days;
use super::weather::season;

/// The latitude of the made-up trust, in degrees north.
const LATITUDE: f64 = 53.8;

/// Points of hour and height, connected by straight lines.
type Curve = [(f64, f64)];

const PRIMARY: &Curve = &[
    (5.5, 0.0),
    (7.0, 0.3),
    (8.5, 0.8),
    (12.0, 1.0),
    (13.5, 0.9),
    (15.0, 0.75),
    (16.0, 0.45),
    (18.0, 0.25),
    (18.5, 0.0),
];
const SECONDARY: &Curve = &[
    (5.5, 0.0),
    (7.0, 0.35),
    (8.5, 0.85),
    (12.0, 1.0),
    (15.0, 0.85),
    (16.5, 0.55),
    (18.0, 0.35),
    (21.5, 0.15),
    (22.0, 0.0),
];
const HEATING: &Curve = &[
    (4.5, 0.0),
    (5.5, 0.6),
    (6.5, 1.0),
    (8.5, 0.85),
    (12.0, 0.55),
    (15.0, 0.4),
    (16.0, 0.1),
    (17.5, 0.0),
];
const HOT_WATER: &Curve = &[
    (6.0, 0.0),
    (7.0, 1.0),
    (9.0, 0.5),
    (12.0, 1.3),
    (13.5, 0.8),
    (15.0, 0.0),
];

/// Electric load of a half-hour; 1 is about the busiest of the year, and the base load is never off.
pub(super) fn load(phase: Phase, day: &Day, slot: usize) -> f64 {
    let curve = match phase {
        Phase::Secondary => SECONDARY,
        _ => PRIMARY,
    };
    let in_use = match day.kind {
        DayKind::School => 0.8,
        DayKind::Holiday => 0.13,
        DayKind::Weekend => 0.05,
    };
    let winter = season(day.date, 355.0);
    let base = 0.17 + 0.02 * winter;
    base + in_use * (1.0 + 0.16 * winter) * height(curve, day.clock(slot))
}

/// Heat of a half-hour: degrees below 15.5 °C while the boilers are on from October to the middle of May, and hot
/// water for hands and dishes all the year.
pub(super) fn heat(day: &Day, slot: usize) -> f64 {
    let clock = day.clock(slot);
    let heating_season = matches!(
        (day.date.month(), day.date.day()),
        (10.. | ..=4, _) | (5, ..=17)
    );
    let open = match day.kind {
        DayKind::School => 1.0,
        DayKind::Holiday => 0.2,
        DayKind::Weekend => 0.12,
    };
    let degrees = if heating_season {
        (15.5 - day.temperature).max(0.0)
    } else {
        0.0
    };
    let frost = (3.0 - day.temperature).max(0.0);
    open * (degrees * height(HEATING, clock) + height(HOT_WATER, clock)) + 0.05 * frost + 0.02
}

/// The generation of a kilowatt of panels in a half-hour, in kWh, by the sun's height and the day's clouds.
pub(super) fn sunshine(day: &Day, slot: usize) -> f64 {
    let tilt = -23.44_f64.to_radians() * season(day.date, -10.0);
    let hour = (day.universal(slot) - 12.1) * PI / 12.0;
    let latitude = LATITUDE.to_radians();
    let sine = latitude.sin() * tilt.sin() + latitude.cos() * tilt.cos() * hour.cos();
    0.5 * 0.98 * day.clearness * sine.max(0.0)
}

/// The sums of the shapes over a year, used to distribute a year's kWh over its half-hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Weights {
    pub(super) primary: f64,
    pub(super) secondary: f64,
    pub(super) heat: f64,
}

impl Weights {
    /// Summed over the academic year 2025/26, so that the scale does not depend on the requested year.
    pub(super) fn of(chance: Chance) -> Self {
        let mut sums = Weights {
            primary: 0.0,
            secondary: 0.0,
            heat: 0.0,
        };
        for day in days(date(2025, 9, 1), date(2026, 9, 1)) {
            let day = Day::of(day, chance);
            for slot in 0..day.slots {
                sums.primary += load(Phase::Primary, &day, slot);
                sums.secondary += load(Phase::Secondary, &day, slot);
                sums.heat += heat(&day, slot);
            }
        }
        sums
    }
}

/// The height of a curve at an hour; 0 outside it.
fn height(curve: &Curve, hour: f64) -> f64 {
    let after = curve.iter().position(|(at, _)| *at > hour);
    let Some(after) = after.filter(|index| *index > 0) else {
        return 0.0;
    };
    let ((left, low), (right, high)) = (curve[after - 1], curve[after]);
    low + (high - low) * (hour - left) / (right - left)
}

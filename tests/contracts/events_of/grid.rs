//! The carbon intensity of the grid.

use chrono::TimeDelta;
use events::{GridIntensity, GridRegion, MOST_GRAMS_PER_KWH, MOST_INTENSITIES};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;

use super::day;

pub fn grid_region() -> impl Strategy<Value = GridRegion> {
    (1..=18_u8).prop_map(|number| number.try_into().expect("a region"))
}

pub fn grid_intensity() -> impl Strategy<Value = GridIntensity> {
    let values = |least: usize| {
        let few = least..5;
        let all = MOST_INTENSITIES..=MOST_INTENSITIES;
        let value = || of(0..=MOST_GRAMS_PER_KWH);
        prop_oneof![9 => vec(value(), few), 1 => vec(value(), all)]
    };
    (
        grid_region(),
        day(),
        0..48_i32,
        values(1),
        values(0),
        any::<bool>(),
    )
        .prop_map(|(region, day, half_hour, some, other, swapped)| {
            let midnight: chrono::DateTime<chrono::FixedOffset> =
                format!("{day}T00:00:00Z").parse().expect("an instant");
            let (forecast, actual) = if swapped {
                (other, some)
            } else {
                (some, other)
            };
            GridIntensity {
                region,
                start: midnight + TimeDelta::minutes(30) * half_hour,
                forecast,
                actual,
            }
        })
}

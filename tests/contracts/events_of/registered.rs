//! Schools and meters.

use events::{Fuel, MeterRegistered, Phase, Roll, SchoolRegistered, TrustRef};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::{day, days, decimal, meter, people, text};

pub fn school() -> impl Strategy<Value = SchoolRegistered> {
    use Phase::*;
    let phase = select(vec![
        Nursery,
        Primary,
        Secondary,
        AllThrough,
        SixteenPlus,
        NotApplicable,
    ]);
    let trust = ("[a-z0-9][a-z0-9-]{0,63}", text()).prop_map(|(id, name)| TrustRef { id, name });
    let roll = (people(), day(), text()).prop_map(|(pupils, day, source)| Roll {
        pupils,
        census_date: day.parse().expect("a day"),
        source,
    });
    (
        text(),
        phase,
        trust,
        days(),
        any::<bool>(),
        vec(roll, 0..=4),
    )
        .prop_map(
            |(name, phase, trust, (from, to), left, rolls)| SchoolRegistered {
                name,
                phase,
                trust,
                member_from: from.parse().expect("a day"),
                member_to: left.then(|| to.parse().expect("a day")),
                rolls,
            },
        )
}

pub fn registered() -> impl Strategy<Value = MeterRegistered> {
    let fuel = select(vec![Fuel::Electricity, Fuel::Gas, Fuel::Solar]);
    (meter(), fuel, days(), any::<bool>(), of(decimal(30, 45))).prop_map(
        |(meter, fuel, (from, to), ended, value)| MeterRegistered {
            meter,
            fuel,
            from: from.parse().expect("a day"),
            to: ended.then(|| to.parse().expect("a day")),
            calorific_value: value,
        },
    )
}

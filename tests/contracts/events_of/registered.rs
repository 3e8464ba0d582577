//! Schools and meters.

use events::{
    Fuel, Heating, MeterRegistered, Phase, Roll, SchoolRegistered, Tariff, Term, TrustRef, Urn,
};
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
    let term = days().prop_map(|(from, to)| Term {
        from: from.parse().expect("a day"),
        to: to.parse().expect("a day"),
    });
    (
        text(),
        phase,
        trust,
        days(),
        any::<bool>(),
        vec(roll, 0..=4),
        vec(term, 0..=4),
        of(select(vec![Heating::Electricity, Heating::DistrictHeat])),
    )
        .prop_map(
            |(name, phase, trust, (from, to), left, rolls, terms, heating)| SchoolRegistered {
                name,
                phase,
                trust,
                member_from: from.parse().expect("a day"),
                member_to: left.then(|| to.parse().expect("a day")),
                rolls,
                terms,
                heating,
            },
        )
}

pub fn registered() -> impl Strategy<Value = MeterRegistered> {
    let fuel = select(vec![Fuel::Electricity, Fuel::Gas, Fuel::Solar]);
    let tariff = (text(), decimal(0, 2), text(), days(), any::<bool>()).prop_map(
        |(name, kg_co2e_per_kwh, evidence, (from, to), ended)| Tariff {
            name,
            kg_co2e_per_kwh,
            evidence,
            from: from.parse().expect("a day"),
            to: ended.then(|| to.parse().expect("a day")),
        },
    );
    let moved = of((100_000..=999_999_u32).prop_map(|urn| Urn::try_from(urn).expect("a URN")));
    (
        meter(),
        fuel,
        days(),
        any::<bool>(),
        of(decimal(30, 45)),
        of(decimal(1, 1_000_000)),
        vec(tariff, 0..=2),
        moved,
    )
        .prop_map(
            |(meter, fuel, (from, to), ended, value, capacity, tariffs, moved_to)| {
                MeterRegistered {
                    meter,
                    fuel,
                    from: from.parse().expect("a day"),
                    to: ended.then(|| to.parse().expect("a day")),
                    calorific_value: value,
                    capacity,
                    tariffs,
                    moved_to,
                }
            },
        )
}

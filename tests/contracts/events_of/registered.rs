//! Schools and meters.

use events::{
    Direction, Fuel, Heating, MeterRegistered, Phase, Roll, SchoolRegistered, Sent, Status,
    StatusCode, Tariff, Term, TrustRef, Unit, Urn,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

use super::grid::grid_region;
use super::{day, days, decimal, meter, people, text};

/// Letters of several scripts, signs and spaces, at least one of them visible.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[\\p{L}0-9]{1,20}", 1 => "[=+@'\"<& -]{0,40}\\p{Lu}[\\p{L} ]{0,59}"]
}

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
    let trust = ("[a-z0-9][a-z0-9-]{0,63}", name()).prop_map(|(id, name)| TrustRef { id, name });
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
        name(),
        phase,
        trust,
        days(),
        any::<bool>(),
        vec(roll, 0..=4),
        vec(term, 0..=4),
        of(select(vec![Heating::Electricity, Heating::DistrictHeat])),
        of(grid_region()),
    )
        .prop_map(
            |(name, phase, trust, (from, to), left, rolls, terms, heating, grid_region)| {
                SchoolRegistered {
                    name,
                    phase,
                    trust,
                    member_from: from.parse().expect("a day"),
                    member_to: left.then(|| to.parse().expect("a day")),
                    rolls,
                    terms,
                    heating,
                    grid_region,
                }
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
    let read_as = (
        of(select(vec![
            Sent::Wh,
            Sent::KWh,
            Sent::MWh,
            Sent::KW,
            Sent::M3,
            Sent::Ft3,
            Sent::Hcf,
        ])),
        of(proptest::strategy::Just(Direction::Export)),
        vec(
            (
                "[A-Z0-9]{1,40}",
                select(vec![Status::Actual, Status::Estimated, Status::Missing]),
            ),
            0..=3,
        ),
    );
    (
        (meter(), of(name())),
        fuel,
        days(),
        any::<bool>(),
        of(decimal(30, 45)),
        of(decimal(1, 1_000_000)),
        (vec(tariff, 0..=2), read_as),
        moved,
    )
        .prop_map(
            |((meter, name), fuel, (from, to), ended, value, capacity, reading_as, moved_to)| {
                let (tariffs, (unit, direction, statuses)) = reading_as;
                // Restricted to what the service accepts for the meter's number and fuel.
                let fuel = match meter.as_str().split_once(':') {
                    Some(("mpan", _)) if fuel == Fuel::Gas => Fuel::Solar,
                    Some(("mprn", _)) => Fuel::Gas,
                    _ => fuel,
                };
                let is_gas = fuel == Fuel::Gas;
                let measures = |unit: &Sent| is_gas || unit.kept() == Unit::KilowattHours;
                MeterRegistered {
                    meter,
                    name,
                    fuel,
                    from: from.parse().expect("a day"),
                    to: ended.then(|| to.parse().expect("a day")),
                    calorific_value: value.filter(|_| is_gas),
                    capacity,
                    unit: unit.filter(measures),
                    direction: direction.filter(|_| !is_gas),
                    // A code is unique: the index makes it differ.
                    statuses: statuses
                        .into_iter()
                        .enumerate()
                        .map(|(place, (code, means))| StatusCode {
                            code: format!("{code} {place}"),
                            means,
                        })
                        .collect(),
                    tariffs,
                    moved_to,
                }
            },
        )
}

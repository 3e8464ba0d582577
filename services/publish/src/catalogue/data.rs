//! Whether there is enough data for a claim, what the figures lack, and what priced them.

use std::collections::BTreeMap;

use events::Fuel;
use footprint::{FactorSetRef, FuelCoverage, Lack, Missing};

use crate::format;
use crate::rollup::Totals;
use crate::table::{Cell, Unit};

use super::Read::{Each, School, Sum, Trust};
use super::{Family, Figure, Gauge, Sample, figure, joined, key, sample, single};

pub(super) const ENOUGH: &[Figure] = &[
    figure(
        "enough_data",
        Unit::YesOrNo,
        "Whether enough data has come to state an intensity and compare it with a baseline; as a gauge 1 for yes, else 0.",
        Each(
            |school| school.footprint.sufficiency.is_enough().into(),
            |trust| trust.sufficiency.is_enough().into(),
        ),
    )
    .always()
    .gauge(Gauge::named("enough_data")),
    figure(
        "missing_data",
        Unit::Text,
        "The data that is missing for a claim.",
        Each(
            |school| joined(&school.footprint.sufficiency.clauses()).into(),
            |trust| joined(&trust.sufficiency.clauses()).into(),
        ),
    ),
    figure(
        "schools_without_enough_data",
        Unit::Count,
        "Schools without enough data for a claim of their own.",
        Trust(|trust| trust.sufficiency.schools.len().into()),
    )
    .always(),
    figure(
        "electricity_coverage_ratio",
        Unit::Ratio,
        "Half-hours of electricity present over those expected by now.",
        Each(
            |school| coverage(&school.footprint.sufficiency.fuels, Fuel::Electricity),
            |trust| coverage(&trust.sufficiency.fuels, Fuel::Electricity),
        ),
    ),
    figure(
        "gas_coverage_ratio",
        Unit::Ratio,
        "Half-hours of gas present over those expected by now.",
        Each(
            |school| coverage(&school.footprint.sufficiency.fuels, Fuel::Gas),
            |trust| coverage(&trust.sufficiency.fuels, Fuel::Gas),
        ),
    ),
    figure(
        "solar_coverage_ratio",
        Unit::Ratio,
        "Half-hours of solar generation present over those expected by now.",
        Each(
            |school| coverage(&school.footprint.sufficiency.fuels, Fuel::Solar),
            |trust| coverage(&trust.sufficiency.fuels, Fuel::Solar),
        ),
    ),
];

pub(super) const COMPLETE: &[Figure] = &[
    figure(
        "complete",
        Unit::YesOrNo,
        "Whether nothing is known to be missing from the statutory figures, and enough data has come.",
        Each(
            |school| school.footprint.is_complete().into(),
            |trust| trust.is_complete().into(),
        ),
    )
    .always(),
    figure(
        "incomplete",
        Unit::Sentences,
        "Why the statutory figures are not complete; absent where they are.",
        Each(
            |school| joined(&school.footprint.incomplete()).into(),
            |trust| joined(&trust.incomplete()).into(),
        ),
    ),
    figure(
        "notes",
        Unit::Sentences,
        "What else a reader should know of the figures.",
        Each(
            |school| {
                let notes = school.footprint.notes.iter();
                let notes: Vec<String> = notes.map(ToString::to_string).collect();
                joined(&notes).into()
            },
            |trust| joined(&trust.totals.notes).into(),
        ),
    ),
    Figure::new(
        key::FACTOR_SET_NAME,
        Sum(|totals| factor_set(totals).map(|set| set.name.clone()).into()),
    )
    .always(),
    Figure::new(
        key::FACTOR_SET_VERSION,
        Sum(|totals| factor_set(totals).map(|set| set.version.clone()).into()),
    )
    .always(),
    Figure::new(
        key::FACTOR_SET_HASH,
        Sum(|totals| factor_set(totals).map(|set| set.hash.clone()).into()),
    )
    .always(),
    figure(
        "factor_set_years",
        Unit::Text,
        "The years of the factors that priced the figures.",
        Sum(|totals| {
            let set = factor_set(totals);
            set.map(|set| format::years(&set.years)).into()
        }),
    )
    .always(),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("fuel_coverage_ratio"),
        help: "Half-hours present over those expected by now, of each fuel that has to be measured.",
        labels: &["fuel"],
        read: Each(
            |school| by_fuel(&school.footprint.sufficiency.fuels),
            |trust| by_fuel(&trust.sufficiency.fuels),
        ),
    },
    Family {
        gauge: Gauge::named("incomplete"),
        help: "1 when the figures lack something, else 0.",
        labels: &[],
        read: Each(
            |school| single(Some(f64::from(u8::from(!school.footprint.is_complete())))),
            |trust| single(Some(f64::from(u8::from(!trust.is_complete())))),
        ),
    },
    Family {
        gauge: Gauge::named("incomplete_reasons"),
        help: "What the figures lack, counted by reason; absent where they lack nothing.",
        labels: &["reason"],
        read: School(|school| {
            let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
            let lacks = school.footprint.lacks.iter().map(Lack::as_str);
            let missing = school.footprint.sufficiency.missing.iter();
            for reason in lacks.chain(missing.map(Missing::as_str)) {
                *reasons.entry(reason).or_default() += 1;
            }
            let reasons = reasons.into_iter();
            reasons
                .map(|(reason, count)| sample([reason], f64::from(count)))
                .collect()
        }),
    },
];

fn coverage(fuels: &[FuelCoverage], fuel: Fuel) -> Cell {
    let coverage = fuels.iter().find(|coverage| coverage.fuel == fuel);
    coverage.and_then(|coverage| coverage.ratio()).into()
}

fn by_fuel(fuels: &[FuelCoverage]) -> Vec<Sample> {
    let known = |fuel: &FuelCoverage| Some(sample([fuel.fuel.as_str()], fuel.ratio()?));
    fuels.iter().filter_map(known).collect()
}

/// What priced the figures of a school, or those of a trust; of several sets the first.
fn factor_set(totals: &Totals) -> Option<&FactorSetRef> {
    totals.factor_sets.first()
}

//! Carbon: the intensity, what it is compared with, and the emissions.

use std::collections::BTreeMap;

use footprint::{BaselineBasis, Block};

use crate::format;
use crate::rollup::TrustView;
use crate::table::Unit;

use super::Read::{Each, School, Sum, Trust};
use super::{Family, Figure, Gauge, Sample, Span, Whose, figure, sample};

const INTENSITY_HELP: &str = "Statutory gross emissions over pupils by days of membership, location-based, of the schools where \
                              both are known; absent without enough data.";

pub(super) const INTENSITY: &[Figure] = &[
    figure(
        "intensity_tco2e_per_pupil",
        Unit::TonnesCo2ePerPupil,
        INTENSITY_HELP,
        Each(
            |school| school.footprint.tonnes_per_pupil().into(),
            |trust| trust.tonnes_per_pupil().into(),
        ),
    )
    .gauge(
        Gauge::named("carbon_intensity_grams_per_pupil")
            .only(Whose::Trust)
            .twin(),
    ),
    figure(
        "partial_intensity_tco2e_per_pupil",
        Unit::TonnesCo2ePerPupil,
        "The intensity of what has come, where that is not enough data: a part of the use, never to be compared; absent with \
         enough data.",
        Each(
            |school| school.footprint.partial_tonnes_per_pupil().into(),
            |trust| trust.partial_tonnes_per_pupil().into(),
        ),
    )
    .gauge(Gauge::named("partial_carbon_intensity_grams_per_pupil")),
    figure(
        "intensity_at_baseline_factors_tco2e_per_pupil",
        Unit::TonnesCo2ePerPupil,
        "The carbon intensity with every line at the factors of the trust's baseline; absent without enough data, and where the \
         baseline does not say its factors or they lack one.",
        Each(
            |school| {
                let at = school.at_baseline();
                at.and_then(|at| at.tonnes_per_pupil()).into()
            },
            |trust| trust.tonnes_per_pupil_at_baseline().into(),
        ),
    )
    .gauge(Gauge::named(
        "carbon_intensity_at_baseline_factors_grams_per_pupil",
    )),
    figure(
        "constant_factors_note",
        Unit::Text,
        "Why there is no intensity at the factors of the baseline; absent where there is one, and where there is no intensity.",
        Each(
            |school| school.at_baseline().and_then(|at| at.lacks()).into(),
            |trust| {
                let is_stated = trust.tonnes_per_pupil().is_some();
                let at = is_stated.then(|| trust.at_baseline());
                at.and_then(|at| at.lacks()).into()
            },
        ),
    ),
    figure(
        "baseline_tco2e_per_pupil",
        Unit::TonnesCo2ePerPupil,
        "The baseline of the intensity of a year.",
        Trust(|trust| trust.baseline().tco2e_per_pupil.into()),
    )
    .always(),
    figure(
        "baseline_year",
        Unit::Text,
        "The academic year of the baseline.",
        Trust(|trust| basis(trust).map(|basis| basis.year.to_string()).into()),
    ),
    figure(
        "baseline_scope",
        Unit::Text,
        "The emissions that the baseline counts.",
        Trust(|trust| basis(trust).map(|basis| format::snake(basis.scope)).into()),
    ),
    figure(
        "baseline_factor_year",
        Unit::Year,
        "The year of the factors that the baseline was made with.",
        Trust(|trust| {
            let year = basis(trust).map(|basis| i64::from(basis.factor_year));
            year.into()
        }),
    ),
    figure(
        "against_baseline_ratio",
        Unit::Ratio,
        "How far the intensity is from the baseline, over the baseline: -0.11 is 11% below; absent for a part-year.",
        Trust(|trust| trust.against_baseline().into()),
    ),
    figure(
        "against_baseline_at_its_factors_ratio",
        Unit::Ratio,
        "How far the intensity at the factors of the baseline is from it, over the baseline; absent for a part-year.",
        Trust(|trust| trust.against_baseline_at_its_factors().into()),
    ),
];

pub(super) const EMISSIONS: &[Figure] = &[
    figure(
        "gross_mg_co2e",
        Unit::MilligramsCo2e,
        "Statutory gross emissions, location-based; absent where nothing is priced.",
        Sum(|totals| totals.known_gross().into()),
    )
    .also("gross_tco2e", Unit::TonnesCo2e),
    figure(
        "voluntary_mg_co2e",
        Unit::MilligramsCo2e,
        "Voluntary emissions, never added to the gross; absent where nothing is priced.",
        Sum(|totals| totals.known_voluntary().into()),
    )
    .also("voluntary_tco2e", Unit::TonnesCo2e),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("carbon_intensity_grams_per_pupil").twin(),
        help: INTENSITY_HELP,
        labels: &["phase"],
        read: School(|school| {
            let phase = format::snake(school.footprint.phase);
            let tonnes = school.footprint.tonnes_per_pupil();
            let grams = tonnes.map(|tonnes| sample([&phase], tonnes * 1e6));
            grams.into_iter().collect()
        }),
    },
    Family {
        gauge: Gauge::named("emissions_grams").twin(),
        help: "Priced emissions by line; the statutory and the voluntary block are never added.",
        labels: &["block", "scope", "line"],
        read: School(by_line),
    },
    Family {
        gauge: Gauge::named("emissions_grams").twin(),
        help: "Priced emissions; the statutory and the voluntary block are never added.",
        labels: &["block", "scope"],
        read: Trust(by_scope),
    },
    Family {
        gauge: Gauge::named("baseline_grams_per_pupil").over(Span::Now),
        help: "The baseline of the intensity of a year, with its year, scope and factors.",
        labels: &["year", "scope", "factor_year"],
        read: Trust(|trust| {
            let [year, scope, factors] = basis(trust).map_or_else(Default::default, |basis| {
                [
                    basis.year.to_string(),
                    format::snake(basis.scope),
                    basis.factor_year.to_string(),
                ]
            });
            let grams = trust.baseline().tco2e_per_pupil * 1e6;
            vec![sample([&year, &scope, &factors], grams)]
        }),
    },
];

fn basis(trust: &TrustView) -> Option<BaselineBasis> {
    trust.baseline().basis
}

fn is_shown(block: Block) -> bool {
    matches!(block, Block::Statutory | Block::Voluntary)
}

fn by_line(school: &super::School<'_>) -> Vec<Sample> {
    let mut lines: BTreeMap<(&str, u8, &str), i64> = BTreeMap::new();
    for line in &school.footprint.lines {
        if let Some(price) = line.price.as_ref().filter(|_| is_shown(line.block)) {
            let key = (line.block.as_str(), line.scope, line.item.as_str());
            *lines.entry(key).or_default() += price.co2e.0;
        }
    }
    let lines = lines.into_iter();
    lines
        .map(|((block, scope, item), milligrams)| {
            sample([block, &scope.to_string(), item], milligrams as f64 / 1e3)
        })
        .collect()
}

fn by_scope(trust: &TrustView) -> Vec<Sample> {
    let scopes = trust.totals.by_scope().into_iter();
    scopes
        .filter(|((block, _), _)| is_shown(*block))
        .map(|((block, scope), co2e)| {
            sample([block.as_str(), &scope.to_string()], co2e.0 as f64 / 1e3)
        })
        .collect()
}

//! Whether there is enough data for a claim, for schools and trusts. An intensity from too little data has a separate
//! gauge, so that no dashboard panel shows it as the figure.

use footprint::FuelCoverage;

use super::Shown;
use super::exposition::Exposition;
use super::shown_trust::ShownTrust;

/// The data of one school or trust over one period.
struct Data<'a> {
    labels: &'a str,
    is_enough: bool,
    partial_tonnes_per_pupil: Option<f64>,
    fuels: &'a [FuelCoverage],
}

pub(super) fn of_schools(text: &mut Exposition, shown: &[Shown<'_>]) {
    let data = shown.iter().map(|school| Data {
        labels: &school.labels,
        is_enough: school.footprint.sufficiency.is_enough(),
        partial_tonnes_per_pupil: school.footprint.partial_tonnes_per_pupil(),
        fuels: &school.footprint.sufficiency.fuels,
    });
    let names = [
        "greenledger_school_enough_data",
        "greenledger_school_fuel_coverage_ratio",
        "greenledger_school_partial_carbon_intensity_grams_per_pupil",
    ];
    write(text, names, &data.collect::<Vec<_>>());
}

pub(super) fn of_trusts(text: &mut Exposition, shown: &[ShownTrust]) {
    let data = shown.iter().map(|trust| Data {
        labels: &trust.labels,
        is_enough: trust.view.sufficiency.is_enough(),
        partial_tonnes_per_pupil: trust.view.partial_tonnes_per_pupil(),
        fuels: &trust.view.sufficiency.fuels,
    });
    let names = [
        "greenledger_trust_enough_data",
        "greenledger_trust_fuel_coverage_ratio",
        "greenledger_trust_partial_carbon_intensity_grams_per_pupil",
    ];
    write(text, names, &data.collect::<Vec<_>>());
}

fn write(text: &mut Exposition, [enough, coverage, partial]: [&'static str; 3], all: &[Data<'_>]) {
    let mut family = text.gauge(
        enough,
        "1 when enough data has come for an intensity to be stated and held against a baseline, else 0.",
    );
    for data in all {
        family.sample(data.labels, f64::from(u8::from(data.is_enough)));
    }
    let mut family = text.gauge(
        coverage,
        "Half-hours present over those expected by now, of each fuel that has to be measured.",
    );
    for data in all {
        for fuel in data.fuels {
            if let Some(ratio) = fuel.ratio() {
                family.sample_with(data.labels, &[("fuel", fuel.fuel.as_str())], ratio);
            }
        }
    }
    let mut family = text.gauge(
        partial,
        "What too little data makes of the intensity: a part of the use, never to be held against anything; else absent.",
    );
    for data in all {
        let partial = data.partial_tonnes_per_pupil;
        family.sample(data.labels, partial.map(|tonnes| tonnes * 1e6));
    }
}

//! A trust's gauges.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use footprint::Block;

use super::exposition::{Exposition, Family, label};
use super::shown_trust::ShownTrust;
use super::twin::Twin;
use super::{joules, period_label};
use crate::config::Config;
use crate::footprint_store::FootprintStore;
use crate::format;
use crate::rollup::TrustView;

pub(super) fn write(
    text: &mut Exposition,
    footprint_store: &FootprintStore,
    config: &Config,
    newest: &BTreeMap<String, NaiveDate>,
) {
    let shown: Vec<ShownTrust> = footprint_store
        .slices()
        .into_iter()
        .filter_map(|slice| {
            let view =
                footprint_store.view(&slice.trust, &slice.period, config.targets(&slice.trust))?;
            let period = period_label(view.period, *newest.get(&slice.trust)?)?;
            let trust = label("trust", &slice.trust);
            let labels = format!("{trust},period=\"{period}\"");
            Some(ShownTrust {
                view,
                trust,
                labels,
                period,
                trailing: period == "trailing-12-months",
            })
        })
        .collect();
    per_period(text, &shown);
    at_baseline_factors(text, &shown);
    super::sufficiency::of_trusts(text, &shown);
    super::waste::of_trusts(text, &shown);
    per_trust(text, &shown);
    super::scoreboard::write(text, &shown);
}

fn at_baseline_factors(text: &mut Exposition, shown: &[ShownTrust]) {
    let mut family = text.gauge(
        "greenledger_trust_carbon_intensity_at_baseline_factors_grams_per_pupil",
        "The carbon intensity with every line at the factors of the baseline; absent without enough data, and where the \
         baseline does not say its factors or they lack one.",
    );
    for trust in shown {
        let tonnes = trust.view.tonnes_per_pupil_at_baseline();
        family.sample(&trust.labels, tonnes.map(|tonnes| tonnes * 1e6));
    }
}

fn per_period(text: &mut Exposition, shown: &[ShownTrust]) {
    let mut twins = |all, complete, help, write: fn(&mut Family<'_>, &ShownTrust)| {
        for Twin { which, name, help } in Twin::both(all, complete, help) {
            let mut family = text.gauge(name, &help);
            for trust in shown.iter().filter(|trust| which.shows_trust(trust)) {
                write(&mut family, trust);
            }
        }
    };
    twins(
        "greenledger_trust_carbon_intensity_grams_per_pupil",
        "greenledger_trust_complete_carbon_intensity_grams_per_pupil",
        "Statutory gross emissions over pupils, of the schools where both are known; absent without enough data.",
        |family, trust| {
            family.sample(
                &trust.labels,
                trust.view.tonnes_per_pupil().map(|tonnes| tonnes * 1e6),
            )
        },
    );
    twins(
        "greenledger_trust_emissions_grams",
        "greenledger_trust_complete_emissions_grams",
        "Priced emissions; the statutory and the voluntary block are never added.",
        |family, trust| {
            for ((block, scope), co2e) in trust.view.totals.by_scope() {
                if matches!(block, Block::Statutory | Block::Voluntary) {
                    let more = [("block", block.as_str()), ("scope", &scope.to_string())];
                    family.sample_with(&trust.labels, &more, co2e.0 as f64 / 1e3);
                }
            }
        },
    );
    twins(
        "greenledger_trust_energy_joules",
        "greenledger_trust_complete_energy_joules",
        "Energy by fuel.",
        |family, trust| {
            for (fuel, energy) in &trust.view.totals.energy {
                family.sample_with(&trust.labels, &[("fuel", fuel.as_str())], joules(*energy));
            }
        },
    );
    let mut each = |name, help, write: fn(&mut Family<'_>, &ShownTrust)| {
        let mut family = text.gauge(name, help);
        for trust in shown {
            write(&mut family, trust);
        }
    };
    each(
        "greenledger_trust_incomplete",
        "1 when the figures lack something, else 0.",
        |family, trust| {
            let incomplete = !trust.view.is_complete();
            family.sample(&trust.labels, f64::from(u8::from(incomplete)));
        },
    );
    each(
        "greenledger_trust_pupils",
        "Pupils that the intensity is of, by days of membership, of the schools where they and the emissions are known.",
        |family, trust| family.sample(&trust.labels, trust.view.totals.in_ratio.pupils()),
    );
    each(
        "greenledger_trust_roll",
        "Pupils on the rolls of the schools that belong to the trust, where they are known.",
        |family, trust| {
            let schools = trust.view.schools.iter();
            let members = schools.filter(|school| school.is_still_member());
            let rolls = members.filter_map(|school| school.roll.as_ref());
            let roll: i64 = rolls.map(|roll| i64::from(roll.pupils)).sum();
            family.sample(&trust.labels, (roll > 0).then_some(roll as f64));
        },
    );
    each(
        "greenledger_trust_coverage_ratio",
        "Half-hours present over those expected by now.",
        |family, trust| family.sample(&trust.labels, trust.view.totals.coverage.ratio()),
    );
}

/// The baseline, with labels for how it was made: empty if that is not stated.
fn baselines(text: &mut Exposition, shown: &[ShownTrust]) {
    let mut family = text.gauge(
        "greenledger_trust_baseline_grams_per_pupil",
        "What the intensity of a year is held against, with the year, scope and factors that it was made of.",
    );
    for trust in shown.iter().filter(|trust| trust.trailing) {
        let baseline = trust.view.baseline();
        let [year, scope, factor_year] = baseline.basis.map_or_else(Default::default, |basis| {
            [
                basis.year.to_string(),
                format::snake(basis.scope),
                basis.factor_year.to_string(),
            ]
        });
        let more = [
            ("year", year.as_str()),
            ("scope", scope.as_str()),
            ("factor_year", factor_year.as_str()),
        ];
        family.sample_with(&trust.trust, &more, baseline.tco2e_per_pupil * 1e6);
    }
}

fn per_trust(text: &mut Exposition, shown: &[ShownTrust]) {
    baselines(text, shown);
    let mut each = |name, help, value: fn(&TrustView) -> f64| {
        let mut family = text.gauge(name, help);
        for trust in shown.iter().filter(|trust| trust.trailing) {
            family.sample(&trust.trust, value(&trust.view));
        }
    };
    each(
        "greenledger_trust_schools",
        "Schools that belong to the trust.",
        |view| view.totals.members as f64,
    );
    each(
        "greenledger_trust_schools_stars_engaged",
        "Schools of the trust that hold a STARS level.",
        |view| view.totals.stars_engaged as f64,
    );
}

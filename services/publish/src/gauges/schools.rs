//! A school's gauges.

use std::collections::BTreeMap;

use footprint::{Baseline, Block, Footprint, Lack, Missing};

use super::exposition::{Exposition, Family, label};
use super::twin::Twin;
use super::{Shown, joules, waste};
use crate::config::Config;
use crate::format;
use crate::rollup::Totals;

pub(super) fn write(text: &mut Exposition, shown: &[Shown<'_>], config: &Config) {
    carbon(text, shown);
    at_baseline(text, shown, config);
    super::sufficiency::of_schools(text, shown);
    energy(text, shown);
    coverage(text, shown);
    super::meters::of_schools(text, shown);
    super::gaps::of_schools(text, shown);
    waste::of_schools(text, shown);
    super::travel::write(text, shown);
    completeness(text, shown);
}

fn completeness(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_incomplete",
        "1 when the figures lack something, else 0.",
    );
    for school in shown {
        let incomplete = !school.footprint.is_complete();
        family.sample(&school.labels, f64::from(u8::from(incomplete)));
    }
    let mut family = text.gauge(
        "greenledger_school_incomplete_reasons",
        "What the figures lack, counted by reason; absent where they lack nothing.",
    );
    for school in shown {
        let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
        let lacks = school.footprint.lacks.iter().map(Lack::as_str);
        let missing = school.footprint.sufficiency.missing.iter();
        for reason in lacks.chain(missing.map(Missing::as_str)) {
            *reasons.entry(reason).or_default() += 1;
        }
        for (reason, count) in reasons {
            family.sample_with(&school.labels, &[("reason", reason)], f64::from(count));
        }
    }
}

fn carbon(text: &mut Exposition, shown: &[Shown<'_>]) {
    for Twin { which, name, help } in Twin::both(
        "greenledger_school_carbon_intensity_grams_per_pupil",
        "greenledger_school_complete_carbon_intensity_grams_per_pupil",
        "Statutory gross emissions over the pupils by days of membership, location-based; absent without enough data.",
    ) {
        let mut family = text.gauge(name, &help);
        for school in shown.iter().filter(|school| which.shows(school)) {
            let phase = label("phase", &format::snake(school.footprint.phase));
            let tonnes = school.footprint.tonnes_per_pupil();
            let labels = format!("{},{phase}", school.labels);
            family.sample(&labels, tonnes.map(|tonnes| tonnes * 1e6));
        }
    }
    for Twin { which, name, help } in Twin::both(
        "greenledger_school_emissions_grams",
        "greenledger_school_complete_emissions_grams",
        "Priced emissions by line; the statutory and the voluntary block are never added.",
    ) {
        let mut family = text.gauge(name, &help);
        for school in shown.iter().filter(|school| which.shows(school)) {
            emissions(&mut family, school);
        }
    }
    let mut each = |name, help, value: fn(&Footprint) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for school in shown {
            family.sample(&school.labels, value(school.footprint));
        }
    };
    each(
        "greenledger_school_pupils",
        "Pupils that the intensity is of: those on the roll by days of membership.",
        Footprint::pupils_in_ratio,
    );
    each(
        "greenledger_school_roll",
        "Pupils on the roll of the census; absent once the school has left the trust.",
        |school| {
            let roll = school.roll.as_ref().filter(|_| school.is_still_member());
            Some(f64::from(roll?.pupils))
        },
    );
}

fn emissions(family: &mut Family<'_>, school: &Shown<'_>) {
    let mut lines: BTreeMap<(&str, u8, &str), i64> = BTreeMap::new();
    for line in &school.footprint.lines {
        let shown = matches!(line.block, Block::Statutory | Block::Voluntary);
        if let Some(price) = line.price.as_ref().filter(|_| shown) {
            let key = (line.block.as_str(), line.scope, line.item.as_str());
            *lines.entry(key).or_default() += price.co2e.0;
        }
    }
    for ((block, scope, item), milligrams) in lines {
        let more = [
            ("block", block),
            ("scope", &scope.to_string()),
            ("line", item),
        ];
        family.sample_with(&school.labels, &more, milligrams as f64 / 1e3);
    }
}

fn at_baseline(text: &mut Exposition, shown: &[Shown<'_>], config: &Config) {
    let mut baselines: BTreeMap<&str, Baseline> = BTreeMap::new();
    let mut family = text.gauge(
        "greenledger_school_carbon_intensity_at_baseline_factors_grams_per_pupil",
        "The carbon intensity with every line at the factors of the trust's baseline; absent without enough data, and where the \
         baseline does not say its factors or they lack one.",
    );
    for school in shown {
        let footprint = school.footprint;
        let trust = footprint.trust.id.as_str();
        let baseline = baselines.entry(trust);
        let baseline = baseline.or_insert_with(|| config.baseline(trust));
        let stated = footprint.tonnes_per_pupil().is_some();
        let at = stated.then(|| baseline.intensity_of([footprint]));
        let tonnes = at.and_then(|at| at.tonnes_per_pupil());
        family.sample(&school.labels, tonnes.map(|tonnes| tonnes * 1e6));
    }
}

fn energy(text: &mut Exposition, shown: &[Shown<'_>]) {
    for Twin { which, name, help } in Twin::both(
        "greenledger_school_energy_joules",
        "greenledger_school_complete_energy_joules",
        "Energy by fuel; export is what was sent to the grid.",
    ) {
        let mut family = text.gauge(name, &help);
        for school in shown.iter().filter(|school| which.shows(school)) {
            for (fuel, energy) in Totals::of([school.footprint]).energy {
                family.sample_with(&school.labels, &[("fuel", fuel.as_str())], joules(energy));
            }
        }
    }
}

fn coverage(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut each = |name, help, value: fn(&footprint::Coverage) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for school in shown {
            family.sample(&school.labels, value(&school.footprint.coverage));
        }
    };
    each(
        "greenledger_school_coverage_ratio",
        "Half-hours present over those expected by now.",
        |coverage| coverage.ratio(),
    );
    each(
        "greenledger_school_estimated_ratio",
        "Half-hours estimated by the supplier over those present.",
        |coverage| coverage.estimated_ratio(),
    );
    each(
        "greenledger_school_half_hours_expected",
        "Half-hours that should have been measured by now, all meters.",
        |coverage| Some(coverage.expected as f64),
    );
    each(
        "greenledger_school_half_hours_present",
        "Half-hours that were measured, estimates included.",
        |coverage| Some(coverage.present as f64),
    );
    let mut family = text.gauge(
        "greenledger_school_last_reading_timestamp_seconds",
        "When the last half-hour that came ended.",
    );
    for school in shown.iter().filter(|school| school.trailing) {
        let last = school.footprint.coverage.last_reading;
        family.sample(&school.school, last.map(|last| last.timestamp() as f64));
    }
}

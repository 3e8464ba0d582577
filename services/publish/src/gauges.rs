//! The figures as gauges for Prometheus, written from the stored footprints at every scrape: a school that is gone leaves
//! no stale series, and a ratio without data is absent, not 0.
//!
//! The text is written directly: as objects of the client library, a country's three million series would take gigabytes.

mod exposition;
mod families;
mod scoreboard;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::AcademicYear;
use footprint::{Baseline, Footprint, Period};

use crate::catalogue::{School, Whose};
use crate::config::Config;
use crate::footprint_store::FootprintStore;
use crate::rollup::TrustView;
use exposition::label;
use families::{Families, Labels};
use scoreboard::Scoreboards;

/// The text of all gauges. A footprint store of single schools has no gauges of a trust.
pub(crate) fn gauges(footprint_store: &FootprintStore, config: &Config) -> String {
    let newest = newest_days(footprint_store);
    let mut text = of_schools(footprint_store, config, &newest);
    if !footprint_store.is_of_single_schools() {
        text.push_str(&of_trusts(footprint_store, config, &newest));
    }
    text
}

/// The newest day that any school of a trust is counted to: the day that "current" refers to.
type Newest = BTreeMap<String, NaiveDate>;

fn newest_days(footprint_store: &FootprintStore) -> Newest {
    let mut newest = BTreeMap::new();
    for footprint in footprint_store.footprints() {
        let as_of = footprint.period.as_of();
        match newest.get_mut(&footprint.trust.id) {
            Some(known) => *known = as_of.max(*known),
            None => drop(newest.insert(footprint.trust.id.clone(), as_of)),
        }
    }
    newest
}

fn of_schools(footprint_store: &FootprintStore, config: &Config, newest: &Newest) -> String {
    let mut families = Families::of(Whose::School);
    let mut baselines: BTreeMap<&str, Baseline> = BTreeMap::new();
    for footprint in footprint_store.footprints() {
        let Some(labels) = labels_of_school(footprint, newest) else {
            continue;
        };
        let trust = footprint.trust.id.as_str();
        let baseline = baselines.entry(trust);
        let baseline = baseline.or_insert_with(|| config.baseline(trust));
        families.add_school(&labels, &School::new(footprint, baseline));
    }
    families.into_text()
}

fn of_trusts(footprint_store: &FootprintStore, config: &Config, newest: &Newest) -> String {
    let mut families = Families::of(Whose::Trust);
    let mut scoreboards = Scoreboards::new();
    for slice in footprint_store.slices() {
        let targets = config.targets(&slice.trust);
        let view = footprint_store.view(&slice.trust, &slice.period, targets);
        let view = view.and_then(|view| Some((labels_of_trust(&view, newest)?, view)));
        if let Some((labels, view)) = view {
            families.add_trust(&labels, &view);
            scoreboards.add(&labels, &view);
        }
    }
    families.into_text() + &scoreboards.into_text()
}

fn labels_of_school(footprint: &Footprint, newest: &Newest) -> Option<Labels> {
    let period = period_label(footprint.period, *newest.get(&footprint.trust.id)?)?;
    let own = school_labels(
        &footprint.trust.id,
        &footprint.urn.to_string(),
        &footprint.school,
    );
    Some(Labels {
        with_period: with_period(&own, period),
        own,
        period,
        is_trailing: matches!(footprint.period, Period::Trailing { .. }),
        is_member: footprint.is_still_member(),
        is_complete: footprint.is_complete(),
    })
}

fn school_labels(trust: &str, urn: &str, school: &str) -> String {
    format!(
        "{},{},{}",
        label("trust", trust),
        label("urn", urn),
        label("school", school)
    )
}

fn with_period(own: &str, period: &str) -> String {
    format!("{own},{}", label("period", period))
}

fn labels_of_trust(view: &TrustView, newest: &Newest) -> Option<Labels> {
    let period = period_label(view.period, *newest.get(&view.trust.id)?)?;
    let own = label("trust", &view.trust.id);
    Some(Labels {
        with_period: with_period(&own, period),
        own,
        period,
        is_trailing: matches!(view.period, Period::Trailing { .. }),
        is_member: true,
        is_complete: view.is_complete(),
    })
}

/// The label of a period. Labels stay the same as years go by, so that a dashboard need not change every September; older
/// periods have none.
fn period_label(period: Period, as_of: NaiveDate) -> Option<&'static str> {
    let current = AcademicYear::of(as_of);
    let previous = current.first_day().pred_opt().map(AcademicYear::of);
    match period {
        Period::Trailing { .. } => Some("trailing-12-months"),
        Period::AcademicYear { year, .. } if year == current => Some("current-year"),
        Period::AcademicYear { year, .. } if Some(year) == previous => Some("previous-year"),
        Period::AcademicYear { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_ratio_without_data_is_absent_and_figures_agree() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let text = gauges(&footprint_store, &fixtures::config());
        let of_school_9 = "urn=\"107618\"";
        let lines = |name: &str| {
            text.lines()
                .filter(|l| l.starts_with(name))
                .collect::<Vec<_>>()
        };
        assert!(
            lines("greenledger_school_coverage_ratio")
                .iter()
                .any(|l| l.contains(of_school_9))
        );
        assert!(
            !lines("greenledger_school_recycling_ratio")
                .iter()
                .any(|l| l.contains(of_school_9))
        );
        let gross: f64 = lines("greenledger_trust_emissions_grams")
            .iter()
            .filter(|l| l.contains("trailing-12-months") && l.contains("statutory"))
            .filter_map(|l| l.rsplit(' ').next()?.parse::<f64>().ok())
            .sum();
        assert!((gross - fixtures::view().totals.gross.0 as f64 / 1e3).abs() < 1e-3);
        let trailing = lines("greenledger_trust_carbon_intensity_grams_per_pupil{");
        assert_eq!(trailing.len(), 3, "{trailing:?}");
    }

    #[test]
    fn a_silent_meter_is_named_until_it_is_no_meter_of_the_school_any_more() {
        let name = "greenledger_school_meter_silent_since_timestamp_seconds{";
        let silent = |school: Footprint| -> Vec<String> {
            let text = gauges(&FootprintStore::of([school]), &fixtures::config());
            let of_name = text.lines().filter(|line| line.starts_with(name));
            of_name.map(str::to_owned).collect()
        };
        let school = fixtures::school(11);
        // 3 October 2026 began in British Summer Time, at 23:00 UTC of the day before.
        let labels = format!(
            "trust=\"calder-vale\",urn=\"{}\",school=\"Stainland Infant School\",meter=\"mprn:3938424403\",fuel=\"gas\"",
            school.urn
        );
        assert_eq!(
            silent(school.clone()),
            [format!("{name}{labels}}} 1790982000")]
        );
        let mut gone = school;
        for meter in &mut gone.meters {
            meter.registered_to = fixtures::as_of().checked_sub_days(chrono::Days::new(10));
        }
        assert_eq!(silent(gone), Vec::<String>::new());
    }

    #[test]
    fn every_meter_has_its_name_in_a_gauge_of_its_own() {
        let mut school = fixtures::school(0);
        school.meters[0].name = Some("Hall \"A\"".to_owned());
        let meters = school.meters.clone();
        let text = gauges(&FootprintStore::of([school]), &fixtures::config());
        let named = text
            .lines()
            .filter(|line| line.starts_with("greenledger_school_meter_info{"));
        let named: Vec<_> = named.collect();
        assert_eq!(named.len(), meters.len(), "{named:?}");
        let of_first = format!("meter=\"{}\",name=\"Hall \\\"A\\\"\"}} 1", meters[0].meter);
        assert!(
            named.iter().any(|line| line.ends_with(&of_first)),
            "{named:?}"
        );
    }

    #[test]
    fn an_intensity_of_too_little_data_is_no_intensity() {
        let text = gauges(
            &FootprintStore::of([fixtures::gasless()]),
            &fixtures::config(),
        );
        let sample = |name: &str| {
            let name = format!("{name}{{");
            let line = text.lines().find(|line| line.starts_with(&name));
            line.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok())
        };
        let known = fixtures::gasless().known_tonnes_per_pupil().unwrap() * 1e6;
        for of in ["school", "trust"] {
            let named = |what: &str| sample(&format!("greenledger_{of}_{what}"));
            assert_eq!(named("carbon_intensity_grams_per_pupil"), None, "{of}");
            assert_eq!(
                named("partial_carbon_intensity_grams_per_pupil"),
                Some(known)
            );
            assert_eq!(named("enough_data"), Some(0.0), "{of}");
        }
        assert_eq!(sample("greenledger_school_incomplete"), Some(1.0));
        let gas = "greenledger_school_fuel_coverage_ratio{";
        let gas = text
            .lines()
            .find(|l| l.starts_with(gas) && l.contains("fuel=\"gas\""));
        assert!(gas.is_some_and(|line| line.ends_with(" 0")), "{gas:?}");
    }

    #[test]
    fn each_series_comes_once_and_each_family_in_one_piece() {
        // The made-up trust is not complete; a trust with only this school is.
        let mut whole = fixtures::school(0);
        whole.trust.id = "whole".to_owned();
        let all = fixtures::footprints()
            .into_iter()
            .chain([fixtures::gasless(), whole]);
        let footprint_store = FootprintStore::of(all);
        let text = gauges(&footprint_store, &fixtures::config());
        let (mut series, mut families, mut last) =
            (std::collections::BTreeSet::new(), Vec::new(), "");
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split('{').next().unwrap();
            if name != last {
                assert!(!families.contains(&name), "{name} comes twice");
                families.push(name);
                last = name;
            }
            assert!(
                series.insert(line.rsplit_once(' ').unwrap().0),
                "{line} comes twice"
            );
        }
        let declared = text.lines().filter_map(|line| {
            let rest = line.strip_prefix("# TYPE ")?;
            rest.strip_suffix(" gauge")
        });
        let without: Vec<_> = declared.filter(|name| !families.contains(name)).collect();
        assert!(without.is_empty(), "no sample of {without:?}");
    }
}

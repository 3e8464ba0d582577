//! The API, the results, the gauges, the page, the workbook and the SECR report of one made-up trust all give the same
//! verdict and the same reasons.

use events::Fuel;
use footprint::{Days, Footprint, Lack, Missing};
use serde_json::Value;

use super::listing::Wanted;
use super::school;
use super::trust;
use crate::config::TrustSettings;
use crate::fixtures;
use crate::footprint_store::FootprintStore;
use crate::period_selection::periods;
use crate::rollup::TrustView;

const YEAR: &str = "2025-26";

/// Five members: one is complete, one has a line without a factor, one had no gas meter in December, one has sent too
/// little gas data, and one has figures for the trailing year only and none for the academic year.
fn footprint_store() -> FootprintStore {
    let wanted = |n: usize, period: &str| {
        let mut all = fixtures::footprints().into_iter();
        let urn = fixtures::school(n).urn;
        all.find(|footprint| footprint.urn == urn && footprint.period.key() == period)
            .unwrap()
    };
    let mut without_meter = wanted(3, YEAR);
    without_meter.lacks = vec![Lack::Meter {
        fuel: Fuel::Gas,
        days: vec![Days {
            from: "2025-12-01".parse().unwrap(),
            to: "2025-12-31".parse().unwrap(),
        }],
    }];
    let mut too_little = fixtures::gasless();
    let gasless = wanted(5, YEAR);
    too_little = Footprint {
        urn: gasless.urn,
        school: gasless.school,
        trust: gasless.trust,
        period: gasless.period,
        ..too_little
    };
    FootprintStore::of([
        wanted(0, YEAR),
        wanted(6, YEAR),
        without_meter,
        too_little,
        wanted(4, "trailing-12-months"),
    ])
}

fn view(footprint_store: &FootprintStore) -> TrustView {
    footprint_store.view(fixtures::TRUST, YEAR, 0.24).unwrap()
}

/// The kinds of data that the made-up schools lack.
fn expected(school: &Footprint) -> Vec<&'static str> {
    match school.school.as_str() {
        "Cragg Vale Junior and Infant School" => vec!["factor"],
        "Ryburn Valley Academy" => vec!["meter"],
        "Old Town Primary School" => vec!["half_hours"],
        _ => Vec::new(),
    }
}

/// The kinds of data that a school lacks, and each in words.
fn lacking(school: &Footprint) -> (Vec<&'static str>, Vec<String>) {
    let (missing, lacks) = (&school.sufficiency.missing, &school.lacks);
    let kinds = missing.iter().map(Missing::as_str);
    let kinds = kinds.chain(lacks.iter().map(Lack::as_str)).collect();
    let clauses = school.sufficiency.clauses().into_iter();
    (kinds, clauses.chain(lacks.iter().map(Lack::why)).collect())
}

fn samples<'a>(text: &'a str, name: &str, labels: &[&str]) -> Vec<&'a str> {
    let of_name = format!("{name}{{");
    let lines = text.lines().filter(|line| line.starts_with(&of_name));
    lines
        .filter(|line| labels.iter().all(|label| line.contains(label)))
        .collect()
}

#[test]
fn every_surface_shows_the_same_verdict_of_a_school() {
    let footprint_store = footprint_store();
    let view = view(&footprint_store);
    let metrics = crate::gauges::gauges(&footprint_store, &fixtures::config());
    let rows = serde_json::to_value(crate::schools(&view).json_rows()).unwrap();
    let mut incomplete = 0;
    for (school, row) in view.schools.iter().zip(rows.as_array().unwrap()) {
        let (kinds, reasons) = lacking(school);
        assert_eq!(kinds, expected(school));
        let complete = reasons.is_empty();
        incomplete += usize::from(!complete);
        let name = &school.school;
        let api = serde_json::to_value(crate::published(school)).unwrap();
        assert_eq!(api["complete"], complete, "{name}");
        assert_eq!(row["complete"], complete, "{name}");
        let reasons_shown: Vec<String> = serde_json::from_value(api["incomplete"].clone()).unwrap();
        assert_eq!(
            reasons_shown.len(),
            reasons.len(),
            "{name}: {reasons_shown:?}"
        );
        let row_reasons = row["incomplete"].as_str().unwrap_or_default();
        assert_eq!(row_reasons, reasons_shown.join("; "), "{name}");
        let urn = format!("urn=\"{}\"", school.urn);
        let of_year = [urn.as_str(), "period=\"previous-year\""];
        let flag = samples(&metrics, "greenledger_school_incomplete", &of_year);
        let value = if complete { " 0" } else { " 1" };
        assert!(flag.len() == 1 && flag[0].ends_with(value), "{flag:?}");
        let counted = samples(&metrics, "greenledger_school_incomplete_reasons", &of_year);
        assert_eq!(counted.len(), reasons.len(), "{counted:?}");
        let page = school::page(
            school,
            &view,
            &periods(&footprint_store, fixtures::TRUST),
            None,
            None,
            None,
            None,
        )
        .0;
        for reason in &reasons {
            assert!(
                reasons_shown.iter().any(|shown| shown.contains(reason)),
                "{reasons_shown:?}"
            );
            assert!(shows(&page, reason), "{name}: {reason}");
        }
        let shows_incomplete = ["not complete", "Not enough data"]
            .iter()
            .any(|notice| page.contains(notice));
        assert_eq!(shows_incomplete, !complete, "{name}");
        twins(&metrics, "school", &of_year, complete);
    }
    assert_eq!(incomplete, 3);
}

/// The family over the data that arrived always has a sample; the family of complete figures only if they are complete.
fn twins(metrics: &str, of: &str, labels: &[&str], complete: bool) {
    for figure in ["emissions_grams", "energy_joules"] {
        let all = samples(metrics, &format!("greenledger_{of}_{figure}"), labels);
        let twin = samples(
            metrics,
            &format!("greenledger_{of}_complete_{figure}"),
            labels,
        );
        assert!(!all.is_empty(), "{figure} {labels:?}");
        let values = |lines: &[&str]| -> Vec<String> {
            let labels_on = lines.iter().filter_map(|line| line.split_once('{'));
            labels_on.map(|(_, rest)| rest.to_owned()).collect()
        };
        let expected = if complete { values(&all) } else { Vec::new() };
        assert_eq!(values(&twin), expected, "{figure} {labels:?}");
    }
    let intensity = format!("greenledger_{of}_complete_carbon_intensity_grams_per_pupil");
    let has_one = !samples(metrics, &intensity, labels).is_empty();
    assert_eq!(has_one, complete, "{labels:?}");
}

/// Sentences begin with a capital on the page; clauses do not.
fn shows(page: &str, reason: &str) -> bool {
    page.contains(reason) || page.contains(&crate::format::capital(reason))
}

#[test]
fn every_surface_shows_the_same_verdict_of_the_trust() {
    let footprint_store = footprint_store();
    let view = view(&footprint_store);
    let reasons = view.incomplete();
    let without = &view.sufficiency.without_figures;
    assert_eq!(without.len(), 1, "{without:?}");
    assert_eq!(without[0].school, "Luddenden Dene Primary School");
    for school in &view.schools {
        for why in lacking(school).1 {
            let named = |reason: &String| reason.contains(&why) && reason.contains(&school.school);
            assert!(reasons.iter().any(named), "{why}: {reasons:?}");
        }
    }
    assert!(!view.is_complete());
    let row = serde_json::to_value(&crate::tables::trusts(&view).json_rows()[0]).unwrap();
    assert_eq!(row["complete"], false);
    assert_eq!(row["incomplete"], Value::from(reasons.join("; ")));
    let metrics = crate::gauges::gauges(&footprint_store, &fixtures::config());
    let of_year = ["period=\"previous-year\""];
    let flag = samples(&metrics, "greenledger_trust_incomplete", &of_year);
    assert!(flag.len() == 1 && flag[0].ends_with(" 1"), "{flag:?}");
    twins(&metrics, "trust", &of_year, false);
    let page = trust::page(
        &view,
        &periods(&footprint_store, fixtures::TRUST),
        false,
        Wanted::default(),
        None,
    )
    .0;
    let report = crate::secr::of_views(
        &view,
        None,
        crate::secr::Basis::Actual,
        &TrustSettings::default(),
    );
    let year = &report.years[0];
    assert_eq!((year.complete, &year.incomplete), (Some(false), &reasons));
    let texts = report.texts.iter().flat_map(|text| &text.paragraphs);
    let secr: Vec<&String> = texts.collect();
    let workbook = crate::workbook::method_of(&view);
    for reason in &reasons {
        let not_complete = format!("not complete: {reason}");
        assert!(
            secr.iter().any(|text| text.contains(&not_complete)),
            "{reason}"
        );
        let line = format!("Not complete: {reason}");
        assert!(workbook.iter().any(|(_, text)| *text == line), "{reason}");
    }
    for clause in view
        .sufficiency
        .clauses()
        .iter()
        .chain(&view.totals.incomplete)
    {
        assert!(shows(&page, clause), "{clause}");
    }
}

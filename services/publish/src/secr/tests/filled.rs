//! Reports with gaps filled.

use events::Fuel;
use footprint::GapEstimate;

use super::*;

fn estimate(meter: &str, fuel: Fuel, half_hours: i64, kwh: i64, grams: i64) -> GapEstimate {
    GapEstimate {
        meter: meter.parse().unwrap(),
        fuel,
        methods: Vec::new(),
        half_hours,
        left: 0,
        energy: kwh * MICRO,
        co2e: Some(MilligramsCo2e(grams * 1_000)),
        factor_by_year: Default::default(),
    }
}

/// Gas 1,200 kWh at 0.18 and 2,400 kWh of electricity at 0.2, and gaps of a tenth of each: 120 kWh and 21.6 kg, 240 kWh
/// and 48 kg. Panels lack 50 kWh of generation whose use is not known.
fn with_gaps() -> TrustView {
    let mut school = school_with(vec![
        line(Block::Statutory, 1, "gas", 1_200, 0.18),
        line(Block::Statutory, 2, "electricity", 2_400, 0.2),
        line(Block::Statutory, 2, "solar", 600, 0.0),
        line(Block::BelowLine, 2, "export", 300, 0.2),
        line(Block::Voluntary, 3, "grid_losses", 2_400, 0.0183),
    ]);
    school.estimates = vec![
        estimate("mprn:3938424403", Fuel::Gas, 1_752, 120, 21_600),
        estimate("mpan:2200012767323", Fuel::Electricity, 1_752, 240, 48_000),
        estimate("serial:roof-1", Fuel::Solar, 100, 50, 0),
    ];
    TrustView::of(vec![Arc::new(school)], 0.24).unwrap()
}

fn on(view: &TrustView, basis: Basis) -> Report {
    of_views(view, None, basis, &TrustSettings::default())
}

/// Gas 1,320 kWh and 237.6 kg, electricity 2,640 + 600 of own solar = 3,240 kWh and 528 kg: 4,560 kWh, 765.6 kg, over
/// 1,000 pupils 0.0007656 t. From readings only: 216 + 480 = 696 kg, 0.000696 t.
#[test]
fn a_report_states_whether_it_is_on_readings_or_on_filled_gaps() {
    let view = with_gaps();
    let check = |basis, sums: [&str; 6]| {
        let report = on(&view, basis);
        let year = &report.years[0];
        let [gas, electricity, energy, scope_1, gross, ratio] = sums;
        assert_eq!(rounded(&year.energy_kwh.gas, 0), gas);
        assert_eq!(rounded(&year.energy_kwh.electricity, 0), electricity);
        assert_eq!(rounded(&year.energy_kwh.total, 0), energy);
        assert_eq!(rounded(&year.scope_1_tco2e.total, 4), scope_1);
        assert_eq!(rounded(&year.total_gross_tco2e, 4), gross);
        assert_eq!(rounded(&year.intensity.tco2e, 7), ratio);
        assert_eq!(report.warnings, Vec::new());
        report
    };
    let actual = ["1200", "3000", "4200", "0.2160", "0.6960", "0.0006960"];
    let actual = check(Basis::Actual, actual);
    let filled = ["1320", "3240", "4560", "0.2376", "0.7656", "0.0007656"];
    let filled = check(Basis::Filled, filled);
    let basis = |report| paragraphs(report, "Quantification and Reporting Methodology");
    assert!(basis(&actual).contains("Basis: actual readings"));
    assert!(basis(&filled).contains("Basis: gaps filled by estimate"));
    assert!(filled.title.ends_with(", gaps filled by estimate"));
    let omitted = paragraphs(&filled, "Completeness");
    assert!(omitted.contains("3,504 missing half-hours"), "{omitted}");
    assert!(
        omitted.contains("This estimate is in the figures"),
        "{omitted}"
    );
}

#[test]
fn what_is_not_filled_stands_in_no_filled_report() {
    let year = &on(&with_gaps(), Basis::Filled).years[0];
    assert_eq!(year.voluntary, Voluntary::default());
    assert_eq!(year.below_gross.net_tco2e, None);
    assert_eq!(rounded(&year.below_gross.exported_kwh, 0), "300");
    assert_eq!(year.market_based_scope_2_tco2e, None);
}

#[test]
fn a_ratio_that_readings_do_not_give_is_given_where_gaps_can_be_filled() {
    let mut view = with_gaps();
    for fuel in &mut view.sufficiency.fuels {
        (fuel.expected, fuel.present) = (17_520, 15_000);
    }
    view.sufficiency.schools.clear();
    let actual = on(&view, Basis::Actual).years.swap_remove(0).intensity;
    assert_eq!(actual.tco2e, None);
    assert_eq!(rounded(&actual.partial_tco2e, 7), "0.0006960");
    // 15,000 + 1,752 of 17,520 are 95.6%.
    view.sufficiency
        .fuels
        .retain(|fuel| fuel.fuel != Fuel::Solar);
    let filled = on(&view, Basis::Filled).years.swap_remove(0).intensity;
    assert_eq!(rounded(&filled.tco2e, 7), "0.0007656");
    assert_eq!((filled.partial_tco2e, filled.not_enough_data), (None, None));
}

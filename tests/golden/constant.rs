//! The intensity at the factors of the baseline, beside the reported one: a fall by factor is not a fall.

use std::sync::Arc;

use events::{ActivityKind, ActivityUnit, Fuel, MICRO};
use footprint::factors::Fallback;
use footprint::{
    Baseline, BaselineBasis, BaselineScope, KpiScore, TargetVerdict, Targets, YearTargets,
};
use publish::TrustView;

use super::{ELECTRICITY, GAS, Told};

/// 2025/26, priced by the factors of 2026: 365 days of 3,200 kWh of electricity and of 5,000 kWh of gas, and 3,200 litres of
/// minibus diesel, over 3,400 pupils.
fn year() -> Told {
    let mut told = Told::school(3_400, "2025-10-02");
    let (from, to) = ("2025-09-01", "2026-08-31");
    told.sends_daily(ELECTRICITY, Fuel::Electricity, from, to, 3_200 * MICRO);
    told.sends_daily(GAS, Fuel::Gas, from, to, 5_000 * MICRO);
    let litre = ActivityUnit::Litre;
    told.activity(ActivityKind::MinibusDiesel, 3_200.0, litre, "2026-03-01");
    told
}

/// 0.24 tonnes per pupil at the factors of 2025.
fn baseline() -> Baseline {
    Baseline {
        tco2e_per_pupil: 0.24,
        basis: Some(BaselineBasis {
            year: "2024/25".parse().expect("a year"),
            scope: BaselineScope::StatutoryGross,
            factor_year: 2025,
        }),
    }
}

fn view(told: &Told, targets: impl Into<Targets>) -> TrustView {
    by(told, Fallback::PreviousYear, targets)
}

/// What stands in is the energy in a litre of diesel, of which 2026 publishes none: no factor of the year does.
fn by(told: &Told, fallback: Fallback, targets: impl Into<Targets>) -> TrustView {
    let footprint = told.footprint("2025-26", fallback);
    TrustView::of(vec![Arc::new(footprint)], targets).expect("a trust")
}

fn at_most(tonnes: f64) -> Targets {
    let year = YearTargets {
        tco2e_per_pupil: Some(tonnes),
        recycling_ratio: None,
    };
    Targets {
        baseline: baseline(),
        years: [("2025/26".parse().expect("a year"), year)].into(),
    }
}

fn target_7(view: &TrustView) -> KpiScore {
    let board = view.scoreboard();
    board.kpis.into_iter().nth(6).expect("target 7")
}

/// As reported, by the factors of 2026: electricity 1,168,000 kWh × 0.13096 = 152,961.28 kg, gas 1,825,000 kWh × 0.18231 =
/// 332,715.75 kg, diesel 3,200 l × 2.58354 = 8,267.328 kg: 493,944.358 kg over 3,400 pupils are 0.1452778 t.
/// At the factors of 2025: 1,168,000 × 0.177 = 206,736 kg, 1,825,000 × 0.18296 = 333,902 kg, 3,200 × 2.57082 = 8,226.624 kg:
/// 548,864.624 kg over 3,400 pupils are 0.1614308 t. The factors alone take 10% off.
#[test]
fn a_year_at_the_factors_of_2025_and_of_2026() {
    let view = view(&year(), baseline());
    let rounded = |tonnes: Option<f64>| tonnes.map(|tonnes| format!("{tonnes:.7}"));
    assert_eq!(
        rounded(view.tonnes_per_pupil()).as_deref(),
        Some("0.1452778")
    );
    let at_2025 = view.tonnes_per_pupil_at_baseline();
    assert_eq!(rounded(at_2025).as_deref(), Some("0.1614308"));
    // 0.1452778 / 0.24 − 1 and 0.1614308 / 0.24 − 1.
    let percent = |ratio: Option<f64>| ratio.map(|ratio| format!("{:.1}", ratio * 100.0));
    assert_eq!(percent(view.against_baseline()).as_deref(), Some("-39.5"));
    let at_its_factors = percent(view.against_baseline_at_its_factors());
    assert_eq!(at_its_factors.as_deref(), Some("-32.7"));
}

#[test]
fn the_verdict_in_words() {
    let both = "0.145 tCO2e per pupil (0.161 at the 2025 factors of the baseline) against";
    let judged = |targets: Targets| {
        let score = target_7(&view(&year(), targets));
        (score.verdict, score.why)
    };
    let said = |verdict: TargetVerdict, why: String| (verdict, why);
    assert_eq!(
        judged(baseline().into()),
        said(
            TargetVerdict::Met,
            format!("{both} the baseline of 0.240; no half-hour is missing.")
        )
    );
    assert_eq!(
        judged(at_most(0.15)),
        said(
            TargetVerdict::MetAsReported,
            format!(
                "{both} at most 0.150 for 2025/26; met as reported, not at constant factors; no half-hour is missing."
            )
        )
    );
    assert_eq!(
        judged(at_most(0.14)),
        said(
            TargetVerdict::NotMet,
            format!("{both} at most 0.140 for 2025/26; no half-hour is missing.")
        )
    );
    assert_eq!(
        judged(0.24.into()),
        said(
            TargetVerdict::NotComparable,
            "0.145 tCO2e per pupil against the baseline of 0.240; not comparable at constant factors: the baseline does not say \
             its factors; the electricity factor fell in 2026, partly by a change of method: what that takes off is not a \
             saving; no half-hour is missing."
                .to_owned()
        )
    );
}

/// There is a factor of heating oil in 2025 and none in 2026: 1,000 l × 2.54016 = 2,540.16 kg are in the figure at the factors
/// of 2025 and not in the reported one, which is incomplete and says so.
#[test]
fn a_line_that_only_the_baselines_year_prices_is_in_its_figure_alone() {
    let mut told = year();
    let litre = ActivityUnit::Litre;
    told.activity(ActivityKind::BurningOil, 1_000.0, litre, "2026-02-01");
    let view = by(&told, Fallback::None, baseline());
    // (548,864.624 + 2,540.16) kg over 3,400 pupils.
    let at_2025 = view
        .at_baseline()
        .tonnes_per_pupil()
        .expect("every line has a factor");
    assert_eq!(format!("{at_2025:.7}"), "0.1621779");
    let incomplete = &view.totals.incomplete;
    let unpriced = |why: &String| why.starts_with("Not priced") && why.contains("burning oil");
    assert!(incomplete.iter().any(unpriced), "{incomplete:?}");
    assert_eq!(target_7(&view).verdict, TargetVerdict::NotEvidenced);
}

//! Whether a made-up school's meters have sent enough.

use footprint::{
    Coverage, FuelCoverage, FuelGap, LeastCoverage, MeterFigures, MeterGap, Missing, MonthGap,
    Sufficiency,
};

/// By the meters' own coverage. What a meter of too little coverage lacks it lacks since October 2026.
pub fn of(meters: &[MeterFigures]) -> Sufficiency {
    let least_coverage = LeastCoverage::default();
    let short = |meter: &&MeterFigures| {
        let Coverage {
            present, expected, ..
        } = meter.coverage;
        !least_coverage.is_reached(present, expected)
    };
    Sufficiency {
        least_coverage,
        fuels: meters
            .iter()
            .map(|meter| FuelCoverage {
                fuel: meter.fuel,
                expected: meter.coverage.expected,
                present: meter.coverage.present,
            })
            .collect(),
        missing: meters
            .iter()
            .filter(short)
            .map(|meter| Missing::HalfHours(gap(meter)))
            .collect(),
    }
}

fn gap(meter: &MeterFigures) -> FuelGap {
    let Coverage {
        present, expected, ..
    } = meter.coverage;
    let since = if present == 0 {
        "2025-11-22"
    } else {
        "2026-10-03"
    };
    let silent_since = since.parse().ok();
    FuelGap {
        fuel: meter.fuel,
        expected,
        present,
        unmetered_days: 0,
        silent_since,
        meters: vec![MeterGap {
            meter: meter.meter.clone(),
            from: "2025-11-22".parse().unwrap(),
            expected,
            present,
            silent_since,
            months: ["2026-10", "2026-11"]
                .map(|month| MonthGap {
                    month: month.to_owned(),
                    expected: 1440,
                    present: 0,
                })
                .into(),
        }],
    }
}

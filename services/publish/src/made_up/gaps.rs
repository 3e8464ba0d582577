//! What is odd about the made-up meters, and what their gaps may have held.

use chrono::NaiveDate;
use events::{Fuel, MICRO, MilligramsCo2e};
use footprint::{Days, Finding, FindingKind, GapEstimate, MeterFigures};

/// School 2's electricity hung for four days and then came down to a quarter; school 11's gas is silent.
pub fn findings(n: usize, days: Days) -> Vec<Finding> {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let finding = |kind, from, to, said: &str| Finding {
        meter: "mpan:1710035168313".parse().unwrap(),
        kind,
        days: Days { from, to },
        said: said.to_owned(),
    };
    let all = match n {
        2 => vec![
            finding(
                FindingKind::Stuck,
                day(10, 5),
                day(10, 8),
                "the same 12.5 kWh in every half-hour of 4 days in a row, from 5 October 2026 to 8 October 2026",
            ),
            finding(
                FindingKind::LevelShift,
                day(10, 20),
                day(10, 20),
                "about 150 kWh a day on weekdays in term in the 4 weeks from 20 October 2026 on, about 600 kWh in the 4 \
                 weeks before: 4.0 times less",
            ),
        ],
        8 => vec![finding(
            FindingKind::Moved,
            day(11, 1),
            day(11, 1),
            "it was registered at school 107501 from 2 November 2026 on, and counts there from that day",
        )],
        _ => Vec::new(),
    };
    all.into_iter()
        .filter(|finding| days.contains(finding.days.to))
        .collect()
}

/// Of every meter with gaps, two kilowatt-hours a half-hour.
pub fn estimates(meters: &[MeterFigures]) -> Vec<GapEstimate> {
    let with_gaps = meters
        .iter()
        .map(|meter| (meter, meter.coverage.expected - meter.coverage.present))
        .filter(|(_, missing)| *missing > 0);
    with_gaps
        .map(|(meter, half_hours)| {
            let factor = if meter.fuel == Fuel::Gas { 182_310 } else { 130_960 };
            GapEstimate {
                meter: meter.meter.clone(),
                fuel: meter.fuel,
                method: "2 days with gaps by the mean of the nearest 4 whole days of the same weekday, in term or out of it \
                         alike"
                    .to_owned(),
                half_hours,
                left: 0,
                energy: 2 * half_hours * MICRO,
                co2e: Some(MilligramsCo2e(2 * half_hours * factor)),
            }
        })
        .collect()
}

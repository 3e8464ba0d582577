//! What is odd about the made-up meters, and what their gaps may have held.

use chrono::NaiveDate;
use events::{Fuel, MICRO, MilligramsCo2e};
use footprint::{Contradicted, Days, EventName, Finding, FindingKind, GapEstimate, MeterFigures};

/// School 2's electricity hung for four days and then came down to a quarter; of school 5 two sources contradict; school 11's gas
/// is silent.
pub fn findings(n: usize, days: Days) -> Vec<Finding> {
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).unwrap();
    let finding = |kind, from, to, said: &str| Finding {
        meter: "mpan:1710035168313".parse().unwrap(),
        kind,
        days: Days { from, to },
        said: said.to_owned(),
        contradicted: None,
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
        5 => vec![Finding {
            contradicted: Some(Contradicted {
                stands: event_name("urn:n3rgy", "dev-B-2026-11-11"),
                against: event_name("urn:n3rgy", "dev-A-2026-11-11"),
                half_hours: 22,
                stands_energy: 0,
                against_energy: 22 * MICRO,
            }),
            ..finding(
                FindingKind::ZeroStands,
                day(11, 11),
                day(11, 11),
                "zeros stand for 22 half-hours on 11 November 2026: urn:n3rgy dev-B-2026-11-11 says 0 kWh and stands, urn:n3rgy \
                 dev-A-2026-11-11 says 22 kWh",
            )
        }],
        8 => vec![finding(
            FindingKind::Moved,
            day(11, 1),
            day(11, 1),
            "it was registered at school 107501 from 2 November 2026 on, and counts there from that day",
        )],
        11 => vec![Finding {
            meter: "mprn:3938424403".parse().unwrap(),
            kind: FindingKind::Silent,
            days: Days {
                from: day(10, 3),
                to: day(11, 21),
            },
            said: "it has sent nothing since 3 October 2026".to_owned(),
            contradicted: None,
        }],
        _ => Vec::new(),
    };
    all.into_iter()
        .filter(|finding| days.contains(finding.days.to))
        .collect()
}

fn event_name(source: &str, id: &str) -> EventName {
    EventName {
        source: source.to_owned(),
        id: id.to_owned(),
    }
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

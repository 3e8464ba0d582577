//! Gauges of findings about meters, and of the estimates for their gaps.

use std::collections::BTreeMap;

use events::SettlementDay;
use footprint::{Finding, FindingKind, GapTotals};

use super::exposition::Exposition;
use super::{Shown, joules};
use crate::format;

pub(super) fn of_schools(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_meter_findings",
        "What is odd about the readings of meters, by kind; absent where nothing is.",
    );
    for school in shown {
        for (kind, found) in by_kind(&school.footprint.findings) {
            let kind = format::snake(kind);
            family.sample_with(&school.labels, &[("kind", &kind)], found.len() as f64);
        }
    }
    let mut family = text.gauge(
        "greenledger_school_meter_finding_ended_timestamp_seconds",
        "When the last day ended on which something was odd, by kind.",
    );
    for school in shown.iter().filter(|school| school.trailing) {
        for (kind, found) in by_kind(&school.footprint.findings) {
            let last = found.iter().map(|finding| finding.days.to).max();
            let ended = last.map(|day| SettlementDay(day).ends().timestamp() as f64);
            if let Some(ended) = ended {
                family.sample_with(&school.school, &[("kind", &format::snake(kind))], ended);
            }
        }
    }
    let mut each = |name, help, value: fn(&GapTotals) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for school in shown {
            let gaps = school.footprint.gaps_may_have_held();
            family.sample(&school.labels, gaps.and_then(|gaps| value(&gaps)));
        }
    };
    each(
        "greenledger_school_gap_estimate_half_hours",
        "Missing half-hours of which it is estimated what they may have held.",
        |gaps| Some(gaps.half_hours as f64),
    );
    each(
        "greenledger_school_gap_estimate_energy_joules",
        "What gaps may have held; in no figure of energy.",
        |gaps| gaps.energy.map(joules),
    );
    each(
        "greenledger_school_gap_estimate_emissions_grams",
        "What gaps may have held; in no figure of emissions.",
        |gaps| gaps.co2e.map(|co2e| co2e.0 as f64 / 1e3),
    );
}

fn by_kind(findings: &[Finding]) -> BTreeMap<FindingKind, Vec<&Finding>> {
    let mut kinds: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        kinds.entry(finding.kind).or_default().push(finding);
    }
    kinds
}

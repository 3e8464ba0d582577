//! Findings about meters, and estimates for gaps, with their wording.

use std::collections::BTreeMap;

use events::{Fuel, MeterId, MilligramsCo2e, Quantity};
use footprint::{Contradicted, Days, FindingKind, Footprint};
use serde::Serialize;
use utoipa::ToSchema;

/// Something about a meter that a user should check.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Finding)]
pub(super) struct PublishedFinding<'a> {
    /// Which meter.
    meter: &'a MeterId,
    /// The kind of finding.
    kind: FindingKind,
    /// On which days.
    days: Days,
    /// The description, in a sentence.
    text: String,
    /// The events that contradict each other, and by how much; none if there is no contradiction.
    contradicted: Option<&'a Contradicted>,
}

/// The estimate for the gaps of one meter: shown beside the figures, never part of them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GapEstimate)]
pub(super) struct PublishedEstimate<'a> {
    /// Which meter.
    meter: &'a MeterId,
    /// The fuel it measures.
    fuel: Fuel,
    /// The method of the estimate, in words.
    method: String,
    /// The number of estimated half-hours.
    half_hours: i64,
    /// Missing half-hours without comparable days: they are not estimated.
    left: i64,
    /// Milliwatt-hours.
    energy: Quantity,
    /// Its carbon at the period's factor.
    co2e: Option<MilligramsCo2e>,
    /// Its factor in each year that has factors: kg CO2e per kWh.
    factor_by_year: &'a BTreeMap<i32, f64>,
}

pub(super) fn findings(footprint: &Footprint) -> Vec<PublishedFinding<'_>> {
    let all = footprint.findings.iter();
    all.map(|finding| PublishedFinding {
        meter: &finding.meter,
        kind: finding.kind(),
        days: finding.days,
        text: finding.to_string(),
        contradicted: finding.contradicted(),
    })
    .collect()
}

pub(super) fn estimates(footprint: &Footprint) -> Vec<PublishedEstimate<'_>> {
    let all = footprint.estimates.iter();
    all.map(|estimate| PublishedEstimate {
        meter: &estimate.meter,
        fuel: estimate.fuel,
        method: estimate.method(),
        half_hours: estimate.half_hours,
        left: estimate.left,
        energy: estimate.energy,
        co2e: estimate.co2e,
        factor_by_year: &estimate.factor_by_year,
    })
    .collect()
}

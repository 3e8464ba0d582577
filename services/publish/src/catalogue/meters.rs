//! The half-hours of meters, what is odd about them, and the estimates for gaps: beside the figures, never in them.

use std::collections::BTreeMap;

use events::SettlementDay;
use footprint::{Finding, FindingKind, MeterFigures};

use crate::format;
use crate::table::Unit;

use super::Read::{School, Sum};
use super::{Family, Figure, Gauge, Sample, Span, Whose, figure, sample, single};

pub(super) const HALF_HOURS: &[Figure] = &[
    figure(
        "half_hours_expected",
        Unit::HalfHours,
        "Half-hours that should have been measured by now, all meters.",
        Sum(|totals| totals.coverage.expected.into()),
    )
    .always()
    .gauge(Gauge::named("half_hours_expected").only(Whose::School)),
    figure(
        "half_hours_present",
        Unit::HalfHours,
        "Half-hours that were measured, estimates included.",
        Sum(|totals| totals.coverage.present.into()),
    )
    .always()
    .gauge(Gauge::named("half_hours_present").only(Whose::School)),
    figure(
        "half_hours_estimated",
        Unit::HalfHours,
        "Of those present, half-hours estimated by the supplier.",
        Sum(|totals| totals.coverage.estimated.into()),
    )
    .always(),
    figure(
        "half_hours_spread",
        Unit::HalfHours,
        "Of those present, half-hours spread from a longer interval.",
        Sum(|totals| totals.coverage.spread.into()),
    )
    .always(),
    figure(
        "coverage_ratio",
        Unit::Ratio,
        "Half-hours present over those expected by now.",
        Sum(|totals| totals.coverage.ratio().into()),
    )
    .gauge(Gauge::named("coverage_ratio")),
    figure(
        "estimated_ratio",
        Unit::Ratio,
        "Half-hours estimated by the supplier over those present.",
        Sum(|totals| totals.coverage.estimated_ratio().into()),
    )
    .gauge(Gauge::named("estimated_ratio").only(Whose::School)),
    figure(
        "last_reading",
        Unit::Time,
        LAST_READING,
        Sum(|totals| totals.coverage.last_reading.into()),
    ),
];

const LAST_READING: &str = "When the last half-hour received ended.";

pub(super) const GAPS: &[Figure] = &[
    figure(
        "findings",
        Unit::Count,
        "Findings about the readings of meters, counted; table `findings` has each.",
        Sum(|totals| totals.findings.into()),
    )
    .always(),
    figure(
        "gap_estimate_half_hours",
        Unit::HalfHours,
        "Missing half-hours that have an estimate.",
        Sum(|totals| totals.gaps.map(|gaps| gaps.half_hours).into()),
    )
    .gauge(Gauge::named("gap_estimate_half_hours").only(Whose::School)),
    figure(
        "gap_left_half_hours",
        Unit::HalfHours,
        "Missing half-hours without an estimate.",
        Sum(|totals| totals.gaps.map(|gaps| gaps.left).into()),
    ),
    figure(
        "gap_estimate_milliwatt_hours",
        Unit::MilliwattHours,
        "Estimated missing use, which is in no figure of energy.",
        Sum(|totals| totals.gaps.and_then(|gaps| gaps.energy).into()),
    )
    .also("gap_estimate_kwh", Unit::KilowattHours)
    .gauge(Gauge::named("gap_estimate_energy_joules").only(Whose::School)),
    figure(
        "gap_estimate_mg_co2e",
        Unit::MilligramsCo2e,
        "Emissions of the estimated missing use, which are in no figure of emissions.",
        Sum(|totals| totals.gaps.and_then(|gaps| gaps.co2e).into()),
    )
    .also("gap_estimate_tco2e", Unit::TonnesCo2e)
    .gauge(Gauge::named("gap_estimate_emissions_grams").only(Whose::School)),
    figure(
        "gross_with_gap_estimate_mg_co2e",
        Unit::MilligramsCo2e,
        "Statutory gross emissions with those of the estimated missing use added; shown beside the gross, never instead of it.",
        Sum(|totals| totals.gross_with_gap_estimate().into()),
    )
    .also("gross_with_gap_estimate_tco2e", Unit::TonnesCo2e),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("last_reading_timestamp_seconds").over(Span::Now),
        help: LAST_READING,
        labels: &[],
        read: School(|school| {
            let last = school.footprint.coverage.last_reading;
            single(last.map(|last| last.timestamp() as f64))
        }),
    },
    Family {
        gauge: Gauge::named("meter_info").over(Span::Now),
        help: "1 for each meter, with the name that people call it, empty if none is registered: `… * on (urn, meter) group_left (name) greenledger_school_meter_info` adds it to the other gauges of meters.",
        labels: &["meter", "name"],
        read: School(|school| {
            let of_meter = |meter: &MeterFigures| {
                let name = meter.name.as_deref().unwrap_or_default();
                sample([meter.meter.as_str(), name], 1.0)
            };
            school.footprint.meters.iter().map(of_meter).collect()
        }),
    },
    of_meters(
        "meter_last_reading_timestamp_seconds",
        "When the last half-hour received from a meter ended; absent where none was in twelve months.",
        |school| {
            by_meter(school, |meter| {
                Some(meter.coverage.last_reading?.timestamp() as f64)
            })
        },
    ),
    of_meters(
        "meter_silent_since_timestamp_seconds",
        "When the first day without data from a silent meter began; absent for other meters.",
        |school| {
            let last = school.footprint.period.days().to;
            let is_member = school.footprint.member.contains(last);
            by_meter(school, |meter| {
                let is_current = is_member && meter.registered().contains(last);
                let since = meter.silent_since.filter(|_| is_current)?;
                Some(SettlementDay(since).starts().timestamp() as f64)
            })
        },
    ),
    of_meters(
        "meter_half_hours_expected",
        "Half-hours that a meter should have measured by now, of twelve months.",
        |school| by_meter(school, |meter| Some(meter.coverage.expected as f64)),
    ),
    of_meters(
        "meter_half_hours_present",
        "Half-hours that a meter has measured, estimates included, of twelve months.",
        |school| by_meter(school, |meter| Some(meter.coverage.present as f64)),
    ),
    Family {
        gauge: Gauge::named("meter_findings"),
        help: "Findings about the readings of meters, by kind; absent where there are none.",
        labels: &["kind"],
        read: School(|school| by_kind(school, |found| Some(found.len() as f64))),
    },
    Family {
        gauge: Gauge::named("meter_finding_ended_timestamp_seconds").over(Span::Now),
        help: "When the last day of a finding ended, by kind.",
        labels: &["kind"],
        read: School(|school| {
            by_kind(school, |found| {
                let last = found.iter().map(|finding| finding.days.to).max()?;
                Some(SettlementDay(last).ends().timestamp() as f64)
            })
        }),
    },
];

/// Of the trailing months alone: recent data of a single meter is not a figure of any year.
const fn of_meters(
    name: &'static str,
    help: &'static str,
    read: fn(&super::School<'_>) -> Vec<Sample>,
) -> Family {
    Family {
        gauge: Gauge::named(name).over(Span::Now),
        help,
        labels: &["meter", "fuel"],
        read: School(read),
    }
}

fn by_meter(
    school: &super::School<'_>,
    value: impl Fn(&MeterFigures) -> Option<f64>,
) -> Vec<Sample> {
    let of_meter = |meter: &MeterFigures| {
        let labels = [meter.meter.as_str(), meter.fuel.as_str()];
        Some(sample(labels, value(meter)?))
    };
    school
        .footprint
        .meters
        .iter()
        .filter_map(of_meter)
        .collect()
}

fn by_kind(school: &super::School<'_>, value: fn(&[&Finding]) -> Option<f64>) -> Vec<Sample> {
    let mut kinds: BTreeMap<FindingKind, Vec<&Finding>> = BTreeMap::new();
    for finding in &school.footprint.findings {
        kinds.entry(finding.kind()).or_default().push(finding);
    }
    let of_kind = |(kind, found): (FindingKind, Vec<&Finding>)| {
        Some(sample([&format::snake(kind)], value(&found)?))
    };
    kinds.into_iter().filter_map(of_kind).collect()
}

//! Puts the figures of each footprint together.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Channel, Fuel, MICRO, MilligramsCo2e};

use super::meters::Metered;
use super::price::{Priced, Totals};
use super::{Frame, Method};
use super::{evidence, gaps, sufficiency};
use crate::compute::{disclosures, waste_collections};
use crate::item::Item;
use crate::message::{Footprint, MonthFigures, TravelFigures};

pub(super) fn footprints(
    frames: &[Frame<'_>],
    meters: Vec<Metered>,
    lines: Vec<Vec<Priced>>,
    totals: Totals,
    travel: Vec<TravelFigures>,
    method: &Method,
) -> Vec<Footprint> {
    frames
        .iter()
        .zip(meters)
        .zip(lines)
        .zip(totals)
        .zip(travel)
        .map(|((((frame, metered), lines), totals), travel)| {
            footprint(frame, metered, lines, totals, travel, method)
        })
        .collect()
}

fn footprint(
    frame: &Frame<'_>,
    metered: Metered,
    lines: Vec<Priced>,
    (gross, voluntary): (MilligramsCo2e, MilligramsCo2e),
    travel: TravelFigures,
    method: &Method,
) -> Footprint {
    let school = &frame.membership.school;
    let lacks = disclosures::lacks(frame, &lines, &metered, method);
    Footprint {
        urn: frame.subject.urn,
        school: school.name.clone(),
        phase: school.phase,
        trust: school.trust.clone(),
        grid_region: school.grid_region,
        period: frame.period,
        member: frame.member,
        joined: frame.joined,
        factor_set: method.factor_set(&school.trust.id, frame.period),
        gross,
        voluntary,
        lacks: lacks.statutory,
        lacks_voluntary: lacks.voluntary,
        sufficiency: sufficiency::assess(frame, &lines, &metered, method),
        notes: disclosures::notes(frame, &lines, &metered, method),
        lines: lines.into_iter().map(|priced| priced.line).collect(),
        pupil_millionths: pupil_millionths(frame),
        roll: frame.roll.clone(),
        coverage: metered.coverage,
        findings: gaps::findings(frame, &method.anomaly_limits, &metered.figures),
        estimates: gaps::estimates(frame, method, &metered.figures),
        evidence: evidence::filed(frame),
        meters: metered.figures,
        months: months(&metered.months),
        waste: waste_collections::figures(frame),
        travel,
        position: frame.subject.position.clone(),
    }
}

/// Pupils times days of membership divided by days of the period, in millionths, rounded to the nearest.
fn pupil_millionths(frame: &Frame<'_>) -> Option<i64> {
    let pupils = i128::from(frame.roll.as_ref()?.pupils) * i128::from(MICRO);
    let (member, all) = (
        i128::from(frame.member.count()),
        i128::from(frame.period.days().count()),
    );
    i64::try_from((2 * pupils * member + all) / (2 * all)).ok()
}

/// Energy by month and use; export is one item, whichever meter measured it.
fn months(energy: &BTreeMap<(NaiveDate, Fuel, Channel), i64>) -> Vec<MonthFigures> {
    let mut by_item: BTreeMap<(NaiveDate, Item), i64> = BTreeMap::new();
    for ((month, fuel, channel), energy) in energy {
        let item = match channel {
            Channel::AE => Item::Export,
            _ => Item::of_fuel(*fuel),
        };
        *by_item.entry((*month, item)).or_default() += energy;
    }
    let figures = |((month, item), energy): ((NaiveDate, Item), i64)| MonthFigures {
        month: month.format("%Y-%m").to_string(),
        item,
        energy,
    };
    by_item.into_iter().map(figures).collect()
}

//! Finds values of a meter-day that contradict the ones that count.
//!
//! Two actual values of one half-hour contradict when they differ by more than rounding and either come from different sources
//! or, within one source, have no order (neither was issued later according to the source). A zero that counts over another
//! event's value is reported separately, even if the order is known: a disconnected device sends zeros. An event that sends its
//! event id again with a later time corrects itself, and is no contradiction.
//!
//! A value spread from a longer interval, usually a register's, is compared with the actual half-hours of the same time,
//! whichever of them count. Single half-hours differ by construction; [`LongerInterval`] holds what a day adds to the
//! comparison of the whole interval.

use std::collections::BTreeMap;

use events::{Quality, Quantity};

use super::precedence::{Claim, standing_of_sources};
use crate::ledger::{Identity, MeterDay};

/// Suppliers round half-hours to a tenth at the coarsest: values that differ by no more than half of that count as equal.
const ROUNDING: Quantity = 50_000;

/// The way in which two values of one half-hour contradict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ContradictionKind {
    /// Both are actual, and they differ.
    Differs,
    /// The one that counts is zero, and the other is not.
    ZeroStands,
}

/// Half-hours of a meter-day on which one event's values count and another's contradict them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// The kind of contradiction.
    pub kind: ContradictionKind,
    /// The event with the values that count.
    pub stands: Identity,
    /// The event with the values that do not count.
    pub against: Identity,
    /// The number of half-hours.
    pub half_hours: u8,
    /// The sum of the values that count, in millionths of the day's unit.
    pub stands_sum: Quantity,
    /// The sum of the values that do not count, in millionths of the day's unit.
    pub against_sum: Quantity,
}

/// Half-hours of a meter-day that an event spread from a longer interval, and the actual values of the same half-hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LongerInterval {
    /// The event of the longer interval.
    pub spread: Identity,
    /// The event of the actual value of the first of the half-hours.
    pub actual: Identity,
    /// Whether the spread value counts there.
    pub spread_stands: bool,
    /// How many half-hours of the day the longer interval covers.
    pub half_hours: u8,
    /// Of those, the half-hours that also have an actual value.
    pub compared: u8,
    /// The sum of the spread values of the compared half-hours, in millionths of the day's unit.
    pub spread_sum: Quantity,
    /// The sum of the actual values there, in millionths of the day's unit.
    pub actual_sum: Quantity,
}

/// All contradictions of a meter-day; nearly every day has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contradictions {
    /// Between values of one half-hour, in the order of kinds and of events.
    pub values: Vec<Contradiction>,
    /// Between longer intervals and actual values, in the order of events.
    pub intervals: Vec<LongerInterval>,
}

impl Contradictions {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.intervals.is_empty()
    }
}

/// Collects the contradictions of a meter-day, half-hour by half-hour.
#[derive(Default)]
pub(super) struct Found<'a> {
    values: BTreeMap<(ContradictionKind, &'a Identity, &'a Identity), Sums>,
    intervals: BTreeMap<&'a Identity, (&'a Identity, bool, Sums)>,
}

#[derive(Default)]
struct Sums {
    half_hours: u8,
    stands: Quantity,
    other: Quantity,
}

impl Sums {
    fn extend(&mut self, values: Option<(Quantity, Quantity)>) {
        if let Some((stands, other)) = values {
            self.half_hours += 1;
            self.stands += stands;
            self.other += other;
        }
    }
}

/// A claim and the row that makes it.
type Claimed<'a> = (Claim<'a>, &'a MeterDay);

impl<'a> Found<'a> {
    /// Adds one half-hour: all claims, and the one that counts for each source, with the half-hour's overall winner first.
    pub(super) fn add(&mut self, slot: usize, claims: &[Claimed<'a>], standing: &[Claimed<'a>]) {
        let is_actual = |(claim, _): &&Claimed<'a>| claim.quality == Some(Quality::Actual);
        let Some((stands, others)) = standing.split_first() else {
            return;
        };
        if claims.len() == 1 {
            return;
        }
        self.add_intervals(slot, claims, stands);
        if !is_actual(&stands) {
            return;
        }
        let of_other_sources = others.iter().filter(is_actual);
        let of_its_source = claims.iter().filter(is_actual).filter(|(claim, _)| {
            claim.identity != stands.0.identity && claim.identity.source == stands.0.identity.source
        });
        // One event per source is enough, otherwise a half-hour would count as often as it was corrected.
        let contradicting = of_its_source
            .filter_map(|other| Some((other, kind(slot, stands, other)?)))
            .max_by(|((one, _), _), ((other, _), _)| one.compare(other).0);
        let contradicting = of_other_sources
            .filter_map(|other| Some((other, kind(slot, stands, other)?)))
            .chain(contradicting);
        for (other, kind) in contradicting {
            let events = (kind, stands.0.identity, other.0.identity);
            let sums = self.values.entry(events).or_default();
            sums.extend(values(slot, stands, other));
        }
    }

    /// For each source with a spread value of a half-hour: its winning spread value, beside the winning actual value.
    fn add_intervals(&mut self, slot: usize, claims: &[Claimed<'a>], stands: &Claimed<'a>) {
        let of_quality = |quality: Quality| {
            let of_quality = claims
                .iter()
                .filter(move |(claim, _)| claim.quality == Some(quality));
            of_quality.copied()
        };
        if of_quality(Quality::Spread).next().is_none() {
            return;
        }
        let actual = standing_of_sources(of_quality(Quality::Actual));
        let Some(actual) = actual.first() else {
            return;
        };
        for spread in standing_of_sources(of_quality(Quality::Spread)) {
            let spread_stands = spread.0.identity == stands.0.identity;
            let entry = self.intervals.entry(spread.0.identity);
            let (_, _, sums) = entry.or_insert((actual.0.identity, spread_stands, Sums::default()));
            sums.extend(values(slot, actual, &spread));
        }
    }

    /// The contradictions of a day with these rows.
    pub(super) fn finish(self, rows: &[&MeterDay]) -> Contradictions {
        let value = |((kind, stands, against), sums): (_, Sums)| Contradiction {
            kind,
            stands: Identity::clone(stands),
            against: Identity::clone(against),
            half_hours: sums.half_hours,
            stands_sum: sums.stands,
            against_sum: sums.other,
        };
        let covered = |identity: &Identity| {
            let of_event = rows.iter().filter(|row| row.identity == *identity);
            let present = of_event.map(|row| row.slots.present().count_ones());
            present.max().unwrap_or_default() as u8
        };
        type Interval<'a> = (&'a Identity, (&'a Identity, bool, Sums));
        let interval = |(spread, (actual, spread_stands, sums)): Interval<'_>| LongerInterval {
            spread: spread.clone(),
            actual: actual.clone(),
            spread_stands,
            half_hours: covered(spread),
            compared: sums.half_hours,
            spread_sum: sums.other,
            actual_sum: sums.stands,
        };
        Contradictions {
            values: self.values.into_iter().map(value).collect(),
            intervals: self.intervals.into_iter().map(interval).collect(),
        }
    }
}

fn values(slot: usize, stands: &Claimed<'_>, other: &Claimed<'_>) -> Option<(Quantity, Quantity)> {
    let value = |claimed: &Claimed<'_>| claimed.1.slots.value(slot);
    Some((value(stands)?, value(other)?))
}

fn kind(slot: usize, stands: &Claimed<'_>, other: &Claimed<'_>) -> Option<ContradictionKind> {
    let (value, against) = values(slot, stands, other)?;
    match differs(value, against) {
        true if value == 0 => Some(ContradictionKind::ZeroStands),
        true if has_no_order(&stands.0, &other.0) => Some(ContradictionKind::Differs),
        _ => None,
    }
}

/// By more than half a tenth, and by more than a hundredth of the greater.
fn differs(one: Quantity, other: Quantity) -> bool {
    let rounding = ROUNDING.max(one.max(other) / 100);
    one.abs_diff(other) > rounding.unsigned_abs()
}

/// Whether two claims are of different sources, or of one source and neither was issued later by its own word.
fn has_no_order(one: &Claim<'_>, other: &Claim<'_>) -> bool {
    let has_none_within_source =
        one.issue_stated == other.issue_stated && (!one.issue_stated || one.issued == other.issued);
    one.identity.source != other.identity.source || has_none_within_source
}

#[cfg(test)]
mod tests;

//! Decides which of several values of one half-hour counts: a total order, defined in one place.
//!
//! First within a source: a value with a stated issue time precedes one without. Among those with a stated time, the one issued
//! last wins, whatever its quality, because a supplier may replace a wrong actual value by an estimate. Among those without, an
//! actual value precedes a spread one, and that precedes an estimate; then the one received last wins.
//!
//! Then between sources: an actual value precedes a spread one, and that precedes an estimate; then the one issued last wins;
//! then the one received last; then the one with the highest source and id.
//!
//! An event counts as issued no later than it was received and no earlier than the end of the half-hour.

use std::cmp::Ordering;

use events::Quality;

use super::DayStart;
use crate::ledger::{Identity, MeterDay};

/// The rule that decides between two values of one half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criterion {
    /// The issue of one was stated.
    IssueStated,
    /// One was issued later.
    Issue,
    /// One is of better quality.
    Quality,
    /// One was received later.
    Receipt,
    /// One has the higher source and id.
    Name,
}

/// The fields by which a row's value of one half-hour is ranked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'a> {
    /// How the value was obtained.
    pub quality: Option<Quality>,
    /// Whether its source stated when it was issued.
    pub issue_stated: bool,
    /// When it counts as issued, in microseconds since 1970.
    pub issued: i64,
    /// When ingest received it, in microseconds since 1970.
    pub received: i64,
    /// Its name.
    pub identity: &'a Identity,
}

impl<'a> Claim<'a> {
    /// A row's claim on a half-hour of the day with this start; none if the row has no value there: a null never erases a
    /// value.
    pub fn of(row: &'a MeterDay, slot: usize, day: DayStart) -> Option<Self> {
        let quality = row.slots.quality(slot)?;
        Some(Claim::of_quality(row, quality, slot, day))
    }

    /// A row's claim on a half-hour, or on a quarter of it, with a value of this quality.
    pub(super) fn of_quality(
        row: &'a MeterDay,
        quality: Quality,
        slot: usize,
        day: DayStart,
    ) -> Self {
        let ended = day.slot_ends(slot);
        Claim {
            quality: Some(quality),
            issue_stated: row.issue_stated,
            issued: row.issued.min(row.origin.received).max(ended),
            received: row.origin.received,
            identity: &row.identity,
        }
    }

    /// Compares this claim with another, of the same source or not, and returns the rule that decided.
    pub fn compare(&self, other: &Claim<'_>) -> (Ordering, Criterion) {
        match self.identity.source == other.identity.source {
            true => self.compare_within_source(other),
            false => self.compare_between_sources(other),
        }
    }

    fn compare_within_source(&self, other: &Claim<'_>) -> (Ordering, Criterion) {
        let by_issue = match self.issue_stated && other.issue_stated {
            true => (self.issued.cmp(&other.issued), Criterion::Issue),
            false => (self.quality.cmp(&other.quality), Criterion::Quality),
        };
        first_decisive([
            (
                self.issue_stated.cmp(&other.issue_stated),
                Criterion::IssueStated,
            ),
            by_issue,
            (self.received.cmp(&other.received), Criterion::Receipt),
            (self.identity.cmp(other.identity), Criterion::Name),
        ])
    }

    fn compare_between_sources(&self, other: &Claim<'_>) -> (Ordering, Criterion) {
        first_decisive([
            (self.quality.cmp(&other.quality), Criterion::Quality),
            (self.issued.cmp(&other.issued), Criterion::Issue),
            (self.received.cmp(&other.received), Criterion::Receipt),
            (self.identity.cmp(other.identity), Criterion::Name),
        ])
    }
}

fn first_decisive<const N: usize>(
    comparisons: [(Ordering, Criterion); N],
) -> (Ordering, Criterion) {
    let decisive = comparisons
        .into_iter()
        .find(|(ordering, _)| ordering.is_ne());
    decisive.unwrap_or((Ordering::Equal, Criterion::Name))
}

/// The winning claim of each source, in the order of the sources' precedence: the first one counts for the half-hour.
pub fn standing_of_sources<'a, T: Copy>(
    claims: impl IntoIterator<Item = (Claim<'a>, T)>,
) -> Vec<(Claim<'a>, T)> {
    let mut standing: Vec<(Claim<'a>, T)> = Vec::new();
    for (claim, value) in claims {
        let same_source =
            |(known, _): &&mut (Claim<'a>, T)| known.identity.source == claim.identity.source;
        match standing.iter_mut().find(same_source) {
            Some(known) if claim.compare(&known.0).0.is_gt() => *known = (claim, value),
            Some(_) => {}
            None => standing.push((claim, value)),
        }
    }
    standing.sort_by(|(one, _), (other, _)| other.compare(one).0);
    standing
}

#[cfg(test)]
mod tests;

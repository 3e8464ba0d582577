//! A day's half-hours: the value that counts, and every value that was ever sent for it.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use events::{ReadingsWithdrawn, SettlementDay, Unit};
use footprint::ledger::{Identity, MeterDay};
use footprint::view::precedence::{Claim, standing_of_sources};
use footprint::view::{DayStart, Withdrawals, completed, day_unit, day_view, union};
use serde::Serialize;
use utoipa::ToSchema;

use super::rank::{decided_by, name};
use super::{Amount, Provenance};

/// One half-hour of a meter's day.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HalfHourAnswer {
    /// When it begins.
    pub starts: DateTime<Utc>,
    /// The start on London's clock: `09:00`, with the zone on the two days whose clock changes.
    pub clock: String,
    /// The value that counts; none if none was sent, which is not zero.
    pub value: Option<Amount>,
    /// `actual`, `spread` or `estimated`.
    #[schema(value_type = Option<events::Quality>)]
    pub quality: Option<&'static str>,
    /// Whether a quarter of it is known and the other is not: then it has no value.
    pub known_by_half: bool,
    /// The values of all events for it: the one that counts, then the best of each other source, then the rest.
    pub revisions: Vec<Revision>,
}

/// The value of one event for a half-hour.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = HalfHourRevision)]
pub struct Revision {
    /// The value.
    pub value: Amount,
    /// Its unit.
    pub unit: Unit,
    /// `actual`, `spread` or `estimated`.
    #[schema(value_type = Option<events::Quality>)]
    pub quality: Option<&'static str>,
    /// Whether this value counts.
    pub stands: bool,
    /// The rule by which it counts or yields.
    pub because: String,
    /// The event.
    #[serde(flatten)]
    pub event: Provenance,
}

/// The half-hours of one meter, channel and day, from all rows about it, in any order and with any duplicates.
pub fn half_hours(
    day: NaiveDate,
    rows: &[&MeterDay],
    withdrawals: &Withdrawals,
) -> Vec<HalfHourAnswer> {
    let (standing, aside) = union(rows.iter().copied());
    let completed = completed(&standing, withdrawals);
    let standing = match &completed {
        Some(rows) => rows.iter().collect(),
        None => standing,
    };
    let unit = day_unit(&standing);
    let view = day_view(&standing, withdrawals);
    let by_half = view.map_or(0, |view| view.slots.known_by_half());
    let settlement = SettlementDay(day);
    (0..settlement.slots())
        .map(|slot| {
            let revisions = revisions(slot, unit, &standing, &aside, withdrawals);
            let stands = revisions.first().filter(|first| first.stands);
            HalfHourAnswer {
                starts: settlement.slot_starts(slot),
                clock: clock(settlement, slot),
                value: stands.map(|first| first.value),
                quality: stands.and_then(|first| first.quality),
                known_by_half: by_half & (1 << slot) != 0,
                revisions,
            }
        })
        .collect()
}

fn revisions(
    slot: usize,
    unit: Option<Unit>,
    standing: &[&MeterDay],
    aside: &[&MeterDay],
    withdrawals: &Withdrawals,
) -> Vec<Revision> {
    let valued = |row: &&&MeterDay| row.slots.value(slot).is_some();
    let (of_unit, others): (Vec<&MeterDay>, Vec<&MeterDay>) = standing
        .iter()
        .filter(valued)
        .partition(|row| Some(row.unit) == unit);
    let is_withdrawn = |row: &&MeterDay| withdrawals.mask(row) & (1 << slot) != 0;
    let (withdrawn, claiming): (Vec<&MeterDay>, Vec<&MeterDay>) =
        of_unit.into_iter().partition(is_withdrawn);
    let mut all = ranked(slot, &claiming);
    for row in withdrawn {
        all.extend(revision(
            row,
            slot,
            false,
            withdrawn_by(row, slot, withdrawals),
        ));
    }
    for row in others {
        let because = "in another unit than the event issued last: it does not count";
        all.extend(revision(row, slot, false, because.to_owned()));
    }
    let mut reported: Vec<&MeterDay> = Vec::new();
    for row in aside.iter().filter(valued) {
        // Two objects of the ledger may hold the same row.
        if !reported.iter().any(|known| known == row) {
            reported.push(row);
            let because = "an earlier event has this source, id and time";
            all.extend(revision(row, slot, false, because.to_owned()));
        }
    }
    all
}

/// The values that were not withdrawn: the one that counts, the best of each other source, then the rest.
fn ranked(slot: usize, rows: &[&MeterDay]) -> Vec<Revision> {
    let claims = || {
        rows.iter()
            .filter_map(|row| Some((Claim::of(row, slot, DayStart::of(row.day))?, *row)))
    };
    let of_sources = standing_of_sources(claims());
    let is_of_sources = |row: &MeterDay| {
        of_sources
            .iter()
            .any(|(_, other)| std::ptr::eq(*other, row))
    };
    let mut rest: Vec<(Claim<'_>, &MeterDay)> =
        claims().filter(|(_, row)| !is_of_sources(row)).collect();
    rest.sort_by(|(one, _), (other, _)| {
        let issue = |claim: &Claim<'_>| (claim.issued, claim.received);
        issue(other)
            .cmp(&issue(one))
            .then_with(|| other.identity.cmp(one.identity))
    });
    let Some((first, stands)) = of_sources.first() else {
        return Vec::new();
    };
    let runner_up = of_sources.get(1).or_else(|| rest.first());
    let because = runner_up.map_or_else(
        || "the only value".to_owned(),
        |(claim, _)| decided_by(first, claim),
    );
    let mut all: Vec<Revision> = revision(stands, slot, true, because).into_iter().collect();
    for (claim, row) in of_sources.iter().skip(1) {
        all.extend(revision(row, slot, false, decided_by(first, claim)));
    }
    for (claim, row) in &rest {
        let same_source =
            |(other, _): &&(Claim<'_>, &MeterDay)| other.identity.source == claim.identity.source;
        let better = of_sources
            .iter()
            .find(same_source)
            .map_or(first, |(other, _)| other);
        all.extend(revision(row, slot, false, decided_by(better, claim)));
    }
    all
}

/// The event that withdrew a row's half-hour, and the reason it gives.
fn withdrawn_by(row: &MeterDay, slot: usize, withdrawals: &Withdrawals) -> String {
    let mut by = withdrawals
        .of_row(row)
        .filter(|(_, mask)| mask & (1 << slot) != 0);
    by.next().map_or_else(String::new, |(withdrawal, _)| {
        let ReadingsWithdrawn { reason, by, .. } = &withdrawal.data;
        let Identity { source, id } = &withdrawal.identity;
        format!("withdrawn by {by}: {reason} (event {id} of {source})")
    })
}

fn revision(row: &MeterDay, slot: usize, stands: bool, because: String) -> Option<Revision> {
    Some(Revision {
        value: Amount(row.slots.value(slot)?),
        unit: row.unit,
        quality: row.slots.quality(slot).map(name),
        stands,
        because,
        event: Provenance::from(row),
    })
}

fn clock(day: SettlementDay, slot: usize) -> String {
    let local = day.slot_starts(slot).with_timezone(&London);
    let changes = day.slots() != 48;
    let format = if changes { "%H:%M %Z" } else { "%H:%M" };
    local.format(format).to_string()
}

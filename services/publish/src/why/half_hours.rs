//! A day's half-hours: the value that stands, and everything that was ever said of it.

use std::cmp::Reverse;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::London;
use events::{SettlementDay, Unit};
use footprint::ledger::MeterDay;
use footprint::view::union;
use serde::Serialize;

use super::rank::{decided_by, quality, rank};
use super::{Amount, Provenance};

/// One half-hour of a meter's day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HalfHourAnswer {
    /// When it begins.
    pub starts: DateTime<Utc>,
    /// The same on London's clock: `09:00`, with the zone on the two days whose clock changes.
    pub clock: String,
    /// The value that stands; none where none was sent, which is not zero.
    pub value: Option<Amount>,
    /// `actual`, `spread` or `estimated`.
    pub quality: Option<&'static str>,
    /// Everything that was said of it: the one that stands first, then by rank.
    pub revisions: Vec<Revision>,
}

/// What one event says of a half-hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Revision {
    /// The value.
    pub value: Amount,
    /// Its unit.
    pub unit: Unit,
    /// `actual`, `spread` or `estimated`.
    pub quality: Option<&'static str>,
    /// Whether it is the one that counts.
    pub stands: bool,
    /// By which rule it stands or yields.
    pub because: String,
    /// The event.
    #[serde(flatten)]
    pub event: Provenance,
}

/// The half-hours of one meter, channel and day, from all rows that speak about it, in any order and number.
pub fn half_hours(day: NaiveDate, rows: &[&MeterDay]) -> Vec<HalfHourAnswer> {
    let (standing, aside) = union(rows.iter().copied());
    let unit = standing
        .iter()
        .max_by_key(|row| (row.issued, &row.identity))
        .map(|row| row.unit);
    let settlement = SettlementDay(day);
    (0..settlement.slots())
        .map(|slot| {
            let revisions = revisions(slot, unit, &standing, &aside);
            let stands = revisions.first().filter(|first| first.stands);
            HalfHourAnswer {
                starts: settlement.slot_starts(slot),
                clock: clock(settlement, slot),
                value: stands.map(|first| first.value),
                quality: stands.and_then(|first| first.quality),
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
) -> Vec<Revision> {
    let valued = |row: &&&MeterDay| row.slots[slot].is_some();
    let (mut ranked, others): (Vec<&MeterDay>, Vec<&MeterDay>) = standing
        .iter()
        .filter(valued)
        .partition(|row| Some(row.unit) == unit);
    ranked.sort_by_key(|row| Reverse(rank(row, slot)));
    let rule = |better: Option<&&MeterDay>, worse: Option<&&MeterDay>| {
        let better = rank(better?, slot)?;
        Some(decided_by(&better, &rank(worse?, slot)?))
    };
    let mut all = Vec::new();
    for (place, row) in ranked.iter().enumerate() {
        let because = match place {
            0 => rule(Some(row), ranked.get(1)).unwrap_or_else(|| "the only value".to_owned()),
            _ => rule(ranked.first(), Some(row)).unwrap_or_default(),
        };
        all.extend(revision(row, slot, place == 0, because));
    }
    for row in others {
        let because = "in another unit than the event issued last: it counts for nothing";
        all.extend(revision(row, slot, false, because.to_owned()));
    }
    let mut told: Vec<&MeterDay> = Vec::new();
    for row in aside.iter().filter(valued) {
        // Two objects of the ledger may hold the same row.
        if !told.iter().any(|known| known == row) {
            told.push(row);
            let because = "another event of this source and id stands lower in the log";
            all.extend(revision(row, slot, false, because.to_owned()));
        }
    }
    all
}

fn revision(row: &MeterDay, slot: usize, stands: bool, because: String) -> Option<Revision> {
    Some(Revision {
        value: Amount(row.slots[slot]?),
        unit: row.unit,
        quality: quality(row.quality[slot]),
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

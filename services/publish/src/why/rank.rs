//! Which of the values of a half-hour stands, and by which rule.

use events::Quality;
use footprint::ledger::{Identity, MeterDay};

/// What decides between two values of one half-hour: quality, then when it was issued, then source and id.
pub(super) type Rank<'a> = (Option<Quality>, i64, &'a Identity);

/// The rank of what a row says of a half-hour; none where it says nothing.
pub(super) fn rank(row: &MeterDay, slot: usize) -> Option<Rank<'_>> {
    row.slots.get(slot).copied().flatten()?;
    Some((Quality::of(row.quality[slot]), row.issued, &row.identity))
}

/// The rule by which one of two stands, the same said of both.
pub(super) fn decided_by(stands: &Rank<'_>, yields: &Rank<'_>) -> String {
    match (stands.0, yields.0) {
        (Some(better), Some(worse)) if better != worse => {
            format!("{} stands before {}", an(better), an(worse))
        }
        _ if stands.1 != yields.1 => {
            "of values of one quality the one issued last stands".to_owned()
        }
        _ => "of values issued at one moment that of the highest source and id stands".to_owned(),
    }
}

/// `actual`, `spread` or `estimated`.
pub(super) fn quality(letter: u8) -> Option<&'static str> {
    Quality::of(letter).map(name)
}

fn name(quality: Quality) -> &'static str {
    match quality {
        Quality::Actual => "actual",
        Quality::Spread => "spread",
        Quality::Estimated => "estimated",
    }
}

fn an(quality: Quality) -> String {
    let article = if quality == Quality::Spread {
        "a"
    } else {
        "an"
    };
    format!("{article} {} value", name(quality))
}

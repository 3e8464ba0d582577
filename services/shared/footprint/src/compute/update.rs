//! Computes again only the footprints that a change can have changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Months, NaiveDate};
use events::Urn;

use super::gaps::{LOOKS_BACK_MONTHS, reach_days};
use super::{ComputeError, Method, Subject, computed, frames};
use crate::anomaly_limits::AnomalyLimits;
use crate::changed::Changed;
use crate::message::Footprint;
use crate::period::Days;
use crate::school_history::Register;

/// A school whose footprints were computed before.
pub struct Update<'a> {
    /// The school.
    pub subject: Subject<'a>,
    /// What changed since.
    pub changed: Changed,
    /// The keys of its footprints then.
    pub known: &'a BTreeSet<String>,
}

/// The footprints that changed.
pub struct Computed {
    /// Of each school that was passed, those that may differ from before or are new.
    pub footprints: Vec<Footprint>,
    /// The keys of all footprints of each school, changed or not.
    pub keys: BTreeMap<Urn, BTreeSet<String>>,
}

/// The footprints of schools as [`footprints`](super::footprints) computes them, without those that cannot have changed.
pub fn update(
    updates: &[Update<'_>],
    method: &Method,
    as_of: NaiveDate,
) -> Result<Computed, ComputeError> {
    let registers: Vec<Register> = updates
        .iter()
        .map(|update| Register::of(update.subject.history))
        .collect();
    let mut keys = BTreeMap::new();
    let mut changed = Vec::new();
    for (update, register) in updates.iter().zip(&registers) {
        let of_school: &mut BTreeSet<String> = keys.entry(update.subject.urn).or_default();
        for frame in frames(&update.subject, register, as_of, method.census) {
            let key = frame.key();
            let days = Days {
                from: frame.member.from,
                to: frame.counted.to.max(frame.seen.to),
            };
            if !update.known.contains(&key) || affects(update.changed, days, &method.anomaly_limits)
            {
                changed.push(frame);
            }
            of_school.insert(key);
        }
    }
    Ok(Computed {
        footprints: computed(&changed, method)?,
        keys,
    })
}

/// Whether figures of `days` may differ. Odd readings and estimates are judged by days before and after their own.
fn affects(changed: Changed, days: Days, limits: &AnomalyLimits) -> bool {
    let Changed::DaySums(changed) = changed else {
        return true;
    };
    let reach = chrono::Days::new(reach_days(limits).unsigned_abs());
    let year_before = days.from.checked_sub_months(Months::new(LOOKS_BACK_MONTHS));
    let before = days.from.checked_sub_days(reach).min(year_before);
    let looked_at = Days {
        from: before.unwrap_or(days.from),
        to: days.to.checked_add_days(reach).unwrap_or(days.to),
    };
    looked_at.and(changed).count() > 0
}

//! A school's events but readings, each name once, with what became of it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Data, EventType};
use footprint::ledger::{Identity, LedgerEvent};
use footprint::{SchoolEvent, SchoolHistory};

/// An event, and whether another took its place.
#[derive(Debug, Clone)]
pub(super) struct Told {
    pub row: LedgerEvent,
    pub school_event: SchoolEvent,
    /// Another event of its source, id and time, with other content, is lower in the log and stands.
    pub aside: bool,
    /// The id of the event of its source that says it replaces this one; its own id where a later revision of it stands.
    pub replaced_by: Option<String>,
}

impl Told {
    /// The id it replaces.
    pub(super) fn replaces(&self) -> Option<&str> {
        match &self.school_event.data {
            Data::WasteCollected(waste) => waste.replaces.as_deref(),
            Data::ActivityRecorded(activity) => activity.replaces.as_deref(),
            _ => None,
        }
    }

    /// Whether it counts as far as its name goes: not put aside, not replaced.
    pub(super) fn is_counted(&self) -> bool {
        !self.aside && self.replaced_by.is_none()
    }

    /// By what the register and surveys let one of several stand: issued last, then the highest source and id.
    pub(super) fn rank(&self) -> (i64, &Identity) {
        (self.school_event.issued, &self.row.identity)
    }

    pub(super) fn kind(&self) -> EventType {
        self.row.kind
    }
}

/// Every event of these rows, in the order of day, source and id. Rows that say what another of their name says are left
/// out, and so is what cannot be read any more.
pub(super) fn told(rows: &[LedgerEvent]) -> Vec<Told> {
    let mut by_name: BTreeMap<&Identity, Vec<(&LedgerEvent, SchoolEvent)>> = BTreeMap::new();
    for row in rows {
        if let Ok(school_event) = SchoolEvent::of(row) {
            by_name
                .entry(&row.identity)
                .or_default()
                .push((row, school_event));
        }
    }
    let mut all: Vec<Told> = Vec::new();
    for mut of_name in by_name.into_values() {
        of_name.sort_by(|(one, _), (other, _)| {
            (one.issued, &one.origin).cmp(&(other.issued, &other.origin))
        });
        let last = of_name.last().map(|(row, _)| row.issued);
        let mut said: Vec<(i64, Data)> = Vec::new();
        for (row, school_event) in of_name {
            let says = (school_event.issued, school_event.data.clone());
            if said.contains(&says) {
                continue;
            }
            // A meter registered anew from another day, under whatever name, stands beside what was registered before.
            let revised = Some(row.issued) != last && row.kind != EventType::MeterRegistered;
            all.push(Told {
                row: row.clone(),
                aside: said.iter().any(|(issued, _)| *issued == row.issued),
                replaced_by: revised.then(|| row.identity.id.to_string()),
                school_event,
            });
            said.push(says);
        }
    }
    replace(&mut all);
    all.sort_by(|one, other| {
        let key = |told: &Told| (told.school_event.day, told.row.identity.clone(), told.aside);
        key(one).cmp(&key(other))
    });
    all
}

/// An event of one trust's days replaces none of another's.
fn replace(all: &mut [Told]) {
    let mut replacing: BTreeMap<(String, String), Vec<(String, NaiveDate)>> = BTreeMap::new();
    for told in all.iter().filter(|told| told.is_counted()) {
        if let Some(id) = told.replaces() {
            let name = (told.row.identity.source.to_string(), id.to_owned());
            let by = (told.row.identity.id.to_string(), told.school_event.day);
            replacing.entry(name).or_default().push(by);
        }
    }
    if replacing.is_empty() {
        return;
    }
    let memberships = register(all).memberships();
    for told in all {
        let identity = &told.row.identity;
        let name = (identity.source.to_string(), identity.id.to_string());
        let trust = memberships.trust_on(told.school_event.day);
        let by = replacing.get(&name).into_iter().flatten();
        let mut of_one_trust = by.filter(|(_, day)| memberships.trust_on(*day) == trust);
        if let Some((id, _)) = of_one_trust.next_back() {
            told.replaced_by = Some(id.clone());
        }
    }
}

/// The events of the register, as the beginning of a story: what belongs to whom.
pub(super) fn register(all: &[Told]) -> SchoolHistory {
    let mut history = SchoolHistory::default();
    let of_register = all.iter().filter(|told| {
        !told.aside
            && matches!(
                told.kind(),
                EventType::SchoolRegistered | EventType::MeterRegistered
            )
    });
    for told in of_register {
        history.add(told.row.identity.clone(), told.school_event.clone());
    }
    history
}

//! A school's events except readings, each name once, with whether it still counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Data, EventType};
use footprint::ledger::{Identity, LedgerEvent};
use footprint::{SchoolEvent, SchoolHistory};

/// An event, and whether another took its place.
#[derive(Debug, Clone)]
pub(super) struct SourceEvent {
    pub row: LedgerEvent,
    pub school_event: SchoolEvent,
    /// Whether it was put aside: another event with its source, id and time, but other content, is lower in the log and counts.
    pub aside: bool,
    /// The id of the event of the same source that states that it replaces this one; its own id if a later revision of it
    /// counts.
    pub replaced_by: Option<String>,
}

impl SourceEvent {
    /// The id it replaces.
    pub(super) fn replaces(&self) -> Option<&str> {
        match &self.school_event.data {
            Data::WasteCollected(waste) => waste.replaces.as_deref(),
            Data::ActivityRecorded(activity) => activity.replaces.as_deref(),
            _ => None,
        }
    }

    /// Whether its name allows it to count: it was neither put aside nor replaced.
    pub(super) fn is_counted(&self) -> bool {
        !self.aside && self.replaced_by.is_none()
    }

    /// The order by which the register and surveys choose one of several events: issued last, then the highest source and id.
    pub(super) fn rank(&self) -> (i64, &Identity) {
        (self.school_event.issued, &self.row.identity)
    }

    pub(super) fn kind(&self) -> EventType {
        self.row.kind
    }
}

/// Every event of these rows, in the order of day, source and id. Rows that repeat the content of another row of the same
/// name are left out, and so are rows that cannot be read any more.
pub(super) fn distinct_events(rows: &[LedgerEvent]) -> Vec<SourceEvent> {
    let mut by_name: BTreeMap<&Identity, Vec<(&LedgerEvent, SchoolEvent)>> = BTreeMap::new();
    for row in rows {
        if let Ok(school_event) = SchoolEvent::of(row) {
            by_name
                .entry(&row.identity)
                .or_default()
                .push((row, school_event));
        }
    }
    let mut all: Vec<SourceEvent> = Vec::new();
    for mut of_name in by_name.into_values() {
        of_name.sort_by(|(one, _), (other, _)| {
            (one.issued, &one.origin).cmp(&(other.issued, &other.origin))
        });
        let last = of_name.last().map(|(row, _)| row.issued);
        let mut contents: Vec<(i64, Data)> = Vec::new();
        for (row, school_event) in of_name {
            let content = (school_event.issued, school_event.data.clone());
            if contents.contains(&content) {
                continue;
            }
            // A meter that is registered again from another day, under any name, does not replace its earlier registration.
            let revised = Some(row.issued) != last && row.kind != EventType::MeterRegistered;
            all.push(SourceEvent {
                row: row.clone(),
                aside: contents.iter().any(|(issued, _)| *issued == row.issued),
                replaced_by: revised.then(|| row.identity.id.to_string()),
                school_event,
            });
            contents.push(content);
        }
    }
    replace(&mut all);
    all.sort_by(|one, other| {
        let key = |event: &SourceEvent| {
            (
                event.school_event.day,
                event.row.identity.clone(),
                event.aside,
            )
        };
        key(one).cmp(&key(other))
    });
    all
}

/// Marks replaced events. An event on a day of one trust replaces none on a day of another.
fn replace(all: &mut [SourceEvent]) {
    let mut replacing: BTreeMap<(String, String), Vec<(String, NaiveDate)>> = BTreeMap::new();
    for event in all.iter().filter(|event| event.is_counted()) {
        if let Some(id) = event.replaces() {
            let name = (event.row.identity.source.to_string(), id.to_owned());
            let by = (event.row.identity.id.to_string(), event.school_event.day);
            replacing.entry(name).or_default().push(by);
        }
    }
    if replacing.is_empty() {
        return;
    }
    let memberships = register(all).memberships();
    for event in all {
        let identity = &event.row.identity;
        let name = (identity.source.to_string(), identity.id.to_string());
        let trust = memberships.trust_on(event.school_event.day);
        let by = replacing.get(&name).into_iter().flatten();
        let mut of_one_trust = by.filter(|(_, day)| memberships.trust_on(*day) == trust);
        if let Some((id, _)) = of_one_trust.next_back() {
            event.replaced_by = Some(id.clone());
        }
    }
}

/// The events of the register, as the start of a history: which school and meter belong to which trust and school.
pub(super) fn register(all: &[SourceEvent]) -> SchoolHistory {
    let mut history = SchoolHistory::default();
    let of_register = all.iter().filter(|event| {
        !event.aside
            && matches!(
                event.kind(),
                EventType::SchoolRegistered | EventType::MeterRegistered
            )
    });
    for event in of_register {
        history.add(event.row.identity.clone(), event.school_event.clone());
    }
    history
}

//! Checks whether a partition's log and the ledger still belong together. A committed offset means "below this, everything is
//! in the ledger". That is true only for the log and the ledger of the commit. Kafka may be recreated and count from 0 again;
//! the lake may be restored from the day before. So a commit carries a note that names a row it rests on, and the next owner
//! checks whether the ledger has that row. If the ledger lacks the row, or has rows although nothing is committed, the owner
//! reads the log from its beginning. That adds what is missing and changes nothing else.

use std::collections::{BTreeMap, BTreeSet};

use bus::Commit;
use chrono::NaiveDate;
use events::{Channel, MeterId, Topic, Urn};
use footprint::ledger::{LedgerEvent, MeterDay, SummedRow};
use serde::{Deserialize, Serialize};

/// The name of a row, and when it was received. A ledger restored from an earlier copy does not have the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowName {
    urn: Urn,
    day: NaiveDate,
    about: String,
    source: String,
    id: String,
    received: i64,
}

impl RowName {
    pub(crate) fn of_reading(row: &MeterDay) -> Self {
        RowName {
            urn: row.urn,
            day: row.day,
            about: about(&row.meter, row.channel),
            source: row.identity.source.to_string(),
            id: row.identity.id.to_string(),
            received: row.origin.received,
        }
    }

    pub(crate) fn of_event(row: &LedgerEvent) -> Self {
        RowName {
            urn: row.urn,
            day: row.day,
            about: row.kind.as_str().to_owned(),
            source: row.identity.source.to_string(),
            id: row.identity.id.to_string(),
            received: row.origin.received,
        }
    }

    /// Compares the cheapest fields first, because every row is checked.
    pub(crate) fn is_reading(&self, row: &SummedRow<'_>) -> bool {
        (row.received, row.day, row.urn) == (self.received, self.day, self.urn)
            && (row.source, row.id) == (&self.source, &self.id)
            && about(&row.meter, row.channel) == self.about
    }

    pub(crate) fn is_event(&self, row: &LedgerEvent) -> bool {
        (row.origin.received, row.day, row.urn) == (self.received, self.day, self.urn)
            && *row.identity.source == *self.source
            && *row.identity.id == *self.id
            && row.kind.as_str() == self.about
    }
}

fn about(meter: &MeterId, channel: Channel) -> String {
    format!("{meter} {channel:?}")
}

/// The note in the metadata of a commit.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Note {
    /// The id of the lake that holds the ledger; empty if the lake has no id.
    #[serde(default)]
    pub(crate) lake: String,
    /// The number of the partition's log.
    pub(crate) log: u64,
    /// The last row that entered the ledger before the commit, if there was one.
    pub(crate) row: Option<RowName>,
}

impl Note {
    /// The JSON that is stored beside the offset. Serialising these fields cannot fail; with an empty note the commit would be
    /// trusted without a check.
    pub(crate) fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// What is committed for a partition.
#[derive(Default)]
pub(crate) struct Committed {
    /// Per topic, the next offset to read.
    pub(crate) next: BTreeMap<Topic, i64>,
    /// Per topic, the row that the commit rests on.
    pub(crate) rows: BTreeMap<Topic, RowName>,
    /// The newest log number in the notes.
    pub(crate) log: u64,
    /// Per topic, the log number in its note.
    pub(crate) logs: BTreeMap<Topic, u64>,
    /// The lake of the commit, if a note names one.
    pub(crate) lake: Option<String>,
}

impl Committed {
    pub(crate) fn of(commits: Vec<Commit>) -> Self {
        let mut committed = Committed::default();
        for commit in commits {
            let note: Note = serde_json::from_str(&commit.note).unwrap_or_default();
            committed.next.insert(commit.topic, commit.next.offset);
            committed.log = committed.log.max(note.log);
            committed.logs.insert(commit.topic, note.log);
            committed.lake = Some(note.lake)
                .filter(|lake| !lake.is_empty())
                .or(committed.lake);
            committed
                .rows
                .extend(note.row.map(|row| (commit.topic, row)));
        }
        committed
    }

    /// The lake of the commit, if it is not `ours`.
    pub(crate) fn other_lake(&self, ours: &str) -> Option<&str> {
        let theirs = self.lake.as_deref()?;
        (!ours.is_empty() && theirs != ours).then_some(theirs)
    }

    /// The mismatches between the commit and a ledger that has rows of the topics `there`, and has the noted rows of the topics
    /// `found`.
    pub(crate) fn mismatches(
        &self,
        there: &BTreeSet<Topic>,
        found: &BTreeSet<Topic>,
    ) -> Vec<Apart> {
        let apart = |topic| match self.next.contains_key(&topic) {
            true if self.rows.contains_key(&topic) && !found.contains(&topic) => {
                Some(Apart::Ledger(topic))
            }
            false if there.contains(&topic) => Some(Apart::Log(topic)),
            _ => None,
        };
        Topic::LEDGER.into_iter().filter_map(apart).collect()
    }
}

/// A log and a ledger that do not belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    /// The ledger has rows, and nothing is committed: the topic was recreated.
    Log(Topic),
    /// The ledger lacks the row that the commit rests on: it was restored from an earlier copy.
    Ledger(Topic),
}

impl Apart {
    pub(crate) fn topic(self) -> Topic {
        match self {
            Apart::Log(topic) | Apart::Ledger(topic) => topic,
        }
    }

    /// The reason as the label of a metric.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Apart::Log(_) => LOG_MADE_ANEW,
            Apart::Ledger(_) => LEDGER_RESTORED,
        }
    }

    pub(crate) fn why(self) -> String {
        match self {
            Apart::Log(topic) => format!(
                "the ledger has rows of topic {} and nothing is committed: the topic is another",
                topic.name()
            ),
            Apart::Ledger(topic) => format!(
                "the ledger has not the rows that were committed of topic {}: it is another",
                topic.name()
            ),
        }
    }
}

/// The topic counts from 0 again.
pub(crate) const LOG_MADE_ANEW: &str = "log-made-anew";
/// The ledger is an earlier copy.
pub(crate) const LEDGER_RESTORED: &str = "ledger-restored";

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use events::Place;

    fn commit(topic: Topic, note: String) -> Commit {
        let next = Place {
            partition: 0,
            offset: 7,
        };
        Commit { topic, next, note }
    }

    fn note(row: Option<RowName>) -> String {
        Note {
            lake: "a1".to_owned(),
            log: 2,
            row,
        }
        .text()
    }

    fn row() -> RowName {
        RowName {
            urn: Urn::try_from(900_100).unwrap(),
            day: "2026-03-04".parse().unwrap(),
            about: "mpan:2200012767323 AI".to_owned(),
            source: "a \"meter\"".to_owned(),
            id: "1".to_owned(),
            received: 1_772_600_000_000_000,
        }
    }

    #[test]
    fn a_commit_is_trusted_only_if_the_ledger_has_its_row() {
        let committed = Committed::of(vec![
            commit(Topic::Readings, note(Some(row()))),
            commit(Topic::Waste, note(None)),
            commit(Topic::Travel, String::new()),
        ]);
        assert_eq!(
            (committed.log, &committed.rows[&Topic::Readings]),
            (2, &row())
        );
        let all: BTreeSet<Topic> = Topic::LEDGER.into_iter().collect();
        let check = |there: &BTreeSet<Topic>, found: &[Topic], wanted: &[Apart]| {
            let found = found.iter().copied().collect();
            assert_eq!(committed.mismatches(there, &found), wanted);
        };
        check(&BTreeSet::new(), &[Topic::Readings], &[]);
        check(&BTreeSet::new(), &[], &[Apart::Ledger(Topic::Readings)]);
        let anew = [
            Apart::Log(Topic::Withdrawals),
            Apart::Log(Topic::Activity),
            Apart::Log(Topic::Register),
        ];
        check(&all, &[Topic::Readings], &anew);
    }

    #[test]
    fn a_commit_for_another_lake_is_known_as_such() {
        let of = |note| Committed::of(vec![commit(Topic::Readings, note)]);
        assert_eq!(of(note(None)).other_lake("b2"), Some("a1"));
        assert_eq!(of(note(None)).other_lake("a1"), None);
        assert_eq!(of(note(None)).other_lake(""), None, "ours has no id");
        assert_eq!(
            of(String::new()).other_lake("b2"),
            None,
            "nothing was noted"
        );
    }

    #[test]
    fn a_note_fits_beside_an_offset() {
        let longest = RowName {
            source: "\u{1f393}".repeat(200),
            id: "\u{1f393}".repeat(200),
            ..row()
        };
        // Kafka's offset.metadata.max.bytes.
        assert!(note(Some(longest)).len() < 4096);
    }
}

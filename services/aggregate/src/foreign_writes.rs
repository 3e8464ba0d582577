//! Detects footprints that another process wrote. Only the owner of a partition may have the last word on its footprints. A
//! stale owner that was fenced by the group may wake up and write figures that are older than its successor's. Publish
//! recognises most of these, but not a deletion, and not figures that are ahead in one topic and behind in another. After
//! compaction the topic has only the last write.

use std::collections::BTreeSet;
use std::ops::Range;

use bus::StoredRecord;
use events::{Place, Urn};

/// The header of a footprint that a rebuild wrote: the owner did not write it, but it is valid.
pub const BY: &str = "by";
/// The value of that header.
pub const REBUILD: &str = "rebuild";

/// The state of the check for other writers of a partition's footprints.
#[derive(Default)]
pub struct ForeignWrites {
    /// All writers before this offset are known. The owner does not check what precedes its first own footprint.
    checked: Option<i64>,
    /// The owner's own offsets since then, in ascending order.
    own: Vec<i64>,
}

impl ForeignWrites {
    /// Records the places of the owner's own footprints.
    pub fn record_own(&mut self, places: &[Place]) {
        self.own.extend(places.iter().map(|place| place.offset));
        self.own.sort_unstable();
    }

    /// The range of offsets that contains footprints of other writers, when the next offset will be `end`; `None` if the owner
    /// wrote all of them.
    pub fn unchecked(&self, end: i64) -> Option<Range<i64>> {
        let start = self.checked.or(self.own.first().copied())?;
        let own = self.own.iter().filter(|offset| **offset < end).count() as i64;
        (end - start > own).then_some(start..end)
    }

    /// The schools whose footprints other processes wrote.
    pub fn schools_of_others(&self, records: &[StoredRecord]) -> BTreeSet<Urn> {
        let schools_of_others = records.iter().filter(|record| {
            self.own.binary_search(&record.place.offset).is_err()
                && record.header(BY) != Some(REBUILD)
        });
        schools_of_others
            .filter_map(|record| record.key.split('/').nth(1)?.parse().ok())
            .collect()
    }

    /// Records that everything before `end` is checked.
    pub fn mark_checked(&mut self, end: i64) {
        self.checked = Some(end);
        self.own.retain(|offset| *offset >= end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Topic;

    fn at(offset: i64) -> Place {
        Place {
            partition: 2,
            offset,
        }
    }

    fn record(offset: i64, urn: u32, by: Option<&str>) -> StoredRecord {
        StoredRecord {
            topic: Topic::Footprints,
            place: at(offset),
            key: format!("trust/{urn}/2025-26"),
            headers: by
                .map(|by| (BY.to_owned(), by.to_owned()))
                .into_iter()
                .collect(),
            payload: None,
        }
    }

    #[test]
    fn foreign_writes_after_the_owners_first_are_found_even_if_they_come_last() {
        let mut foreign_writes = ForeignWrites::default();
        assert_eq!(
            foreign_writes.unchecked(40),
            None,
            "it has written nothing itself"
        );
        foreign_writes.record_own(&[at(40), at(41), at(43)]);
        assert_eq!(foreign_writes.unchecked(44), Some(40..44));
        let records = [record(40, 100_001, None), record(42, 100_002, None)];
        let of = |urn: u32| BTreeSet::from([Urn::try_from(urn).unwrap()]);
        assert_eq!(foreign_writes.schools_of_others(&records), of(100_002));
        foreign_writes.mark_checked(44);
        foreign_writes.record_own(&[at(44), at(45)]);
        assert_eq!(foreign_writes.unchecked(46), None, "all its own");
        assert_eq!(foreign_writes.unchecked(47), Some(44..47));
        assert_eq!(
            foreign_writes.schools_of_others(&[record(46, 100_003, None)]),
            of(100_003)
        );
    }

    #[test]
    fn footprints_of_a_rebuild_stand() {
        let mut foreign_writes = ForeignWrites::default();
        foreign_writes.mark_checked(10);
        assert_eq!(foreign_writes.unchecked(11), Some(10..11));
        let records = [record(10, 100_001, Some(REBUILD))];
        assert!(foreign_writes.schools_of_others(&records).is_empty());
    }
}

//! Records that the log deleted before they were merged. Kafka keeps events for 30 days. Events are missed by an aggregate that
//! was away for longer, by one that reads more slowly than retention deletes, and by a lake restored from an older copy. Only
//! the senders can send these events again, so aggregate reports the gap until an operator acknowledges it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chassis::Readiness;
use events::Topic;
use lake::{Lake, LakeError, LogGap};

use crate::batch::Batch;
use crate::metrics::Metrics;
use crate::partition::Partition;

/// The name of the gap check in `/readyz`.
const PART: &str = "log-gap";

/// The ranges between the merged offset of each topic and the first record that the log still has.
pub(crate) fn gaps(
    partition: i32,
    log: impl Fn(Topic) -> u64,
    merged: &BTreeMap<Topic, i64>,
    first: &BTreeMap<Topic, i64>,
) -> Vec<LogGap> {
    let gap = |(topic, from): (&Topic, &i64)| {
        let to = *first.get(topic)?;
        (from < &to).then_some(LogGap {
            partition,
            log: log(*topic),
            topic: *topic,
            from: *from,
            to,
        })
    };
    merged.iter().filter_map(gap).collect()
}

/// The offsets that a batch skipped: between the read offset of each topic and the batch's first record, and between two
/// records of the batch. The topics of the ledger are not compacted, so every offset had a record.
pub(crate) fn passed_over(number: i32, state: &Partition, batch: &Batch) -> Vec<LogGap> {
    let before = batch.first.iter().filter_map(|(topic, first)| {
        let next = *state.position.get(topic)?;
        (next < *first).then_some((*topic, next..*first))
    });
    let missing = before.chain(batch.missing.iter().cloned());
    let gap = |(topic, offsets): (Topic, Range<i64>)| LogGap {
        partition: number,
        log: state.log_of(topic),
        topic,
        from: offsets.start,
        to: offsets.end,
    };
    missing.map(gap).collect()
}

/// The gap as text: `342 records of topic readings, partition 3, offsets 123 to 464`
pub(crate) fn describe(gap: &LogGap) -> String {
    format!(
        "{} records of topic {}, partition {}, offsets {} to {}",
        gap.records(),
        gap.topic.name(),
        gap.partition,
        gap.from,
        gap.to - 1
    )
}

/// The unacknowledged gaps of the partitions this aggregate owns, shared by every clone.
#[derive(Clone, Default)]
pub(crate) struct OpenGaps(Arc<Mutex<BTreeMap<i32, Vec<LogGap>>>>);

impl OpenGaps {
    /// Adds a newly assigned partition with its gaps.
    pub(crate) fn add(&self, partition: i32, gaps: Vec<LogGap>) {
        self.lock().insert(partition, gaps);
    }

    /// Removes a revoked partition: the next owner reports its gaps.
    pub(crate) fn remove(&self, partition: i32) {
        self.lock().remove(&partition);
    }

    /// Checks which gaps have been acknowledged since. If the store does not answer, fails and leaves the unchecked gaps
    /// unchanged.
    pub(crate) async fn refresh(&self, lake: &Lake) -> Result<(), LakeError> {
        let open: Vec<i32> = {
            let gaps_by_partition = self.lock();
            let open = gaps_by_partition
                .iter()
                .filter(|(_, gaps)| !gaps.is_empty());
            open.map(|(partition, _)| *partition).collect()
        };
        for partition in open {
            let still = lake.gaps(partition).await?;
            if let Some(gaps) = self.lock().get_mut(&partition) {
                *gaps = still;
            }
        }
        Ok(())
    }

    /// Publishes the gaps in the metric and in `/readyz`.
    pub(crate) fn report(&self, metrics: &Metrics, readiness: &Readiness) {
        let gaps_by_partition = self.lock();
        metrics.log_gap.reset();
        for partition in gaps_by_partition.keys() {
            for topic in Topic::LEDGER {
                metrics.log_gap_of(topic, *partition).set(0);
            }
        }
        for gap in gaps_by_partition.values().flatten() {
            metrics
                .log_gap_of(gap.topic, gap.partition)
                .add(gap.records());
        }
        let all: Vec<String> = gaps_by_partition.values().flatten().map(describe).collect();
        match all.is_empty() {
            true => readiness.ready(PART),
            false => readiness.wait(
                PART,
                format!(
                    "gone from the log before they were merged: {}; have them sent again, then run `greenledger \
                     acknowledge-gap --config FILE`",
                    all.join("; ")
                ),
            ),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<i32, Vec<LogGap>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns every unacknowledged gap of a lake's partitions, and acknowledges them unless `only_look`.
pub async fn acknowledge_gaps(
    lake: &Lake,
    partitions: u32,
    only_look: bool,
) -> Result<Vec<LogGap>, LakeError> {
    let mut all = Vec::new();
    for partition in 0..partitions as i32 {
        all.extend(lake.gaps(partition).await?);
    }
    for gap in all.iter().filter(|_| !only_look) {
        lake.acknowledge_gap(gap).await?;
    }
    Ok(all)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use chassis::Health;
    use lake::LakeConfig;

    use super::*;

    #[test]
    fn records_between_the_merged_and_the_first_are_a_gap() {
        let merged = [
            (Topic::Readings, 123),
            (Topic::Waste, 7),
            (Topic::Travel, 9),
        ];
        let first = [
            (Topic::Readings, 465),
            (Topic::Waste, 7),
            (Topic::Travel, 0),
        ];
        let found = gaps(3, |_| 2, &merged.into(), &first.into());
        assert_eq!(found.len(), 1, "{found:?}");
        let gap = &found[0];
        assert_eq!((gap.log, gap.records()), (2, 342));
        let wanted = "342 records of topic readings, partition 3, offsets 123 to 464";
        assert_eq!(describe(gap), wanted);
    }

    #[test]
    fn a_gap_is_the_same_after_a_new_log_began_because_of_another_topic() {
        let mut state = Partition::default();
        state.logs.insert(Topic::Readings, 0);
        state.begin(1, &[Topic::Waste]);
        let logs = [Topic::Readings, Topic::Waste].map(|topic| state.log_of(topic));
        assert_eq!(logs, [0, 1]);
        assert_eq!(state.log_of(Topic::Travel), 1, "never committed");
    }

    #[test]
    fn records_that_a_batch_skipped_are_a_gap() {
        let mut state = Partition {
            log: 2,
            ..Partition::default()
        };
        state.position.insert(Topic::Readings, 100);
        let mut batch = Batch::default();
        for offset in [100, 101, 150, 151] {
            batch.note_read(Topic::Readings, offset);
        }
        // Nothing of this topic was read before, so its first record may have any offset.
        batch.note_read(Topic::Waste, 7);
        let found = passed_over(3, &state, &batch);
        let offsets: Vec<_> = found.iter().map(|gap| (gap.from, gap.to)).collect();
        assert_eq!(offsets, [(102, 150)]);
        assert_eq!((found[0].partition, found[0].log), (3, 2));

        let mut next = Batch::default();
        next.note_read(Topic::Readings, 160);
        state.position.insert(Topic::Readings, 152);
        let found = passed_over(3, &state, &next);
        let offsets: Vec<_> = found.iter().map(|gap| (gap.from, gap.to)).collect();
        assert_eq!(offsets, [(152, 160)]);
    }

    #[tokio::test]
    async fn a_gap_keeps_aggregate_from_being_ready_until_it_is_acknowledged() {
        let lake = LakeConfig::at("memory:").open().unwrap();
        let health = Health::default();
        let metrics = Metrics::new(&health.registry).unwrap();
        let merged = [(Topic::Readings, 123)].into();
        let found = gaps(3, |_| 0, &merged, &[(Topic::Readings, 465)].into());
        lake.note_gap(&found[0]).await.unwrap();
        let open = OpenGaps::default();
        open.add(3, found);
        open.add(1, Vec::new());
        open.report(&metrics, &health.readiness);
        let gone = |partition| metrics.log_gap_of(Topic::Readings, partition).get();
        assert_eq!((gone(3), gone(1)), (342, 0));
        let waiting = health.readiness.waiting().unwrap();
        assert!(
            waiting.contains("342 records of topic readings"),
            "{waiting}"
        );
        open.refresh(&lake).await.unwrap();
        open.report(&metrics, &health.readiness);
        assert!(
            health.readiness.waiting().is_some(),
            "the gap is not acknowledged yet"
        );
        for only_look in [true, false] {
            let acknowledged = acknowledge_gaps(&lake, 4, only_look).await.unwrap();
            assert_eq!(acknowledged.len(), 1);
        }
        open.refresh(&lake).await.unwrap();
        open.report(&metrics, &health.readiness);
        assert_eq!(health.readiness.waiting(), None);
        assert_eq!(gone(3), 0);
        assert!(acknowledge_gaps(&lake, 4, true).await.unwrap().is_empty());
    }
}

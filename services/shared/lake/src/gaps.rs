//! Records that Kafka deleted before they were in the ledger. Each such gap is stored as an object until an operator
//! acknowledges it, so that a restart does not forget it. The acknowledgement is another object beside it.

use chrono::Utc;
use serde_json::json;

use crate::keys::{acknowledged_key, gap_key, gap_of, gaps_folder};
use crate::log_gap::LogGap;
use crate::{Lake, LakeError, Put};

impl Lake {
    /// Stores a gap until it is acknowledged; a gap that is known already stays unchanged.
    pub async fn note_gap(&self, gap: &LogGap) -> Result<Put, LakeError> {
        let content = json!({ "records": gap.records(), "found_at": Utc::now().to_rfc3339() });
        let content = content.to_string().into_bytes();
        self.create(&gap_key(gap), content.into()).await
    }

    /// The gaps of a partition that are not acknowledged yet, in order.
    pub async fn gaps(&self, partition: i32) -> Result<Vec<LogGap>, LakeError> {
        let keys = self.list(&gaps_folder(partition)).await?;
        let open = |gap: &LogGap| !keys.contains(&acknowledged_key(gap));
        let mut gaps: Vec<LogGap> = keys.iter().filter_map(|key| gap_of(key)).collect();
        gaps.retain(open);
        gaps.sort();
        Ok(gaps)
    }

    /// Records that an operator has acknowledged a gap.
    pub async fn acknowledge_gap(&self, gap: &LogGap) -> Result<Put, LakeError> {
        let content = json!({ "acknowledged_at": Utc::now().to_rfc3339() });
        let content = content.to_string().into_bytes();
        self.create(&acknowledged_key(gap), content.into()).await
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use events::Topic;

    use super::*;
    use crate::LakeConfig;

    #[tokio::test]
    async fn a_gap_is_open_until_it_is_acknowledged() {
        let lake = LakeConfig::at("memory:").open().unwrap();
        let gap = |log, topic, from| LogGap {
            partition: 3,
            log,
            topic,
            from,
            to: 456,
        };
        let (readings, waste) = (gap(2, Topic::Readings, 123), gap(0, Topic::Waste, 0));
        for gap in [&readings, &waste] {
            assert_eq!(lake.note_gap(gap).await.unwrap(), Put::Created);
            assert_eq!(lake.note_gap(gap).await.unwrap(), Put::Exists);
        }
        assert_eq!(readings.records(), 333);
        let open = lake.gaps(3).await.unwrap();
        assert_eq!(open, [waste.clone(), readings.clone()]);
        assert_eq!(lake.gaps(30).await.unwrap(), []);
        lake.acknowledge_gap(&readings).await.unwrap();
        assert_eq!(lake.gaps(3).await.unwrap(), std::slice::from_ref(&waste));
        // The same offsets of a later log are another gap.
        lake.acknowledge_gap(&waste).await.unwrap();
        let again = gap(3, Topic::Readings, 123);
        lake.note_gap(&again).await.unwrap();
        assert_eq!(lake.gaps(3).await.unwrap(), [again]);
    }
}

//! Which log a partition's rows come from. Kafka may be recreated beside a lake that is kept, and then counts from 0 again. So
//! logs are numbered from 0, and each later log begins with an object that says why.

use chrono::Utc;
use serde::Serialize;

use crate::keys::logs_folder;
use crate::{Lake, LakeError, Put};

/// The reason why a log was begun, for an operator who looks into the lake.
#[derive(Serialize)]
struct Begun<'a> {
    why: &'a str,
    at: String,
}

impl Lake {
    /// The number of a partition's newest log.
    pub async fn log(&self, partition: i32) -> Result<u64, LakeError> {
        let keys = self.list(&logs_folder(partition)).await?;
        let numbers = keys.iter().filter_map(|key| number_of(key));
        Ok(numbers.max().unwrap_or(0))
    }

    /// Begins a log with a number above `last` and above any earlier log's; no other process gets the same number.
    pub async fn begin_log(&self, partition: i32, last: u64, why: &str) -> Result<u64, LakeError> {
        let at = Utc::now().to_rfc3339();
        let content = serde_json::to_vec(&Begun { why, at }).unwrap_or_default();
        let mut number = self.log(partition).await?.max(last);
        loop {
            number += 1;
            let key = format!("{}/{number:08}.json", logs_folder(partition));
            if self.create(&key, content.clone().into()).await? == Put::Created {
                return Ok(number);
            }
        }
    }
}

fn number_of(key: &str) -> Option<u64> {
    let (_, name) = key.rsplit_once('/')?;
    name.strip_suffix(".json")?.parse().ok()
}

#[cfg(test)]
#[allow(clippy::expect_used, reason = "a test fails by panicking")]
mod tests {
    use crate::LakeConfig;

    #[tokio::test]
    async fn every_log_of_a_partition_has_a_number_of_its_own() {
        let lake = LakeConfig::at("memory:").open().expect("a lake");
        assert_eq!(lake.log(3).await.expect("a number"), 0);
        for wanted in 1..=3 {
            let begun = lake.begin_log(3, 0, "a test").await.expect("a log");
            assert_eq!(begun, wanted);
        }
        // Kafka may know of a later log than a restored lake does.
        assert_eq!(lake.begin_log(3, 7, "a test").await.expect("a log"), 8);
        assert_eq!(lake.log(3).await.expect("a number"), 8);
        assert_eq!(lake.log(30).await.expect("a number"), 0);
    }
}

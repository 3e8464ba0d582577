//! A cache of half-hours: a page with many readers causes one read from the store.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, NaiveDate, Utc};
use footprint::{Days, Footprint};
use tokio::sync::Mutex;

use super::Reads;
use crate::half_hours::{self, HalfHours, Wanted};

const FRESH: Duration = Duration::from_secs(20);
const MOST_KEPT: usize = 64;

/// Reads half-hours, and caches them for a short time.
pub(crate) struct HalfHoursCache {
    reads: Arc<Reads>,
    kept: Mutex<BTreeMap<Key, (Instant, Arc<HalfHours>)>>,
}

/// The school, the end of the data, the first and last day of membership, and which days.
type Key = (
    events::Urn,
    Option<DateTime<Utc>>,
    (NaiveDate, NaiveDate),
    Wanted,
);

impl HalfHoursCache {
    pub(crate) fn new(reads: Arc<Reads>) -> Self {
        HalfHoursCache {
            reads,
            kept: Mutex::default(),
        }
    }

    /// Some of the school's days as a member of its trust; none, with a log line, if the store does not answer.
    pub(crate) async fn read(
        &self,
        school: &Footprint,
        member: Days,
        wanted: Wanted,
    ) -> Option<Arc<HalfHours>> {
        let last = school.coverage.last_reading;
        let key = (school.urn, last, (member.from, member.to), wanted);
        if let Some((_, known)) = self
            .kept
            .lock()
            .await
            .get(&key)
            .filter(|(read, _)| read.elapsed() < FRESH)
        {
            return Some(known.clone());
        }
        let reading = half_hours::read(self.reads.lake(), school, member, wanted);
        let found = match self.reads.in_time(reading).await {
            Some(Ok(found)) => Arc::new(found),
            Some(Err(error)) => {
                tracing::warn!(urn = %school.urn, error = chassis::chain(&error), "half-hours cannot be read");
                return None;
            }
            None => {
                tracing::warn!(urn = %school.urn, "half-hours cannot be read in time");
                return None;
            }
        };
        let mut kept = self.kept.lock().await;
        kept.retain(|_, (read, _)| read.elapsed() < FRESH);
        if kept.len() < MOST_KEPT {
            kept.insert(key, (Instant::now(), found.clone()));
        }
        Some(found)
    }
}

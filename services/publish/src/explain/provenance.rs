//! Where a row of the ledger came from.

use chrono::{DateTime, Utc};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin};
use serde::Serialize;
use utoipa::ToSchema;

/// The event a row came from: its name, its times, the token it came with and its place in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EventProvenance)]
pub struct Provenance {
    /// The source that issued it.
    pub source: String,
    /// Its id at the source.
    pub id: String,
    /// When the source issued it.
    pub issued: DateTime<Utc>,
    /// When ingest received it.
    pub received: DateTime<Utc>,
    /// The name of the token it came with; none if the reader may not see it.
    pub token: Option<String>,
    /// Its topic's partition.
    pub partition: i32,
    /// Its offset in the partition.
    pub offset: i64,
}

impl Provenance {
    fn new(identity: &Identity, issued: i64, origin: &Origin) -> Self {
        let time = |micros| DateTime::from_timestamp_micros(micros).unwrap_or_default();
        Provenance {
            source: identity.source.to_string(),
            id: identity.id.to_string(),
            issued: time(issued),
            received: time(origin.received),
            token: (!origin.token.is_empty()).then(|| origin.token.to_string()),
            partition: origin.place.partition,
            offset: origin.place.offset,
        }
    }
}

impl From<&MeterDay> for Provenance {
    fn from(row: &MeterDay) -> Self {
        Provenance::new(&row.identity, row.issued, &row.origin)
    }
}

impl From<&LedgerEvent> for Provenance {
    fn from(row: &LedgerEvent) -> Self {
        Provenance::new(&row.identity, row.issued, &row.origin)
    }
}

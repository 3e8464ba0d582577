//! Objects and their keys: the ledger, results and exports on any object store.
//! The only place that names object_store and spells a key; knows nothing of what a row means.

mod error;
mod gaps;
mod keys;
mod ledger;
mod local;
mod log_gap;
mod logs;
mod open;
mod parquet;
mod proof;
mod retry;
mod store;
mod under_way;

pub use error::{Lack, LakeError};
pub use keys::{
    Covered, LedgerFolder, MANIFEST, Month, export_key, export_record_key, export_since_key,
    manifest_key, result_key,
};
pub use ledger::LedgerObject;
pub use log_gap::LogGap;
pub use open::LakeConfig;
pub use parquet::{parquet_bytes, parquet_frame};
pub use store::{Lake, Listed, Put};

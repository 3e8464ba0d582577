//! Objects and their keys: the ledger, results and exports on any object store. This is the only crate that uses object_store
//! and spells keys; it does not know what a row means.

mod arrivals;
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
    history_folder, history_month_folder, history_plan_key, history_sent_key, history_trust_folder,
    manifest_key, result_key,
};
pub use ledger::{LedgerObject, StoredObject};
pub use log_gap::LogGap;
pub use open::LakeConfig;
pub use parquet::{parquet_bytes, parquet_frame};
pub use store::{Lake, Listed, Put};

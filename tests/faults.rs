//! Faults on real servers, at every step of every service. The oracle is always the same: a run with faults leaves the same
//! data behind as a run without. Each test reports a row of the table that `tests/run faults` prints.

mod anew;
mod broker;
mod group;
mod input;
mod killed;
mod mqtt;
pub mod oracle;
pub mod pipeline;
mod registers;
mod report;
pub mod sent;
mod spool;
mod stopping;
mod store;
mod trimmed;
pub mod up;

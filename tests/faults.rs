//! Faults on real servers, at every step of every service. The oracle is always the same: what is left behind is what a run
//! without faults leaves. Each test tells what it did in a row of the table that `tests/run faults` prints.

mod anew;
mod broker;
mod group;
mod input;
mod killed;
pub mod oracle;
pub mod pipeline;
mod report;
pub mod sent;
mod spool;
mod stopping;
mod store;
mod trimmed;
mod up;

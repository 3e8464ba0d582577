//! Every test of more than one crate, in one binary: a heavy tree links once.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

mod architecture;
mod configs;
mod contracts;
mod dashboards;
mod demo;
mod flow;
mod golden;
mod properties;
mod servers;
mod traps;

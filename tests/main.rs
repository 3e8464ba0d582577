//! Every test of more than one crate, in one binary: a heavy tree links once.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what is not as it should be fails the test"
)]

mod agreement;
mod architecture;
mod bus;
mod cases;
mod chance;
mod changes;
mod configs;
mod contracts;
mod dashboards;
mod demo;
mod explained;
mod faults;
mod flow;
mod gaps;
mod golden;
mod history;
mod known_pitfalls;
mod private;
mod properties;
mod secr;
mod servers;
mod simulation;
mod stores;

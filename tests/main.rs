//! Every test of more than one crate, in one binary: a heavy tree links once.

mod architecture;
mod contracts;
mod dashboards;
mod demo;
mod flow;
mod golden;
mod properties;
mod servers;

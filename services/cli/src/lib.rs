//! The command line: all services in one process for a demo or a small trust, and the commands of an operator.

mod wait_until_settled;

pub mod args;
mod client;
mod commands;
mod demo;
mod failed;
mod show;
mod trust_export;
mod up;

pub use client::{
    Answer, ClientError, Fault, FileRow, IngestClient, Listed, Note, Refused, Registered,
    RegisteredMeter, RegisteredSchool, Rejection, Waiting,
};
pub use commands::rejected;
pub use commands::run;
pub use failed::{failed, wrong_usage};
pub use up::{Listen, Running, UpConfig, start};
pub use wait_until_settled::{footprint_store, wait_until_settled};

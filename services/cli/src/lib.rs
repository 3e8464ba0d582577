//! The command line: everything in one process for a demo or a small trust, and what an operator does by hand.

pub mod args;
mod client;
mod commands;
mod demo;
mod settled;
mod show;
mod up;

pub use client::{
    Answer, ClientError, Fault, FileRow, IngestClient, Listed, Note, Refused, Rejection, Waiting,
};
pub use commands::rejected;
pub use commands::run;
pub use settled::{book, settled};
pub use up::{Listen, Running, UpConfig, start};

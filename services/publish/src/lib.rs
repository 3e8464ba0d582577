//! Footprints in; results, exports, gauges, a JSON API and a page out.
//! Does no arithmetic but adding schools up to a trust, and holds nothing that the topic could not tell it again.

mod access;
mod api;
mod app;
mod book;
mod changed;
mod config;
mod counters;
mod error;
mod exports;
mod follow;
mod gauges;
mod half_hours;
mod held;
mod ledger;
mod page;
mod rejected;
mod results;
mod rollup;
mod run;
pub mod secr;
mod table;
mod tables;
mod travel;
mod watch;
pub mod why;
mod words;
mod workbook;

#[cfg(test)]
mod made_up;

pub use access::{AccessConfig, AccessError, ReaderScope, ReaderToken};
pub use api::published;
pub use app::ROUTES;
pub use book::Book;
pub use changed::ChangeTold;
pub use config::{BaselineSettings, Config, Schedule, TargetSettings, TrustSettings};
pub use error::PublishError;
pub use results::{Manifest, ManifestObject, Published, State};
pub use rollup::TrustView;
pub use run::run;
pub use table::{Cell, Kind, Table};
pub use tables::{schools, trusts};
pub use workbook::{Pack, csv, workbook};

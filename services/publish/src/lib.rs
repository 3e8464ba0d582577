//! Footprints in; results, exports, gauges, a JSON API and a page out.
//! The only arithmetic is adding schools up to a trust, and all state can be rebuilt from the topics.

mod access;
mod api;
mod app;
mod catalogue;
mod config;
mod counters;
mod error;
pub mod explain;
mod exports;
#[cfg(test)]
mod fixtures;
mod follow;
mod footprint_store;
mod format;
mod gauges;
mod grid;
mod half_hours;
mod history;
mod ledger;
mod page;
mod period_selection;
mod query;
mod rejected;
mod results;
mod rollup;
mod routes;
mod run;
pub mod secr;
mod table;
mod tables;
mod travel;
mod workbook;
mod year_on_year;

pub use access::{AccessConfig, AccessError, ReaderScope, ReaderToken};
pub use api::{PublishedFootprint, published};
pub use config::{
    Auth, BaselineSettings, Config, FigureMetrics, HistoryConfig, IngestUrl, MetricsConfig,
    Protocol, Schedule, TargetSettings, TrustSettings,
};
pub use error::PublishError;
pub use footprint_store::FootprintStore;
pub use history::{Backfilled, HistoryError, backfill};
pub use results::{Manifest, ManifestObject, Published, State};
pub use rollup::TrustView;
pub use routes::openapi;
pub use run::run;
pub use table::{Cell, Column, Kind, Table, Unit};
pub use tables::{schools, trusts};
pub use workbook::{Pack, csv, workbook};
pub use year_on_year::ChangeAnswer;

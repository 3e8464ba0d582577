//! Footprints of an invented trust, with the configuration to publish them; in [`ledger`] a school's rows and the figures that
//! are computed from them; in [`estate`] two trusts of such schools.

pub mod estate;
pub mod ledger;

use std::sync::Arc;

use events::Urn;
pub use footprint::fixtures::item;
pub use footprint::fixtures::trust::{SCHOOLS, TRUST, as_of, changed, footprints, gasless, school};
use footprint::{BaselineScope, Footprint};

use crate::config::{BaselineSettings, Config, TrustSettings};
use crate::rollup::TrustView;

pub fn config() -> Config {
    Config {
        listen: "127.0.0.1:0".to_owned(),
        bus: bus::Bus::kafka("127.0.0.1:9"),
        sharding: events::Sharding {
            shards: 8,
            partitions: 4,
        },
        lake: lake::LakeConfig::at("memory:"),
        trusts: [(TRUST.to_owned(), settings())].into(),
        results_every_seconds: 1,
        schedules: Vec::new(),
        history: None,
        access: crate::access::AccessConfig::default(),
        metrics: crate::config::MetricsConfig::default(),
        ingest_url: None,
        log_format: chassis::LogFormat::Text,
        stop_seconds: chassis::stop_seconds(),
    }
}

/// A trust of this many schools, as large as a region's. They are alike but for their names and URNs.
pub fn region(schools: u32) -> Vec<Footprint> {
    let of_number = |number: u32| Footprint {
        urn: Urn::try_from(200_000 + number).unwrap(),
        school: format!("School {number}"),
        ..school(0)
    };
    (0..schools).map(of_number).collect()
}

/// Settings in which the trust states how its baseline was made.
pub fn settings() -> TrustSettings {
    TrustSettings {
        baseline: Some(BaselineSettings {
            tco2e_per_pupil: 0.24,
            year: "2024/25".parse().unwrap(),
            scope: BaselineScope::StatutoryGross,
            factor_year: 2025,
        }),
        ..TrustSettings::default()
    }
}

pub fn view() -> TrustView {
    TrustView::of((0..SCHOOLS).map(|n| Arc::new(school(n))).collect(), 0.24).unwrap()
}

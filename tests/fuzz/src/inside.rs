//! Targets for what meets the world second: records that anybody may have written to Kafka, keys of the lake, and tables and
//! configurations that an operator gives. They link polars. What the lake's objects hold is not among them: an object is held against the hash in
//! its name before it is parsed, so that polars reads nothing but what it wrote.
#![no_main]

mod config;
#[path = "inside/footprint.rs"]
mod footprint_json;
#[path = "inside/keys.rs"]
mod keys;
#[path = "pick.rs"]
mod pick;
#[path = "inside/records.rs"]
mod records;
#[path = "inside/settings.rs"]
mod settings;
#[path = "inside/tables.rs"]
mod tables;

use std::sync::LazyLock;

use pick::{Target, pick};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    pick(&[
        ("records", records::records),
        ("figures", records::figures),
        ("footprint", footprint_json::footprint),
        ("factors", tables::factors),
        ("temperatures", tables::temperatures),
        ("secr", tables::secr),
        ("keys", keys::keys),
        ("aggregate", settings::aggregate),
        ("publish", settings::publish),
    ])
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| TARGET(data));

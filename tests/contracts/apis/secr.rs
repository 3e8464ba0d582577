//! SECR reports against `openapi.json`, by which others may write theirs.

use serde_json::to_value;

use publish::secr::Report;

use super::super::openapi::check_component;
use super::super::{folder, json};

#[test]
fn a_table_that_others_published_fits_openapi_and_is_understood() {
    let published = json(&folder().join("../tests/fixtures/secr_published_college.json"));
    check_component("SecrReport", &published);
    let read: Report = serde_json::from_value(published).expect("a report");
    check_component("SecrReport", &to_value(read).expect("JSON"));
}

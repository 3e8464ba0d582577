//! Tests of the findings, and of the estimates for gaps. The numbers are worked by hand beside them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod findings;
mod mean;
mod meter_fixture;
mod outliers;
mod weather;

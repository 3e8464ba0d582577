//! One run of one program.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::load::Load;

/// Energy in millionths of a kilowatt-hour by meter.
pub type Sums = BTreeMap<String, i64>;

/// What a run took, and what it found.
pub struct Run {
    pub wall: Duration,
    pub cpu: Duration,
    /// The most memory that the program had resident, in bytes; none if it ran in this process.
    pub peak_bytes: Option<u64>,
    pub sums: Sums,
}

impl Run {
    /// Meter-days a second.
    pub fn per_second(&self, load: &Load) -> f64 {
        load.meter_days as f64 / self.wall.as_secs_f64()
    }
}

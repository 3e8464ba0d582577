//! Whether records can be had.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a client is connected to any broker, or its log works. Every copy is the same one. A broker that is stopped without
/// its connections being closed is missed only when a request to it times out, within a minute.
#[derive(Debug, Clone, Default)]
pub struct Connectivity(Arc<AtomicBool>);

impl Connectivity {
    /// Whether a broker is reached, as of some seconds ago.
    pub fn is_reached(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, reached: bool) {
        self.0.store(reached, Ordering::Relaxed);
    }
}

//! Whether records can be read and written.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether a client is connected to any broker, or its log works. Clones share one state. If a broker stops without closing its
/// connections, this changes only when a request to the broker times out, within a minute.
#[derive(Debug, Clone, Default)]
pub struct Connectivity(Arc<AtomicBool>);

impl Connectivity {
    /// Whether a broker is connected, as of some seconds ago.
    pub fn is_reached(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn set(&self, reached: bool) {
        self.0.store(reached, Ordering::Relaxed);
    }
}

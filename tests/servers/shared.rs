//! A server that tests share: the first test that needs it starts it, and it stops with the last one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::Mutex;

/// The server, if a test uses it, and the number of places given out.
pub struct Shared<S> {
    server: Mutex<Weak<S>>,
    places: AtomicU32,
}

impl<S> Shared<S> {
    pub const fn new() -> Self {
        Shared {
            server: Mutex::const_new(Weak::new()),
            places: AtomicU32::new(0),
        }
    }

    /// The server, and the name of a place on it for this test alone.
    pub async fn place(&self, start: impl AsyncFnOnce() -> S) -> (Arc<S>, String) {
        let name = format!("test-{}", self.places.fetch_add(1, Ordering::Relaxed));
        let mut running = self.server.lock().await;
        if let Some(server) = running.upgrade() {
            return (server, name);
        }
        let server = Arc::new(start().await);
        *running = Arc::downgrade(&server);
        (server, name)
    }
}

//! A server that tests share: the first test that needs it starts it, and it ends with the test binary. It does not
//! stop while no test uses it: a broker takes seconds to start again.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio::sync::OnceCell;

/// The server, and the number of places given out.
pub struct Shared<S> {
    server: OnceCell<S>,
    places: AtomicU32,
}

impl<S> Shared<S> {
    pub const fn new() -> Self {
        Shared {
            server: OnceCell::const_new(),
            places: AtomicU32::new(0),
        }
    }

    /// The server, and the name of a place on it for this test alone.
    pub async fn place<F: Future<Output = S>>(
        &'static self,
        start: impl FnOnce() -> F,
    ) -> (&'static S, String) {
        let name = format!("test-{}", self.places.fetch_add(1, Ordering::Relaxed));
        (self.server.get_or_init(start).await, name)
    }
}

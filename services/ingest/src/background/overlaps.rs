//! Ends registrations that overlap another school's days and that no request ended. Either two registrations were accepted at
//! the same time, here or by another ingest, or both were accepted before ingest ended any registrations.

use chassis::chain;

use super::AGAIN;
use crate::persist::PersistError;
use crate::register::RegisterState;
use crate::state::IngestState;

/// Acts once registrations have arrived and then none for a while: a registration still on its way may bring the end with it.
pub(super) async fn end_overlaps(state: &IngestState) {
    let (mut seen, mut done) = (0, 0);
    loop {
        tokio::time::sleep(AGAIN).await;
        let taken = state.known_register(|register| register.taken());
        let is_quiet = taken == seen;
        seen = taken;
        if !is_quiet || taken == done || state.register_state() != RegisterState::Whole {
            continue;
        }
        match end_all(state).await {
            Ok(()) => done = taken,
            Err(error) => tracing::warn!(why = chain(&error), "registrations still overlap"),
        }
    }
}

async fn end_all(state: &IngestState) -> Result<(), PersistError> {
    let overlaps = state.known_register(|register| register.overlaps());
    for settled in &overlaps {
        tracing::info!("{}", settled.description);
    }
    let events: Vec<_> = overlaps.into_iter().map(|settled| settled.event).collect();
    state.add_registrations(&events).await
}

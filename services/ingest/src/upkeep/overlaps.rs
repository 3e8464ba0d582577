//! Ends registrations that run into another school's days and that no request ended: two were taken at one time, here or by
//! another of this service, or both before this service ended any.

use chassis::chain;

use super::AGAIN;
use crate::intake::{Intake, NotKept};

/// Acts once registrations have come and for a while no more do: one that is still under way may bring the end with it.
pub(super) async fn end_overlaps(intake: &Intake) {
    let (mut seen, mut done) = (0, 0);
    loop {
        tokio::time::sleep(AGAIN).await;
        let taken = intake.known_register(|register| register.taken());
        let is_quiet = taken == seen;
        seen = taken;
        if !is_quiet || taken == done || intake.doubt().is_some() {
            continue;
        }
        match end_all(intake).await {
            Ok(()) => done = taken,
            Err(error) => tracing::warn!(why = chain(&error), "registrations still overlap"),
        }
    }
}

async fn end_all(intake: &Intake) -> Result<(), NotKept> {
    let overlaps = intake.known_register(|register| register.overlaps());
    for settled in &overlaps {
        tracing::info!("{}", settled.told);
    }
    let events: Vec<_> = overlaps.into_iter().map(|settled| settled.event).collect();
    intake.add_registrations(&events).await
}

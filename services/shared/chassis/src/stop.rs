//! Stopping: asked once, everything finishes what it holds; asked twice, now.

use tokio_util::sync::CancellationToken;

/// Tells every part of a service that it should finish.
pub type Stop = CancellationToken;

/// A [`Stop`] that SIGINT or SIGTERM sets; a second signal ends the process at once with code 130.
pub fn stop_on_signals() -> std::io::Result<Stop> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = Stop::new();
    let asked = stop.clone();
    tokio::spawn(async move {
        for times in 1.. {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            if times > 1 {
                std::process::exit(130);
            }
            tracing::info!("stopping; once more to stop at once");
            asked.cancel();
        }
    });
    Ok(stop)
}

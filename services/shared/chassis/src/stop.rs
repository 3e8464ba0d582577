//! Stopping. On the first signal, every part finishes its work, within a time limit; a second signal ends the process at
//! once.

use std::time::Duration;

use signal_hook::low_level::exit;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::service::{CANNOT, print_chain};

/// Signals every part of a service to finish.
pub type Stop = CancellationToken;

/// The default of `stop_seconds`: shorter than the half minute after which Kubernetes, for one, kills a process.
pub fn stop_seconds() -> u64 {
    25
}

/// The exit code after a second signal.
const AT_ONCE: i32 = 130;

/// The error when something could not be finished in time. It does not name the unfinished work; the log above it does.
#[derive(Debug, thiserror::Error)]
#[error(
    "not stopped within {} s (stop_seconds); what was not finished is read, or written, again at the next start", .0.as_secs()
)]
struct NotInTime(Duration);

/// A [`Stop`] that SIGINT or SIGTERM sets; a second signal ends the process at once with code 130. However the stop was set,
/// the process has `limit` from then on: after that it ends with code 1 and logs why.
///
/// A separate thread watches this, because whatever keeps a process from stopping may block every other thread.
pub fn stop_on_signals(limit: Duration) -> std::io::Result<Stop> {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let signals = {
        let _within = runtime.enter();
        Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        }
    };
    let stop = Stop::new();
    let cancelled = stop.clone();
    std::thread::Builder::new()
        .name("stop".to_owned())
        .spawn(move || {
            let (code, why) = runtime.block_on(overdue(signals, cancelled, limit));
            if let Some(why) = why {
                print_chain(&why);
            }
            // This does not return through `main`: a blocked part must not block the exit.
            exit(code);
        })?;
    Ok(stop)
}

struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Returns when the process has to end, with the exit code and the last message to print.
async fn overdue(mut signals: Signals, stop: Stop, limit: Duration) -> (i32, Option<NotInTime>) {
    let mut is_stopping = false;
    let in_time = async {
        stop.cancelled().await;
        tokio::time::sleep(limit).await;
    };
    tokio::pin!(in_time);
    loop {
        tokio::select! {
            () = signals.next() => {
                if is_stopping {
                    return (AT_ONCE, None);
                }
                is_stopping = true;
                tracing::info!("stopping; once more to stop at once");
                stop.cancel();
            }
            () = &mut in_time => return (i32::from(CANNOT), Some(NotInTime(limit))),
        }
    }
}

//! Stopping: asked once, everything finishes what it holds, within a limit; asked twice, now.

use std::time::Duration;

use signal_hook::low_level::exit;
use tokio::runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::service::{CANNOT, print_chain};

/// Tells every part of a service that it should finish.
pub type Stop = CancellationToken;

/// What `stop_seconds` is unless it is set: whoever kills after half a minute, as Kubernetes does, comes too late.
pub fn stop_seconds() -> u64 {
    25
}

/// By a second signal.
const AT_ONCE: i32 = 130;

/// Something could not be finished in time. It says nothing of what: the log above has it.
#[derive(Debug, thiserror::Error)]
#[error(
    "not stopped within {} s (stop_seconds); what was not finished is read, or written, again at the next start", .0.as_secs()
)]
struct NotInTime(Duration);

/// A [`Stop`] that SIGINT or SIGTERM sets; a second signal ends the process at once with code 130. Whoever sets it, the
/// process has `limit` from then on: after that it ends with code 1 and says so.
///
/// A thread of its own sees to it, because what keeps a process from stopping may hold up every other.
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
    let asked = stop.clone();
    std::thread::Builder::new()
        .name("stop".to_owned())
        .spawn(move || {
            let (code, why) = runtime.block_on(overdue(signals, asked, limit));
            if let Some(why) = why {
                print_chain(&why);
            }
            // Not as `main` would end: what is held up must not hold up the end.
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

/// Returns when the process has to end, with what code and which last words.
async fn overdue(mut signals: Signals, stop: Stop, limit: Duration) -> (i32, Option<NotInTime>) {
    let mut asked = false;
    let in_time = async {
        stop.cancelled().await;
        tokio::time::sleep(limit).await;
    };
    tokio::pin!(in_time);
    loop {
        tokio::select! {
            () = signals.next() => {
                if asked {
                    return (AT_ONCE, None);
                }
                asked = true;
                tracing::info!("stopping; once more to stop at once");
                stop.cancel();
            }
            () = &mut in_time => return (i32::from(CANNOT), Some(NotInTime(limit))),
        }
    }
}

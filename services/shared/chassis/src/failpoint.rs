//! Places where a test can kill a process, to look at what it leaves behind. Only builds with debug assertions have them: in a
//! release build the macro does nothing.

use fail::fail_point;
use signal_hook::consts::{SIGKILL, SIGSTOP};
use signal_hook::low_level::raise;

/// A step at which a test may kill the process, by its name in the environment variable `FAILPOINTS`:
/// `FAILPOINTS="aggregate.committing=3*off->return"` kills the process when it reaches the step for the fourth time,
/// `1*return(stop)` suspends it there until it is resumed, like a process that others take for dead. `sleep(1000)` makes a step
/// last a second longer.
#[macro_export]
macro_rules! failpoint {
    ($name:literal) => {
        if cfg!(debug_assertions) {
            $crate::failpoint::reach($name);
        }
    };
}

/// Reads `FAILPOINTS`; they are active as long as the returned value lives. Call it when a process starts.
pub fn set_up() -> Option<fail::FailScenario<'static>> {
    cfg!(debug_assertions).then(fail::FailScenario::setup)
}

/// The function that [`failpoint!`](crate::failpoint!) calls.
pub fn reach(name: &str) {
    fail_point!(name, |how| {
        // Like a power cut: nothing is cleaned up and no other process is notified.
        let signal = if how.as_deref() == Some("stop") {
            SIGSTOP
        } else {
            SIGKILL
        };
        let _cannot_be_refused = raise(signal);
    });
}

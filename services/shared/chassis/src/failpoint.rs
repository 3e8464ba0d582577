//! Places where a process can be made to die, for tests that look at what it left. Only builds with debug assertions have them:
//! in a release build the macro is nothing.

use fail::fail_point;
use signal_hook::consts::{SIGKILL, SIGSTOP};
use signal_hook::low_level::raise;

/// A step that a test may kill the process at, by its name in the environment variable `FAILPOINTS`:
/// `FAILPOINTS="aggregate.committing=3*off->return"` kills it when it gets there for the fourth time,
/// `1*return(stop)` stops it there until it is told to go on, as one that is taken for dead.
#[macro_export]
macro_rules! failpoint {
    ($name:literal) => {
        if cfg!(debug_assertions) {
            $crate::failpoint::reach($name);
        }
    };
}

/// Reads `FAILPOINTS`; they stand as long as what is returned. For the start of a process.
pub fn set_up() -> Option<fail::FailScenario<'static>> {
    cfg!(debug_assertions).then(fail::FailScenario::setup)
}

/// What [`failpoint!`](crate::failpoint!) calls.
pub fn reach(name: &str) {
    fail_point!(name, |how| {
        // As a power cut would: nothing is tidied up, nobody is told.
        let signal = if how.as_deref() == Some("stop") {
            SIGSTOP
        } else {
            SIGKILL
        };
        let _cannot_be_refused = raise(signal);
    });
}

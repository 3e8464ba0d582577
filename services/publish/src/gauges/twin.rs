//! Each figure in two families: one over the data that has arrived, and one only where that is complete. Queries that add
//! up or compare without checking completeness use the second, in which incomplete figures are absent.

use super::Shown;
use super::shown_trust::ShownTrust;

/// Which figures a family has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// Figures over the data that has arrived.
    All,
    /// Figures that are complete.
    Complete,
}

/// One of two families of the same figure.
pub(super) struct Twin {
    pub which: Which,
    pub name: &'static str,
    pub help: String,
}

impl Twin {
    pub(super) fn both(all: &'static str, complete: &'static str, help: &str) -> [Twin; 2] {
        let without_stop = help.trim_end_matches('.');
        [
            Twin {
                which: Which::All,
                name: all,
                help: help.to_owned(),
            },
            Twin {
                which: Which::Complete,
                name: complete,
                help: format!("{without_stop}; only where the figures lack nothing, else absent."),
            },
        ]
    }
}

impl Which {
    pub(super) fn shows(self, school: &Shown<'_>) -> bool {
        self == Which::All || school.footprint.is_complete()
    }

    pub(super) fn shows_trust(self, trust: &ShownTrust) -> bool {
        self == Which::All || trust.view.is_complete()
    }
}

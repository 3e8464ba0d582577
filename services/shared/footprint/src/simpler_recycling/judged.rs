//! The verdict and what is lacking, in sentences.

use crate::message::{SimplerRecycling, Verdict};
use crate::period::Days;

/// What is lacking over some days.
pub(super) struct Judged {
    window: Days,
    /// Whether the days are enough to conclude that what was not collected on them is not collected at all.
    long_enough: bool,
    verdict: Verdict,
    missing: Vec<String>,
}

impl Judged {
    pub(super) fn over(window: Days, long_enough: bool) -> Self {
        Judged {
            window,
            long_enough,
            verdict: Verdict::Met,
            missing: Vec::new(),
        }
    }

    /// `in the 92 days to 22 November 2026`
    pub(super) fn when(&self) -> String {
        let (days, to) = (self.window.count(), self.window.to.format("%-d %B %Y"));
        match days {
            1 => format!("on {to}"),
            _ => format!("in the {days} days to {to}"),
        }
    }

    /// No collection was reported.
    pub(super) fn nothing_known(&mut self) {
        let said = format!("no collection is known {}", self.when());
        self.has_to_show(said);
    }

    /// A category was not collected separately.
    pub(super) fn not_collected(&mut self, what: &str) {
        let said = format!("no {what} was collected separately {}", self.when());
        if self.long_enough {
            self.verdict = Verdict::NotMet;
            self.missing.push(said);
        } else {
            self.has_to_show(format!("{said}, too short a time to tell"));
        }
    }

    /// A requirement may be met, but there is no evidence of it.
    pub(super) fn has_to_show(&mut self, said: String) {
        if self.verdict == Verdict::Met {
            self.verdict = Verdict::NotEvidenced;
        }
        self.missing.push(said);
    }

    pub(super) fn verdict(self) -> SimplerRecycling {
        SimplerRecycling {
            verdict: Some(self.verdict),
            missing: self.missing,
        }
    }
}

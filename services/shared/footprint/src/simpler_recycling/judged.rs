//! The verdict and what is lacking.

use crate::message::{RecyclingLack, SimplerRecycling, Verdict};
use crate::period::Days;
use crate::waste::Fraction;

/// What is lacking over some days.
pub(super) struct Judged {
    pub(super) window: Days,
    /// Whether the days are enough to conclude that what was not collected on them is not collected at all.
    long_enough: bool,
    verdict: Verdict,
    missing: Vec<RecyclingLack>,
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

    /// A category was not collected separately.
    pub(super) fn not_collected(&mut self, of: Fraction) {
        if self.long_enough {
            self.verdict = Verdict::NotMet;
        }
        self.has_to_show(RecyclingLack::Collection {
            of,
            judged: self.window,
            long_enough: self.long_enough,
        });
    }

    /// A requirement may be met, but there is no evidence of it.
    pub(super) fn has_to_show(&mut self, lack: RecyclingLack) {
        if self.verdict == Verdict::Met {
            self.verdict = Verdict::NotEvidenced;
        }
        self.missing.push(lack);
    }

    pub(super) fn verdict(self) -> SimplerRecycling {
        SimplerRecycling {
            verdict: Some(self.verdict),
            missing: self.missing,
        }
    }
}

//! A question about meters, and the rows it is answered from.

use footprint::ledger::MeterDay;
use footprint::view::Withdrawals;
use footprint::{Days, Footprint};

use super::question::Question;
use super::source_events::SourceEvent;

/// The rows a question about meters is answered from.
pub(super) struct MeterInput<'a> {
    pub footprint: &'a Footprint,
    pub question: &'a Question,
    /// The days that the question is about.
    pub days: Days,
    /// The days that count in the figure.
    pub counted: Days,
    pub events: &'a [SourceEvent],
    pub readings: &'a [MeterDay],
    /// The withdrawals of readings of these days.
    pub withdrawals: &'a Withdrawals,
}

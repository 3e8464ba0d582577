//! The rows that a question needs, and no more.

use std::collections::BTreeSet;

use events::Topic;
use footprint::{Days, Footprint, Item};
use lake::{Lake, Month};

use super::question::{Question, months};
use super::{ExplainError, Rows};
use crate::explain::figure_name::Figure;
use crate::ledger;

/// The parts of the ledger that answer a question.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct RequiredRows {
    /// Months of readings.
    pub months: BTreeSet<Month>,
    /// Other topics, whole.
    pub topics: BTreeSet<Topic>,
}

pub(super) fn required_rows(question: &Question, figure: &Figure<'_>, days: Days) -> RequiredRows {
    let metered = !figure.measured().is_empty();
    let has_details =
        question.meter.is_some() || question.month.is_some() || question.day.is_some();
    let mut topics = BTreeSet::from([Topic::Register]);
    match figure {
        Figure::Waste => topics.extend([Topic::Waste]),
        Figure::Lines(lines) if !metered => {
            let of_waste = lines
                .iter()
                .any(|line| matches!(line.item, Item::Waste(..)));
            topics.insert(match (of_waste, figure.commuters()) {
                (true, _) => Topic::Waste,
                (false, Some(_)) => Topic::Travel,
                (false, None) => Topic::Activity,
            });
        }
        Figure::Stars | Figure::Initiatives | Figure::Surveys(_) => topics.extend([Topic::Travel]),
        Figure::Evidence(_) => topics.extend([Topic::Activity]),
        _ => {}
    }
    let read = metered && has_details;
    if read {
        topics.insert(Topic::Withdrawals);
    }
    RequiredRows {
        months: months(days).into_iter().filter(|_| read).collect(),
        topics,
    }
}

impl RequiredRows {
    pub(super) async fn read(self, lake: &Lake, of: &Footprint) -> Result<Rows, ExplainError> {
        let mut rows = Rows::default();
        for topic in self.topics {
            rows.events
                .extend(ledger::events(lake, of.urn, topic).await?);
        }
        if !self.months.is_empty() {
            rows.readings = ledger::readings(lake, of.urn, self.months).await?;
        }
        Ok(rows)
    }
}

//! What cannot be answered.

use chrono::NaiveDate;
use events::MeterId;
use footprint::TableError;
use footprint::{ComputeError, Days};
use lake::Month;

use crate::PublishError;

/// A question about something that is not there.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CannotSay {
    /// No such figure.
    #[error("no figure of this school and period is called {asked:?}; there are {}", known.join(", "))]
    Figure {
        /// What was asked for.
        asked: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// The figure has no such meter.
    #[error("meter {asked} has no part in this figure; {}", having(known))]
    Meter {
        /// What was asked for.
        asked: MeterId,
        /// Those that have.
        known: Vec<String>,
    },
    /// A day of another month than the one asked for.
    #[error("{day} is not in {month}")]
    OtherMonth {
        /// The day.
        day: NaiveDate,
        /// The month.
        month: Month,
    },
    /// Days that the figure does not count.
    #[error("{} is not among the days that count here, {} to {}", run(asked), counted.from, counted.to)]
    Days {
        /// The days asked for.
        asked: Days,
        /// Those that count.
        counted: Days,
    },
}

fn having(known: &[String]) -> String {
    match known {
        [] => "no meter has".to_owned(),
        known => format!("those that have are {}", known.join(", ")),
    }
}

fn run(days: &Days) -> String {
    if days.from == days.to {
        days.from.to_string()
    } else {
        format!("{} to {}", days.from, days.to)
    }
}

/// A question that was not answered.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// It is about something that is not there.
    #[error(transparent)]
    CannotSay(#[from] CannotSay),
    /// The ledger cannot be read.
    #[error("cannot read the ledger")]
    Ledger(#[source] Box<PublishError>),
    /// What a part makes of the figure cannot be computed.
    #[error("cannot compute the parts of the figure")]
    Compute(#[from] ComputeError),
    /// The factors that ship with the program cannot be read.
    #[error("cannot read the factors")]
    Factors(#[from] TableError),
}

impl From<PublishError> for ExplainError {
    fn from(error: PublishError) -> Self {
        ExplainError::Ledger(Box::new(error))
    }
}

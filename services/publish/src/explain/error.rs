//! Errors of explanations.

use chrono::NaiveDate;
use events::MeterId;
use footprint::TableError;
use footprint::{ComputeError, Days};
use lake::Month;

use crate::PublishError;

/// A question about something that does not exist.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidQuestion {
    /// There is no figure with this name.
    #[error("no figure of this school and period is called {requested:?}; there are {}", known.join(", "))]
    Figure {
        /// The name in the question.
        requested: String,
        /// The figures that exist.
        known: Vec<String>,
    },
    /// The figure has no such meter.
    #[error(
        "meter {requested} has no part in this figure; {}",
        known_meters(known)
    )]
    Meter {
        /// The meter in the question.
        requested: MeterId,
        /// The meters that are part of the figure.
        known: Vec<String>,
    },
    /// The day is not in the requested month.
    #[error("{day} is not in {month}")]
    OtherMonth {
        /// The day.
        day: NaiveDate,
        /// The month.
        month: Month,
    },
    /// Days that the figure does not count.
    #[error("{} is not among the days that count here, {} to {}", days_text(requested), counted.from, counted.to)]
    Days {
        /// The requested days.
        requested: Days,
        /// The days that count.
        counted: Days,
    },
}

fn known_meters(known: &[String]) -> String {
    match known {
        [] => "no meter has".to_owned(),
        known => format!("those that have are {}", known.join(", ")),
    }
}

fn days_text(days: &Days) -> String {
    if days.from == days.to {
        days.from.to_string()
    } else {
        format!("{} to {}", days.from, days.to)
    }
}

/// A question that could not be answered.
#[derive(Debug, thiserror::Error)]
pub enum ExplainError {
    /// The question is about something that does not exist.
    #[error(transparent)]
    InvalidQuestion(#[from] InvalidQuestion),
    /// The ledger cannot be read.
    #[error("cannot read the ledger")]
    Ledger(#[source] Box<PublishError>),
    /// The contribution of a part to the figure cannot be computed.
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

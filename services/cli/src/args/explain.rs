//! The arguments of `explain`.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;
use events::{AcademicYear, MeterId, Urn};
use lake::Month;

use super::day;

/// `greenledger explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The school.
    pub urn: Urn,
    /// The academic year, such as 2025/26, or `trailing` for the trailing twelve months.
    #[arg(long, value_name = "YEAR", value_parser = over, default_value = "trailing")]
    pub year: Over,
    /// The figure, such as gas; any other name lists the figures there are. [default: intensity]
    #[arg(long)]
    pub figure: Option<String>,
    /// Show the months of this meter.
    #[arg(long)]
    pub meter: Option<MeterId>,
    /// Show the days of this month, such as 2026-03, and the events behind them.
    #[arg(long, value_parser = month)]
    pub month: Option<Month>,
    /// Show the half-hours of this day, such as 2026-03-04, with every value received.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub day: Option<NaiveDate>,
    /// The configuration of `up` or of aggregate, for the lake and the factors.
    #[arg(long)]
    pub config: PathBuf,
    /// A second configuration, to price the same ledger with its factors too, line by line.
    #[arg(long, value_name = "OTHER", conflicts_with_all = ["meter", "month", "day"])]
    pub against: Option<PathBuf>,
}

/// The period over which a school is explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// An academic year.
    Year(AcademicYear),
    /// The trailing twelve months.
    Trailing,
}

fn over(text: &str) -> Result<Over, String> {
    match text {
        "trailing" => Ok(Over::Trailing),
        year => year
            .parse()
            .map(Over::Year)
            .map_err(|error: events::AcademicYearError| error.to_string()),
    }
}

fn month(text: &str) -> Result<Month, String> {
    text.parse()
        .map_err(|()| "a month is written 2026-03".to_owned())
}

//! The arguments of `withdraw`.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::Args;
use events::{Channel, MeterId, Written};

use super::LedgerAndIngest;

/// `greenledger withdraw`
#[derive(Debug, Args)]
pub struct Withdraw {
    /// The meter, such as mpan:2399999909024.
    pub meter: MeterId,
    /// The first day, such as 2026-02-01, or the start of the first half-hour, such as 2026-02-01T09:30:00Z.
    #[arg(long, value_name = "DATE|TIME", value_parser = bound)]
    pub from: Bound,
    /// The last day, or the end of the last half-hour. [default: the first day]
    #[arg(long, value_name = "DATE|TIME", value_parser = bound)]
    pub to: Option<Bound>,
    /// The channel: AI, AE, RI or RE.
    #[arg(long, value_parser = channel, default_value = "AI")]
    pub channel: Channel,
    /// Only readings from this source.
    #[arg(long)]
    pub source: Option<String>,
    /// Only the event with this id.
    #[arg(long, requires = "source")]
    pub id: Option<String>,
    /// Only readings from this supplier's file.
    #[arg(long)]
    pub file: Option<PathBuf>,
    /// The reason, such as "wrong meter multiplier".
    #[arg(long)]
    pub reason: String,
    /// The role that decided it, such as "sustainability lead"; not a person's name.
    #[arg(long, value_name = "ROLE")]
    pub by: String,
    /// Only print what would be withdrawn.
    #[arg(long)]
    pub dry_run: bool,
    /// Where the ledger and ingest are.
    #[command(flatten)]
    pub services: LedgerAndIngest,
}

/// The start or end of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// A local day.
    Day(NaiveDate),
    /// The start or end of a half-hour.
    Time(DateTime<FixedOffset>),
}

fn bound(text: &str) -> Result<Bound, String> {
    let day = NaiveDate::read(text).map(Bound::Day);
    let bound = day.or_else(|| DateTime::<FixedOffset>::read(text).map(Bound::Time));
    bound.ok_or_else(|| {
        format!(
            "{}; or {}",
            NaiveDate::RULE,
            <DateTime<FixedOffset> as Written>::RULE
        )
    })
}

fn channel(text: &str) -> Result<Channel, String> {
    Channel::parse(text).ok_or_else(|| "a channel is AI, AE, RI or RE".to_owned())
}

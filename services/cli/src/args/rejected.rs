//! The arguments of `rejected` and `replay`.

use chrono::{DateTime, FixedOffset};
use clap::Args;
use events::Rule;

use super::{Ingest, LedgerAndIngest};

/// `greenledger rejected`
#[derive(Debug, Args)]
pub struct Rejected {
    /// Only what was received at this time or later, such as 2026-11-01T00:00:00Z.
    #[arg(long, value_name = "TIME")]
    pub since: Option<DateTime<FixedOffset>>,
    /// How many at most, newest first; up to 1,000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// Show the refused events of the token with this name. Needs an operator's token.
    #[arg(long = "as", value_name = "NAME")]
    pub as_token: Option<String>,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// `greenledger replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// Only events refused by this rule, such as `unknown-meter`.
    #[arg(long, value_parser = rule)]
    pub rule: Option<Rule>,
    /// Judge the events by the token with this name, and record them as its own. Needs an operator's token. [default: the
    /// token each event came with]
    #[arg(long = "as", value_name = "NAME")]
    pub as_token: Option<String>,
    /// End once ingest has answered, and do not wait for the ledger.
    #[arg(long)]
    pub no_wait: bool,
    /// How many seconds to wait for the ledger.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 120,
        conflicts_with = "no_wait"
    )]
    pub patience: u64,
    /// Where the ledger and ingest are.
    #[command(flatten)]
    pub services: LedgerAndIngest,
}

fn rule(text: &str) -> Result<Rule, String> {
    serde_json::from_value(text.into()).map_err(|_| {
        "there is no such rule; ingest's answers and `rejected` name the rules".to_owned()
    })
}

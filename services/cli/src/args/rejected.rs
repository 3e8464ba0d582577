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
    /// How many at most, the newest first; ingest lists up to 1,000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// The name of another token, whose rejections to show. Needs an operator's token.
    #[arg(long = "as", value_name = "NAME")]
    pub as_token: Option<String>,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// `greenledger replay`
#[derive(Debug, Args)]
pub struct Replay {
    /// Only what was refused by this rule, such as `unknown-meter`.
    #[arg(long, value_parser = rule)]
    pub rule: Option<Rule>,
    /// The name of a token to take the events over by: they are judged by its authority and recorded as its own. Each is
    /// judged by the token it came with unless said. Needs an operator's token.
    #[arg(long = "as", value_name = "NAME")]
    pub as_token: Option<String>,
    /// End once ingest has answered, and do not wait for the ledger.
    #[arg(long)]
    pub no_wait: bool,
    /// How many seconds the ledger may take to write what ingest has taken.
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
    serde_json::from_value(text.into())
        .map_err(|_| "no rule is called so; ingest's answers and `rejected` name them".to_owned())
}

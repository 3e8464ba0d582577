//! The arguments of `withdraw-collection`.

use chrono::NaiveDate;
use clap::Args;
use events::{Ewc, Urn};

use super::{LedgerAndIngest, day};

/// `greenledger withdraw-collection`
#[derive(Debug, Args)]
pub struct WithdrawCollection {
    /// The school.
    pub urn: Urn,
    /// The day of the collection, such as 2026-03-12.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub on: NaiveDate,
    /// Its EWC code, such as 200301.
    #[arg(long, value_name = "CODE", value_parser = ewc)]
    pub ewc: Option<Ewc>,
    /// Its source, such as urn:greenledger:file:waste-tickets.
    #[arg(long)]
    pub source: Option<String>,
    /// Its id: for a file the number of the ticket.
    #[arg(long)]
    pub id: Option<String>,
    /// Only print what would be taken back.
    #[arg(long)]
    pub dry_run: bool,
    /// Where the ledger and ingest are.
    #[command(flatten)]
    pub services: LedgerAndIngest,
}

fn ewc(text: &str) -> Result<Ewc, String> {
    Ewc::try_from(text.to_owned()).map_err(|error| error.to_string())
}

//! The arguments of `greenledger watch`.

use std::path::PathBuf;

use clap::Args;

use super::{FormatsOf, Ingest};

/// `greenledger watch`
#[derive(Debug, Args)]
pub struct Watch {
    /// Where files arrive: a folder, `s3://bucket/folder`, `az://container/folder`, `maildir:FOLDER`, or
    /// `imaps://user@host/FOLDER`.
    pub place: String,
    /// Handle what is there, then end.
    #[arg(long)]
    pub once: bool,
    /// How often, in seconds, to look for arrivals in a store or an inbox, and to try again what could not be sent.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    pub every: u64,
    /// The folder for the reports on e-mails; needed for an inbox.
    #[arg(long, value_name = "FOLDER")]
    pub reports: Option<PathBuf>,
    /// A file with the password of the inbox, which only its owner may read. [default: GREENLEDGER_MAIL_PASSWORD in the
    /// environment]
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// An authority (PEM) to trust besides the machine's, if the mail server's certificate is your own.
    #[arg(long, value_name = "FILE")]
    pub mail_ca: Option<PathBuf>,
    /// The format of all files: `events`, or one that `greenledger formats list` names. [default: told from each file]
    #[arg(long, short = 't', value_name = "FORMAT")]
    pub file_format: Option<String>,
    /// By which formats a large file is cut into parts.
    #[command(flatten)]
    pub of: FormatsOf,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

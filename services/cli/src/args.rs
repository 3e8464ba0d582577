//! The arguments of the command line.

mod explain;
mod formats;
mod ingest;
mod register;
mod rejected;
mod services;
mod watch;
mod withdraw;
mod withdraw_collection;

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, Parser, Subcommand, ValueEnum};
use events::{AcademicYear, MeterId, Urn, Written};
use publish::secr::Basis;

pub use self::explain::{Explain, Over};
pub use self::formats::{FormatsCommand, FormatsOf};
pub use self::ingest::Ingest;
pub use self::register::{MemberFrom, MeterField, NamedColumn, RegisterCommand, RegisterFiles};
pub use self::rejected::{Rejected, Replay};
pub use self::services::{ServicesCommand, ServicesOf};
pub use self::watch::Watch;
pub use self::withdraw::{Bound, Withdraw};
pub use self::withdraw_collection::WithdrawCollection;

/// A school trust's sustainability figures, from the half-hour a meter pushes to the page a trustee reads.
#[derive(Debug, Parser)]
#[command(name = "greenledger", version, max_term_width = 100)]
pub struct Arguments {
    /// How answers are printed; `csv` only by `import` and `rejected`, which list what was refused.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Output,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Output {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
    /// For spreadsheets: a row for each reason for which something was refused.
    Csv,
}

/// How the answers of most commands are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Output {
    /// The same for a command that prints no CSV.
    pub fn without_csv(self) -> Option<Format> {
        match self {
            Output::Text => Some(Format::Text),
            Output::Json => Some(Format::Json),
            Output::Csv => None,
        }
    }
}

/// A file for a report, whose name says how it is written: `.csv`, `.json` or `.txt`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportFile {
    /// The file.
    pub path: PathBuf,
    /// How it is written.
    pub output: Output,
}

fn report_file(path: &str) -> Result<ReportFile, String> {
    let path = PathBuf::from(path);
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    let output = match extension.to_ascii_lowercase().as_str() {
        "csv" => Output::Csv,
        "json" => Output::Json,
        "txt" => Output::Text,
        _ => return Err("a report's name ends with .csv, .json or .txt".to_owned()),
    };
    Ok(ReportFile { path, output })
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the demo: a made-up trust of 15 schools, everything in one process, nothing to install.
    Demo(Demo),
    /// Run the three services in one process, with a configuration of your own.
    Up(Configured),
    /// Send files of events or readings to ingest.
    Import(Import),
    /// Import what arrives in a folder, a store or an inbox.
    Watch(Watch),
    /// Register schools and meters from the files that trusts have, or show what would change.
    #[command(subcommand)]
    Register(RegisterCommand),
    /// Write a trust's figures as CSV and as a workbook.
    Export(Export),
    /// Write the history of some days to its receiver again.
    Backfill(Backfill),
    /// Show a trust's SECR report, or check a published table.
    Secr(Secr),
    /// List which of your events were refused, and why.
    Rejected(Rejected),
    /// Send refused events again once the cause is gone, and report what the ledger did with each.
    Replay(Replay),
    /// Send the ledger's schools and meters to Kafka again, after Kafka was recreated.
    Restore(Configured),
    /// Give the topics of an earlier lake to this one.
    Adopt(Configured),
    /// List the events that Kafka deleted before they were in the ledger, and acknowledge their loss.
    AcknowledgeGap(AcknowledgeGap),
    /// Move a meter's past to the right school, after it was registered at the wrong one.
    Reassign(Reassign),
    /// Withdraw readings: what was received until now for a meter's days or half-hours no longer counts.
    Withdraw(Withdraw),
    /// Take back a collection of waste that did not take place, or was sent by mistake: it no longer counts.
    WithdrawCollection(WithdrawCollection),
    /// Compute every footprint again, from the ledger alone.
    Rebuild(Configured),
    /// Explain a school's figure: its lines, factors, meters, days and half-hours.
    Explain(Explain),
    /// Show the conversion factors, and what changed from one year to another.
    #[command(subcommand)]
    Factors(FactorsCommand),
    /// List the formats of suppliers' files, say which a file has, and show how it is read.
    #[command(subcommand)]
    Formats(FormatsCommand),
    /// Print the completions of a shell: of Bash, for instance, into /etc/bash_completion.d/greenledger.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Write the manual pages, one for each command.
    Man {
        /// The folder to write to.
        #[arg(long, default_value = ".")]
        out: PathBuf,
    },
    /// List the services whose payloads are known, and show how a payload is read.
    #[command(subcommand)]
    Services(ServicesCommand),
    /// Check a configuration file without starting anything.
    Validate {
        /// The configuration of `up` or of one service.
        config: PathBuf,
    },
}

/// A command that needs nothing but a configuration.
#[derive(Debug, Args)]
pub struct Configured {
    /// The configuration; deploy/config/greenledger.toml is a complete one.
    #[arg(long)]
    pub config: PathBuf,
}

/// `greenledger demo`
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder for all data; started again on it, the demo continues from there.
    #[arg(long, default_value = "greenledger-data")]
    pub data_dir: PathBuf,
    /// A Kafka for the topics; without it they are a file in the data folder.
    #[arg(long, value_name = "HOST:PORT")]
    pub brokers: Option<String>,
    /// Load, publish, export and print the table, then end.
    #[arg(long)]
    pub once: bool,
    /// The first of three ports, for ingest, aggregate and publish. 0 takes free ones.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
}

/// `greenledger import`
#[derive(Debug, Args)]
pub struct Import {
    /// Files: CloudEvents as NDJSON, suppliers' files as they came, also as workbooks, archives and e-mails, or answers of
    /// NESO's Carbon Intensity API. `-` is standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The format: `events`, `neso`, or one that `greenledger formats list` names. [default: told from each file]
    #[arg(long, short = 't', value_name = "FORMAT")]
    pub file_format: Option<String>,
    /// The service whose answers the files hold, as they came, such as `n3rgy-v2`: docs/services.md lists them.
    #[arg(long, value_name = "NAME", conflicts_with = "file_format")]
    pub service: Option<String>,
    /// What the answers of the service do not say, such as `meter=mpan:2200012767323`. May be repeated.
    #[arg(long = "parameter", value_name = "KEY=VALUE", requires = "service", value_parser = parameter)]
    pub parameters: Vec<(String, String)>,
    /// When the supplier issued the files, such as 2026-11-22T09:00:00Z. Of two files the one issued later counts, so a
    /// file that corrects another needs it. [default: the end of the last reading]
    #[arg(long, value_name = "TIME")]
    pub issued: Option<DateTime<FixedOffset>>,
    /// How many seconds to keep trying while ingest cannot be reached or cannot accept anything. 0 gives up at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub patience: u64,
    /// Also write what was refused to this file, whose name ends with .csv, .json or .txt: for each reason the line, column, value,
    /// rule and how to mend it.
    #[arg(long, value_name = "FILE", value_parser = report_file)]
    pub report: Option<ReportFile>,
    /// By which formats a large file is cut into parts.
    #[command(flatten)]
    pub of: FormatsOf,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// A parameter of a service's payload, such as `meter=mpan:2200012767323`.
fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| "a parameter is KEY=VALUE, such as meter=mpan:2200012767323".to_owned())?;
    Ok((name.to_owned(), value.to_owned()))
}

/// `greenledger export`
#[derive(Debug, Args)]
pub struct Export {
    /// The configuration of `up` or of publish.
    #[arg(long)]
    pub config: PathBuf,
    /// The trust's id; not needed if there is only one.
    #[arg(long)]
    pub trust: Option<String>,
    /// The folder to write to.
    #[arg(long, default_value = ".")]
    pub out: PathBuf,
}

/// `greenledger backfill`
#[derive(Debug, Args)]
pub struct Backfill {
    /// The configuration of `up` or of publish, with a section `[history]`.
    #[arg(long)]
    pub config: PathBuf,
    /// The first day.
    #[arg(long)]
    pub from: NaiveDate,
    /// The last day. [default: the newest]
    #[arg(long)]
    pub to: Option<NaiveDate>,
}

/// `greenledger secr`
#[derive(Debug, Args)]
pub struct Secr {
    /// The configuration of `up` or of publish.
    #[arg(long, required_unless_present = "check")]
    pub config: Option<PathBuf>,
    /// The trust's id; not needed if there is only one.
    #[arg(long)]
    pub trust: Option<String>,
    /// The academic year, such as 2024/25. [default: the last whole one]
    #[arg(long)]
    pub year: Option<AcademicYear>,
    /// What to count: `actual` readings only, or with gaps `filled` by an estimate.
    #[arg(long, default_value_t = Basis::Actual)]
    pub basis: Basis,
    /// A published report as JSON: reports cells that contradict each other.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "trust", "year"])]
    pub check: Option<PathBuf>,
}

/// `greenledger factors`
#[derive(Debug, Subcommand)]
pub enum FactorsCommand {
    /// List the years with factors, and their sources.
    List {
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
    /// Show the factors of a year.
    Show {
        /// The calendar year of the set.
        year: i32,
        /// Only factors whose name has all these words.
        find: Vec<String>,
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
    /// Show what changed from one year to another.
    Diff {
        /// The earlier year.
        from: i32,
        /// The later year.
        to: i32,
        /// Only factors whose name has all these words.
        find: Vec<String>,
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
}

/// Which factors are meant.
#[derive(Debug, Args)]
pub struct FactorsOf {
    /// The configuration of `up` or of aggregate, to include a trust's own factors.
    #[arg(long)]
    pub config: Option<PathBuf>,
    /// The trust's id.
    #[arg(long, requires = "config")]
    pub trust: Option<String>,
}

/// `greenledger reassign`
#[derive(Debug, Args)]
pub struct Reassign {
    /// The meter, such as mpan:2399999909024.
    pub meter: MeterId,
    /// The school it belongs to.
    #[arg(long, value_name = "URN")]
    pub to: Urn,
    /// Its first day there, such as 2026-02-01.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: NaiveDate,
    /// Its last day there. [default: the last day of the meter's present registration]
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<NaiveDate>,
    /// Only print what would be registered and moved.
    #[arg(long)]
    pub dry_run: bool,
    /// Where the ledger and ingest are.
    #[command(flatten)]
    pub services: LedgerAndIngest,
}

/// `greenledger acknowledge-gap`
#[derive(Debug, Args)]
pub struct AcknowledgeGap {
    /// The configuration of `up` or of aggregate.
    #[arg(long)]
    pub config: PathBuf,
    /// Only list the events.
    #[arg(long)]
    pub dry_run: bool,
}

/// What a command needs that reads the ledger and sends what follows from it.
#[derive(Debug, Args)]
pub struct LedgerAndIngest {
    /// The configuration of `up` or of aggregate, for the lake and Kafka.
    #[arg(long)]
    pub config: PathBuf,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::read(text).ok_or_else(|| NaiveDate::RULE.to_owned())
}

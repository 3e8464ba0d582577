//! The arguments of the command line.

mod ingest;
mod rejected;
mod withdraw;

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset, NaiveDate};
use clap::{Args, Parser, Subcommand, ValueEnum};
use events::{AcademicYear, MeterId, Urn, Written};
use lake::Month;
use publish::secr::Basis;

pub use self::ingest::Ingest;
pub use self::rejected::{Rejected, Replay};
pub use self::withdraw::{Bound, Withdraw};

/// A school trust's sustainability figures, from the half-hour a meter pushes to the page a trustee reads.
#[derive(Debug, Parser)]
#[command(name = "greenledger", version, max_term_width = 100)]
pub struct Arguments {
    /// How answers are printed.
    #[arg(long, global = true, value_enum, default_value_t)]
    pub format: Format,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// How answers are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// See it all: a made-up trust of 15 schools, everything in one process, nothing to install.
    Demo(Demo),
    /// Run the three services in one process, with a configuration of your own.
    Up(Configured),
    /// Send files through ingest.
    Import(Import),
    /// Write the figures of a trust as CSV and as a workbook, now.
    Export(Export),
    /// Show a trust's SECR report, or check a published table.
    Secr(Secr),
    /// Show what was rejected of what one has sent, and why.
    Rejected(Rejected),
    /// Send again what was rejected, after its cause was mended, and say what the ledger did with it.
    Replay(Replay),
    /// Send the schools and meters of the ledger to Kafka again, after it was made anew.
    Restore(Configured),
    /// Give the topics of an earlier lake to a new one.
    Adopt(Configured),
    /// Say that events are known to be lost which Kafka let go of before they were in the ledger.
    AcknowledgeGap(AcknowledgeGap),
    /// Mend the past of a meter that was registered at the wrong school.
    Reassign(Reassign),
    /// Take readings back: what ingest has received of a meter's days or half-hours until now counts no longer.
    Withdraw(Withdraw),
    /// Compute every footprint again from the ledger alone.
    Rebuild(Configured),
    /// Show how a school's figures come about.
    Explain(Explain),
    /// The conversion factors: which there are, their values, and what moved from one year to another.
    #[command(subcommand)]
    Factors(FactorsCommand),
    /// Check a configuration file without starting anything.
    Validate {
        /// The file: of `up`, or of one service.
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
    /// Where everything is kept; started again on it, the demo goes on where it was.
    #[arg(long, default_value = "greenledger-data")]
    pub data_dir: PathBuf,
    /// A Kafka to run it on, as HOST:PORT; without it the topics are a file in the data folder.
    #[arg(long, value_name = "HOST:PORT")]
    pub brokers: Option<String>,
    /// Load, publish, export, print the table and end.
    #[arg(long)]
    pub once: bool,
    /// The first of three ports: ingest, aggregate, publish. 0 takes free ones.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
}

/// `greenledger import`
#[derive(Debug, Args)]
pub struct Import {
    /// Files of one format; `-` is standard input.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// What they are: `events` for CloudEvents as NDJSON, or a supplier's file format.
    #[arg(long, short = 't', value_name = "FORMAT", default_value = "events")]
    pub file_format: String,
    /// When suppliers' files were issued, such as 2026-11-22T09:00:00Z: they stand over those issued earlier. The end of
    /// their last reading unless said, so a file that corrects another needs it.
    #[arg(long, value_name = "TIME")]
    pub issued: Option<DateTime<FixedOffset>>,
    /// How many seconds one request is sent again while ingest cannot be reached or cannot take anything. 0 gives up at once.
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub patience: u64,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// `greenledger export`
#[derive(Debug, Args)]
pub struct Export {
    /// The configuration of `up`, or of publish.
    #[arg(long)]
    pub config: PathBuf,
    /// The trust's id; not needed where there is only one.
    #[arg(long)]
    pub trust: Option<String>,
    /// The folder to write to.
    #[arg(long, default_value = ".")]
    pub out: PathBuf,
}

/// `greenledger secr`
#[derive(Debug, Args)]
pub struct Secr {
    /// The configuration of `up`, or of publish.
    #[arg(long, required_unless_present = "check")]
    pub config: Option<PathBuf>,
    /// The trust's id; not needed where there is only one.
    #[arg(long)]
    pub trust: Option<String>,
    /// Which academic year, such as 2024/25; the last whole one unless said.
    #[arg(long)]
    pub year: Option<AcademicYear>,
    /// What it counts: `actual` readings, or these with gaps `filled` by an estimate.
    #[arg(long, default_value_t = Basis::Actual)]
    pub basis: Basis,
    /// A report as JSON, of any publisher: says which of its cells do not agree with the others.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["config", "trust", "year"])]
    pub check: Option<PathBuf>,
}

/// `greenledger factors`
#[derive(Debug, Subcommand)]
pub enum FactorsCommand {
    /// The years there are factors of, and where they were read.
    List {
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
    /// The factors of a year.
    Show {
        /// The calendar year of the set.
        year: i32,
        /// Only those whose name has all these words in it.
        find: Vec<String>,
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
    /// What moved from one year's set to another's.
    Diff {
        /// The year before.
        from: i32,
        /// The year after.
        to: i32,
        /// Only those whose name has all these words in it.
        find: Vec<String>,
        /// Which set.
        #[command(flatten)]
        of: FactorsOf,
    },
}

/// Which factors are meant.
#[derive(Debug, Args)]
pub struct FactorsOf {
    /// The configuration of `up`, or of aggregate, for a trust's own factors over the published ones.
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
    /// The first day it does, such as 2026-02-01.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub from: NaiveDate,
    /// The last day it does; that of the registration which has the meter now unless said.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub until: Option<NaiveDate>,
    /// Say what would be registered and moved, and send nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where the ledger and ingest are.
    #[command(flatten)]
    pub services: LedgerAndIngest,
}

/// `greenledger acknowledge-gap`
#[derive(Debug, Args)]
pub struct AcknowledgeGap {
    /// The configuration of `up`, or of aggregate: where the lake is.
    #[arg(long)]
    pub config: PathBuf,
    /// Say what is gone, and acknowledge nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// What a command needs that reads the ledger and sends what follows from it.
#[derive(Debug, Args)]
pub struct LedgerAndIngest {
    /// The configuration of `up`, or of aggregate: where the lake and Kafka are.
    #[arg(long)]
    pub config: PathBuf,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// `greenledger explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// The school.
    pub urn: Urn,
    /// Over which academic year, such as 2025/26, or `trailing` for the trailing twelve months.
    #[arg(long, value_name = "YEAR", value_parser = over, default_value = "trailing")]
    pub year: Over,
    /// Which figure, such as gas; one that is not there lists those there are. The carbon intensity unless said.
    #[arg(long)]
    pub figure: Option<String>,
    /// Which meter of it: its months.
    #[arg(long)]
    pub meter: Option<MeterId>,
    /// Which month, such as 2026-03: its meter-days and the events behind them.
    #[arg(long, value_parser = month)]
    pub month: Option<Month>,
    /// Which day, such as 2026-03-04: every half-hour with all that was ever said of it.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub day: Option<NaiveDate>,
    /// The configuration of `up`, or of aggregate: where the lake is, and with which factors it is priced.
    #[arg(long)]
    pub config: PathBuf,
    /// A second configuration: the same ledger priced with its factors too, line by line beside the first.
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

fn day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::read(text).ok_or_else(|| NaiveDate::RULE.to_owned())
}

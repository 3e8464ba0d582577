//! The arguments of `greenledger formats`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `greenledger formats`
#[derive(Debug, Subcommand)]
pub enum FormatsCommand {
    /// List the formats of suppliers' files.
    List {
        /// Which formats.
        #[command(flatten)]
        of: FormatsOf,
    },
    /// Print the description of a format.
    Show {
        /// Its name.
        name: String,
        /// Which formats.
        #[command(flatten)]
        of: FormatsOf,
    },
    /// Say which format a file has.
    Detect {
        /// The file.
        file: PathBuf,
        /// Which formats.
        #[command(flatten)]
        of: FormatsOf,
    },
    /// Show how a file is read, without sending anything.
    Test {
        /// The file.
        file: PathBuf,
        /// The format; without it the header says it.
        #[arg(long, short = 't', value_name = "FORMAT")]
        file_format: Option<String>,
        /// Which formats.
        #[command(flatten)]
        of: FormatsOf,
    },
    /// Draft the description of a file's format.
    New {
        /// The file.
        file: PathBuf,
    },
}

/// Which formats are meant.
#[derive(Debug, Args)]
pub struct FormatsOf {
    /// A folder with descriptions of a trust's own, beside those that are shipped.
    #[arg(long, value_name = "FOLDER")]
    pub formats: Option<PathBuf>,
}

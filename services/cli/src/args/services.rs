//! The arguments of `greenledger services`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::parameter;

/// `greenledger services`
#[derive(Debug, Subcommand)]
pub enum ServicesCommand {
    /// List the services whose payloads are known.
    List {
        /// Which services.
        #[command(flatten)]
        of: ServicesOf,
    },
    /// Print the description of a service.
    Show {
        /// Its name.
        name: String,
        /// Which services.
        #[command(flatten)]
        of: ServicesOf,
    },
    /// Show how a payload is read, without sending anything.
    Test {
        /// The file with the payload, as the service answered it. `-` is standard input.
        file: PathBuf,
        /// The service; without it the one whose payloads have this shape.
        #[arg(long, value_name = "NAME")]
        service: Option<String>,
        /// What the payload does not say, such as `meter=mpan:2200012767323`. May be repeated.
        #[arg(long = "parameter", value_name = "KEY=VALUE", value_parser = parameter)]
        parameters: Vec<(String, String)>,
        /// Which services.
        #[command(flatten)]
        of: ServicesOf,
    },
}

/// Which services are meant.
#[derive(Debug, Args)]
pub struct ServicesOf {
    /// A folder with descriptions of a trust's own, beside those that are shipped.
    #[arg(long, value_name = "FOLDER")]
    pub descriptions: Option<PathBuf>,
}

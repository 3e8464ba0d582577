//! The arguments for connecting to ingest.

use std::fmt;
use std::path::PathBuf;

use clap::Args;

use crate::client::{ClientError, IngestClient};

/// Where ingest is, and who we are to it.
#[derive(Args)]
pub struct Ingest {
    /// The address of ingest.
    #[arg(long, env = "GREENLEDGER_URL", default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// Your token; better in the environment than on the command line. A dry run needs none.
    #[arg(long, env = "GREENLEDGER_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// An authority (PEM) to trust besides the machine's, if ingest's certificate is your own.
    #[arg(long, env = "GREENLEDGER_CA", value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Your certificate and its key (PEM, in one file), if ingest asks for one.
    #[arg(long, env = "GREENLEDGER_CERTIFICATE", value_name = "FILE")]
    pub certificate: Option<PathBuf>,
}

impl Ingest {
    /// A client with these arguments.
    pub fn client(&self) -> Result<IngestClient, ClientError> {
        let (ca, certificate) = (self.ca.as_deref(), self.certificate.as_deref());
        let token = self.token.as_deref().ok_or(ClientError::NoToken)?;
        IngestClient::over_tls(&self.url, token, ca, certificate)
    }
}

/// Leaves out the token.
impl fmt::Debug for Ingest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ingest")
            .field("url", &self.url)
            .field("ca", &self.ca)
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

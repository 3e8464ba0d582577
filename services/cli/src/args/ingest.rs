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
    /// The token; better left in the environment. Not needed for a dry run.
    #[arg(long, env = "GREENLEDGER_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// An authority to trust beside those the machine does, if ingest's certificate is of one's own: PEM.
    #[arg(long, env = "GREENLEDGER_CA", value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Our certificate and its key, if ingest asks for one: PEM, both in one file.
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

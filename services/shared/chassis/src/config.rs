//! Configuration from a TOML file. Unknown keys are errors; secrets are named, not written.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// It is not TOML of the right shape; the message points at the line.
    #[error("cannot use {path}:\n{message}")]
    Shape {
        /// Which file.
        path: PathBuf,
        /// The parser's own words, with the line.
        message: String,
    },
    /// A secret names an environment variable that is not set.
    #[error("the environment variable {0} is not set; the configuration takes a secret from it")]
    Unset(String),
}

/// Reads a TOML file into a service's configuration.
pub fn read_config<C: DeserializeOwned>(path: &Path) -> Result<C, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|source| ConfigError::Read {
        path: path.to_owned(),
        source,
    })?;
    toml::from_str(&text).map_err(|error| ConfigError::Shape {
        path: path.to_owned(),
        message: error.to_string(),
    })
}

/// A secret: the name of the environment variable that holds it, so that no file and no log does.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secret {
    env: String,
}

impl Secret {
    /// The secret held by the environment variable `name`.
    pub fn from_env(name: impl Into<String>) -> Self {
        Secret { env: name.into() }
    }

    /// Its value.
    pub fn read(&self) -> Result<String, ConfigError> {
        std::env::var(&self.env).map_err(|_| ConfigError::Unset(self.env.clone()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret(from ${})", self.env)
    }
}

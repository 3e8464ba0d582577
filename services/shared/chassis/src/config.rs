//! Configuration from a TOML file. Unknown keys are errors.

use std::path::{Path, PathBuf};

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

//! A secret of the configuration: written there, or in a place that the configuration names.

use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;

use crate::private::{self, PrivateError};

/// A secret: in plain text, in an environment variable, or in a file that only its owner can read.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Secret {
    /// In plain text.
    Text(String),
    /// In an environment variable.
    Env {
        /// The name of the variable.
        env: String,
    },
    /// In a file; line breaks at its end do not count.
    File {
        /// The file.
        file: PathBuf,
    },
}

/// Why a secret cannot be had. Quotes nothing of it.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The environment variable is not set.
    #[error("the environment variable {0} is not set")]
    Unset(String),
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner can read the file.
    #[error("cannot use a file that is not private")]
    Private(#[from] PrivateError),
}

/// Omits what is in plain text.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Secret::Text(_) => f.write_str("Text(…)"),
            Secret::Env { env } => f.debug_struct("Env").field("env", env).finish(),
            Secret::File { file } => f.debug_struct("File").field("file", file).finish(),
        }
    }
}

impl Secret {
    /// The secret, read from its place.
    pub fn value(&self) -> Result<String, SecretError> {
        match self {
            Secret::Text(text) => Ok(text.clone()),
            Secret::Env { env } => std::env::var(env).map_err(|_| SecretError::Unset(env.clone())),
            Secret::File { file } => {
                private::check(file)?;
                let text = std::fs::read_to_string(file);
                let text = text.map_err(|source| SecretError::Read {
                    path: file.clone(),
                    source,
                })?;
                Ok(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        }
    }

    /// Whether it is written in the configuration itself.
    pub fn is_plain(&self) -> bool {
        matches!(self, Secret::Text(_))
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::chain;

    #[test]
    fn a_secret_comes_from_its_place_and_is_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "hunter2\n").unwrap();
        let mode = |mode| std::fs::set_permissions(&file, Permissions::from_mode(mode)).unwrap();
        mode(0o644);
        let secret = Secret::File { file: file.clone() };
        let error = secret.value().unwrap_err();
        assert!(chain(&error).contains("mode 0644"), "{}", chain(&error));
        mode(0o600);
        assert_eq!(secret.value().unwrap(), "hunter2");
        let text = Secret::Text("hunter2".to_owned());
        assert!(!format!("{text:?}").contains("hunter2"));
        assert!(text.is_plain() && !secret.is_plain());
    }
}

//! Configuration from a TOML file. Unknown keys are errors.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The file is not TOML of the right shape; the message names the line and does not quote it.
    #[error("cannot use {path}: {message}")]
    Shape {
        /// The file.
        path: PathBuf,
        /// The error and its place.
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
        message: description(&text, &error),
    })
}

/// The place of the error and its kind. The parser's own message quotes the line, which may hold a password, or a token in
/// place of its hash.
fn description(text: &str, error: &toml::de::Error) -> String {
    let message = without_value(error.message());
    let Some(before) = error.span().and_then(|span| text.get(..span.start)) else {
        return message;
    };
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    let whole = text.lines().nth(line - 1).unwrap_or_default();
    let key = key_of(whole).map_or_else(String::new, |key| format!("{key}: "));
    format!("line {line}, column {column}: {key}{message}")
}

/// The key of a line `key = value`. The lines of a PEM key, which may end with `=`, have none.
fn key_of(line: &str) -> Option<&str> {
    let (key, value) = line.split_once('=')?;
    let is_key = |key: &str| {
        let known = |b: u8| b.is_ascii_alphanumeric() || b"-_.\"".contains(&b);
        (1..=40).contains(&key.len()) && key.bytes().all(known)
    };
    let key = key.trim();
    (is_key(key) && !value.trim_matches(['=', ' ']).is_empty()).then_some(key)
}

/// Cuts the actual value from a message such as `invalid type: string "…", expected a boolean`.
fn without_value(message: &str) -> String {
    let quotes = ["invalid type: ", "invalid value: "];
    match message.rsplit_once(", expected ") {
        Some((seen, expected)) if quotes.iter().any(|start| seen.starts_with(start)) => {
            let kind = seen.split(['"', '`']).next().unwrap_or_default();
            format!("{}, expected {expected}", kind.trim_end())
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read")]
    struct Door {
        name: String,
        open: bool,
    }

    #[test]
    fn an_error_names_the_line_and_quotes_nothing_of_it() {
        let check = |text: &str, wanted: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("door.toml");
            std::fs::write(&path, text).unwrap();
            let error = read_config::<Door>(&path).unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        };
        check(
            "name = \"a\"\nopen = \"hunter2\"",
            "line 2, column 8: open: invalid type: string, expected a boolean",
        );
        check(
            "name = \"a\"\nopen = true\npassword = \"hunter2\"",
            "line 3, column 1: password: unknown field `password`",
        );
        check("name = hunter2\nopen = true", "line 1, column 8: name: ");
        check("hunter2==\nopen = true", "line 1, column ");
        check("name = \"hunter2\nopen = true", "line 1, ");
        check("name = \"a\"\nname = \"hunter2\"", "line 2, ");
        check("name = [\"hunter2\"]\nopen = true", "line 1, column 8: ");
    }
}

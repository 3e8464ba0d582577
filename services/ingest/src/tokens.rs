//! Bearer tokens: who sends, and what for. The configuration holds their hashes, so that it gives none away.

use std::collections::BTreeSet;

use chassis::TokenEntry;
use events::{MeterId, Urn};
use serde::Deserialize;

pub use chassis::{TokenError, token_sha256};

/// The tokens, ready to be compared.
pub(crate) type Tokens = chassis::Tokens<Token>;

/// One token of the configuration.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// What its sender is called in logs and in the records it sends.
    pub name: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// What it may send for.
    pub scope: Scope,
    /// Whether it may register schools and meters within its scope.
    #[serde(default)]
    pub may_register: bool,
}

/// What a token may send for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Scope {
    /// Every school that the register says belongs to this trust, now or ever.
    Trust(String),
    /// These schools.
    Schools(BTreeSet<Urn>),
    /// Readings of these meters, and nothing else.
    Meters(BTreeSet<MeterId>),
}

impl TokenEntry for Token {
    fn name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> &str {
        &self.sha256
    }
}

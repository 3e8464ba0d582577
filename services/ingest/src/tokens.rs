//! Bearer tokens: who sends, and what for. The configuration holds their hashes, so that it gives none away.

use std::collections::BTreeSet;
use std::sync::Arc;

use chassis::TokenEntry;
use events::{MeterId, Refusal, Rule, Urn};
use serde::Deserialize;

pub(crate) use chassis::is_token_name as is_name;
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
    /// Whether it may have events judged by another token, which it names: what `greenledger replay` needs.
    #[serde(default)]
    pub operator: bool,
}

/// What a token may send for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Scope {
    /// Everything.
    All,
    /// Every school that the register says belongs to this trust, on the days of its membership.
    Trust(String),
    /// The same for several trusts: what a school or a meter that goes from one to another needs.
    Trusts(BTreeSet<String>),
    /// These schools.
    Schools(BTreeSet<Urn>),
    /// Readings of these meters, and nothing else.
    Meters(BTreeSet<MeterId>),
}

impl Scope {
    /// Whether it names this trust.
    pub(crate) fn holds(&self, trust: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Trust(held) => held == trust,
            Scope::Trusts(held) => held.contains(trust),
            Scope::Schools(_) | Scope::Meters(_) => false,
        }
    }
}

/// By whose authority a request is judged: its sender's, or that of the token which an operator names.
#[derive(Debug, Clone)]
pub(crate) enum Authority {
    /// A token of the configuration.
    Token(Arc<Token>),
    /// A name that no token of the configuration has, any more or ever.
    Unconfigured(String),
}

impl Authority {
    /// The authority of the token of this name.
    pub(crate) fn named(tokens: &Tokens, name: &str) -> Self {
        match tokens.named(name) {
            Some(token) => Authority::Token(token),
            None => Authority::Unconfigured(name.to_owned()),
        }
    }

    /// The token's name, as records have it.
    pub(crate) fn name(&self) -> &str {
        match self {
            Authority::Token(token) => &token.name,
            Authority::Unconfigured(name) => name,
        }
    }

    /// The token; a name without one has no authority.
    pub(crate) fn token(&self) -> Result<&Token, Refusal> {
        match self {
            Authority::Token(token) => Ok(token),
            Authority::Unconfigured(name) => {
                let hint = "no token of this name is configured (any more): configure it, or replay with --as and the name of \
                            one that covers the event";
                Err(Refusal::new(
                    "",
                    Rule::OutOfScope,
                    format!("token {name}"),
                    hint,
                ))
            }
        }
    }
}

/// What tells tokens apart in metrics, which anyone may read: the first 8 hexadecimal digits of the SHA-256 of the name.
/// An operator computes it: `printf %s NAME | sha256sum | cut -c 1-8`.
pub fn token_label(name: &str) -> String {
    token_sha256(name).chars().take(8).collect()
}

impl TokenEntry for Token {
    /// These stand in records that services make themselves.
    const RESERVED: &'static [&'static str] = &["ingest", "aggregate"];

    fn name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> &str {
        &self.sha256
    }
}

//! Bearer tokens: who sends, and for which schools. The configuration holds only hashes, so that it reveals no token.

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
    /// The sender's name in logs and in its records.
    pub name: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// The schools or meters that it may send for.
    pub scope: Scope,
    /// Whether it may register schools and meters within its scope.
    #[serde(default)]
    pub may_register: bool,
    /// Whether it may send the carbon intensity of the grid, which is about no school of any scope.
    #[serde(default)]
    pub may_send_grid: bool,
    /// Whether it may have events judged by the authority of another token that it names: needed for `greenledger replay`.
    #[serde(default)]
    pub operator: bool,
}

/// The schools or meters that a token may send for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Scope {
    /// All schools and meters.
    All,
    /// Every school that belongs to this trust according to the register, on the days of its membership.
    Trust(String),
    /// The same for several trusts: needed to move a school or a meter from one to another.
    Trusts(BTreeSet<String>),
    /// These schools.
    Schools(BTreeSet<Urn>),
    /// Readings of these meters, and nothing else.
    Meters(BTreeSet<MeterId>),
}

impl Scope {
    /// Whether the scope includes this trust.
    pub(crate) fn holds(&self, trust: &str) -> bool {
        match self {
            Scope::All => true,
            Scope::Trust(own) => own == trust,
            Scope::Trusts(own) => own.contains(trust),
            Scope::Schools(_) | Scope::Meters(_) => false,
        }
    }
}

/// The authority that a request is judged by: the sender's, or that of the token that an operator names.
#[derive(Debug, Clone)]
pub(crate) enum Authority {
    /// A token of the configuration.
    Token(Arc<Token>),
    /// A name without a token in the current configuration.
    Unconfigured(String),
}

impl Authority {
    /// The authority of the token of this name.
    pub(crate) fn named(tokens: &Tokens, name: &str) -> Self {
        match tokens.by_name(name) {
            Some(token) => Authority::Token(token),
            None => Authority::Unconfigured(name.to_owned()),
        }
    }

    /// The token's name, as in records.
    pub(crate) fn name(&self) -> &str {
        match self {
            Authority::Token(token) => &token.name,
            Authority::Unconfigured(name) => name,
        }
    }

    /// The token; fails if the name has no token, because it then has no authority.
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

/// The label of a token in metrics, which anyone may read: the first 8 hexadecimal digits of the SHA-256 of the name. An
/// operator computes it with `printf %s NAME | sha256sum | cut -c 1-8`.
pub fn token_label(name: &str) -> String {
    token_sha256(name).chars().take(8).collect()
}

impl TokenEntry for Token {
    /// Names used in records that services create themselves.
    const RESERVED: &'static [&'static str] = &["ingest", "aggregate"];

    fn name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> &str {
        &self.sha256
    }
}

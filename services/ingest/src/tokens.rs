//! Bearer tokens: who sends, and what for. The configuration holds their hashes, so that it gives none away.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chassis::{ConfigError, read_config};

use events::{MeterId, Refusal, Rule, Urn};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

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
                let mend = "no token of this name is configured (any more): configure it, or replay with --as and the name of \
                            one that covers the event";
                Err(Refusal::new(
                    "",
                    Rule::OutOfScope,
                    format!("token {name}"),
                    mend,
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

/// A token of the configuration that cannot be used.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TokenError {
    /// Its name cannot stand in a record's header.
    #[error("a token's name is 1 to 64 letters, digits or -_.; got {0:?}")]
    Name(String),
    /// Its name is what records have that no sender brought.
    #[error("no token is called {0:?}: records that services make themselves are named so")]
    Reserved(String),
    /// Its hash is none.
    #[error(
        "token {0}: sha256 is 64 hexadecimal digits, as `printf %s TOKEN | sha256sum` gives them"
    )]
    Hash(String),
    /// Two tokens share a name or a hash, so that nobody could tell whose an event is.
    #[error("token {0} has the name or the hash of another")]
    Twice(String),
    /// A file of tokens is empty: more likely cut short than meant, and nobody could send.
    #[error("{0} holds no token")]
    Empty(PathBuf),
}

/// The tokens of a file that holds nothing else.
pub(crate) fn read_tokens(path: &Path) -> Result<Vec<Token>, ConfigError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        #[serde(default)]
        tokens: Vec<Token>,
    }
    read_config::<File>(path).map(|file| file.tokens)
}

/// The SHA-256 of a token, as the configuration holds it.
pub fn token_sha256(token: &str) -> String {
    hex(&Sha256::digest(token))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(*byte)])
        .collect()
}

/// The tokens, ready to be compared.
pub(crate) struct Tokens(Vec<([u8; 32], Arc<Token>)>);

impl Tokens {
    pub(crate) fn new(tokens: &[Token]) -> Result<Self, TokenError> {
        let mut seen = HashSet::new();
        let mut ready = Vec::with_capacity(tokens.len());
        for token in tokens {
            let name = token.name.clone();
            if !is_name(&name) {
                return Err(TokenError::Name(name));
            }
            if SERVICES.contains(&name.as_str()) {
                return Err(TokenError::Reserved(name));
            }
            let Some(hash) = unhex(&token.sha256) else {
                return Err(TokenError::Hash(name));
            };
            if !seen.insert(name.clone().into_bytes()) || !seen.insert(hash.to_vec()) {
                return Err(TokenError::Twice(name));
            }
            ready.push((hash, Arc::new(token.clone())));
        }
        Ok(Tokens(ready))
    }

    /// Whose token this is. Every hash is compared in full, whichever fits, and no branch is taken on the way, so that the
    /// time it takes tells neither how much of a hash was right nor whose it is.
    pub(crate) fn holder(&self, presented: &str) -> Option<Arc<Token>> {
        let hash: [u8; 32] = Sha256::digest(presented).into();
        let mut place = u64::MAX;
        for (at, (known, _)) in (0..).zip(&self.0) {
            place.conditional_assign(&at, known.ct_eq(&hash));
        }
        let (_, token) = self.0.get(usize::try_from(place).ok()?)?;
        Some(token.clone())
    }

    /// The token of this name.
    pub(crate) fn named(&self, name: &str) -> Authority {
        let found = self.0.iter().find(|(_, token)| token.name == name);
        match found {
            Some((_, token)) => Authority::Token(token.clone()),
            None => Authority::Unconfigured(name.to_owned()),
        }
    }

    /// Their names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, token)| token.name.as_str())
    }
}

/// Names that stand in records which services make themselves.
const SERVICES: [&str; 2] = ["ingest", "aggregate"];

pub(crate) fn is_name(name: &str) -> bool {
    let known = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    (1..=64).contains(&name.len()) && name.bytes().all(known)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(name: &str, secret: &str) -> Token {
        Token {
            name: name.to_owned(),
            sha256: token_sha256(secret),
            scope: Scope::Trust("heron".to_owned()),
            may_register: false,
            operator: false,
        }
    }

    #[test]
    fn a_token_is_known_by_its_hash() {
        let tokens = Tokens::new(&[token("a", "one"), token("b", "two")]).unwrap();
        assert_eq!(
            tokens.holder("two").map(|t| t.name.clone()).as_deref(),
            Some("b")
        );
        assert_eq!(
            tokens.holder("one").map(|t| t.name.clone()).as_deref(),
            Some("a")
        );
        assert!(tokens.holder("three").is_none());
        assert!(tokens.holder("").is_none());
    }

    #[test]
    fn tokens_that_cannot_be_told_apart_are_refused() {
        let check = |tokens: &[Token], wanted| assert_eq!(Tokens::new(tokens).err(), Some(wanted));
        check(
            &[token("a", "x"), token("a", "y")],
            TokenError::Twice("a".to_owned()),
        );
        check(
            &[token("a", "x"), token("b", "x")],
            TokenError::Twice("b".to_owned()),
        );
        check(&[token("a b", "x")], TokenError::Name("a b".to_owned()));
        let reserved = TokenError::Reserved("aggregate".to_owned());
        check(&[token("aggregate", "x")], reserved);
        let short = Token {
            sha256: "12".to_owned(),
            ..token("a", "x")
        };
        check(&[short], TokenError::Hash("a".to_owned()));
    }
}

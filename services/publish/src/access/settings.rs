//! The configuration of readers.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use chassis::{TokenEntry, Tokens};
use events::Urn;
use serde::Deserialize;

use super::AccessError;

/// Who may read. Without tokens no authentication is required; only the loopback interface allows that unless `open` is set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccessConfig {
    /// Whether any caller that reaches the service may read the figures of every trust.
    pub open: bool,
    /// Who may read, and what.
    pub tokens: Vec<ReaderToken>,
    /// A file with more tokens, which is read again when it changes.
    pub tokens_file: Option<PathBuf>,
}

/// A reader's token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReaderToken {
    /// The name of its holder.
    pub name: String,
    /// The SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// What its holder sees.
    pub scope: ReaderScope,
    /// Whether its holder also sees the names of the tokens that events came with.
    #[serde(default)]
    pub operator: bool,
}

/// What a reader sees.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum ReaderScope {
    /// Every trust, and the metrics of the service itself.
    All,
    /// This trust, with the schools that are or were its members, on the days they were.
    Trust(String),
    /// These schools, and no total of a trust.
    Schools(BTreeSet<Urn>),
}

impl TokenEntry for ReaderToken {
    fn name(&self) -> &str {
        &self.name
    }

    fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl AccessConfig {
    /// Checks what can be checked before use, for a service that is to listen on `listen`. Host names are not resolved:
    /// for them, the address that the service gets is checked when it starts.
    pub(crate) fn check(&self, listen: &str) -> Result<(), AccessError> {
        if self.open && self.requires_token() {
            return Err(AccessError::OpenWithTokens);
        }
        if self.requires_token() {
            self.tokens()?;
        }
        match listen.parse() {
            Ok(address) => self.check_address(address),
            Err(_a_name) => Ok(()),
        }
    }

    /// Checks that a service may listen on this address, if it requires no tokens.
    pub(super) fn check_address(&self, address: SocketAddr) -> Result<(), AccessError> {
        if self.open && self.requires_token() {
            return Err(AccessError::OpenWithTokens);
        }
        if self.open || self.requires_token() || is_loopback(address.ip()) {
            return Ok(());
        }
        Err(AccessError::Unguarded { address })
    }

    /// Whether tokens are required.
    pub(crate) fn requires_token(&self) -> bool {
        self.tokens_file.is_some() || !self.tokens.is_empty()
    }

    /// The tokens of the configuration and those that the file holds now.
    pub(super) fn tokens(&self) -> Result<Tokens<ReaderToken>, AccessError> {
        Ok(Tokens::load(&self.tokens, self.tokens_file.as_deref())?)
    }
}

/// `::ffff:127.0.0.1` is the loopback interface too.
fn is_loopback(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

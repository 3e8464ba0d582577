//! Who may read which figures: holders of tokens with a scope, or, without tokens, anyone on the machine's own loopback
//! interface. [`Seen`](crate::app::Seen) decides which part of the footprint store a reader sees.

mod presented;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use chassis::{TokenError, Tokens, Watched};

pub use settings::{AccessConfig, ReaderScope, ReaderToken};

/// The reader of a request: what may be shown to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    /// Which schools the reader may see.
    pub scope: ReaderScope,
    /// Whether the reader sees the names of senders' tokens.
    pub operator: bool,
}

impl Reader {
    /// Whether everything may be shown, including what the service reports about itself.
    pub(crate) fn sees_all(&self) -> bool {
        self.scope == ReaderScope::All
    }
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The request has no token.
    NoToken,
    /// The request has a token that is not known.
    UnknownToken,
}

impl Denied {
    /// How the reader can get access.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Denied::NoToken => {
                "These figures are shown to holders of a token. Give it as the password, with any user name, or send \
                 Authorization: Bearer and the token."
            }
            Denied::UnknownToken => {
                "This token is not known. It may have been replaced: ask the operator of this service for a new one."
            }
        }
    }
}

/// Decides who reads.
pub(crate) struct Access {
    config: AccessConfig,
    rule: Rule,
}

enum Rule {
    /// No token is required, and only this machine can connect: its readers are its operators.
    Loopback,
    /// No token is required, because the configuration allows it.
    Open,
    /// The holders of these tokens.
    Tokens(RwLock<Arc<Tokens<ReaderToken>>>),
}

impl Access {
    /// Built from the configuration, for a service that listens on `address`.
    pub(crate) fn new(config: &AccessConfig, address: SocketAddr) -> Result<Self, AccessError> {
        config.check_address(address)?;
        let rule = if config.open {
            Rule::Open
        } else if config.requires_token() {
            Rule::Tokens(RwLock::new(Arc::new(config.tokens()?)))
        } else {
            Rule::Loopback
        };
        Ok(Access {
            config: config.clone(),
            rule,
        })
    }

    /// The reader who sent the request.
    pub(crate) fn reader(&self, headers: &HeaderMap) -> Result<Reader, Denied> {
        let all = |operator| Reader {
            scope: ReaderScope::All,
            operator,
        };
        match &self.rule {
            Rule::Loopback => Ok(all(true)),
            Rule::Open => Ok(all(false)),
            Rule::Tokens(tokens) => {
                let token = presented::token(headers).ok_or(Denied::NoToken)?;
                let tokens = tokens
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .clone();
                let holder = tokens.holder(&token).ok_or(Denied::UnknownToken)?;
                Ok(Reader {
                    scope: holder.scope.clone(),
                    operator: holder.operator,
                })
            }
        }
    }

    /// Whether a token is required.
    pub(crate) fn requires_token(&self) -> bool {
        matches!(self.rule, Rule::Tokens(_))
    }

    /// The file of tokens as it is now, so that a later change is noticed; none if there is no file.
    pub(crate) fn watched(&self) -> Option<Watched> {
        let file = self.config.tokens_file.clone()?;
        Some(Watched::new(vec![file]))
    }

    /// Reads the tokens again. If they cannot be used, the earlier ones stay in force.
    pub(crate) fn renew(&self) -> Result<(), AccessError> {
        if let Rule::Tokens(tokens) = &self.rule {
            let renewed = Arc::new(self.config.tokens()?);
            *tokens.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        }
        Ok(())
    }
}

/// `[access]` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Any caller that reaches the address could read every trust's figures, and the configuration does not allow that.
    #[error(
        "{address} can be reached from other machines and no token is asked for: list readers under [[access.tokens]] or \
         name an access.tokens_file, listen on 127.0.0.1, or set access.open = true if everybody may read the figures of \
         every trust"
    )]
    Unguarded {
        /// Where the service listens.
        address: SocketAddr,
    },
    /// The configuration both opens access to all and lists tokens.
    #[error(
        "access.open = true lets everybody read and the tokens under [access] only their holders; leave one of the two out"
    )]
    OpenWithTokens,
    /// The tokens cannot be used.
    #[error("cannot use the tokens")]
    Tokens(#[from] TokenError),
}

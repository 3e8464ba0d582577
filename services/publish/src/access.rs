//! Who may read which figures: tokens with a scope, or nothing to ask for on a machine's own loopback interface.
//! What a reader sees of the book is [`Seen`](crate::app::Seen)'s.

mod error;
mod presented;
mod settings;
#[cfg(test)]
pub(crate) mod tests;

use std::net::SocketAddr;
use std::sync::{Arc, PoisonError, RwLock};

use axum::http::HeaderMap;
use chassis::{Tokens, Watched};

pub use error::AccessError;
pub use settings::{AccessConfig, ReaderScope, ReaderToken};

/// A request's reader: what may be shown to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reader {
    /// Which schools.
    pub scope: ReaderScope,
    /// Whether the names of senders' tokens are shown.
    pub operator: bool,
}

impl Reader {
    /// Whether everything may be shown, what the service says of itself included.
    pub(crate) fn sees_all(&self) -> bool {
        self.scope == ReaderScope::All
    }
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// It has no token.
    NoToken,
    /// It has one that is not known.
    UnknownToken,
}

impl Denied {
    /// How the reader can mend it.
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
    /// No token is asked for, and only this machine can ask: its readers are its operators.
    Loopback,
    /// No token is asked for, as the configuration says.
    Open,
    /// The holders of these tokens.
    Tokens(RwLock<Arc<Tokens<ReaderToken>>>),
}

impl Access {
    /// By the configuration, for a service that listens on `address`.
    pub(crate) fn new(config: &AccessConfig, address: SocketAddr) -> Result<Self, AccessError> {
        config.check_address(address)?;
        let rule = if config.open {
            Rule::Open
        } else if config.asks() {
            Rule::Tokens(RwLock::new(Arc::new(config.tokens()?)))
        } else {
            Rule::Loopback
        };
        Ok(Access {
            config: config.clone(),
            rule,
        })
    }

    /// Whose request it is.
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

    /// Whether a token is asked for.
    pub(crate) fn asks(&self) -> bool {
        matches!(self.rule, Rule::Tokens(_))
    }

    /// The file of tokens as it is now, to be renewed from when it changes; none if there is none.
    pub(crate) fn watched(&self) -> Option<Watched> {
        let file = self.config.tokens_file.clone()?;
        Some(Watched::new(vec![file]))
    }

    /// Reads the tokens again. If they cannot be used, those before still are.
    pub(crate) fn renew(&self) -> Result<(), AccessError> {
        if let Rule::Tokens(tokens) = &self.rule {
            let renewed = Arc::new(self.config.tokens()?);
            *tokens.write().unwrap_or_else(PoisonError::into_inner) = renewed;
        }
        Ok(())
    }
}

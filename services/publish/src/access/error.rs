//! Why the `[access]` configuration is refused.

use std::net::SocketAddr;

use chassis::TokenError;

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

//! Why nobody can be let in by the configuration as it is.

use std::net::SocketAddr;

use chassis::TokenError;

/// `[access]` cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// Everybody who reaches the address could read every trust's figures, and the configuration does not say that they may.
    #[error(
        "{address} can be reached from other machines and no token is asked for: list readers under [[access.tokens]] or \
         name an access.tokens_file, listen on 127.0.0.1, or set access.open = true if everybody may read the figures of \
         every trust"
    )]
    Unguarded {
        /// Where the service listens.
        address: SocketAddr,
    },
    /// Everybody is let in and only some are.
    #[error(
        "access.open = true lets everybody read and the tokens under [access] only their holders; leave one of the two out"
    )]
    OpenWithTokens,
    /// The tokens cannot be used.
    #[error("cannot use the tokens")]
    Tokens(#[from] TokenError),
}

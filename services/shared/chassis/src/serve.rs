//! Serving HTTP until told to stop.

use axum::Router;
use tokio::net::TcpListener;

use crate::Stop;

/// Why a service cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Bind {
        /// Which address.
        address: String,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The server stopped by itself.
    #[error("the HTTP server stopped")]
    Serve(#[source] std::io::Error),
}

/// Listens on `address`, such as `127.0.0.1:8080`; port 0 takes any free one.
pub async fn bind(address: &str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind {
            address: address.to_owned(),
            source,
        })
}

/// Serves until `stop`, then lets requests under way finish.
pub async fn serve(listener: TcpListener, routes: Router, stop: Stop) -> Result<(), ServeError> {
    axum::serve(listener, routes)
        .with_graceful_shutdown(stop.cancelled_owned())
        .await
        .map_err(ServeError::Serve)
}

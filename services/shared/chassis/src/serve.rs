//! Serves HTTP until stopped.

mod connection;
mod reserve;

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use prometheus::IntCounter;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::task::TaskTracker;

use self::reserve::Reserve;
use crate::{Stop, Tls};

/// How long to wait when the process has no file descriptor left for a new connection: an open connection has to end first.
const NO_FILES_LEFT: Duration = Duration::from_millis(500);

/// Why a service cannot serve.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The server cannot listen on the address.
    #[error("cannot listen on {address}")]
    Bind {
        /// The address.
        address: String,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// The server stopped unexpectedly.
    #[error("the HTTP server stopped")]
    Serve(#[source] std::io::Error),
}

/// The limits of a connection, and whether it uses TLS.
#[derive(Clone)]
pub struct Serving {
    /// How long a sender may take for the TLS handshake, and for the header of a request. A connection that is idle for this
    /// long is closed.
    pub header: Duration,
    /// The largest request header in bytes; a larger one gets 431. Never less than [`Serving::LEAST_HEADER_BYTES`].
    pub max_header_bytes: usize,
    /// The most connections at a time. A few more may wait: probes are answered on them at once, other requests when a
    /// connection below the limit ends.
    pub max_connections: usize,
    /// The TLS settings; without them the server speaks plain HTTP.
    pub tls: Option<Tls>,
    /// Counts connections that ended during their TLS handshake.
    pub handshakes_failed: Option<IntCounter>,
}

impl Serving {
    /// The least limit for a header: the parser needs this much.
    pub const LEAST_HEADER_BYTES: usize = 8192;
}

impl Default for Serving {
    fn default() -> Self {
        Serving {
            header: Duration::from_secs(30),
            max_header_bytes: 32 << 10,
            max_connections: 512,
            tls: None,
            handshakes_failed: None,
        }
    }
}

/// Listens on `address`, such as `127.0.0.1:8080`; port 0 picks any free port.
pub async fn bind(address: &str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind {
            address: address.to_owned(),
            source,
        })
}

/// Serves plain HTTP until `stop`, then lets requests in progress finish.
pub async fn serve(listener: TcpListener, routes: Router, stop: Stop) -> Result<(), ServeError> {
    serve_with(Serving::default(), listener, routes, stop).await
}

/// The same, with the given limits and, if set, TLS.
pub async fn serve_with(
    serving: Serving,
    listener: TcpListener,
    routes: Router,
    stop: Stop,
) -> Result<(), ServeError> {
    let reserve = Reserve::new(serving.max_connections, serving.header);
    let serving = Arc::new(serving);
    let connections = TaskTracker::new();
    let outcome = loop {
        match stop.run_until_cancelled(accept(&listener)).await {
            None => break Ok(()),
            Some(Err(error)) => break Err(ServeError::Serve(error)),
            Some(Ok(stream)) => {
                let (serving, routes, stop) = (serving.clone(), routes.clone(), stop.clone());
                let (place, reserve) = (reserve.place(), reserve.clone());
                connections.spawn(async move {
                    if let Some(_place) = place {
                        return connection::serve(stream, routes, &serving, &stop).await;
                    }
                    let waiting = reserve.wait();
                    let routes = waiting.guard(routes);
                    tokio::select! {
                        () = connection::serve(stream, routes, &serving, &stop) => {}
                        () = waiting.pushed_out() => {}
                    }
                });
            }
        }
    };
    drop(listener);
    connections.close();
    connections.wait().await;
    outcome
}

/// Accepts the next connection. Fails only if no further connection can be accepted.
async fn accept(listener: &TcpListener) -> std::io::Result<TcpStream> {
    loop {
        let error = match listener.accept().await {
            Ok((stream, _)) => return Ok(stream),
            Err(error) => error,
        };
        match error.kind() {
            ErrorKind::InvalidInput => return Err(error),
            ErrorKind::ConnectionAborted
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionRefused
            | ErrorKind::Interrupted => {}
            _ => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(NO_FILES_LEFT).await;
            }
        }
    }
}

#[cfg(test)]
mod tests;

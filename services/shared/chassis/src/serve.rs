//! Serving HTTP until told to stop.

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

/// How long to wait when the process has no file left for a connection: one of those that are open has to end.
const NO_FILES_LEFT: Duration = Duration::from_millis(500);

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

/// What a connection may cost, and whether it speaks TLS.
#[derive(Clone)]
pub struct Serving {
    /// How long a sender may take over a TLS handshake, and over the header of a request; a connection on which
    /// nothing comes for so long is closed.
    pub header: Duration,
    /// The largest header of a request, in bytes: 431 beyond. Never less than [`Serving::LEAST_HEADER_BYTES`].
    pub max_header_bytes: usize,
    /// The most connections at a time. Beyond, a few wait: probes are answered on them at once, other requests when one of
    /// those below the limit ends.
    pub max_connections: usize,
    /// TLS; without it HTTP is spoken in the clear.
    pub tls: Option<Tls>,
    /// Counts connections that ended in their TLS handshake.
    pub handshakes_failed: Option<IntCounter>,
}

impl Serving {
    /// What a header may always have: the parser cannot do with less.
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

/// Listens on `address`, such as `127.0.0.1:8080`; port 0 takes any free one.
pub async fn bind(address: &str) -> Result<TcpListener, ServeError> {
    TcpListener::bind(address)
        .await
        .map_err(|source| ServeError::Bind {
            address: address.to_owned(),
            source,
        })
}

/// Serves in the clear until `stop`, then lets requests under way finish.
pub async fn serve(listener: TcpListener, routes: Router, stop: Stop) -> Result<(), ServeError> {
    serve_with(Serving::default(), listener, routes, stop).await
}

/// The same, with limits and perhaps TLS of its own.
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

/// The next connection. Fails only if there can be no other.
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

//! One connection: its handshake if it speaks TLS, then one request after another.

use std::pin::pin;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Serving;
use crate::Stop;

/// Serves until the sender closes the connection or is too slow, or until `stop` is set and the current request is answered.
pub(super) async fn serve(stream: TcpStream, routes: Router, serving: &Serving, stop: &Stop) {
    // An answer is only a packet or two, so delaying the last packet gains nothing.
    let _only_slower = stream.set_nodelay(true);
    let Some(tls) = &serving.tls else {
        return requests(stream, routes, serving, stop, &Stop::new()).await;
    };
    let (acceptor, replaced) = tls.acceptor();
    let handshake = timeout(serving.header, acceptor.accept(stream));
    match stop.run_until_cancelled(handshake).await {
        None => {}
        Some(Ok(Ok(stream))) => requests(stream, routes, serving, stop, &replaced).await,
        Some(Ok(Err(error))) => not_shaken(serving, &error.to_string()),
        Some(Err(_)) => not_shaken(serving, "not done in time"),
    }
}

fn not_shaken(serving: &Serving, why: &str) {
    tracing::debug!(why, "a TLS handshake failed");
    if let Some(failed) = &serving.handshakes_failed {
        failed.inc();
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    routes: Router,
    serving: &Serving,
    stop: &Stop,
    replaced: &Stop,
) {
    let most = serving.max_header_bytes.max(Serving::LEAST_HEADER_BYTES);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(serving.header)
        .max_buf_size(most);
    let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(routes));
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
        // A sender that was admitted by a certificate that is no longer valid has to present another.
        () = replaced.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended early");
    }
}

use std::net::SocketAddr;
use std::sync::Arc;

use axum::routing::{get, post};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::*;
use crate::testing::{Authority, Issued, folder_with};

const GET: &str = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn started(serving: Serving) -> (SocketAddr, Stop, JoinHandle<Result<(), ServeError>>) {
    let routes = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/echo", post(|body: String| async { body }));
    let listener = bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), Stop::new());
    let served = tokio::spawn(serve_with(serving, listener, routes, stop.clone()));
    (address, stop, served)
}

/// Sends `sent` and returns what comes back until the server closes, or until the answer contains `until`.
async fn exchange(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    sent: &str,
    until: &str,
) -> String {
    let _closed_already = stream.write_all(sent.as_bytes()).await;
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while let Ok(read @ 1..) = stream.read(&mut chunk).await {
        answer.extend_from_slice(&chunk[..read]);
        if !until.is_empty() && String::from_utf8_lossy(&answer).contains(until) {
            break;
        }
    }
    String::from_utf8(answer).unwrap()
}

async fn plain(address: SocketAddr) -> TcpStream {
    TcpStream::connect(address).await.unwrap()
}

async fn shaken(
    address: SocketAddr,
    authority: &Authority,
    shown: Option<&Issued>,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    let root = CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap();
    roots.add(root).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots);
    let config = match shown {
        None => config.with_no_client_auth(),
        Some(shown) => {
            let chain = CertificateDer::from_pem_slice(shown.certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(shown.key.as_bytes()).unwrap();
            config.with_client_auth_cert(vec![chain], key).unwrap()
        }
    };
    let name = ServerName::try_from("localhost").unwrap();
    let stream = plain(address).await;
    TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
}

/// Whether a request is answered. A refusal may come only after the sender has finished its side of the handshake.
async fn is_answered(address: SocketAddr, authority: &Authority, shown: Option<&Issued>) -> bool {
    match shaken(address, authority, shown).await {
        Ok(stream) => exchange(stream, GET, "here")
            .await
            .starts_with("HTTP/1.1 200"),
        Err(_) => false,
    }
}

fn counter() -> IntCounter {
    IntCounter::new("failed", "failed").unwrap()
}

#[tokio::test]
async fn a_header_that_is_slow_or_too_large_ends_its_connection() {
    let serving = Serving {
        header: Duration::from_millis(300),
        max_header_bytes: Serving::LEAST_HEADER_BYTES,
        ..Serving::default()
    };
    let (address, stop, served) = started(serving).await;
    let slow = exchange(plain(address).await, "GET / HTTP/1.1\r\nHost: loc", "").await;
    assert!(!slow.contains("200"), "{slow}");
    let silent = exchange(plain(address).await, "", "").await;
    assert_eq!(silent, "");
    let idle = exchange(plain(address).await, GET, "").await;
    assert!(idle.ends_with("here"), "answered, then closed: {idle}");
    let large = GET.replace("\r\n\r\n", &format!("\r\nX: {}\r\n\r\n", "x".repeat(9000)));
    let large = exchange(plain(address).await, &large, "").await;
    assert!(large.starts_with("HTTP/1.1 431"), "{large}");
    // A body may be larger than a header.
    let body = "x".repeat(100_000);
    let post = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let echoed = exchange(plain(address).await, &post, "").await;
    assert!(echoed.ends_with(&body), "{}", echoed.len());
    stop.cancel();
    served.await.unwrap().unwrap();
}

/// A request and its answer on a connection that stays open.
async fn exchange_again(connection: &mut TcpStream) {
    connection.write_all(GET.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"here") {
        answer.push(connection.read_u8().await.unwrap());
    }
}

#[tokio::test]
async fn probes_are_answered_however_many_connections_a_client_holds() {
    let serving = Serving {
        max_connections: 4,
        ..Serving::default()
    };
    let health = crate::Health::default();
    let routes = health
        .routes()
        .into_router()
        .route("/", get(|| async { "here" }));
    let listener = bind("127.0.0.1:0").await.unwrap();
    let (address, stop) = (listener.local_addr().unwrap(), Stop::new());
    let served = tokio::spawn(serve_with(serving, listener, routes, stop.clone()));
    // Silent connections, slow headers, and requests that wait for an answer: many more than the limit allows.
    let mut connections = Vec::new();
    for begun in ["", "GET / HT", GET] {
        for _ in 0..4 + 2 * reserve::RESERVE {
            let mut stream = plain(address).await;
            let _closed_already = stream.write_all(begun.as_bytes()).await;
            connections.push(stream);
        }
    }
    for path in ["/healthz", "/readyz", "/metrics"] {
        let probe = GET.replace("GET / ", &format!("GET {path} "));
        let answer = exchange(plain(address).await, &probe, "").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.contains("connection: close"), "{answer}");
    }
    // No connection that holds a slot was cut off: a request it has begun is answered once it is complete.
    let first = connections.swap_remove(0);
    assert!(
        exchange(first, GET, "here")
            .await
            .starts_with("HTTP/1.1 200")
    );
    stop.cancel();
    drop(connections);
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn connections_beyond_the_limit_wait_for_those_that_are_there() {
    let serving = Serving {
        max_connections: 1,
        ..Serving::default()
    };
    let (address, stop, served) = started(serving).await;
    let mut first = plain(address).await;
    exchange_again(&mut first).await;
    let second = tokio::spawn(exchange(plain(address).await, GET, "here"));
    // Meanwhile the open connection is answered again and again.
    for _ in 0..50 {
        exchange_again(&mut first).await;
    }
    assert!(!second.is_finished());
    drop(first);
    assert!(second.await.unwrap().starts_with("HTTP/1.1 200"));
    stop.cancel();
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_sender_without_the_required_certificate_is_turned_away() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for required in [true, false] {
        let (_folder, config) = folder_with(&authority, required);
        let failed = counter();
        let serving = Serving {
            tls: Some(Tls::load(&config).unwrap()),
            handshakes_failed: Some(failed.clone()),
            ..Serving::default()
        };
        let (address, stop, served) = started(serving).await;
        let own = authority.issue("a-meter");
        assert!(is_answered(address, &authority, Some(&own)).await);
        assert_eq!(failed.get(), 0);
        assert_eq!(is_answered(address, &authority, None).await, !required);
        let wrong = stranger.issue("a-meter");
        assert!(!is_answered(address, &authority, Some(&wrong)).await);
        let clear = exchange(plain(address).await, GET, "").await;
        assert!(!clear.contains("200"), "in the clear: {clear}");
        stop.cancel();
        served.await.unwrap().unwrap();
        assert_eq!(failed.get(), if required { 3 } else { 2 });
    }
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_and_old_connections_end() {
    let (old, new) = (Authority::new(), Authority::new());
    let (folder, config) = folder_with(&old, false);
    let tls = Tls::load(&config).unwrap();
    let serving = Serving {
        tls: Some(tls.clone()),
        ..Serving::default()
    };
    let (address, stop, served) = started(serving).await;
    let kept_open = shaken(address, &old, None).await.unwrap();
    let kept_open = tokio::spawn(exchange(kept_open, GET, ""));
    assert!(is_answered(address, &old, None).await);
    assert!(!is_answered(address, &new, None).await);
    let renewed = new.issue("localhost");
    std::fs::write(folder.path().join("server.pem"), renewed.certificate).unwrap();
    std::fs::write(folder.path().join("server.key"), renewed.key).unwrap();
    tls.reload().unwrap();
    assert!(is_answered(address, &new, None).await);
    assert!(!is_answered(address, &old, None).await);
    // This connection was answered before, and the server has closed it since.
    assert!(kept_open.await.unwrap().ends_with("here"));
    stop.cancel();
    served.await.unwrap().unwrap();
}

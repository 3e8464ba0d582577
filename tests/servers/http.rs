//! Requests to our own servers on loopback, without TLS.

use std::sync::LazyLock;

use reqwest::{Client, IntoUrl, Response};

/// One client for all: each new one would read the certificates of the machine. Connections are not kept, because a test that
/// ends takes its runtime, and the connections made on it, along.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder()
        .tls_built_in_root_certs(false)
        .pool_max_idle_per_host(0)
        .build();
    client.expect("a client")
});

/// The client that all tests share.
pub fn client() -> Client {
    CLIENT.clone()
}

/// What is answered to `GET url`.
pub async fn get(url: impl IntoUrl) -> reqwest::Result<Response> {
    CLIENT.get(url).send().await
}

//! Requests to our own servers on loopback, without TLS.

use std::sync::LazyLock;

use reqwest::{Client, IntoUrl, Response};

/// One client for all tests: each new one would read the certificates of the machine. Connections are not kept, because
/// they end with the runtime of the test that opened them.
static CLIENT: LazyLock<Client> = LazyLock::new(|| {
    let client = Client::builder()
        .tls_built_in_root_certs(false)
        .pool_max_idle_per_host(0)
        .build();
    client.expect("a client")
});

/// The client of all tests.
pub fn client() -> Client {
    CLIENT.clone()
}

/// The answer to `GET url`.
pub async fn get(url: impl IntoUrl) -> reqwest::Result<Response> {
    CLIENT.get(url).send().await
}

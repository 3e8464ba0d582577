//! Senders on connections that are kept open.

use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use futures::future::join_all;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};

/// The token that every request carries.
pub const TOKEN: &str = "a-token-of-the-benchmark";

/// A number of clients of one server.
pub struct Sender {
    url: String,
    clients: Vec<Client>,
}

impl Sender {
    pub fn new(url: &str, clients: usize) -> Self {
        // A pool of its own for each: it is not shared, and holds one connection.
        let client = |_| {
            let client = Client::builder().tls_built_in_root_certs(false).no_proxy();
            client.build().expect("a client")
        };
        Sender {
            url: format!("{url}/v1/events"),
            clients: (0..clients).map(client).collect(),
        }
    }

    /// Sends each body once: a client sends its next when the one before is answered.
    pub async fn send(&self, bodies: &[Bytes], content_type: &'static str) {
        let next = AtomicUsize::new(0);
        let clients = self.clients.iter();
        join_all(clients.map(|client| self.take(client, bodies, &next, content_type))).await;
    }

    async fn take(
        &self,
        client: &Client,
        bodies: &[Bytes],
        next: &AtomicUsize,
        content_type: &'static str,
    ) {
        while let Some(body) = bodies.get(next.fetch_add(1, Ordering::Relaxed)) {
            let request = client.post(&self.url).bearer_auth(TOKEN);
            let request = request
                .header(CONTENT_TYPE, content_type)
                .body(body.clone());
            let answer = request.send().await.expect("an answer");
            assert_eq!(answer.status(), StatusCode::ACCEPTED);
            // Read whole, or the connection cannot be used again.
            answer.bytes().await.expect("a whole answer");
        }
    }
}

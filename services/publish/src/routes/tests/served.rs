//! A server of publish in this process, and its answers.

use std::net::SocketAddr;
use std::sync::Arc;

use chassis::Health;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::access::{Access, AccessConfig};
use crate::app::App;
use crate::fixtures::estate::Estate;
use crate::footprint_store::Live;
use crate::routes::routes;

/// The host and port that every request names.
pub const HOST: &str = "publish.example:8082";

/// A server of publish in this process.
pub struct Served(SocketAddr);

/// An answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Headers and body, without the date.
    pub content: String,
}

impl Served {
    pub async fn start(estate: Estate, access: &AccessConfig) -> Self {
        let live = Arc::new(Live::default());
        for footprint in estate.footprints {
            live.change(&footprint.key(), Some(footprint));
        }
        let health = Health::default();
        let schedules = estate.schedules.iter().copied();
        crate::counters::Counters::new(&health.registry, schedules).unwrap();
        for reason in estate.degraded {
            health.readiness.degraded("results", reason);
        }
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let access = Access::new(access, address).unwrap().into();
        let app = App::new(
            estate.config.into(),
            live,
            estate.lake,
            Arc::default(),
            estate.grid.into(),
            access,
            health,
        );
        tokio::spawn(async move { axum::serve(listener, routes(app)).await });
        Served(address)
    }

    pub async fn ask(&self, token: &str, path: &str) -> Answer {
        let token = match token {
            "" => String::new(),
            token => format!("authorization: Bearer {token}\r\n"),
        };
        self.send(&token, path).await
    }

    pub async fn send(&self, headers: &str, path: &str) -> Answer {
        let mut stream = tokio::net::TcpStream::connect(self.0).await.unwrap();
        let request =
            format!("GET {path} HTTP/1.1\r\nhost: {HOST}\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
        let is_date = |line: &&str| line.starts_with("date: ");
        let content: Vec<&str> = answer.lines().filter(|line| !is_date(line)).collect();
        Answer {
            status,
            content: content.join("\n"),
        }
    }
}

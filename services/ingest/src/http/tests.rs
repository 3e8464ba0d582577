use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bus::BusConfig;
use chassis::{LogFormat, Stop};
use events::Sharding;
use tokio::net::TcpListener;

use crate::testing::heron;
use crate::{Config, Limits, Token, token_sha256};

/// Sends `request` as it is, and returns the whole answer.
fn ask(port: u16, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let length = body.len();
    let head = head.replace('\n', "\r\n");
    write!(
        stream,
        "{head}\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn check(port: u16, head: &str, wanted: &[&str]) {
    let answer = ask(port, head, "{}").to_lowercase();
    for part in wanted {
        assert!(answer.contains(part), "{head}\n{answer}\nlacks {part}");
    }
}

/// There is no broker: everything that can be answered without one is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_answered_while_the_broker_is_away() {
    let config = Config {
        listen: String::new(),
        log_format: LogFormat::Text,
        kafka: BusConfig::at("127.0.0.1:1"),
        sharding: Sharding::new(8, 4).unwrap(),
        limits: Limits::default(),
        tokens: vec![Token {
            sha256: token_sha256("secret"),
            ..heron()
        }],
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stop = Stop::new();
    let service = tokio::spawn(crate::run(config, listener, stop.clone()));
    let asked = tokio::task::spawn_blocking(move || {
        let known = "Authorization: Bearer secret";
        let events = "POST /v1/events HTTP/1.1";
        let problem = "content-type: application/problem+json";
        check(port, "GET /healthz HTTP/1.1", &["http/1.1 200", "alive"]);
        check(
            port,
            "GET /readyz HTTP/1.1",
            &["http/1.1 503", "broker:", "register:"],
        );
        check(
            port,
            events,
            &["http/1.1 401", "www-authenticate: bearer", problem],
        );
        check(
            port,
            &format!("{events}\nAuthorization: Bearer wrong"),
            &["http/1.1 401"],
        );
        check(
            port,
            &format!("{events}\n{known}"),
            &["http/1.1 415", problem],
        );
        let json = "Content-Type: application/cloudevents+json";
        let sent = format!("{events}\n{known}\n{json}");
        check(port, &sent, &["http/1.1 503", "retry-after: 5", problem]);
        check(
            port,
            &format!("{sent}\nContent-Encoding: br"),
            &["http/1.1 415", "gzip"],
        );
        check(
            port,
            &format!("POST /v1/files/other HTTP/1.1\n{known}"),
            &["http/1.1 404", "day-rows-kwh48"],
        );
        check(port, "GET /v1/events HTTP/1.1", &["http/1.1 405", problem]);
        check(port, "GET / HTTP/1.1", &["http/1.1 404", problem]);
        check(
            port,
            "GET /metrics HTTP/1.1",
            &[
                "ingest_requests_total{route=\"/v1/events\",status=\"401\"} 2",
                "ingest_events_rejected_total{reason=\"check-digit\"} 0",
                "ingest_broker_unavailable_total 1",
            ],
        );
    });
    asked.await.unwrap();
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(10), service).await;
    assert!(ended.unwrap().unwrap().is_ok());
}

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use bus::Bus;
use chassis::{LogFormat, Stop};
use events::Sharding;
use tokio::net::TcpListener;

use crate::testing::{MPAN, heron, meter_registered, school_registered};
use crate::{Config, Limits, Token, token_sha256};

/// Sends `request` unchanged, and returns the whole answer.
fn request(port: u16, head: &str, body: &str) -> String {
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
    let answer = request(port, head, "{}").to_lowercase();
    for part in wanted {
        assert!(answer.contains(part), "{head}\n{answer}\nlacks {part}");
    }
}

fn config() -> Config {
    Config {
        listen: String::new(),
        log_format: LogFormat::Text,
        stop_seconds: chassis::stop_seconds(),
        bus: Bus::kafka("127.0.0.1:1"),
        sharding: Sharding::new(8, 4).unwrap(),
        limits: Limits::default(),
        tokens: vec![Token {
            sha256: token_sha256("secret"),
            ..heron()
        }],
        tokens_file: None,
        tls: None,
        spool: None,
        mqtt: None,
        files: crate::config::FilesConfig::default(),
        services: crate::config::ServicesConfig::default(),
    }
}

/// Runs the service while `client` runs with its port, and checks that it ends without an error.
fn while_running(config: Config, client: impl FnOnce(u16) + Send + 'static) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(running(config, client));
    // Calls to the missing broker take ten seconds to time out, and the test does not wait for them.
    runtime.shutdown_background();
}

async fn running(config: Config, client: impl FnOnce(u16) + Send + 'static) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let stop = Stop::new();
    let service = tokio::spawn(crate::run(config, listener, stop.clone()));
    tokio::task::spawn_blocking(move || client(port))
        .await
        .unwrap();
    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(10), service).await;
    assert!(ended.unwrap().unwrap().is_ok());
}

/// There is no broker: requests that need none are answered.
#[test]
fn requests_are_answered_while_the_broker_is_away() {
    while_running(config(), |port| {
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
        check(
            port,
            &format!("POST /v1/services/other HTTP/1.1\n{known}"),
            &["http/1.1 404", "octopus"],
        );
        check(
            port,
            &format!("POST /v1/services/octopus?metre=1 HTTP/1.1\n{known}"),
            &["http/1.1 400", "?metre is not known here"],
        );
        check(
            port,
            &format!("POST /v1/services/glow HTTP/1.1\n{known}"),
            &["http/1.1 404", "last_reads"],
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
}

#[test]
fn only_an_operators_token_may_name_another() {
    let mut config = config();
    config.tokens.push(Token {
        name: "operator".to_owned(),
        sha256: token_sha256("operating"),
        operator: true,
        ..heron()
    });
    while_running(config, |port| {
        let json = "Content-Type: application/cloudevents+json";
        let named =
            |token: &str, name: &str| format!("{}\n{json}\nX-As-Token: {name}", with_token(token));
        let forbidden = [
            "http/1.1 403",
            "urn:greenledger:problem:forbidden",
            "operator = true",
        ];
        check(port, &named("secret", "operator"), &forbidden);
        check(port, &named("secret", "nobody"), &forbidden);
        // Judged, and the broker is away.
        check(port, &named("secret", "tester"), &["http/1.1 503"]);
        check(port, &named("operating", "tester"), &["http/1.1 503"]);
        check(
            port,
            &named("operating", "a b"),
            &["http/1.1 400", "x-as-token"],
        );
    });
}

#[test]
fn metrics_tell_tokens_apart_and_name_none() {
    while_running(config(), |port| {
        let metrics = request(port, "GET /metrics HTTP/1.1", "");
        // printf %s tester | sha256sum | cut -c 1-8
        let labelled = format!(
            "ingest_requests_over_rate_total{{token=\"{}\"}} 0",
            "9bba5c53"
        );
        assert!(metrics.contains(&labelled), "{metrics}");
        assert!(!metrics.contains("tester"), "{metrics}");
    });
}

const EVENTS: &str = "POST /v1/events HTTP/1.1";

fn with_token(token: &str) -> String {
    format!("{EVENTS}\nAuthorization: Bearer {token}")
}

#[test]
fn a_token_over_its_rate_gets_a_retry_time() {
    let mut config = config();
    config.limits.events_per_second = Some(1);
    config.limits.burst_events = 2;
    config.tokens.push(Token {
        name: "another".to_owned(),
        sha256: token_sha256("another"),
        ..heron()
    });
    while_running(config, |port| {
        let known = with_token("secret");
        for _ in 0..2 {
            check(port, &known, &["http/1.1 415"]);
        }
        let answer = [
            "http/1.1 429",
            "retry-after: 1\r",
            "urn:greenledger:problem:too-fast",
            "1 events or rows a second, and 2 at once",
        ];
        check(port, &known, &answer);
        check(port, &with_token("another"), &["http/1.1 415"]);
        check(
            port,
            "GET /metrics HTTP/1.1",
            &[
                "ingest_requests_over_rate_total{token=\"9bba5c53\"} 1",
                "ingest_requests_over_rate_total{token=\"ae448ac8\"} 0",
                "ingest_requests_total{route=\"/v1/events\",status=\"429\"} 1",
            ],
        );
    });
}

#[test]
fn a_body_that_does_not_come_is_answered_408() {
    let mut config = config();
    config.limits.body_seconds = 1;
    while_running(config, |port| {
        let head = with_token("secret").replace('\n', "\r\n");
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let kind = "Content-Type: application/cloudevents+json";
        write!(
            stream,
            "{head}\r\nHost: x\r\n{kind}\r\nContent-Length: 99\r\n\r\n{{"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    });
}

#[test]
fn a_token_whose_requests_come_slowly_holds_no_more_than_its_share() {
    let mut config = config();
    config.limits.max_in_flight_per_token = Some(1);
    config.limits.max_wait_seconds = 0;
    config.tokens.push(Token {
        name: "another".to_owned(),
        sha256: token_sha256("another"),
        ..heron()
    });
    while_running(config, |port| {
        let kind = "Content-Type: application/cloudevents+json";
        let head = with_token("secret").replace('\n', "\r\n");
        let mut slow = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            slow,
            "{head}\r\nHost: x\r\n{kind}\r\nContent-Length: 2\r\n\r\n{{"
        )
        .unwrap();
        // The slow request holds the token's permit as soon as another request is turned away.
        let known = format!("{}\n{kind}", with_token("secret"));
        let answer = wait_for(port, &known, "HTTP/1.1 429").to_lowercase();
        for part in [
            "retry-after: 1\r",
            "urn:greenledger:problem:too-many",
            "a token may have 1 requests under way",
        ] {
            assert!(answer.contains(part), "{answer}");
        }
        let another = format!("{}\n{kind}", with_token("another"));
        check(port, &another, &["http/1.1 503"]);
        write!(slow, "}}").unwrap();
        wait_for(port, &known, "HTTP/1.1 503");
        check(
            port,
            "GET /metrics HTTP/1.1",
            &["ingest_requests_over_share_total{token=\"ae448ac8\"} 0"],
        );
        let metrics = request(port, "GET /metrics HTTP/1.1", "");
        let over = "ingest_requests_over_share_total{token=\"9bba5c53\"} ";
        assert!(metrics.contains(over) && !metrics.contains(&format!("{over}0\n")));
    });
}

/// There is no broker, and the register was never read: what is refused by itself can be judged, and one of it fits.
#[test]
fn with_a_spool_events_are_kept_while_the_broker_is_away() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config();
    config.spool = Some(crate::SpoolConfig {
        path: folder.path().join("spool"),
        max_bytes: 700,
    });
    while_running(config, |port| {
        let kind = "Content-Type: application/cloudevents+json";
        let head = format!("{}\n{kind}", with_token("secret"));
        let send = |event: &str, wanted: &str| {
            let answer = request(port, &head, event);
            assert!(answer.contains(wanted), "{answer}");
        };
        let meter = meter_registered(100_001, MPAN, "2026-01-01", "2018-01-01", None);
        let school = school_registered(100_001, "heron", "2026-01-01");
        // Each may be another trust's.
        for registration in [school, meter] {
            let json = registration.to_json().unwrap();
            send(&json, "topic register is not read yet");
        }
        let unknown =
            |id: &str| format!(r#"{{"id": "{id}", "source": "s", "type": "none.such.v1"}}"#);
        send(&unknown("1"), "HTTP/1.1 422");
        let metrics = [
            "\ningest_spool_records 1\n",
            "\ningest_spooled_records_total 1\n",
            "\ningest_broker_unavailable_total 0\n",
        ];
        check(port, "GET /metrics HTTP/1.1", &metrics);
        check(port, "GET /readyz HTTP/1.1", &["\nspool: 1 "]);
        send(&unknown("2"), "the broker is away and the spool is full");
        let metrics = ["\ningest_broker_unavailable_total 1\n"];
        check(port, "GET /metrics HTTP/1.1", &metrics);
        check(
            port,
            "GET /readyz HTTP/1.1",
            &["http/1.1 503", " is full: it holds "],
        );
    });
}

fn file_of(name: &str, token: &str) -> String {
    let hash = token_sha256(token);
    format!("[[tokens]]\nname = \"{name}\"\nsha256 = \"{hash}\"\nscope = {{ trust = \"heron\" }}\n")
}

/// Asks until the answer has this in it.
fn wait_for(port: u16, head: &str, wanted: &str) -> String {
    let started = std::time::Instant::now();
    loop {
        let answer = request(port, head, "{}");
        if answer.contains(wanted) {
            return answer;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "{answer}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn tokens_change_with_their_file_and_a_wrong_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tokens.toml");
    std::fs::write(&file, file_of("old", "old-secret")).unwrap();
    let mut config = config();
    config.tokens_file = Some(file.clone());
    while_running(config, move |port| {
        check(port, &with_token("old-secret"), &["http/1.1 415"]);
        check(port, &with_token("secret"), &["http/1.1 415"]);
        std::fs::write(&file, file_of("new", "new-secret")).unwrap();
        wait_for(port, &with_token("new-secret"), "HTTP/1.1 415");
        check(port, &with_token("old-secret"), &["http/1.1 401"]);
        check(port, &with_token("secret"), &["http/1.1 415"]);
        // A token where its hash belongs, one of the configuration again, and none at all.
        let misplaced = "[[tokens]]\nname = \"new\"\ntoken = \"new-secret\"\n".to_owned();
        for wrong in [misplaced, file_of("tester", "secret"), String::new()] {
            std::fs::write(&file, wrong).unwrap();
            let answer = wait_for(port, "GET /readyz HTTP/1.1", "\ntokens: ");
            assert!(!answer.contains("new-secret"), "{answer}");
            check(port, &with_token("new-secret"), &["http/1.1 415"]);
            let metric = "ingest_files_unusable{part=\"tokens\"} 1";
            check(port, "GET /metrics HTTP/1.1", &[metric]);
            std::fs::write(&file, file_of("new", "new-secret")).unwrap();
            wait_for(
                port,
                "GET /metrics HTTP/1.1",
                "ingest_files_unusable{part=\"tokens\"} 0",
            );
            let answer = request(port, "GET /readyz HTTP/1.1", "");
            assert!(!answer.contains("tokens:"), "{answer}");
        }
    });
}

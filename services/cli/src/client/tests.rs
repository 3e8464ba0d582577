#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use chrono::{DateTime, Utc};
use events::{Data, MeterReadings, Rule};
use flate2::read::GzDecoder;

use super::*;

const KEPT: &str = r#"{"received":1,"accepted":1,"refused":0,"refusals":[]}"#;
const NOTED: &str = r#"{"received":1,"accepted":1,"refused":0,"refusals":[],"notes":[{"index":0,"id":"a","source":"s",
    "about":"check-digits","note":"compare it with a bill"}]}"#;
const REFUSED: &str = r#"{"title":"refused","received":2,"accepted":0,"refused":2,"refusals":[{"index":1,"id":"a","source":"s",
    "pointer":"/data/meter","rule":"unknown-meter","seen":"x","hint":"register it"}]}"#;

/// An ingest that gives these answers in turn and hands back the requests it saw.
fn ingest(answers: &'static [(&str, &str)]) -> (String, thread::JoinHandle<Vec<Vec<u8>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let served = thread::spawn(move || {
        let serve = |(head, body): &(&str, &str)| {
            let (mut stream, _) = listener.accept().unwrap();
            let request = read_request(&mut stream);
            let length = body.len();
            write!(
                stream,
                "HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
            )
            .unwrap();
            request
        };
        answers.iter().map(serve).collect()
    });
    (url, served)
}

fn read_request(stream: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        request.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&request).to_lowercase();
    let length = head.split("content-length: ").nth(1).unwrap();
    let length = length.split("\r\n").next().unwrap().parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    request.extend(body);
    request
}

fn reading() -> Event {
    let readings = r#"{"meter":"serial:A1","unit":"kWh","day":"2026-06-01","values":[1.5]}"#;
    Event {
        id: "a".to_owned(),
        source: "s".to_owned(),
        time: DateTime::<Utc>::UNIX_EPOCH,
        subject: None,
        data: Data::MeterReadings(serde_json::from_str::<MeterReadings>(readings).unwrap()),
    }
}

#[tokio::test]
async fn events_go_as_compressed_lines_with_the_token() {
    let (url, served) = ingest(&[("202 Accepted", KEPT)]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let answer = client.send(&[reading(), reading()]).await.unwrap();
    assert_eq!((answer.received, answer.accepted), (1, 1));
    let request = served.join().unwrap().remove(0);
    let end = request.windows(4).position(|at| at == b"\r\n\r\n").unwrap();
    let head = String::from_utf8_lossy(&request[..end]).to_lowercase();
    assert!(head.starts_with("post /v1/events http/1.1"), "{head}");
    assert!(head.contains("authorization: bearer secret"), "{head}");
    let mut lines = String::new();
    let mut body = GzDecoder::new(&request[end + 4..]);
    body.read_to_string(&mut lines).unwrap();
    let line = format!("{}\n", reading().to_json().unwrap());
    assert_eq!(lines, line.repeat(2));
}

#[tokio::test]
async fn a_busy_ingest_is_asked_again() {
    let busy = ("503 Service Unavailable\r\nretry-after: 0", "");
    let busy: &'static _ = Box::leak(Box::new([
        busy,
        ("429 Slow Down", ""),
        ("202 Accepted", KEPT),
    ]));
    let (url, served) = ingest(busy);
    let client = IngestClient::new(&url, "secret").unwrap();
    let answer = client.send_file("day-rows", b"x").await.unwrap();
    assert_eq!(answer.accepted, 1);
    let requests = served.join().unwrap();
    assert!(
        requests
            .iter()
            .all(|request| request.starts_with(b"POST /v1/files/day-rows "))
    );
}

#[tokio::test]
async fn a_payload_goes_to_its_service_with_what_it_does_not_say() {
    let (url, served) = ingest(&[("202 Accepted", KEPT)]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let parameters = [("meter".to_owned(), "mpan:2200012767323".to_owned())];
    let sent = client.send_payload("octopus", &parameters, b"{}", None);
    assert_eq!(sent.await.unwrap().accepted, 1);
    let request = served.join().unwrap().remove(0);
    let wanted = b"POST /v1/services/octopus?meter=mpan%3A2200012767323 HTTP/1.1\r\n";
    assert!(
        request.starts_with(wanted),
        "{}",
        String::from_utf8_lossy(&request)
    );
}

#[tokio::test]
async fn patience_ends_where_ingest_asks_for_more_than_there_is() {
    let (url, _) = ingest(&[("503 Service Unavailable\r\nretry-after: 3600", "")]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let error = client.send(&[reading()]).await.unwrap_err();
    assert!(matches!(error, ClientError::Busy { after: Some(_), .. }));
}

#[tokio::test]
async fn a_refusal_of_everything_is_an_answer() {
    let (url, _) = ingest(&[("422 Unprocessable Entity", REFUSED)]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let mut answer = client.send(&[reading()]).await.unwrap();
    assert_eq!(
        (answer.received, answer.accepted, answer.refused),
        (2, 0, 2)
    );
    assert_eq!(answer.refusals[0].rule, Rule::UnknownMeter);
    answer.add(serde_json::from_str(KEPT).unwrap());
    answer.add(serde_json::from_str(NOTED).unwrap());
    assert_eq!(
        (answer.received, answer.accepted, answer.refused),
        (4, 2, 2)
    );
    assert_eq!(answer.notes[0].note, "compare it with a bill");
}

/// The error after one attempt.
async fn fault_of(url: &str) -> ClientError {
    let client = IngestClient::new(url, "secret").unwrap();
    let client = client.patient_for(Duration::ZERO, |_| ());
    client.send(&[reading()]).await.unwrap_err()
}

#[tokio::test]
async fn connection_faults_are_distinguished() {
    let check = async |url: &str, wanted: Fault| {
        let error = fault_of(url).await;
        let ClientError::Unreachable { fault, .. } = &error else {
            panic!("{url}: {error}");
        };
        assert_eq!(*fault, wanted, "{url}: {error}");
        let message = error.to_string();
        assert!(
            message.contains(wanted.text()) && message.contains(wanted.hint()),
            "{message}"
        );
    };
    check("http://127.0.0.1:1", Fault::Refused).await;
    check("http://no-such-host.invalid", Fault::UnknownHost).await;
    // TLS is spoken to a plain HTTP server.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let plain = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream
            .write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            .unwrap();
        // Until the other side closes it.
        let _rest = stream.read_to_end(&mut Vec::new());
    });
    check(&url, Fault::Tls).await;
    plain.join().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let broken = thread::spawn(move || drop(listener.accept().unwrap()));
    check(&url, Fault::Broken).await;
    broken.join().unwrap();
}

#[tokio::test]
async fn an_ingest_that_does_not_answer_is_not_one_that_refuses() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut client = IngestClient::new(&url, "secret").unwrap();
    client = client.patient_for(Duration::ZERO, |_| ());
    client.http = reqwest::Client::builder()
        .timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let error = client.send(&[reading()]).await.unwrap_err();
    let fault = match &error {
        ClientError::Unreachable { fault, .. } => *fault,
        other => panic!("{other}"),
    };
    assert_eq!(fault, Fault::TimeOut, "{error}");
    drop(listener);
}

#[tokio::test]
async fn token_faults_and_an_unknown_format_have_words_of_their_own() {
    let unknown = r#"{"type":"urn:greenledger:problem:not-found","title":"there is no such format",
        "detail":"the formats are day-rows-kwh48"}"#;
    let answers: &'static _ = Box::leak(Box::new([
        ("401 Unauthorized", ""),
        ("403 Forbidden", ""),
        ("404 Not Found", unknown),
        ("404 Not Found", "some other server"),
    ]));
    let (url, _) = ingest(answers);
    let client = IngestClient::new(&url, "secret").unwrap();
    let mut errors = Vec::new();
    for _ in 0..4 {
        let error = client.send_file("nothing", b"x").await.unwrap_err();
        errors.push(error.to_string());
    }
    assert!(
        errors[0].contains("does not know the token; check GREENLEDGER_TOKEN"),
        "{errors:?}"
    );
    assert!(
        errors[1].contains("forbids this to the token; use a token that may"),
        "{errors:?}"
    );
    assert!(
        errors[2].contains("knows no file format \"nothing\"")
            && errors[2].contains("day-rows-kwh48")
    );
    assert!(errors[3].ends_with("answers 404 Not Found"), "{errors:?}");
    for text in ["line\nbreak", "\u{0}"] {
        let error = IngestClient::new(&url, text).err().unwrap();
        assert!(matches!(error, ClientError::Unsendable));
        assert!(!error.to_string().contains(text));
    }
    for url in ["127.0.0.1:8080", "ftp://x", "http://", ""] {
        let error = IngestClient::new(url, "secret").err().unwrap();
        assert!(matches!(error, ClientError::Url { .. }), "{url}: {error}");
    }
}

#[tokio::test]
async fn every_wait_is_reported_with_its_reason_and_the_time_left() {
    let pauses = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (url, _) = ingest(&[
        (
            "503 Service Unavailable\r\nretry-after: 0",
            r#"{"title":"nothing can be kept just now"}"#,
        ),
        ("202 Accepted", KEPT),
    ]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let to = pauses.clone();
    let client = client.patient_for(Duration::from_secs(60), move |waiting| {
        let message = waiting.why.to_string();
        to.lock()
            .unwrap()
            .push((message, waiting.pause, waiting.left));
    });
    client.send(&[reading()]).await.unwrap();
    let pauses = pauses.lock().unwrap();
    let [(message, pause, left)] = pauses.as_slice() else {
        panic!("{pauses:?}");
    };
    assert!(
        message.ends_with("503 Service Unavailable: nothing can be kept just now"),
        "{message}"
    );
    assert_eq!(
        *pause,
        Duration::from_millis(100),
        "at once is not at once for ever"
    );
    assert!(*left > Duration::from_secs(50) && *left < Duration::from_secs(60));
}

/// A batch without a valid line gets 400, and one that is too large gets 413: both answers report the outcome of each event.
#[tokio::test]
async fn a_refusal_of_every_line_is_an_answer_with_any_status() {
    let answers: &'static _ = Box::leak(Box::new([
        ("400 Bad Request", REFUSED),
        ("413 Content Too Large", REFUSED),
    ]));
    let (url, _) = ingest(answers);
    let client = IngestClient::new(&url, "secret").unwrap();
    for _ in 0..2 {
        let answer = client.send(&[reading()]).await.unwrap();
        assert_eq!((answer.received, answer.refused), (2, 2));
    }
}

#[tokio::test]
async fn errors_name_what_to_check() {
    let (url, _) = ingest(&[
        ("401 Unauthorized", ""),
        (
            "413 Content Too Large",
            r#"{"title":"too large","detail":"at most 8 MiB"}"#,
        ),
    ]);
    let client = IngestClient::new(&url, "secret").unwrap();
    let message = client.send(&[reading()]).await.unwrap_err().to_string();
    assert!(message.contains("does not know the token"), "{message}");
    let message = client.send(&[reading()]).await.unwrap_err().to_string();
    assert!(
        message.ends_with("413 Payload Too Large: too large: at most 8 MiB"),
        "{message}"
    );

    let message = fault_of("http://127.0.0.1:1").await.to_string();
    assert_eq!(
        message,
        "cannot reach ingest at http://127.0.0.1:1: the connection is refused; check that ingest runs, and the port of --url \
         or GREENLEDGER_URL"
    );
}

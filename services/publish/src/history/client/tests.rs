use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap as Headers, StatusCode as Code};
use axum::response::{IntoResponse, Response as Answer};
use prost::Message;

use super::super::wire::v1;
use super::*;

/// The headers of a request, and the times of its samples.
type Request = (Headers, Vec<i64>);

/// A receiver that answers as it is told, and then 204; it refuses requests with samples before `oldest`.
#[derive(Clone, Default)]
struct Receiver {
    answers: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    requests: Arc<Mutex<Vec<Request>>>,
    oldest: i64,
}

async fn write(State(receiver): State<Receiver>, headers: Headers, body: Bytes) -> Answer {
    let body = snap::raw::Decoder::new().decompress_vec(&body).unwrap();
    let request = v1::WriteRequest::decode(body.as_slice()).unwrap();
    let samples = request.timeseries.iter().flat_map(|series| &series.samples);
    let times: Vec<i64> = samples.map(|sample| sample.timestamp).collect();
    let is_too_old = times.iter().any(|time| *time < receiver.oldest);
    receiver.requests.lock().unwrap().push((headers, times));
    let answer = receiver.answers.lock().unwrap().pop_front();
    match answer {
        Some((status, after)) => {
            let status = Code::from_u16(status).unwrap();
            (status, [("retry-after", after)], "said so").into_response()
        }
        None if is_too_old => (Code::BAD_REQUEST, "out of bounds\n").into_response(),
        None => Code::NO_CONTENT.into_response(),
    }
}

async fn issue(headers: Headers, body: String) -> String {
    assert_eq!(headers["authorization"], "Basic Y2xpZW50Omh1bnRlcjI=");
    assert_eq!(body, "grant_type=client_credentials&scope=write");
    r#"{"access_token":"issued","expires_in":3600}"#.to_owned()
}

impl Receiver {
    async fn serve(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = Router::new()
            .route("/write", axum::routing::post(write))
            .route("/token", axum::routing::post(issue))
            .with_state(self.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        format!("http://{address}")
    }

    fn answering(answers: &[(u16, &'static str)]) -> Self {
        Receiver {
            answers: Arc::new(Mutex::new(answers.iter().copied().collect())),
            ..Receiver::default()
        }
    }

    fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

fn client(url: &str, more: &str) -> Client {
    let config = format!("url = \"{url}/write\"\n{}", more.replace("URL", url));
    Client::new(&toml::from_str(&config).unwrap()).unwrap()
}

fn lines(times: impl IntoIterator<Item = i64>) -> Vec<Line> {
    vec![Line {
        labels: vec![("__name__".to_owned(), "x".to_owned())],
        unit: "",
        help: "",
        samples: times.into_iter().map(|time| (time, 1.0)).collect(),
    }]
}

#[tokio::test]
async fn what_may_pass_is_sent_again_and_the_same() {
    let receiver = Receiver::answering(&[(503, "0"), (429, "0")]);
    let mut client = client(&receiver.serve().await, "");
    let said = Mutex::new(Vec::new());
    let waiting = |why: &str| said.lock().unwrap().push(why.to_owned());
    tokio::time::pause();
    let sent = client.send(lines(0..3), &waiting).await.unwrap();
    assert_eq!((sent.accepted, sent.refused), (3, 0));
    let times: Vec<_> = receiver
        .requests()
        .into_iter()
        .map(|(_, times)| times)
        .collect();
    assert_eq!(times, vec![vec![0, 1, 2]; 3]);
    let said = said.into_inner().unwrap();
    let wanted = [
        "503 Service Unavailable: said so",
        "429 Too Many Requests: said so",
    ];
    assert_eq!(said, wanted);
}

#[tokio::test]
async fn only_the_samples_that_are_refused_are_lost_and_they_are_named() {
    let receiver = Receiver {
        oldest: 13,
        ..Receiver::default()
    };
    let mut client = client(&receiver.serve().await, "");
    let sent = client.send(lines(0..100), &|_: &str| ()).await.unwrap();
    assert_eq!((sent.accepted, sent.refused), (87, 13));
    assert_eq!(sent.why.as_deref(), Some("400 Bad Request: out of bounds"));
    assert!(receiver.requests().len() < PARTS);
}

#[tokio::test]
async fn a_receiver_that_refuses_everything_is_not_asked_without_end() {
    let receiver = Receiver {
        oldest: i64::MAX,
        ..Receiver::default()
    };
    let mut client = client(&receiver.serve().await, "");
    let sent = client.send(lines(0..2_000), &|_: &str| ()).await.unwrap();
    assert_eq!((sent.accepted, sent.refused), (0, 2_000));
    assert!(receiver.requests().len() < 2 * PARTS);
}

#[tokio::test]
async fn a_fault_of_the_configuration_ends_the_attempt_and_quotes_no_secret() {
    for status in [401, 403, 404, 415] {
        let receiver = Receiver::answering(&[(status, "0")]);
        let bearer = "[auth.bearer]\ntoken = \"hunter2\"";
        let mut client = client(&receiver.serve().await, bearer);
        let error = client.send(lines(0..3), &|_: &str| ()).await.unwrap_err();
        assert!(matches!(error, HistoryError::Unusable { .. }), "{error:?}");
        let text = format!("{} {error:?}", chain(&error));
        assert!(
            text.contains(&status.to_string()) && !text.contains("hunter2"),
            "{text}"
        );
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[tokio::test]
async fn each_way_to_log_in_is_what_the_receiver_sees() {
    let check = async |auth: &str, wanted: Option<&str>| {
        let receiver = Receiver::default();
        let mut client = client(&receiver.serve().await, auth);
        client.send(lines(0..1), &|_: &str| ()).await.unwrap();
        let (headers, _) = &receiver.requests()[0];
        let seen = headers
            .get("authorization")
            .map(|value| value.to_str().unwrap());
        assert_eq!(seen, wanted, "{auth}");
        assert_eq!(headers["content-encoding"], "snappy");
        assert_eq!(headers["x-prometheus-remote-write-version"], "0.1.0");
    };
    check("", None).await;
    check(
        "[auth.basic]\nusername = \"client\"\npassword = \"hunter2\"",
        Some("Basic Y2xpZW50Omh1bnRlcjI="),
    )
    .await;
    check("[auth.bearer]\ntoken = \"hunter2\"", Some("Bearer hunter2")).await;
    check(OAUTH, Some("Bearer issued")).await;
}

const OAUTH: &str = "[auth.oauth2]\nclient_id = \"client\"\nclient_secret = \"hunter2\"\n\
    token_url = \"URL/token\"\nscope = \"write\"";

#[tokio::test]
async fn a_token_that_expired_early_is_renewed_once() {
    let receiver = Receiver::answering(&[(401, "0")]);
    let mut client = client(&receiver.serve().await, OAUTH);
    let sent = client.send(lines(0..1), &|_: &str| ()).await.unwrap();
    assert_eq!((sent.accepted, receiver.requests().len()), (1, 2));
}

#[tokio::test]
async fn the_tenant_is_named_in_a_header() {
    let receiver = Receiver::default();
    let tenant = "[headers]\nX-Scope-OrgID = \"heron\"";
    let mut client = client(&receiver.serve().await, tenant);
    client.send(lines(0..1), &|_: &str| ()).await.unwrap();
    assert_eq!(receiver.requests()[0].0["x-scope-orgid"], "heron");
}

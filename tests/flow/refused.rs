//! Bad input: each bad event gets its answer, good events beside it are accepted, and bad ones are in `rejected`.

use std::io::Write;

use events::Rule;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::deployment::{Deployment, Embedded, TOKEN};
use super::files;
use crate::contracts::openapi::check_answer;
use crate::servers::http;

const MPAN: &str = "2200012767323";

fn reading(id: &str, day: &str, values: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "meter", "type": "meter.readings.v1",
        "time": "2026-11-01T00:00:00Z",
        "data": { "meter": format!("mpan:{MPAN}"), "unit": "kWh", "day": day, "values": values }
    })
}

fn good(id: &str) -> Value {
    reading(id, "2026-03-02", json!(vec![1.5; 48]))
}

struct Sender<'a> {
    world: &'a Embedded,
    http: reqwest::Client,
}

impl Sender<'_> {
    async fn post(&self, content_type: &str, gzip: bool, body: Vec<u8>) -> Response {
        let mut request = self
            .http
            .post(format!("{}/v1/events", self.world.ingest()))
            .bearer_auth(TOKEN)
            .header("content-type", content_type);
        if gzip {
            request = request.header("content-encoding", "gzip");
        }
        request.body(body).send().await.expect("an answer")
    }

    async fn event(&self, event: &Value) -> (StatusCode, Value) {
        let body = event.to_string().into_bytes();
        answer(self.post("application/cloudevents+json", false, body).await).await
    }
}

async fn answer(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.expect("a body");
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    check_answer("post", "/v1/events", status.as_u16(), &body);
    (status, body)
}

/// One bad event: refused by this rule, at this place.
async fn refused(sender: &Sender<'_>, event: Value, rule: Rule, pointer: &str) {
    let (status, body) = sender.event(&event).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    let refusal = &body["refusals"][0];
    assert_eq!(refusal["rule"], rule.as_str(), "{body}");
    assert_eq!(refusal["pointer"], pointer, "{body}");
    for field in ["seen", "hint"] {
        assert!(
            refusal[field].as_str().is_some_and(|text| !text.is_empty()),
            "{field}: {body}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_bad_input_gets_its_answer_and_is_kept() {
    let world = files::one_meter(MPAN).await;
    let sender = Sender {
        world: &world,
        http: http::client(),
    };

    let wrong_token = sender
        .http
        .post(format!("{}/v1/events", world.ingest()))
        .bearer_auth("wrong");
    let wrong_token = wrong_token.body("{}").send().await.expect("an answer");
    assert_eq!(wrong_token.status(), StatusCode::UNAUTHORIZED);

    let mut unknown = good("unknown");
    unknown["data"]["meter"] = json!("mpan:2200012030374");
    refused(&sender, unknown, Rule::UnknownMeter, "/data/meter").await;

    let mut digit = good("digit");
    digit["data"]["meter"] = json!("mpan:1234567891000");
    refused(&sender, digit, Rule::CheckDigit, "/data/meter").await;

    let future = reading("future", "2030-03-04", json!(vec![1.0; 48]));
    refused(&sender, future, Rule::Future, "/data/values/0").await;

    refused(
        &sender,
        reading("negative", "2026-03-02", json!(vec![-0.5; 48])),
        Rule::Negative,
        "/data/values/0",
    )
    .await;

    let long = reading("long", "2026-03-02", json!(vec![1.0; 51]));
    let (status, body) = sender.event(&long).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    assert!(
        body["refusals"][0]["pointer"]
            .as_str()
            .is_some_and(|p| p.starts_with("/data/values")),
        "{body}"
    );

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(good("cut").to_string().as_bytes())
        .expect("gzip");
    let mut cut = gzip.finish().expect("gzip");
    cut.truncate(cut.len() / 2);
    let (status, body) = answer(sender.post("application/cloudevents+json", true, cut).await).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");

    let (status, body) = answer(
        sender
            .post(
                "application/cloudevents+json",
                false,
                b"{\"id\": \"\xff\"}".to_vec(),
            )
            .await,
    )
    .await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    assert!(body.to_string().contains("UTF-8"), "{body}");

    // Ten in a batch, the seventh against its schema: nine are accepted.
    let mut batch: Vec<Value> = (0..10).map(|at| good(&format!("batch-{at}"))).collect();
    batch[6]["data"]["colour"] = json!("green");
    let body = Value::Array(batch).to_string().into_bytes();
    let (status, body) = answer(
        sender
            .post("application/cloudevents-batch+json", false, body)
            .await,
    )
    .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    assert_eq!(
        (&body["accepted"], &body["refused"]),
        (&json!(9), &json!(1)),
        "{body}"
    );
    let refusal = &body["refusals"][0];
    assert_eq!(
        (&refusal["index"], &refusal["rule"]),
        (&json!(6), &json!("schema")),
        "{body}"
    );
    assert!(
        refusal["pointer"]
            .as_str()
            .is_some_and(|p| p.starts_with("/data")),
        "{body}"
    );

    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    let rules: Vec<&str> = kept
        .values()
        .flat_map(|kept| &kept.refusals)
        .map(|refusal| refusal.rule.as_str())
        .collect();
    for rule in [
        "unknown-meter",
        "check-digit",
        "future",
        "negative",
        "unreadable",
        "schema",
    ] {
        assert!(
            rules.contains(&rule),
            "{rule} is not in rejected: {rules:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_megabytes_of_rubbish_are_sent_away() {
    let world = files::one_meter(MPAN).await;
    let sender = Sender {
        world: &world,
        http: http::client(),
    };
    let request = sender
        .http
        .post(format!("{}/v1/events", world.ingest()))
        .bearer_auth(TOKEN)
        .header("content-type", "application/x-ndjson")
        .body(vec![b'x'; 100 << 20]);
    // The answer may arrive, and the connection close, while most of the body is still on its way.
    match request.send().await {
        Ok(response) => assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE),
        Err(error) => assert!(error.is_request() || error.is_body(), "{error:?}"),
    }
    let (status, body) = sender.event(&good("after")).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    let rules: Vec<_> = kept.values().map(|kept| kept.refusals[0].rule).collect();
    assert_eq!(rules, [Rule::TooLarge], "{kept:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_reading_is_taken_in_once_its_meter_is_registered() {
    let world = files::one_meter(MPAN).await;
    let sender = Sender {
        world: &world,
        http: http::client(),
    };
    let mut early = good("early");
    early["data"]["meter"] = json!("mpan:2200012030374");
    refused(&sender, early, Rule::UnknownMeter, "/data/meter").await;
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    assert_eq!(kept.len(), 1);

    world
        .client()
        .send(&[files::meter(0, "2200012030374")])
        .await
        .expect("an answer");
    assert_eq!(
        replayed(&world),
        "1 sent: 1 new, 0 revisions, 0 known already, 0 refused by ingest, 0 rejected by the ledger\n  meter early: new\n"
    );
    assert!(
        cli::rejected(&world.kafka())
            .await
            .expect("rejected")
            .is_empty()
    );
    (&world as &dyn Deployment).wait_until_settled().await;
    let rows = super::seen::ledger_rows(&world.lake()).await;
    assert!(
        rows.iter()
            .any(|row| row.contains("2200012030374") && row.contains("early")),
        "{rows:#?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_with_other_content_does_not_stand_and_is_kept_with_the_reason() {
    let world = files::one_meter(MPAN).await;
    let sender = Sender {
        world: &world,
        http: http::client(),
    };
    let mut other = good("one");
    other["data"]["values"][0] = json!(99.0);
    for event in [good("one"), other.clone(), good("one"), other] {
        let (status, body) = sender.event(&event).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{body}");
    }
    let footprint_store = (&world as &dyn Deployment).wait_until_settled().await;
    let year = footprint_store
        .view(super::deployment::TRUST, "2025-26", 0.24)
        .expect("figures");
    let kwh: i64 = year
        .schools
        .iter()
        .flat_map(|school| &school.meters)
        .map(|meter| meter.import)
        .sum();
    assert_eq!(kwh, 48 * 1_500_000, "what came first stands");
    let kept = cli::rejected(&world.kafka()).await.expect("rejected");
    let kept: Vec<_> = kept.values().collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].refusals[0].rule, Rule::Conflict);
    assert_eq!(kept[0].event["data"]["values"][0], 99.0, "{kept:?}");
}

/// The output of `greenledger replay`.
fn replayed(world: &Embedded) -> String {
    let (url, rule) = (world.ingest(), "unknown-meter");
    world.greenledger(&["replay", "--rule", rule, "--url", url, "--token", TOKEN])
}

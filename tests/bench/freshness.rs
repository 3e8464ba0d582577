//! How long it takes from an event accepted to its figures in publish, while other events arrive at a steady rate.

mod pipeline;

use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::broker::Broker;
use crate::ingest::TOKEN;
use crate::load::{Load, day_of, urn, usual_meters};

use self::pipeline::Pipeline;

/// What is measured.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Events a second that arrive meanwhile: each rate is measured.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000])]
    rates: Vec<u64>,
    /// For how long each rate is measured.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Schools, with a meter each.
    #[arg(long, default_value_t = 2_000)]
    schools: u32,
    /// Partitions of each topic, and shards of the lake.
    #[arg(long, default_value_t = 4)]
    partitions: u32,
}

/// The schools whose figures are looked at; no other events are about them.
const PROBES: u64 = 20;
const PROBE_EVERY: Duration = Duration::from_millis(250);
const LOOK_EVERY: Duration = Duration::from_millis(5);
const REQUEST_EVERY: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures, and prints the outcome.
pub async fn measure(arguments: &Arguments, as_json: bool) {
    let sharding = events::Sharding {
        shards: arguments.partitions,
        partitions: arguments.partitions,
    };
    let seconds = arguments.rates.iter().map(|rate| rate * arguments.seconds);
    let load = Load {
        meter_days: seconds.sum(),
        schools: arguments.schools,
        meters: usual_meters(arguments.schools),
        half_hours: false,
        sharding,
    };
    let all = Load {
        schools: arguments.schools + PROBES as u32,
        meters: load.meters + PROBES,
        ..load
    };
    let broker = Broker::start().await;
    all.create_topics(&broker).await;
    all.register(&broker).await;
    let pipeline = Pipeline::start(&broker, &all).await;
    // One day of each probe, so that each has figures that a later day changes.
    for probe in 0..PROBES {
        delay(&pipeline, &load, probe, 0).await;
    }
    let (mut first, mut day) = (0, 1);
    let mut rows = Vec::new();
    for rate in &arguments.rates {
        let bodies = bodies(&load, first, *rate, arguments.seconds);
        first += rate * arguments.seconds;
        let sending = tokio::spawn(send(pipeline.ingest.clone(), bodies));
        let mut delays = probe(&pipeline, &load, arguments.seconds, &mut day).await;
        let behind = sending.await.expect("the sender");
        delays.sort_unstable();
        rows.push((*rate, delays, behind));
    }
    match as_json {
        true => println!("{}", as_values(&rows)),
        false => print!("{}", as_table(&rows)),
    }
}

/// Requests of the events of a rate, one for each interval.
fn bodies(load: &Load, first: u64, rate: u64, seconds: u64) -> Vec<Bytes> {
    let requests = seconds * 1_000 / REQUEST_EVERY.as_millis() as u64;
    let each = rate * seconds / requests;
    let line = |at| load.event(at).to_json().expect("JSON") + "\n";
    let body = |request| {
        let from = first + request * each;
        Bytes::from((from..from + each).map(line).collect::<String>())
    };
    (0..requests).map(body).collect()
}

/// Sends a request at each interval, whether or not those before it are answered. Returns how late the last answer came.
async fn send(url: String, bodies: Vec<Bytes>) -> Duration {
    let client = client();
    let mut ticks = tokio::time::interval(REQUEST_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut requests = JoinSet::new();
    for body in bodies {
        ticks.tick().await;
        requests.spawn(accepted(client.clone(), url.clone(), body));
    }
    let due = Instant::now();
    while let Some(answered) = requests.join_next().await {
        answered.expect("a request");
    }
    due.elapsed()
}

async fn accepted(client: Client, url: String, body: Bytes) {
    let began = Instant::now();
    let mut ticks = tokio::time::interval(REQUEST_EVERY);
    loop {
        ticks.tick().await;
        let request = client.post(&url).bearer_auth(TOKEN);
        let request = request.header(CONTENT_TYPE, "application/x-ndjson");
        let answer = request.body(body.clone()).send().await.expect("an answer");
        let status = answer.status();
        answer.bytes().await.expect("a whole answer");
        if status == StatusCode::ACCEPTED {
            return;
        }
        // Asked to send later: the sender does as it is asked.
        assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
        assert!(began.elapsed() < PATIENCE, "never accepted");
    }
}

/// Sends a new day of one probe after the other, and returns the delays in microseconds.
async fn probe(pipeline: &Pipeline, load: &Load, seconds: u64, day: &mut u64) -> Vec<u64> {
    let (began, mut delays) = (Instant::now(), Vec::new());
    let mut ticks = tokio::time::interval(PROBE_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut at = 0;
    while began.elapsed() < Duration::from_secs(seconds) {
        ticks.tick().await;
        let delay = delay(pipeline, load, at % PROBES, *day).await;
        delays.push(delay.as_micros() as u64);
        at += 1;
        *day += u64::from(at % PROBES == 0);
    }
    *day += 1;
    delays
}

/// Sends a day of a probe, and waits until its figures have changed: from the answer 202 to the answer that shows it.
async fn delay(pipeline: &Pipeline, load: &Load, probe: u64, day: u64) -> Duration {
    let number = u64::from(load.schools) + probe;
    let school = format!("{}/api/v1/schools/{}", pipeline.publish, urn(number));
    let client = client();
    let figures = async || {
        let answer = client.get(&school).send().await.expect("an answer");
        (
            answer.status(),
            answer.text().await.expect("a whole answer"),
        )
    };
    let before = figures().await;
    let event = day_of(number, number, day).to_json().expect("JSON") + "\n";
    accepted(client.clone(), pipeline.ingest.clone(), event.into()).await;
    let (began, mut ticks) = (Instant::now(), tokio::time::interval(LOOK_EVERY));
    while figures().await == before {
        assert!(began.elapsed() < PATIENCE, "the figures never change");
        ticks.tick().await;
    }
    began.elapsed()
}

fn client() -> Client {
    let client = Client::builder().tls_built_in_root_certs(false).no_proxy();
    client.build().expect("a client")
}

/// The delay, in milliseconds, that a share of the probes did not exceed.
fn quantile(sorted: &[u64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    let at = (last as f64 * share).round() as usize;
    sorted.get(at).map_or(0.0, |micros| *micros as f64 / 1e3)
}

/// A rate, the delays of its probes in order, and how late its last request was answered.
type Row = (u64, Vec<u64>, Duration);

fn as_table(rows: &[Row]) -> String {
    let mut table = format!(
        "{:>10} {:>7} {:>12} {:>12} {:>12} {:>20}\n",
        "events/s", "probes", "p50 (ms)", "p99 (ms)", "most (ms)", "last answer (ms)"
    );
    for (rate, delays, behind) in rows {
        table += &format!(
            "{rate:>10} {:>7} {:>12.0} {:>12.0} {:>12.0} {:>20}\n",
            delays.len(),
            quantile(delays, 0.5),
            quantile(delays, 0.99),
            quantile(delays, 1.0),
            behind.as_millis()
        );
    }
    table
}

fn as_values(rows: &[Row]) -> serde_json::Value {
    let row = |(rate, delays, behind): &Row| {
        json!({
            "events_per_second": rate,
            "delays_micros": delays,
            "last_answer_seconds": behind.as_secs_f64(),
        })
    };
    rows.iter().map(row).collect()
}

//! `greenledger replay`: what was refused is sent again through ingest, which takes it from `rejected` if it is accepted. Each
//! event is judged by the token it came with, as that token is configured now, or by one that is named.

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::Context;
use bus::{Bus, snapshot};
use events::{RejectedEvent, Rule, Topic};

use super::configs;
use crate::args::{Format, Replay};
use crate::client::{Answer, IngestClient};
use crate::show::{self, exit_code};
use crate::up::reachable;

/// Events per request.
const BATCH: usize = 500;

pub async fn run(replay: &Replay, format: Format) -> anyhow::Result<ExitCode> {
    let bus = reachable(configs::ingest(&replay.config)?.kafka)?;
    let client = replay.ingest.client()?;
    let mut by_token: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for rejected in rejected(&bus).await?.into_values() {
        // What was not even an event, such as a row of a file, cannot be sent again as it stands; it stays where it is.
        let is_event = rejected.event.get("type").is_some();
        if is_event && replay.rule.is_none_or(|rule| broke(&rejected, rule)) {
            let token = replay.as_token.clone().unwrap_or(rejected.by);
            let events = by_token.entry(token).or_default();
            events.push(rejected.event.to_string());
        }
    }
    let mut total = Answer::default();
    let mut outcome = Ok(());
    for (token, events) in by_token {
        outcome = send(&client, &token, &events, &mut total).await;
        if outcome.is_err() {
            break;
        }
    }
    // What was taken before something failed is taken, and said.
    show::answer(format, &total);
    outcome.map(|()| exit_code(total.refused))
}

/// Sends events to be judged by a token.
async fn send(
    client: &IngestClient,
    token: &str,
    events: &[String],
    total: &mut Answer,
) -> anyhow::Result<()> {
    for batch in events.chunks(BATCH) {
        let answer = client.send_lines_as(batch, token).await;
        total.add(answer.with_context(|| format!("cannot replay what came with token {token}"))?);
    }
    Ok(())
}

fn broke(rejected: &RejectedEvent, rule: Rule) -> bool {
    rejected.refusals.iter().any(|refusal| refusal.rule == rule)
}

/// What `rejected` holds now, by key.
pub async fn rejected(bus: &Bus) -> anyhow::Result<BTreeMap<String, RejectedEvent>> {
    let mut held = BTreeMap::new();
    for record in snapshot(bus, Topic::Rejected).await? {
        match record.payload.as_deref().map(serde_json::from_slice) {
            Some(Ok(rejected)) => {
                held.insert(record.key, rejected);
            }
            Some(Err(error)) => tracing::warn!(key = record.key, %error, "not a refusal"),
            None => {
                held.remove(&record.key);
            }
        }
    }
    Ok(held)
}

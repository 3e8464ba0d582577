//! `greenledger replay`: what was refused is sent again through ingest, which takes it from `rejected` if it is accepted.

use std::collections::BTreeMap;
use std::process::ExitCode;

use bus::{Bus, snapshot};
use events::{RejectedEvent, Rule, Topic};

use super::configs;
use crate::args::{Format, Replay};
use crate::client::Answer;
use crate::show::{self, exit_code};
use crate::up::reachable;

/// Events per request.
const BATCH: usize = 500;

pub async fn run(replay: &Replay, format: Format) -> anyhow::Result<ExitCode> {
    let bus = reachable(configs::ingest(&replay.config)?.kafka)?;
    let client = replay.ingest.client()?;
    let events: Vec<String> = rejected(&bus)
        .await?
        .into_values()
        .filter(|rejected| replay.rule.is_none_or(|rule| broke(rejected, rule)))
        // What was not even an event, such as a row of a file, cannot be sent again as it stands; it stays where it is.
        .filter(|rejected| rejected.event.get("type").is_some())
        .map(|rejected| rejected.event.to_string())
        .collect();
    let mut total = Answer::default();
    for batch in events.chunks(BATCH) {
        total.add(client.send_lines(batch).await?);
    }
    show::answer(format, &total);
    Ok(exit_code(total.refused))
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

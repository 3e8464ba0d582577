//! `greenledger replay`: sends rejected events again through ingest, and reports what the ledger did with each. Each
//! event is judged by the token it came with, as that token is configured now, or by a named token.

mod ledger;
mod outcome;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use bus::ends;
use events::{Event, RejectedEvent, Rule, Topic};
use footprint::ledger::Identity;

use self::ledger::{Ledger, Rows};
use self::outcome::{Outcome, Replayed, judged};
use self::written::{grown, wait_until_committed};
use super::configs;
use super::meter::open;
use super::rejected::rejected;
use crate::args::{Format, Replay};
use crate::client::{Answer, IngestClient, Note};
use crate::show::exit_code;
use crate::up::reachable;

/// Events per request.
const BATCH: usize = 500;
/// The pause between two looks into the ledger while ingest holds events back.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

/// An event to send again.
struct ToSend {
    key: String,
    token: String,
    text: String,
    rejected: RejectedEvent,
    /// None if it cannot be read: then ingest refuses it.
    event: Option<Event>,
}

impl ToSend {
    /// The identity that the event will have in the ledger. In the topic `rejected`, a row of a file is named as a row
    /// even if its event could be read.
    fn identity(&self) -> Identity {
        let rejected = (&self.rejected.source, &self.rejected.id);
        let event = self.event.as_ref();
        let (source, id) = event.map_or(rejected, |event| (&event.source, &event.id));
        Identity {
            source: source.as_str().into(),
            id: id.as_str().into(),
        }
    }
}

pub async fn run(replay: &Replay, format: Format) -> anyhow::Result<ExitCode> {
    let config = configs::aggregate(&replay.services.config)?;
    let bus = reachable(config.bus.clone())?;
    let client = replay.services.ingest.client()?;
    let to_send = to_send(replay, rejected(&bus).await?);
    let mut ledger = None;
    if !replay.no_wait && !to_send.is_empty() {
        let (lake, _) = open(&config).await?;
        ledger = Some(Ledger::of(lake, &to_send));
    }
    let before = match &ledger {
        Some(ledger) => ledger.rows().await?,
        None => Rows::default(),
    };
    let ends_before = ends(&bus, &Topic::LEDGER).await?;
    let mut sent = Sent::default();
    let sending = sent.send_all(&client, &to_send).await;
    // Events accepted before a failure are still accepted, so they are reported.
    let outcomes = |after: &Rows, again: &BTreeMap<String, RejectedEvent>| -> Vec<Replayed> {
        let sent = to_send.iter().zip(&sent.outcomes);
        sent.map(|(one, by_ingest)| Replayed {
            source: one.rejected.source.clone(),
            id: one.rejected.id.clone(),
            token: one.token.clone(),
            outcome: judged(one, by_ingest, again.get(&one.key), &before, after),
        })
        .collect()
    };
    let replayed = match &ledger {
        None => outcomes(&Rows::default(), &rejected(&bus).await?),
        Some(ledger) => {
            let deadline = Instant::now() + Duration::from_secs(replay.patience);
            loop {
                let ends = ends(&bus, &Topic::LEDGER).await?;
                let is_committed =
                    wait_until_committed(&bus, &grown(&ends_before, &ends), deadline).await?;
                let replayed = outcomes(&ledger.rows().await?, &rejected(&bus).await?);
                let is_pending = |one: &Replayed| one.outcome == Outcome::Pending;
                // An ingest whose broker was away keeps accepted events in its spool, and sends them later.
                let left = deadline.saturating_duration_since(Instant::now());
                if !is_committed || left.is_zero() || !replayed.iter().any(is_pending) {
                    break replayed;
                }
                tokio::time::sleep(LOOK_AGAIN.min(left)).await;
            }
        }
    };
    outcome::show(format, &replayed, &sent.notes, replay);
    sending?;
    Ok(exit_code(outcome::failed(&replayed, replay.no_wait)))
}

fn to_send(replay: &Replay, rejected: BTreeMap<String, RejectedEvent>) -> Vec<ToSend> {
    let mut to_send: Vec<ToSend> = rejected
        .into_iter()
        // An entry that is not an event, such as a row of a file, cannot be sent again unchanged; it stays where it is.
        .filter(|(_, one)| one.event.get("type").is_some())
        .filter(|(_, one)| replay.rule.is_none_or(|rule| broke(one, rule)))
        .map(|(key, rejected)| {
            let text = rejected.event.to_string();
            ToSend {
                key,
                token: replay.as_token.clone().unwrap_or(rejected.by.clone()),
                event: Event::parse(&text).ok(),
                text,
                rejected,
            }
        })
        .collect();
    to_send.sort_by(|a, b| a.token.cmp(&b.token));
    to_send
}

fn broke(rejected: &RejectedEvent, rule: Rule) -> bool {
    rejected.refusals.iter().any(|refusal| refusal.rule == rule)
}

/// The outcomes of the events that were sent, in the order of the events to send.
#[derive(Default)]
struct Sent {
    /// For each event, whether ingest accepted it; shorter than the events to send if something failed.
    outcomes: Vec<Result<(), Vec<events::Refusal>>>,
    notes: Vec<Note>,
}

impl Sent {
    async fn send_all(&mut self, client: &IngestClient, all: &[ToSend]) -> anyhow::Result<()> {
        for of_token in all.chunk_by(|a, b| a.token == b.token) {
            for batch in of_token.chunks(BATCH) {
                let token = &batch[0].token;
                let lines: Vec<&str> = batch.iter().map(|one| one.text.as_str()).collect();
                let answer = client.send_lines_as(&lines, token).await;
                let answer = answer
                    .with_context(|| format!("cannot replay what came with token {token}"))?;
                self.add(batch.len(), answer);
            }
        }
        Ok(())
    }

    fn add(&mut self, events: usize, answer: Answer) {
        let refused: BTreeSet<u64> = answer.refusals.iter().map(|one| one.index).collect();
        // If a body was refused as a whole, ingest counts no events.
        let is_whole = answer.received == 0;
        for index in 0..events as u64 {
            let of_event = answer
                .refusals
                .iter()
                .filter(|one| is_whole || one.index == index);
            let refusals = of_event.map(|one| one.refusal()).collect();
            let is_taken = !is_whole && !refused.contains(&index);
            self.outcomes
                .push(if is_taken { Ok(()) } else { Err(refusals) });
        }
        self.notes.extend(answer.notes);
    }
}

//! What some messages come to, given the last reads of the registers: events to judge, refusals to keep, and the next last reads.
//! A function of its arguments alone: processed again after a crash, the same messages give the same events.

use std::collections::BTreeMap;

use events::Refusal;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::admission::Refused;
use crate::decode::services::Services;
use crate::identity::Identity;
use crate::last_reads::{Changed, Measured, Registers, take};
use crate::metrics::MqttOutcome;
use crate::mqtt::config::{Subscription, source};
use crate::mqtt::payload::{Content, IntervalValue, Message, read};
use crate::mqtt::topic;
use crate::rejected::payload;
use crate::rules::Bounds;

/// An event as text, and the source to name it by if it names none.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) source: String,
    pub(crate) text: String,
}

/// What the messages of one token come to.
#[derive(Debug, Default)]
pub(crate) struct OfToken {
    pub(crate) items: Vec<Item>,
    pub(crate) refused: Vec<Refused>,
}

/// What some messages come to.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    /// By the name of the token by which they are judged.
    pub(crate) by_token: BTreeMap<String, OfToken>,
    pub(crate) changed: Changed,
    pub(crate) outcomes: BTreeMap<MqttOutcome, u64>,
}

/// The world in which messages are read.
pub(crate) struct Reader<'a> {
    pub(crate) subscriptions: &'a [Subscription],
    pub(crate) services: &'a Services,
    pub(crate) bounds: Bounds,
    pub(crate) most_events: usize,
}

impl Reader<'_> {
    /// Reads messages in their order.
    pub(crate) fn read<'m>(
        &self,
        messages: impl IntoIterator<Item = &'m Message>,
        known: &Registers,
    ) -> Batch {
        let mut batch = Batch::default();
        for message in messages {
            let outcome = self.message(message, known, &mut batch);
            *batch.outcomes.entry(outcome).or_default() += 1;
        }
        batch
    }

    fn message(&self, message: &Message, known: &Registers, batch: &mut Batch) -> MqttOutcome {
        let mut subscriptions = self.subscriptions.iter();
        // A session that the broker kept may have subscriptions of an earlier configuration.
        let Some(subscription) =
            subscriptions.find(|one| topic::matches(&message.topic, &one.topic))
        else {
            return MqttOutcome::Ignored;
        };
        let taken = read(
            &subscription.payload,
            message,
            self.services,
            self.most_events,
        )
        .and_then(|content| self.take(content, message, known, batch));
        let of_token = batch
            .by_token
            .entry(subscription.token.clone())
            .or_default();
        match taken {
            Ok((outcome, items)) => {
                let of_topic = |text| Item {
                    source: source(&message.topic),
                    text,
                };
                of_token.items.extend(items.into_iter().map(of_topic));
                outcome
            }
            Err(refusal) => {
                let index = of_token.items.len();
                of_token.refused.push(refused(message, refusal, index));
                MqttOutcome::Refused
            }
        }
    }

    /// The events that a message's content comes to.
    fn take(
        &self,
        content: Content,
        message: &Message,
        known: &Registers,
        batch: &mut Batch,
    ) -> Result<(MqttOutcome, Vec<String>), Refusal> {
        match content {
            Content::Nothing => Ok((MqttOutcome::Ignored, Vec::new())),
            Content::Events(items) => Ok((MqttOutcome::Events, items)),
            Content::Value(value) => {
                let event = of_interval(&source(&message.topic), &value);
                Ok((MqttOutcome::Events, vec![event]))
            }
            Content::Reads(reads) => {
                let source = source(&message.topic);
                let taken = take(&source, reads, known, &self.bounds, &mut batch.changed);
                taken.map(|(any_is_new, items)| match any_is_new {
                    true => (MqttOutcome::Reads, items),
                    false => (MqttOutcome::Repeated, items),
                })
            }
        }
    }
}

fn of_interval(source: &str, value: &IntervalValue) -> String {
    let of = Measured {
        source,
        meter: &value.meter,
        channel: value.channel,
        unit: value.unit,
    };
    of.event(value.start, value.interval, value.end, &[value.value], "A")
}

/// Keeps a message with its topic.
fn refused(message: &Message, refusal: Refusal, index: usize) -> Refused {
    let identity: Identity = (
        source(&message.topic),
        hex::encode(Sha256::digest(&message.payload)),
    );
    let kept = json!({ "topic": message.topic, "message": payload::bytes(&message.payload) });
    Refused {
        index,
        count: 1,
        identity: Some(identity),
        refusals: vec![refusal],
        sha256: None,
        event: payload::json(&kept),
    }
}

#[cfg(test)]
mod tests;

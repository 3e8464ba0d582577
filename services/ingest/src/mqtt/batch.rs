//! What some messages come to, given the last reads of the registers: events to judge, refusals to keep, and the next last reads.
//! A function of its arguments alone: processed again after a crash, the same messages give the same events.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use events::{
    Channel, EventType, Interval, MAX_VALUES, MICRO, MeterId, Quality, Quantity, Refusal, Rule,
    Sent, Unit,
};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::admission::Refused;
use crate::identity::Identity;
use crate::metrics::{MqttOutcome, RegisterChange};
use crate::mqtt::config::{Subscription, source};
use crate::mqtt::payload::{Content, IntervalValue, Message, RegisterRead, read};
use crate::mqtt::register::{Finding, HalfHours, Read, Register, RegisterKind};
use crate::mqtt::topic;
use crate::records::instant;
use crate::rejected::payload;
use crate::rules::{Bounds, Fault, of_a_set_clock};
use crate::tokens::token_sha256;

/// The registers by their keys: where their reads come from, the meter, the channel and the unit.
pub(crate) type Registers = HashMap<String, Register>;

/// The most one half-hour can hold, in kWh: more than any school uses.
const MOST_KWH: Quantity = 5_000;
/// The same in m³ of gas.
const MOST_M3: Quantity = 450;
/// The number of hexadecimal digits that stand for the content in an id.
const DIGEST: usize = 16;

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
    /// The registers that changed.
    pub(crate) registers: BTreeMap<String, Register>,
    pub(crate) outcomes: BTreeMap<MqttOutcome, u64>,
    pub(crate) changes: BTreeMap<RegisterChange, u64>,
}

/// The world in which messages are read.
pub(crate) struct Reader<'a> {
    pub(crate) subscriptions: &'a [Subscription],
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
        let taken = read(&subscription.payload, message, self.most_events)
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
                // All of them, before the first changes a register.
                for read in &reads {
                    self.possible_time(read.at)?;
                }
                let mut outcome = MqttOutcome::Repeated;
                let mut items = Vec::new();
                for read in reads {
                    let (finding, more) = register(&source(&message.topic), read, known, batch);
                    if finding != Finding::Repeated {
                        outcome = MqttOutcome::Reads;
                    }
                    items.extend(more);
                }
                Ok((outcome, items))
            }
        }
    }

    /// One read of a time to come would make every true one after it too old.
    fn possible_time(&self, at: DateTime<Utc>) -> Result<(), Refusal> {
        let seen = || instant(at);
        of_a_set_clock(at).map_err(|fault| fault.at("/time", seen()))?;
        if at <= self.bounds.latest {
            return Ok(());
        }
        let hint =
            "set the clock of the meter or its gateway: this is a read of a time that has not come";
        Err(Fault::new(Rule::Future, hint).at("/time", seen()))
    }
}

/// Takes a read, and returns the half-hours that it makes known as events.
fn register(
    source: &str,
    read: RegisterRead,
    known: &Registers,
    batch: &mut Batch,
) -> (Finding, Vec<String>) {
    let of = Measured {
        source,
        meter: &read.meter,
        channel: read.channel,
        unit: read.unit,
    };
    let kind = RegisterKind {
        digits: read.digits,
        most: most(read.unit),
    };
    let next = Read {
        at: read.at,
        value: read.value,
        serial: read.serial,
    };
    let key = of.key();
    let before = batch.registers.get(&key).or_else(|| known.get(&key));
    let Some(mut register) = before.cloned() else {
        batch.registers.insert(key, Register::new(next));
        return (Finding::Follows, Vec::new());
    };
    let (finding, runs) = register.take(next, kind);
    if finding != Finding::Repeated {
        batch.registers.insert(key, register);
    }
    let change = match finding {
        Finding::Slip => Some(RegisterChange::Slip),
        Finding::RollOver => Some(RegisterChange::RollOver),
        Finding::Exchange => Some(RegisterChange::Exchange),
        Finding::Repeated | Finding::Follows | Finding::Doubted => None,
    };
    if let Some(change) = change {
        *batch.changes.entry(change).or_default() += 1;
    }
    let events = runs.iter().flat_map(|run| of.events(run)).collect();
    (finding, events)
}

/// What a register or an interval measures.
struct Measured<'a> {
    source: &'a str,
    meter: &'a MeterId,
    channel: Channel,
    unit: Sent,
}

impl Measured<'_> {
    fn key(&self) -> String {
        let (channel, unit) = (self.channel.as_str(), self.unit.as_str());
        format!("{}\n{}\n{channel}\n{unit}", self.source, self.meter)
    }

    /// Half-hours as events, each as long as an event may be.
    fn events(&self, run: &HalfHours) -> Vec<String> {
        let chunks = run.values.chunks(MAX_VALUES).enumerate();
        let of_chunk = |(index, values): (usize, &[(Quantity, Quality)])| {
            let before = i32::try_from(index * MAX_VALUES).unwrap_or_default();
            let start = run.start + TimeDelta::minutes(30) * before;
            let quality: String = values.iter().map(|(_, quality)| quality.letter()).collect();
            let values: Vec<Quantity> = values.iter().map(|(value, _)| *value).collect();
            self.event(start, Interval::HalfHour, run.known_at, &values, &quality)
        };
        chunks.map(of_chunk).collect()
    }

    /// An event named by what it says, so that the same again adds nothing, and something else is no conflict.
    fn event(
        &self,
        start: DateTime<Utc>,
        interval: Interval,
        time: DateTime<Utc>,
        values: &[Quantity],
        quality: &str,
    ) -> String {
        // The nearest double to a decimal of six places is written as that decimal.
        let numbers = values.iter().map(|micro| *micro as f64 / MICRO as f64);
        let data = json!({
            "meter": self.meter, "channel": self.channel, "unit": self.unit, "interval": interval,
            "start": start.to_rfc3339_opts(SecondsFormat::Secs, true), "quality": quality,
            "values": numbers.collect::<Vec<_>>(),
        });
        let time = instant(time);
        // Not of the JSON, whose order of keys is not the same in every build.
        let said = format!("{time} {} {values:?} {quality} {interval:?}", self.key());
        let digest = token_sha256(&said);
        let id = format!(
            "{}-{}-{}",
            self.channel.as_str(),
            start.format("%Y%m%dT%H%MZ"),
            digest.get(..DIGEST).unwrap_or(&digest)
        );
        json!({
            "specversion": "1.0", "type": EventType::MeterReadings.as_str(), "source": self.source,
            "id": id, "time": time, "data": data,
        })
        .to_string()
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

/// The most a half-hour of a register can hold, in millionths of its unit.
fn most(unit: Sent) -> Quantity {
    let kept = match unit.kept() {
        Unit::CubicMetres => MOST_M3,
        Unit::KilowattHours | Unit::KilovarHours => MOST_KWH,
    };
    let (times, by) = match unit {
        Sent::Wh => (1_000, 1),
        Sent::MWh => (1, 1_000),
        Sent::Ft3 => (353, 10),
        Sent::Hcf => (353, 1_000),
        Sent::KWh | Sent::KW | Sent::M3 | Sent::KVArh => (1, 1),
    };
    kept * MICRO * times / by
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

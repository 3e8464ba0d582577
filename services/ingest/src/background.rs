//! Background work: creates the topics, follows `register` and `rejected`, and looks for a lost broker.

pub(crate) mod drain;
pub(crate) mod health;
pub(crate) mod mqtt;
mod overlaps;
pub(crate) mod reload;

use std::time::Duration;

use bus::{BusError, Connectivity, Followed, StoredRecord, await_topics, follow_watched};
use chassis::{Stop, chain};
use events::{Rule, Topic};
use serde::Deserialize;

use crate::records;
use crate::register::Registered;
use crate::rejected::records::key_number;
use crate::state::{Dependency, IngestState};

/// The interval between two retries.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs until `stop`; ends early only on an error that waiting cannot mend.
pub(crate) async fn run(state: &IngestState, stop: &Stop) -> Result<(), BusError> {
    let process = async {
        reach_broker(state).await?;
        // The first task that cannot continue ends all.
        let all = tokio::try_join!(
            follow_for_ever(state, Topic::Register),
            follow_for_ever(state, Topic::Rejected),
            watch_broker(state, stop),
            async {
                overlaps::end_overlaps(state).await;
                Ok(())
            },
            async {
                drain::drain(state).await;
                Ok(())
            },
        );
        all.map(|_| ())
    };
    match stop.run_until_cancelled(process).await {
        Some(Err(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Registers in `/readyz` from the start what is still missing.
pub(crate) fn begin(state: &IngestState) {
    let reason = format!("not reached yet: {}", state.config.bus);
    state.set_missing(Dependency::Broker, reason);
    for topic in [Topic::Register, Topic::Rejected] {
        let reason = format!("topic {} is not read yet", topic.name());
        state.set_missing(dependency(topic), reason);
    }
}

/// Creates the topics, and retries as long as the broker is away.
async fn reach_broker(state: &IngestState) -> Result<(), BusError> {
    let waiting = |error: &BusError| {
        let why = chain(error);
        tracing::warn!(%why, "waiting for the broker");
        state.set_missing(Dependency::Broker, why);
    };
    await_topics(&state.config.bus, state.config.sharding, waiting).await?;
    state.set_available(Dependency::Broker);
    if let Some(spool) = &state.spool {
        spool.report(&state.health.readiness);
    }
    Ok(())
}

async fn watch_broker(state: &IngestState, stop: &Stop) -> Result<(), BusError> {
    while !stop.is_cancelled() {
        state.lost.notified().await;
        reach_broker(state).await?;
        tracing::info!("the broker answers again");
    }
    Ok(())
}

/// The dependency that is available once a followed topic is read to its end.
fn dependency(topic: Topic) -> Dependency {
    match topic {
        Topic::Register => Dependency::Register,
        _ => Dependency::Rejected,
    }
}

/// Follows a topic. After a final loss of the broker it starts again from the beginning, which changes nothing already known.
async fn follow_for_ever(state: &IngestState, topic: Topic) -> Result<(), BusError> {
    loop {
        // One followed topic is enough to know whether a broker is connected.
        let connectivity = match topic {
            Topic::Register => state.connectivity.clone(),
            _ => Connectivity::default(),
        };
        match follow_watched(&state.config.bus, topic, connectivity).await {
            Err(error) if error.is_configuration() => return Err(error),
            Err(error) => state.set_missing(dependency(topic), chain(&error)),
            Ok(mut records) => {
                while let Some(followed) = records.recv().await {
                    match followed {
                        Followed::Records(records) => take(state, topic, records).await,
                        Followed::CaughtUp => caught_up(state, topic).await,
                        Followed::Failed(error) if error.is_configuration() => {
                            return Err(error);
                        }
                        Followed::Failed(error) => {
                            let why = chain(&error);
                            tracing::warn!(topic = topic.name(), %why, "following anew");
                            state.set_missing(dependency(topic), why);
                        }
                    }
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn take(state: &IngestState, topic: Topic, records: Vec<StoredRecord>) {
    if topic == Topic::Rejected {
        return note_rejected(state, &records);
    }
    let registered: Vec<_> = records.iter().filter_map(registration).collect();
    let registered = registered.iter();
    state.learn(registered.map(|one| (&one.event, one.received)));
    if let Some(spool) = &state.spool
        && let Err(error) = spool.remember(records).await
    {
        tracing::warn!(why = chain(&error), "registrations are not copied");
    }
}

async fn caught_up(state: &IngestState, topic: Topic) {
    if topic == Topic::Register
        && let Some(spool) = &state.spool
        && let Err(error) = spool.register_whole().await
    {
        tracing::warn!(why = chain(&error), "the copy of the register is not whole");
    }
    state.set_available(dependency(topic));
}

/// The registration in a record. `register` holds judged events only, so a record that cannot be read was put there by hand.
fn registration(record: &StoredRecord) -> Option<Registered> {
    let event = records::registration(|name| record.header(name), record.payload.as_deref());
    if event.is_none() {
        tracing::warn!(place = ?record.place, "a record of topic register is no registration");
    }
    event
}

fn note_rejected(state: &IngestState, records: &[StoredRecord]) {
    state.known_rejections(|known| {
        for record in records {
            known.take(record);
        }
    });
    state.known_as_rejected(|keys| {
        for record in records {
            let number = key_number(&record.key);
            let _was_known = match record.payload.as_deref().is_some_and(is_curable) {
                true => keys.insert(number),
                false => keys.remove(&number),
            };
        }
    });
}

/// Whether accepting the event later would settle the refusal. A conflict is not curable: aggregate finds it after an event was
/// accepted, and the event must not delete the record that reports on it.
pub(crate) fn is_curable(payload: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Rejected {
        refusals: Vec<Why>,
    }
    #[derive(Deserialize)]
    struct Why {
        rule: Rule,
    }
    let record: Option<Rejected> = serde_json::from_slice(payload).ok();
    record.is_none_or(|record| record.refusals.iter().any(|why| why.rule != Rule::Conflict))
}

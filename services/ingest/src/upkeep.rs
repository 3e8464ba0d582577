//! What goes on beside the requests: topics are made, `register` and `rejected` are followed, a lost broker is looked for.

mod overlaps;

use std::time::Duration;

use bus::{BusError, Followed, StoredRecord, await_topics, follow};
use chassis::Stop;
use events::{Data, Event, EventType, Rule, Topic, Written};
use serde::Deserialize;

use crate::intake::{BROKER, Intake, key_number};

/// How long between two tries.
const AGAIN: Duration = Duration::from_secs(1);

/// Runs until `stop`; ends early only if the configuration can never work.
pub(crate) async fn run(intake: &Intake, stop: &Stop) -> Result<(), BusError> {
    let work = async {
        reach_broker(intake).await?;
        let (register, rejected, broker, ()) = tokio::join!(
            follow_for_ever(intake, Topic::Register, learn),
            follow_for_ever(intake, Topic::Rejected, note_rejected),
            watch_broker(intake, stop),
            overlaps::end_overlaps(intake),
        );
        register.and(rejected).and(broker)
    };
    match stop.run_until_cancelled(work).await {
        Some(Err(error)) => Err(error),
        _ => Ok(()),
    }
}

/// Tells /readyz from the start what is still to come.
pub(crate) fn begin(intake: &Intake) {
    let readiness = &intake.vitals.readiness;
    readiness.wait(
        BROKER,
        format!("not reached yet, at {}", intake.config.kafka.brokers),
    );
    for topic in [Topic::Register, Topic::Rejected] {
        readiness.wait(
            topic.name(),
            format!("topic {} is not read yet", topic.name()),
        );
    }
}

/// Makes the topics, however long the broker is away.
async fn reach_broker(intake: &Intake) -> Result<(), BusError> {
    let waiting = |error: &BusError| {
        let why = chain(error);
        tracing::warn!(%why, "waiting for the broker");
        intake.vitals.readiness.wait(BROKER, why);
    };
    await_topics(&intake.config.kafka, intake.config.sharding, waiting).await?;
    intake.vitals.readiness.ready(BROKER);
    Ok(())
}

async fn watch_broker(intake: &Intake, stop: &Stop) -> Result<(), BusError> {
    while !stop.is_cancelled() {
        intake.lost.notified().await;
        reach_broker(intake).await?;
        tracing::info!("the broker answers again");
    }
    Ok(())
}

/// Follows a topic; when the broker is lost for good, from the beginning again, which changes nothing already known.
async fn follow_for_ever(
    intake: &Intake,
    topic: Topic,
    take: fn(&Intake, Vec<StoredRecord>),
) -> Result<(), BusError> {
    let readiness = &intake.vitals.readiness;
    loop {
        match follow(&intake.config.kafka, topic).await {
            Err(error) if error.is_configuration() => return Err(error),
            Err(error) => readiness.wait(topic.name(), chain(&error)),
            Ok(mut records) => {
                while let Some(followed) = records.recv().await {
                    match followed {
                        Followed::Records(records) => take(intake, records),
                        Followed::CaughtUp => readiness.ready(topic.name()),
                        Followed::Failed(error) => {
                            let why = chain(&error);
                            tracing::warn!(topic = topic.name(), %why, "following anew");
                            readiness.wait(topic.name(), why);
                        }
                    }
                }
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

fn learn(intake: &Intake, records: Vec<StoredRecord>) {
    let events: Vec<_> = records.iter().filter_map(registration).collect();
    intake.learn(&events);
}

/// The event of a record. Only what was judged stands in `register`, so one that cannot be read was put there by hand.
fn registration(record: &StoredRecord) -> Option<Event> {
    let read = || {
        let kind = EventType::parse(record.header("ce_type")?)?;
        let payload = std::str::from_utf8(record.payload.as_deref()?).ok()?;
        Some(Event {
            id: record.header("ce_id")?.to_owned(),
            source: record.header("ce_source")?.to_owned(),
            time: Written::read(record.header("ce_time")?)?,
            subject: Some(record.header("ce_subject")?.parse().ok()?),
            data: Data::parse(kind, payload).ok()?,
        })
    };
    let event = read();
    if event.is_none() {
        tracing::warn!(place = ?record.place, "a record of topic register is no registration");
    }
    event
}

fn note_rejected(intake: &Intake, records: Vec<StoredRecord>) {
    intake.known_as_rejected(|keys| {
        for record in &records {
            let number = key_number(&record.key);
            let _was_known = match record.payload.as_deref().is_some_and(is_curable) {
                true => keys.insert(number),
                false => keys.remove(&number),
            };
        }
    });
}

/// Whether taking the event in would cure what it was refused for. Not a conflict: that is found after an event was
/// taken in, by aggregate, whose record is not to be deleted by the very event that it is about.
fn is_curable(payload: &[u8]) -> bool {
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

/// An error and its causes on one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

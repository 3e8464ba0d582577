//! Following the footprints into the footprint store.

use std::num::NonZero;
use std::pin::pin;
use std::thread::available_parallelism;

use bus::{BusError, Followed, StoredRecord};
use chassis::failpoint;
use chrono::Utc;
use footprint::Footprint;
use futures::stream::{self, Stream, StreamExt};
use tokio::sync::mpsc;

use crate::PublishError;
use crate::counters::Counters;
use crate::footprint_store::{Live, Outcome};

/// Takes every footprint until the receiver ends, which is always an error.
pub(crate) async fn follow(
    footprints: mpsc::Receiver<Followed>,
    live: &Live,
    counters: &Counters,
) -> Result<(), PublishError> {
    let mut caught_up = false;
    let mut parsed = pin!(parsed(footprints));
    while let Some(parsed) = parsed.next().await {
        match parsed? {
            Parsed::Footprints(footprints) => {
                for parsed in footprints {
                    let taken = take(&parsed.record, parsed.footprint, live, counters);
                    // Footprints that were in the topic at the start were shown before, by this process or another.
                    if taken && caught_up {
                        counters.shown(&parsed.record, Utc::now());
                    }
                }
                failpoint!("publish.followed");
            }
            Parsed::CaughtUp => {
                caught_up = true;
                live.catch_up();
            }
            Parsed::Failed(error) => return Err(error.into()),
        }
    }
    Err(PublishError::FollowerEnded)
}

/// What following the topic yields, with its records parsed.
enum Parsed {
    Footprints(Vec<ParsedRecord>),
    CaughtUp,
    Failed(BusError),
}

/// A record without its payload, and the footprint that the payload held; none for a tombstone.
struct ParsedRecord {
    record: StoredRecord,
    footprint: Result<Option<Footprint>, serde_json::Error>,
}

/// Parses a batch of records on every core at once: at the start they are the figures of a whole country. The batches stay in
/// order, because of two records with one key the later one counts.
fn parsed(
    footprints: mpsc::Receiver<Followed>,
) -> impl Stream<Item = Result<Parsed, PublishError>> {
    let followed = stream::unfold(footprints, |mut footprints| async move {
        let followed = footprints.recv().await?;
        Some((followed, footprints))
    });
    let cores = available_parallelism().map_or(1, NonZero::get);
    followed.map(parse).buffered(cores)
}

async fn parse(followed: Followed) -> Result<Parsed, PublishError> {
    Ok(match followed {
        Followed::Records(records) => {
            let parse = move || records.into_iter().map(ParsedRecord::of).collect();
            Parsed::Footprints(tokio::task::spawn_blocking(parse).await?)
        }
        Followed::CaughtUp => Parsed::CaughtUp,
        Followed::Failed(error) => Parsed::Failed(error),
    })
}

impl ParsedRecord {
    fn of(mut record: StoredRecord) -> Self {
        let payload = record.payload.take();
        let footprint = payload.map(|payload| serde_json::from_slice(&payload));
        ParsedRecord {
            footprint: footprint.transpose(),
            record,
        }
    }
}

/// Takes a footprint into the footprint store. Returns whether it is in the store now.
fn take(
    record: &StoredRecord,
    footprint: Result<Option<Footprint>, serde_json::Error>,
    live: &Live,
    counters: &Counters,
) -> bool {
    match footprint {
        Ok(footprint) => {
            let outcome = live.change(&record.key, footprint);
            counters.footprint(outcome);
            outcome == Outcome::Taken
        }
        Err(error) => {
            counters.unreadable_footprint();
            tracing::warn!(key = record.key, place = ?record.place, %error, "a footprint cannot be read");
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use events::{Place, Topic};

    fn record(key: &str, payload: Option<Vec<u8>>) -> StoredRecord {
        let place = Place {
            partition: 0,
            offset: 0,
        };
        StoredRecord {
            topic: Topic::Footprints,
            place,
            key: key.to_owned(),
            headers: Vec::new(),
            payload,
        }
    }

    #[tokio::test]
    async fn a_lost_follower_ends_the_service_and_bad_records_do_not() {
        let (sender, receiver) = mpsc::channel(4);
        let (live, registry) = (Live::default(), prometheus::Registry::new());
        let counters = Counters::new(&registry, std::iter::empty()).unwrap();
        let good = fixtures::school(0);
        let records = vec![
            record(&good.key(), serde_json::to_vec(&good).ok()),
            record("t/100000/2025-26", Some(b"not json".to_vec())),
        ];
        sender.send(Followed::Records(records)).await.unwrap();
        sender.send(Followed::CaughtUp).await.unwrap();
        drop(sender);
        let ended = follow(receiver, &live, &counters).await;
        assert!(matches!(ended, Err(PublishError::FollowerEnded)));
        assert_eq!(live.footprint_store().footprints().count(), 1);
        live.caught_up().await;
        live.change(&good.key(), None);
        assert_eq!(live.footprint_store().footprints().count(), 0);
    }

    #[tokio::test]
    async fn batches_that_are_parsed_at_once_are_taken_in_the_order_of_the_topic() {
        let named = |n: usize, name: &str| {
            let mut footprint = fixtures::school(n);
            footprint.school = name.to_owned();
            record(&footprint.key(), serde_json::to_vec(&footprint).ok())
        };
        let key_of_1 = fixtures::school(1).key();
        // The first batch takes much longer to parse than those after it, which change the same schools.
        let long = (0..200).map(|turn| named(turn % 3, "First"));
        let batches = [
            long.collect(),
            vec![named(0, "Second"), record(&key_of_1, None)],
            vec![named(0, "Third"), named(1, "Again")],
            vec![named(2, "Second")],
            vec![record(&key_of_1, None)],
            vec![named(0, "Last")],
        ];
        let (sender, receiver) = mpsc::channel(batches.len());
        for batch in batches {
            sender.send(Followed::Records(batch)).await.unwrap();
        }
        drop(sender);
        let (live, registry) = (Live::default(), prometheus::Registry::new());
        let counters = Counters::new(&registry, std::iter::empty()).unwrap();
        follow(receiver, &live, &counters).await.unwrap_err();
        let footprint_store = live.footprint_store();
        let name_of = |n: usize| {
            let mut all = footprint_store.footprints();
            let found = all.find(|footprint| footprint.urn == fixtures::school(n).urn);
            found.map(|footprint| footprint.school.as_str())
        };
        let names = [name_of(0), name_of(1), name_of(2)];
        assert_eq!(names, [Some("Last"), None, Some("Second")]);
    }

    #[tokio::test]
    async fn the_delay_is_taken_of_what_was_just_merged_and_of_nothing_that_was_there_before() {
        let (sender, receiver) = mpsc::channel(4);
        let (live, registry) = (Live::default(), prometheus::Registry::new());
        let counters = Counters::new(&registry, std::iter::empty()).unwrap();
        let footprint = fixtures::school(0);
        let with = |headers: &[(&str, String)]| {
            let payload = serde_json::to_vec(&footprint).ok();
            let mut record = record(&footprint.key(), payload);
            let owned = headers
                .iter()
                .map(|(name, value)| (name.to_string(), value.clone()));
            record.headers = owned.collect();
            Followed::Records(vec![record])
        };
        let ago = |seconds| (Utc::now() - chrono::Duration::seconds(seconds)).to_rfc3339();
        let received = |seconds| with(&[(footprint::RECEIVED, ago(seconds))]);
        // One from an earlier process; then one just merged, one by a clock that is ahead, one of a new day, and one
        // without a time.
        sender.send(received(86_400)).await.unwrap();
        sender.send(Followed::CaughtUp).await.unwrap();
        let follow = tokio::spawn({
            let counters = counters.clone();
            async move { follow(receiver, &live, &counters).await.is_err() }
        });
        for records in [
            received(20),
            received(-20),
            with(&[]),
            with(&[(footprint::RECEIVED, "soon".to_owned())]),
        ] {
            sender.send(records).await.unwrap();
        }
        drop(sender);
        assert!(follow.await.unwrap());
        assert_eq!(counters.end_to_end.get_sample_count(), 2);
        let sum = counters.end_to_end.get_sample_sum();
        assert!((20.0..30.0).contains(&sum), "{sum}");
    }
}

//! Following the footprints into the footprint store.

use bus::{Followed, StoredRecord};
use chassis::failpoint;
use chrono::Utc;
use footprint::Footprint;
use tokio::sync::mpsc;

use crate::PublishError;
use crate::counters::Counters;
use crate::footprint_store::{Live, Outcome};

/// Takes every footprint until the receiver ends, which is always an error.
pub(crate) async fn follow(
    mut footprints: mpsc::Receiver<Followed>,
    live: &Live,
    counters: &Counters,
) -> Result<(), PublishError> {
    let mut caught_up = false;
    while let Some(followed) = footprints.recv().await {
        match followed {
            Followed::Records(records) => {
                for record in records {
                    let taken = take(&record, live, counters);
                    // Footprints that were in the topic at the start were shown before, by this process or another.
                    if taken && caught_up {
                        counters.shown(&record, Utc::now());
                    }
                }
                failpoint!("publish.followed");
            }
            Followed::CaughtUp => {
                caught_up = true;
                live.catch_up();
            }
            Followed::Failed(error) => return Err(error.into()),
        }
    }
    Err(PublishError::FollowerEnded)
}

/// Takes a record into the footprint store. Returns whether its footprint is in the store now.
fn take(record: &StoredRecord, live: &Live, counters: &Counters) -> bool {
    let footprint = match &record.payload {
        None => None,
        Some(payload) => match serde_json::from_slice::<Footprint>(payload) {
            Ok(footprint) => Some(footprint),
            Err(error) => {
                counters.unreadable_footprint();
                tracing::warn!(key = record.key, place = ?record.place, %error, "a footprint cannot be read");
                return false;
            }
        },
    };
    let outcome = live.change(&record.key, footprint);
    counters.footprint(outcome);
    outcome == Outcome::Taken
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

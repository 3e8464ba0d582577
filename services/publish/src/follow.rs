//! Following the footprints into the book.

use bus::{Followed, StoredRecord};
use footprint::Footprint;
use tokio::sync::mpsc;

use crate::PublishError;
use crate::book::Live;
use crate::counters::Counters;

/// Takes every footprint until the receiver ends, which only a broken world makes it do.
pub(crate) async fn follow(
    mut footprints: mpsc::Receiver<Followed>,
    live: &Live,
    counters: &Counters,
) -> Result<(), PublishError> {
    while let Some(followed) = footprints.recv().await {
        match followed {
            Followed::Records(records) => {
                for record in records {
                    take(&record, live, counters);
                }
            }
            Followed::CaughtUp => live.catch_up(),
            Followed::Failed(error) => return Err(error.into()),
        }
    }
    Err(PublishError::FollowerEnded)
}

fn take(record: &StoredRecord, live: &Live, counters: &Counters) {
    let footprint = match &record.payload {
        None => None,
        Some(payload) => match serde_json::from_slice::<Footprint>(payload) {
            Ok(footprint) => Some(footprint),
            Err(error) => {
                counters.unreadable_footprint();
                tracing::warn!(key = record.key, place = ?record.place, %error, "a footprint cannot be read");
                return;
            }
        },
    };
    counters.footprint(live.change(&record.key, footprint));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;
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
        let good = made_up::school(0);
        let records = vec![
            record(&good.key(), serde_json::to_vec(&good).ok()),
            record("t/100000/2025-26", Some(b"not json".to_vec())),
        ];
        sender.send(Followed::Records(records)).await.unwrap();
        sender.send(Followed::CaughtUp).await.unwrap();
        drop(sender);
        let ended = follow(receiver, &live, &counters).await;
        assert!(matches!(ended, Err(PublishError::FollowerEnded)));
        assert_eq!(live.book().footprints().count(), 1);
        live.caught_up().await;
        live.change(&good.key(), None);
        assert_eq!(live.book().footprints().count(), 0);
    }
}

//! Requests to the store, a few at a time.

use futures::stream::{FuturesUnordered, StreamExt};

/// Enough that a slow store does not cost one round trip per object, and few enough not to flood it.
pub(super) const OBJECTS_AT_ONCE: usize = 8;

/// Runs at most `most` at once. After the first failure it starts no more, but waits for those in progress: a put whose future is
/// dropped may still reach the store, and would overwrite a later one. Returns the results, and the first failure.
pub(super) async fn few_at_once<T, E>(
    most: usize,
    all: impl IntoIterator<Item = impl Future<Output = Result<T, E>>>,
) -> (Vec<T>, Result<(), E>) {
    let (mut waiting, mut under_way) = (all.into_iter(), FuturesUnordered::new());
    let (mut done, mut outcome) = (Vec::new(), Ok(()));
    loop {
        while outcome.is_ok() && under_way.len() < most {
            match waiting.next() {
                Some(next) => under_way.push(next),
                None => break,
            }
        }
        match under_way.next().await {
            Some(Ok(written)) => done.push(written),
            Some(Err(error)) => outcome = outcome.and(Err(error)),
            None => return (done, outcome),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn never_more_run_than_allowed_and_none_begins_after_a_failure() {
        let (under_way, begun) = (Mutex::new(0), Mutex::new(Vec::new()));
        let run = |number: usize| {
            let (under_way, begun) = (&under_way, &begun);
            async move {
                begun.lock().unwrap().push(number);
                *under_way.lock().unwrap() += 1;
                assert!(*under_way.lock().unwrap() <= 3);
                tokio::task::yield_now().await;
                *under_way.lock().unwrap() -= 1;
                if number == 4 { Err(number) } else { Ok(number) }
            }
        };
        let (mut done, outcome) = few_at_once(3, (0..20).map(run)).await;
        done.push(4);
        done.sort_unstable();
        assert_eq!(outcome, Err(4));
        assert_eq!(done, *begun.lock().unwrap());
        assert!(done.len() < 20);
    }
}

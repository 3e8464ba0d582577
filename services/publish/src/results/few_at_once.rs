//! Requests to the store, side by side.

use futures::stream::{FuturesUnordered, StreamExt};

/// Enough that a slow store does not cost one round trip per object, and few enough not to flood it.
const AT_ONCE: usize = 8;

/// Runs a few at once. After the first failure it starts no more, but waits for those in progress: a put whose future is
/// dropped may still reach the store, and would overwrite a later one. Returns the results, and the first failure.
pub(super) async fn few_at_once<T, E>(
    all: impl IntoIterator<Item = impl Future<Output = Result<T, E>>>,
) -> (Vec<T>, Result<(), E>) {
    let (mut waiting, mut under_way) = (all.into_iter(), FuturesUnordered::new());
    let (mut done, mut outcome) = (Vec::new(), Ok(()));
    loop {
        while outcome.is_ok() && under_way.len() < AT_ONCE {
            match waiting.next() {
                Some(next) => under_way.push(next),
                None => break,
            }
        }
        match under_way.next().await {
            Some(Ok(one)) => done.push(one),
            Some(Err(error)) => outcome = outcome.and(Err(error)),
            None => return (done, outcome),
        }
    }
}

//! Limits concurrent requests: in total, and for one token to its share, so that a token with slow requests cannot hold all
//! permits.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};
use tokio::time::{Instant, timeout_at};

use crate::limits::Limits;
use crate::tokens::Tokens;

pub(crate) struct Concurrency {
    all: Semaphore,
    share: usize,
    wait: Duration,
    /// By token name, for the tokens that have sent anything.
    shares: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// A permit to run a request, held until it is dropped.
#[derive(Debug)]
pub(crate) struct Permit<'a> {
    _of_share: OwnedSemaphorePermit,
    _of_all: SemaphorePermit<'a>,
}

/// Why a request got no permit in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Busy {
    /// The token uses all of its share.
    Token,
    /// All permits are in use.
    Service,
}

impl Concurrency {
    pub(crate) fn new(limits: &Limits) -> Self {
        let count = |concurrency: usize| concurrency.clamp(1, Semaphore::MAX_PERMITS);
        Concurrency {
            all: Semaphore::new(count(limits.max_in_flight)),
            share: count(limits.share_in_flight()),
            wait: Duration::from_secs(limits.max_wait_seconds),
            shares: Mutex::default(),
        }
    }

    /// Waits for a permit. Takes one of the token's share first: a request that waits for its share blocks no other token.
    pub(crate) async fn take(&self, token: &str) -> Result<Permit<'_>, Busy> {
        let deadline = Instant::now() + self.wait;
        let share = {
            let mut shares = self.shares();
            let made = || Arc::new(Semaphore::new(self.share));
            shares.entry(token.to_owned()).or_insert_with(made).clone()
        };
        let of_share = timeout_at(deadline, share.acquire_owned()).await;
        let of_share = of_share.ok().and_then(Result::ok).ok_or(Busy::Token)?;
        let of_all = timeout_at(deadline, self.all.acquire()).await;
        Ok(Permit {
            _of_share: of_share,
            _of_all: of_all.ok().and_then(Result::ok).ok_or(Busy::Service)?,
        })
    }

    /// The most permits that a token may hold at a time.
    pub(crate) fn share(&self) -> usize {
        self.share
    }

    /// Forgets tokens that no longer exist.
    pub(crate) fn forget_all_but(&self, tokens: &Tokens) {
        let names: HashSet<&str> = tokens.names().collect();
        self.shares()
            .retain(|name, _| names.contains(name.as_str()));
    }

    fn shares(&self) -> MutexGuard<'_, HashMap<String, Arc<Semaphore>>> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn concurrency(max_in_flight: usize, max_in_flight_per_token: Option<usize>) -> Concurrency {
        Concurrency::new(&Limits {
            max_in_flight,
            max_in_flight_per_token,
            ..Limits::default()
        })
    }

    #[test]
    fn a_share_is_half_of_all_turns_unless_configured() {
        let check = |all, limit, wanted| assert_eq!(concurrency(all, limit).share, wanted);
        check(8, None, 4);
        check(3, None, 2);
        check(1, None, 1);
        check(0, None, 1);
        check(8, Some(8), 8);
        check(8, Some(1), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_has_its_share_and_others_have_the_rest() {
        let concurrency = concurrency(3, Some(2));
        let mut slow = vec![
            concurrency.take("slow").await.unwrap(),
            concurrency.take("slow").await.unwrap(),
        ];
        assert_eq!(concurrency.take("slow").await.unwrap_err(), Busy::Token);
        let other = concurrency.take("other").await.unwrap();
        assert_eq!(concurrency.take("third").await.unwrap_err(), Busy::Service);
        drop(other);
        // A request that timed out holds nothing.
        let _third = concurrency.take("third").await.unwrap();
        slow.pop();
        concurrency.take("slow").await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_turn_that_becomes_free_in_time_is_taken() {
        let concurrency = concurrency(2, Some(1));
        let first = concurrency.take("a").await.unwrap();
        let later = async {
            tokio::time::advance(Duration::from_secs(1)).await;
            drop(first);
        };
        let (permit, ()) = tokio::join!(concurrency.take("a"), later);
        assert!(permit.is_ok());
    }
}

//! Limits the rate of a token. Each token has a separate account, so that a token that sends too much does not affect the
//! others.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::limits::Limits;
use crate::tokens::Tokens;

/// The accounts. A request is admitted while its token has credit left, because its size is unknown until it is read. So a
/// token may go into debt by one request, and waits longer afterwards; over time it never sends faster than its rate.
pub(crate) struct RateLimits {
    limit: Option<Limit>,
    /// By token name: when everything that the token has sent would be paid for at its rate.
    due: Mutex<HashMap<String, Instant>>,
}

#[derive(Clone, Copy)]
struct Limit {
    /// The time that one event costs.
    each: Duration,
    /// How far ahead of its rate a token may be.
    ahead: Duration,
}

impl RateLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        let limit = limits.events_per_second.map(|rate| {
            let each = Duration::from_secs(1) / rate.max(1);
            Limit {
                each,
                ahead: each.saturating_mul(limits.burst_events),
            }
        });
        RateLimits {
            limit,
            due: Mutex::default(),
        }
    }

    /// Admits a request and charges it one event; or returns how long the token has to wait.
    pub(crate) fn begin(&self, token: &str, now: Instant) -> Result<(), Duration> {
        let Some(limit) = self.limit else {
            return Ok(());
        };
        let mut accounts = self.accounts();
        let due = accounts.entry(token.to_owned()).or_insert(now);
        let after = (*due).max(now) + limit.each;
        match after.saturating_duration_since(now + limit.ahead) {
            Duration::ZERO => {
                *due = after;
                Ok(())
            }
            wait => Err(wait),
        }
    }

    /// Charges `events` more to a request that was admitted.
    pub(crate) fn charge(&self, token: &str, events: usize, now: Instant) {
        let Some(limit) = self.limit else {
            return;
        };
        let events = u32::try_from(events).unwrap_or(u32::MAX);
        if let Some(due) = self.accounts().get_mut(token) {
            *due = (*due).max(now) + limit.each.saturating_mul(events);
        }
    }

    /// Closes the accounts of tokens that no longer exist.
    pub(crate) fn forget_all_but(&self, tokens: &Tokens) {
        let names: HashSet<&str> = tokens.names().collect();
        self.accounts()
            .retain(|name, _| names.contains(name.as_str()));
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<String, Instant>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate_limits(events_per_second: Option<u32>, burst_events: u32) -> RateLimits {
        RateLimits::new(&Limits {
            events_per_second,
            burst_events,
            ..Limits::default()
        })
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_token_may_send_a_burst_and_then_its_rate() {
        let (rate_limits, start) = (rate_limits(Some(2), 3), Instant::now());
        for _ in 0..3 {
            assert_eq!(rate_limits.begin("a", start), Ok(()));
        }
        assert_eq!(rate_limits.begin("a", start), Err(SECOND / 2));
        assert_eq!(rate_limits.begin("b", start), Ok(()), "another's account");
        assert_eq!(rate_limits.begin("a", start + SECOND / 2), Ok(()));
        assert_eq!(rate_limits.begin("a", start + SECOND / 2), Err(SECOND / 2));
        // The saved credit never exceeds the burst.
        let later = start + SECOND * 3600;
        let sent = (0..100).filter(|_| rate_limits.begin("a", later).is_ok());
        assert_eq!(sent.count(), 3);
    }

    /// 10 a second and 100 at once: a file of 201 rows leaves a debt of 101, so that the next event may come when 102 of
    /// them, at a tenth of a second each, are over.
    #[test]
    fn a_large_request_is_let_in_and_paid_for_afterwards() {
        let (rate_limits, start) = (rate_limits(Some(10), 100), Instant::now());
        assert_eq!(rate_limits.begin("a", start), Ok(()));
        rate_limits.charge("a", 200, start);
        assert_eq!(rate_limits.begin("a", start), Err(SECOND * 102 / 10));
        assert_eq!(rate_limits.begin("a", start + SECOND * 102 / 10), Ok(()));
    }

    #[test]
    fn without_a_rate_no_request_waits() {
        let (rate_limits, start) = (rate_limits(None, 1), Instant::now());
        for _ in 0..1000 {
            assert_eq!(rate_limits.begin("a", start), Ok(()));
            rate_limits.charge("a", usize::MAX, start);
        }
    }

    #[test]
    fn a_charge_beyond_all_bounds_is_only_a_long_wait() {
        let (rate_limits, start) = (rate_limits(Some(1), u32::MAX), Instant::now());
        assert_eq!(rate_limits.begin("a", start), Ok(()));
        rate_limits.charge("a", usize::MAX, start);
        rate_limits.charge("a", usize::MAX, start);
        assert!(rate_limits.begin("a", start).is_err());
    }
}

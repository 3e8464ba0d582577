//! What an answer means, and how long to wait before the next try.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// What follows from an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The receiver has the samples.
    Taken,
    /// It may take them later.
    Again,
    /// It does not accept the credentials.
    Login,
    /// It refuses these samples, or so many at once.
    Refused,
    /// It takes nothing at this address, with these settings: a fault of the configuration, not of the samples.
    Unusable,
}

impl Verdict {
    pub(super) fn of(status: StatusCode) -> Self {
        match status {
            _ if status.is_success() => Verdict::Taken,
            _ if status.is_server_error() => Verdict::Again,
            StatusCode::TOO_MANY_REQUESTS | StatusCode::REQUEST_TIMEOUT => Verdict::Again,
            StatusCode::UNAUTHORIZED => Verdict::Login,
            StatusCode::BAD_REQUEST
            | StatusCode::CONFLICT
            | StatusCode::PAYLOAD_TOO_LARGE
            | StatusCode::UNPROCESSABLE_ENTITY => Verdict::Refused,
            _ => Verdict::Unusable,
        }
    }
}

const FIRST: Duration = Duration::from_secs(1);
const MOST: Duration = Duration::from_secs(60);
/// The longest that a receiver may ask to wait.
const MOST_ASKED: Duration = Duration::from_secs(3600);

/// The pause before the next try: doubled with each, and never shorter than the receiver asks.
pub(super) struct Backoff(Duration);

impl Default for Backoff {
    fn default() -> Self {
        Backoff(FIRST)
    }
}

impl Backoff {
    pub(super) fn next(&mut self, asked: Option<Duration>) -> Duration {
        let wait = self.0;
        self.0 = (wait * 2).min(MOST);
        wait.max(asked.unwrap_or_default().min(MOST_ASKED))
    }
}

/// `Retry-After`, in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    asked(headers.get(RETRY_AFTER)?.to_str().ok()?, Utc::now())
}

fn asked(text: &str, now: DateTime<Utc>) -> Option<Duration> {
    match text.trim().parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text.trim()).ok()?;
            (until.to_utc() - now).to_std().ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let check = |status: u16, expected| {
            let status = StatusCode::from_u16(status).unwrap();
            assert_eq!(Verdict::of(status), expected, "{status}");
        };
        for taken in [200, 204] {
            check(taken, Verdict::Taken);
        }
        for later in [408, 429, 500, 502, 503, 504] {
            check(later, Verdict::Again);
        }
        for refused in [400, 409, 413, 422] {
            check(refused, Verdict::Refused);
        }
        check(401, Verdict::Login);
        for unusable in [301, 307, 403, 404, 405, 415] {
            check(unusable, Verdict::Unusable);
        }
    }

    #[test]
    fn a_pause_doubles_and_is_as_long_as_the_receiver_asks() {
        let mut backoff = Backoff::default();
        let seconds: Vec<u64> = (0..8).map(|_| backoff.next(None).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
        let asked_for = |seconds| Some(Duration::from_secs(seconds));
        assert_eq!(Backoff::default().next(asked_for(30)).as_secs(), 30);
        assert_eq!(backoff.next(asked_for(30)).as_secs(), 60);
        assert_eq!(backoff.next(asked_for(1 << 40)), MOST_ASKED);
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        let check = |text: &str, expected: Option<u64>| {
            assert_eq!(
                asked(text, now).map(|wait| wait.as_secs()),
                expected,
                "{text}"
            );
        };
        check("120", Some(120));
        check("Sun, 22 Nov 2026 10:00:30 GMT", Some(30));
        check("Sun, 22 Nov 2026 09:00:00 GMT", None);
        check("soon", None);
    }
}

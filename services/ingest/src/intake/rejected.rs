//! Records of the topic `rejected`.

use bus::Record;
use chrono::{DateTime, Utc};
use events::{Refusal, Topic};
use serde::Serialize;

use crate::kept::Kept;

/// A key of `rejected` as a number: half the memory of its text, and there may be millions.
pub(crate) fn key_number(key: &str) -> u128 {
    u128::from_str_radix(key, 16).unwrap_or_default()
}

/// The record that takes a key out of `rejected`.
pub(crate) fn tombstone(key: String) -> Record {
    Record {
        topic: Topic::Rejected,
        partition: None,
        key,
        headers: Vec::new(),
        payload: None,
    }
}

/// The record of [`events::RejectedEvent`], with the event as it came and not as it would be written again.
pub(super) fn rejected(
    key: String,
    refusals: &[Refusal],
    event: &Kept,
    by: &str,
    now: DateTime<Utc>,
) -> Record {
    #[derive(Serialize)]
    struct Rejected<'a> {
        refusals: &'a [Refusal],
        received: DateTime<Utc>,
        by: &'a str,
        event: &'a Kept,
    }
    let payload = serde_json::to_vec(&Rejected {
        refusals,
        received: now,
        by,
        event,
    });
    Record {
        topic: Topic::Rejected,
        partition: None,
        key,
        headers: vec![("content-type", "application/json".to_owned())],
        // Nothing here can fail to be written; were it none, it would delete what it is to record.
        payload: Some(payload.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use events::rejected_key;

    use super::*;
    use crate::kept;
    use crate::testing::now;

    #[test]
    fn what_was_refused_is_kept_as_it_came() {
        let check = |kept: Kept, wanted: &str| {
            let record = rejected(rejected_key("s", "1"), &[], &kept, "tester", now());
            let payload = record.payload.unwrap();
            let read: events::RejectedEvent = serde_json::from_slice(&payload).unwrap();
            assert_eq!(
                (read.event.to_string(), read.received),
                (wanted.to_owned(), now())
            );
        };
        check(
            kept::event(r#"{ "b": 1.50, "a": null }"#),
            r#"{"a":null,"b":1.5}"#,
        );
        check(kept::event("{not"), r#""{not""#);
        check(kept::event(r#"{"a":1e999}"#), r#""{\"a\":1e999}""#);
        check(kept::event(r#"["\ud800"]"#), r#""[\"\\ud800\"]""#);
        let deepest = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        check(kept::event(&deepest(126)), &deepest(126));
        check(kept::event(&deepest(127)), &format!("\"{}\"", deepest(127)));
        check(kept::bytes(b"a\xffb"), r#""a\\xffb""#);
        let long = "x".repeat(kept::LONGEST_TEXT + 1);
        check(kept::event(&long), &format!("\"{}\"", &long[1..]));
    }
}

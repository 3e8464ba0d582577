//! Records of the topic `rejected`.

use std::collections::HashSet;

use bus::Record;
use chrono::{DateTime, Utc};
use events::{Refusal, Topic, rejected_key};
use serde::Serialize;

use crate::identity::{Identity, rejected_names};
use crate::rejected::payload::RejectedPayload;

/// A key of `rejected` as a number: it needs half the memory of the text, and there may be millions.
pub(crate) fn key_number(key: &str) -> u128 {
    u128::from_str_radix(key, 16).unwrap_or_default()
}

/// The record that deletes a key from `rejected`.
pub(crate) fn tombstone(key: String) -> Record {
    Record {
        topic: Topic::Rejected,
        partition: None,
        key,
        headers: Vec::new(),
        payload: None,
    }
}

/// The keys to delete from `rejected`: those of events that a request brought and that were accepted, unless the same request
/// refused them again. An event without bad values deletes the bad values that it had before.
pub(crate) fn resolved_rejections(
    taken: &[(usize, Identity)],
    refused: &[(usize, u128)],
    keys: &HashSet<u128>,
) -> Vec<(u128, String)> {
    if keys.is_empty() {
        return Vec::new();
    }
    let mut gone = Vec::new();
    for (index, identity) in taken {
        for (source, id) in rejected_names(identity) {
            let key = rejected_key(&source, &id);
            let number = key_number(&key);
            let is_refused = |(at, refused): &(usize, u128)| *refused == number && at >= index;
            if keys.contains(&number) && !refused.iter().any(is_refused) {
                gone.push((number, key));
            }
        }
    }
    gone
}

/// The record of [`events::RejectedEvent`], with the event as received and not serialised again.
pub(crate) fn rejected(
    (source, id): (&str, &str),
    refusals: &[Refusal],
    event: &RejectedPayload,
    by: &str,
    now: DateTime<Utc>,
) -> Record {
    #[derive(Serialize)]
    struct Rejected<'a> {
        refusals: &'a [Refusal],
        received: DateTime<Utc>,
        by: &'a str,
        source: &'a str,
        id: &'a str,
        event: &'a RejectedPayload,
    }
    let payload = serde_json::to_vec(&Rejected {
        refusals,
        received: now,
        by,
        source,
        id,
        event,
    });
    Record {
        topic: Topic::Rejected,
        partition: None,
        key: rejected_key(source, id),
        headers: vec![("content-type", "application/json".to_owned())],
        // Serialising these fields cannot fail; without a payload, the record would delete what it should report.
        payload: Some(payload.unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::bad_values_of;
    use crate::rejected::payload;
    use crate::testing::now;

    #[test]
    fn bad_values_leave_rejected_once_the_event_comes_without_them() {
        let event = ("s".to_owned(), "1".to_owned());
        let values = bad_values_of(&event);
        let number = |(source, id): &Identity| key_number(&rejected_key(source, id));
        let check = |refused: &[(usize, u128)], known: &[&Identity], wanted: &[&Identity]| {
            let known = known.iter().map(|identity| number(identity)).collect();
            let gone = resolved_rejections(&[(3, event.clone())], refused, &known);
            let gone: Vec<_> = gone.into_iter().map(|(number, _)| number).collect();
            let wanted = wanted.iter().map(|identity| number(identity));
            assert_eq!(gone, wanted.collect::<Vec<_>>());
        };
        check(&[], &[], &[]);
        check(&[], &[&event, &values], &[&event, &values]);
        // It arrives with bad values again, and then without; or the other way round.
        check(&[(3, number(&values))], &[&event, &values], &[&event]);
        check(&[(2, number(&values))], &[&values], &[&values]);
        check(&[(4, number(&values))], &[&values], &[]);
    }

    #[test]
    fn a_refused_event_is_kept_as_received() {
        let check = |kept: RejectedPayload, wanted: &str| {
            let record = rejected(("s", "1"), &[], &kept, "tester", now());
            let payload = record.payload.unwrap();
            let read: events::RejectedEvent = serde_json::from_slice(&payload).unwrap();
            assert_eq!(
                (read.event.to_string(), read.received),
                (wanted.to_owned(), now())
            );
        };
        check(
            payload::event(r#"{ "b": 1.50, "a": null }"#),
            r#"{"a":null,"b":1.5}"#,
        );
        check(payload::event("{not"), r#""{not""#);
        check(payload::event(r#"{"a":1e999}"#), r#""{\"a\":1e999}""#);
        check(payload::event(r#"["\ud800"]"#), r#""[\"\\ud800\"]""#);
        let deepest = |levels| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        check(payload::event(&deepest(126)), &deepest(126));
        check(
            payload::event(&deepest(127)),
            &format!("\"{}\"", deepest(127)),
        );
        check(payload::bytes(b"a\xffb"), r#""a\\xffb""#);
        let long = "x".repeat(payload::LONGEST_TEXT + 1);
        check(payload::event(&long), &format!("\"{}\"", &long[1..]));
    }
}

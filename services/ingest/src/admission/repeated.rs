//! Events that occur twice in one request.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use chrono::{DateTime, Utc};
use events::{Event, Refusal, Rule};

use crate::decode::schema;
use crate::rules::Fault;

/// The accepted events of a request, by a hash of source, id and time. Only the hash is kept, because nearly all events occur
/// once.
pub(super) struct Repeated<'a> {
    items: &'a [&'a str],
    accepted: HashMap<u64, usize>,
    hasher: RandomState,
}

impl<'a> Repeated<'a> {
    pub(super) fn new(items: &'a [&'a str]) -> Self {
        Repeated {
            items,
            accepted: HashMap::with_capacity(items.len()),
            hasher: RandomState::new(),
        }
    }

    /// Refuses an event that contradicts an accepted event with the same source, id and time. With a later time it is a
    /// revision, and with the same content it adds nothing.
    pub(super) fn judge(&self, event: &Event) -> Result<(), Refusal> {
        let first = self.accepted.get(&self.hash(event));
        let first = first.and_then(|index| schema::read(self.items.get(*index)?).ok());
        let contradicts = |first: &Event| name(first) == name(event) && first.data != event.data;
        if !first.as_ref().is_some_and(contradicts) {
            return Ok(());
        }
        let hint = "an earlier event of this request has this source, id and time and other content, and stands; give a \
                    correction a later time, and another event an id of its own";
        Err(Fault::new(Rule::Conflict, hint).at("/id", &event.id))
    }

    /// Records that the event at this place of the request is accepted.
    pub(super) fn accepted(&mut self, index: usize, event: &Event) {
        self.accepted.entry(self.hash(event)).or_insert(index);
    }

    fn hash(&self, event: &Event) -> u64 {
        self.hasher.hash_one(name(event))
    }
}

fn name(event: &Event) -> (&str, &str, DateTime<Utc>) {
    (&event.source, &event.id, event.time)
}

//! Events that come twice in one request.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use chrono::{DateTime, Utc};
use events::{Data, Event, Refusal, Rule};

use crate::rules::Fault;

/// What the events of a request said so far, by source, id and time.
#[derive(Default)]
pub(super) struct Repeated {
    said: HashMap<(String, String, DateTime<Utc>), Data>,
}

impl Repeated {
    /// Refuses an event that says something else than an earlier one of its source, id and time. With a later time it is a
    /// revision, and with the same content it adds nothing.
    pub(super) fn judge(&mut self, event: &Event) -> Result<(), Refusal> {
        let name = (event.source.clone(), event.id.clone(), event.time);
        match self.said.entry(name) {
            Entry::Vacant(free) => {
                free.insert(event.data.clone());
                Ok(())
            }
            Entry::Occupied(said) if *said.get() == event.data => Ok(()),
            Entry::Occupied(_) => {
                let mend = "an earlier event of this request has this source, id and time and other content, and stands; \
                            give a correction a later time, and another event an id of its own";
                Err(Fault::new(Rule::Conflict, mend).at("/id", &event.id))
            }
        }
    }
}

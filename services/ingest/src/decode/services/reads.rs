//! Messages with reads of registers.

use chrono::{DateTime, Utc};
use events::{Refusal, Rule};

use super::Service;
use super::path::Element;
use crate::decode::register_reads::{Arrival, Fields, RegisterRead, reads_of_parts};
use crate::rules::Fault;

impl Service {
    /// The reads of a message that arrived now; none of a message that the description says has none.
    pub(crate) fn reads(
        &self,
        message: &Fields<'_>,
        now: DateTime<Utc>,
    ) -> Result<Vec<RegisterRead>, Refusal> {
        let arrival = Arrival {
            topic: None,
            at: now,
        };
        let reads = reads_of_parts(self.description.registers(), message, arrival)?;
        let mut without = self.description.without_reads.iter();
        if reads.is_empty() && !without.any(|place| message.is_there(place)) {
            let hint = format!(
                "this is no message of {}: it has no register, {}",
                self.name,
                Element::root(message.value()).instead()
            );
            return Err(Fault::new(Rule::Schema, hint).at("", "no register"));
        }
        Ok(reads)
    }
}

//! Messages that hold several registers, or now one register and now another.

use events::Refusal;
use serde::Deserialize;

use super::description::{RegisterPayload, pointer_is_wrong};
use super::{Arrival, Fields, RegisterRead, read};

/// A register that a message may hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegisterPart {
    /// A place that messages with this register have, as a JSON pointer; without it, every message has the register.
    #[serde(rename = "where")]
    present: Option<String>,
    /// A place that messages with this register do not have.
    unless: Option<String>,
    /// Whether a register that shows 0 is left out: the meter has none.
    #[serde(default)]
    zero_is_none: bool,
    /// Where its read stands.
    read: RegisterPayload,
}

impl RegisterPart {
    /// What is wrong with it in a message that came without a topic, if anything is.
    pub(crate) fn wrong(&self) -> Option<String> {
        if self.read.meter_level.is_some() {
            return Some(
                "meter_level: a message by HTTP has no topic; use meter_pointer".to_owned(),
            );
        }
        if self.read.time.is_none() {
            return Some(
                "time: where the time of the read stands, which a message that is sent again keeps"
                    .to_owned(),
            );
        }
        pointer_is_wrong("where", self.present.as_deref())
            .or_else(|| pointer_is_wrong("unless", self.unless.as_deref()))
            .or_else(|| self.read.wrong())
    }

    fn is_in(&self, fields: &Fields<'_>) -> bool {
        let has = |place: &Option<String>| place.as_deref().map(|place| fields.is_there(place));
        has(&self.present) != Some(false) && has(&self.unless) != Some(true)
    }
}

/// The reads that a message holds. None if it has no place where one of these registers would be.
pub(crate) fn reads_of_parts(
    parts: &[RegisterPart],
    fields: &Fields<'_>,
    arrival: Arrival<'_>,
) -> Result<Vec<RegisterRead>, Refusal> {
    let mut reads = Vec::new();
    for part in parts.iter().filter(|part| part.is_in(fields)) {
        let found = read(&part.read, fields, arrival)?;
        if found.value != 0 || !part.zero_is_none {
            reads.push(found);
        }
    }
    Ok(reads)
}

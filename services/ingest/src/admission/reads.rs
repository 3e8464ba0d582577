//! Judges messages with reads of registers: the half-hours that they make known are judged like events.

use events::{Refusal, Rule};
use serde_json::Value;

use crate::admission::authorize::may_read;
use crate::admission::file::{file_identity, payload_element, row_identity};
use crate::admission::{AdmissionContext, BatchOutcome, Refused, admit};
use crate::decode::register_reads::{Fields, RegisterRead};
use crate::decode::services::{Service, parse};
use crate::last_reads::{Changed, Registers, take};
use crate::rules::Fault;

/// Messages as they were posted.
pub(crate) struct PostedReads<'a> {
    pub(crate) service: &'a Service,
    pub(crate) text: &'a str,
    /// The SHA-256 of the text, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// The source of their half-hours.
    pub(crate) source: &'a str,
    pub(crate) known: &'a Registers,
    /// How many messages a request may hold.
    pub(crate) most: usize,
}

/// Judges a message, or an array of them, in their order. Fails if the payload is neither. Counts are of messages; one of which a
/// half-hour is refused counts as refused, although its read was taken.
pub(crate) fn admit_reads(
    posted: &PostedReads<'_>,
    context: &AdmissionContext<'_>,
) -> Result<(BatchOutcome, Changed), Refusal> {
    let root = parse(posted.text)?;
    let messages = match &root {
        Value::Array(messages) => messages.as_slice(),
        message => std::slice::from_ref(message),
    };
    if messages.len() > posted.most {
        let hint = format!(
            "a request holds at most {} messages; send them in parts",
            posted.most
        );
        return Err(Fault::new(Rule::TooLarge, hint).at("", format!("{} messages", messages.len())));
    }
    let mut changed = Changed::default();
    let (mut events, mut message_of, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (index, message) in messages.iter().enumerate() {
        let taken = posted.reads(message, context).and_then(|reads| {
            take(
                posted.source,
                reads,
                posted.known,
                &context.bounds,
                &mut changed,
            )
        });
        match taken {
            Ok((_, more)) => {
                message_of.extend(std::iter::repeat_n(index, more.len()));
                events.extend(more);
            }
            Err(refusal) => {
                let pointer = match root.is_array() {
                    true => format!("/{index}"),
                    false => String::new(),
                };
                refused.push(posted.refused(index, &pointer, message, refusal));
            }
        }
    }
    let items: Vec<&str> = events.iter().map(String::as_str).collect();
    let mut outcome = admit(&items, context);
    let mut last = None;
    for one in &mut outcome.refused {
        one.index = message_of.get(one.index).copied().unwrap_or_default();
        one.count = usize::from(last.replace(one.index) != Some(one.index));
    }
    for note in &mut outcome.notes {
        note.index = message_of.get(note.index).copied().unwrap_or_default();
    }
    outcome.refused.extend(refused);
    outcome.refused.sort_by_key(|one| one.index);
    let refused: usize = outcome.refused.iter().map(|one| one.count).sum();
    outcome.received = messages.len();
    outcome.accepted = messages.len() - refused;
    Ok((outcome, changed))
}

impl PostedReads<'_> {
    /// The reads of a message, all of meters that the token covers at that time: a read that it must not send would come before
    /// the true ones.
    fn reads(
        &self,
        message: &Value,
        context: &AdmissionContext<'_>,
    ) -> Result<Vec<RegisterRead>, Refusal> {
        let token = context.authority.token()?;
        let reads = self.service.reads(&Fields::of(message), context.now)?;
        for read in &reads {
            may_read(&read.meter, read.at, token, context.register)?;
        }
        Ok(reads)
    }

    fn refused(&self, index: usize, pointer: &str, message: &Value, refusal: Refusal) -> Refused {
        let name = &self.service.name;
        Refused {
            index,
            count: 1,
            identity: Some(row_identity(file_identity(name, self.sha256, None), index)),
            event: payload_element(name, pointer, &message.to_string()),
            refusals: vec![Refusal {
                pointer: format!("{pointer}{}", refusal.pointer),
                ..refusal
            }],
            sha256: None,
        }
    }
}

#[cfg(test)]
mod tests;

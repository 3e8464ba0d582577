//! Limits what is kept of a refused event: all of it, unless it is larger than a record may be.

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// A longer text cannot be a valid event and is not even parsed: the longest valid event has a tenth of this size.
pub(crate) const LONGEST_EVENT: usize = 1 << 20;
/// A longer event is kept as truncated text, because no record may be larger than the broker accepts.
const LONGEST_WHOLE: usize = 256 << 10;
/// The most bytes kept of text that is not an event.
pub(crate) const LONGEST_TEXT: usize = 64 << 10;

/// JSON in a record, unchanged as received.
pub(crate) type RejectedPayload = Box<RawValue>;

/// An event as received, byte for byte, if it is JSON that every reader of the record can read; otherwise as text.
pub(crate) fn event(came: &str) -> RejectedPayload {
    let whole = (came.len() <= LONGEST_WHOLE && is_readable(came))
        .then(|| RawValue::from_string(came.to_owned()).ok());
    whole.flatten().unwrap_or_else(|| text(came))
}

/// Whether every reader can parse the JSON. Its grammar allows numbers too large for any reader, halves of characters and
/// unlimited nesting; with one of them, the whole record could not be read again. Parsed inside an array, because the record
/// adds one level of nesting.
fn is_readable(came: &str) -> bool {
    serde_json::from_str::<[Value; 1]>(&format!("[{came}]")).is_ok()
}

/// Text, truncated.
pub(crate) fn text(came: &str) -> RejectedPayload {
    json(&came[..came.floor_char_boundary(LONGEST_TEXT)])
}

/// Bytes as text: bytes that are not UTF-8 are written `\xNN`, so that they stay visible.
pub(crate) fn bytes(came: &[u8]) -> RejectedPayload {
    let mut readable = String::new();
    for chunk in came[..came.len().min(LONGEST_TEXT)].utf8_chunks() {
        readable.push_str(chunk.valid());
        readable.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    text(&readable)
}

/// Anything as JSON.
pub(crate) fn json(value: &(impl serde::Serialize + ?Sized)) -> RejectedPayload {
    to_raw_value(value).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

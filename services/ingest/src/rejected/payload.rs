//! What is kept of what was refused: all of it, unless it is larger than a record may be.

use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

/// An event longer than this is none of ours, and is not even parsed: the longest there can be has a tenth of it.
pub(crate) const LONGEST_EVENT: usize = 1 << 20;
/// An event longer than this is kept as text that is cut: no record may be larger than the broker takes.
const LONGEST_WHOLE: usize = 256 << 10;
/// What is kept of text that is no event.
pub(crate) const LONGEST_TEXT: usize = 64 << 10;

/// JSON that stands in a record as it came.
pub(crate) type RejectedPayload = Box<RawValue>;

/// An event as it came, byte for byte, if it is JSON that every reader of the record can read; else as text.
pub(crate) fn event(came: &str) -> RejectedPayload {
    let whole = (came.len() <= LONGEST_WHOLE && is_readable(came))
        .then(|| RawValue::from_string(came.to_owned()).ok());
    whole.flatten().unwrap_or_else(|| text(came))
}

/// JSON's grammar allows numbers no reader can hold, halves of characters and nesting without end: one of them, and the
/// whole record could not be read again. Read inside an array, because the record nests it once more.
fn is_readable(came: &str) -> bool {
    serde_json::from_str::<[Value; 1]>(&format!("[{came}]")).is_ok()
}

/// Text, cut.
pub(crate) fn text(came: &str) -> RejectedPayload {
    json(&came[..came.floor_char_boundary(LONGEST_TEXT)])
}

/// Bytes as text: what is not UTF-8 is written `\xNN`, so that it can be seen what stood there.
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

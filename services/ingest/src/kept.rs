//! What is kept of what was refused: all of it, unless it is larger than a record may be.

use serde_json::Value;

/// An event larger than this is kept as text that is cut.
const LARGEST_EVENT: usize = 256 << 10;
/// What is kept of text that is no event.
pub(crate) const LONGEST_TEXT: usize = 64 << 10;

/// An event as it came: as JSON if it is any, else as text.
pub(crate) fn event(text: &str, parsed: Option<Value>) -> Value {
    match parsed {
        Some(event) if text.len() <= LARGEST_EVENT => event,
        _ => Value::String(cut(text).to_owned()),
    }
}

/// Bytes as text: what is not UTF-8 is written `\xNN`, so that it can be seen what stood there.
pub(crate) fn bytes(bytes: &[u8]) -> Value {
    let mut text = String::new();
    for chunk in bytes[..bytes.len().min(LONGEST_TEXT)].utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&chunk.invalid().escape_ascii().to_string());
    }
    Value::String(cut(&text).to_owned())
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_TEXT)]
}

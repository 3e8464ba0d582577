//! One structured event: what the types take, its schema takes too, and written again it is the same.

use events::Event;
use ingest::fuzzing::fits_schema;

pub fn event(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let Ok(event) = Event::parse(text) else {
        return;
    };
    let value = serde_json::from_str(text).expect("JSON");
    assert_eq!(fits_schema(&value), Some(true), "its schema refuses it");
    let written = event.to_json().expect("JSON");
    let again = Event::parse(&written).expect("what was written can be read");
    assert_eq!(again, event);
    assert_eq!(again.to_json().expect("JSON"), written);
    let written = serde_json::from_str(&written).expect("JSON");
    assert_eq!(
        fits_schema(&written),
        Some(true),
        "its schema refuses what is written"
    );
}

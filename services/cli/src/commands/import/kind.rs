//! What a file holds.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// CloudEvents, one a line.
    Events,
    /// An answer of NESO's Carbon Intensity API.
    Grid,
    /// A supplier's file of readings.
    Readings,
}

impl Kind {
    /// What a file holds: what the command line says, else what its beginning shows. No supplier's file begins like JSON.
    pub fn of(named: Option<&str>, bytes: &[u8]) -> Self {
        match named {
            Some("events") => return Kind::Events,
            Some("neso") => return Kind::Grid,
            Some(_) => return Kind::Readings,
            None => {}
        }
        match is_json(bytes) {
            true if is_grid(bytes) => Kind::Grid,
            true => Kind::Events,
            false => Kind::Readings,
        }
    }
}

/// Whether a file begins like JSON.
pub(super) fn is_json(bytes: &[u8]) -> bool {
    let mut text = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    text.next() == Some(&b'{')
}

/// Whether the file begins with an object that has `data` like an answer of the API, and not the attributes of an event.
fn is_grid(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Beginning {
        specversion: Option<IgnoredAny>,
        id: Option<IgnoredAny>,
        data: Option<IgnoredAny>,
    }
    let mut values = serde_json::Deserializer::from_slice(bytes).into_iter::<Beginning>();
    let first = values.next().and_then(Result::ok);
    first.is_some_and(|first| {
        first.data.is_some() && first.specversion.is_none() && first.id.is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_shows_by_its_beginning_what_it_holds() {
        let check = |text: &str, named: Option<&str>, wanted| {
            assert_eq!(Kind::of(named, text.as_bytes()), wanted, "{text}");
        };
        let event = r#"{"specversion":"1.0","id":"1","data":{}}"#;
        check(&format!("{event}\n{event}"), None, Kind::Events);
        check("\n  {\"data\":[{\"from\":1}]}\n", None, Kind::Grid);
        check("{\n\"data\": {\"regionid\": 13}}", None, Kind::Grid);
        check("{not json", None, Kind::Events);
        check(r#"{"type":"x"}"#, None, Kind::Events);
        check("MPAN,Date", None, Kind::Readings);
        check("", None, Kind::Readings);
        check(event, Some("neso"), Kind::Grid);
        check(event, Some("stark"), Kind::Readings);
        check("x", Some("events"), Kind::Events);
    }
}

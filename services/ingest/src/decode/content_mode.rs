//! Splits a body into its events, each as text: the first read finds their ends, the second parses them.

use std::borrow::Cow;
use std::fmt;

use events::{Refusal, Rule};
use serde::de::{DeserializeSeed, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::rules::Fault;

/// How the events of a body are packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ContentMode {
    /// One structured CloudEvent.
    One,
    /// A JSON array of them.
    Batch,
    /// One on each line.
    Lines,
    /// The data alone; the attributes came as headers.
    Binary(Vec<(String, String)>),
}

/// The body as text of structured events: attributes that binary mode put into headers return to their place in the event.
pub(crate) fn structured<'a>(
    content_mode: &ContentMode,
    text: &'a str,
) -> Result<Cow<'a, str>, Refusal> {
    let ContentMode::Binary(attributes) = content_mode else {
        return Ok(Cow::Borrowed(text));
    };
    let data: &RawValue = serde_json::from_str(text).map_err(|error| not_json(&error, text))?;
    let mut event = String::with_capacity(text.len() + 256);
    event.push('{');
    for (name, value) in attributes {
        let pair = [name, value].map(|text| serde_json::Value::from(text.as_str()).to_string());
        event.push_str(&format!("{}:{},", pair[0], pair[1]));
    }
    event.push_str("\"data\":");
    event.push_str(data.get());
    event.push('}');
    Ok(Cow::Owned(event))
}

/// Splits a body into its events, at most `most`.
pub(crate) fn split<'a>(
    content_mode: &ContentMode,
    text: &'a str,
    most: usize,
) -> Result<Vec<&'a str>, Refusal> {
    if text.trim_ascii().is_empty() {
        return Err(Fault::new(Rule::Unreadable, "send at least one event").at("", "an empty body"));
    }
    let items = match content_mode {
        ContentMode::One | ContentMode::Binary(_) => vec![text],
        ContentMode::Lines => text
            .lines()
            .map(str::trim_ascii)
            .filter(|line| !line.is_empty())
            .take(most.saturating_add(1))
            .collect(),
        ContentMode::Batch => batch(text, most).map_err(|error| not_json(&error, text))?,
    };
    if items.len() > most {
        let hint = format!("one request holds at most {most} events; send them in parts");
        return Err(Fault::new(Rule::TooLarge, hint).at("", format!("more than {most} events")));
    }
    Ok(items)
}

fn not_json(error: &serde_json::Error, text: &str) -> Refusal {
    Fault::new(Rule::Unreadable, format!("send JSON in UTF-8; {error}")).at("", text.trim_ascii())
}

/// The elements of a JSON array; if it has more than `most`, `most` plus one.
fn batch(text: &str, most: usize) -> Result<Vec<&str>, serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let items = Elements { most }.deserialize(&mut reader)?;
    reader.end()?;
    Ok(items)
}

/// Counts while it reads, so that an array of a million zeros does not become a million pieces.
struct Elements {
    most: usize,
}

impl<'de> DeserializeSeed<'de> for Elements {
    type Value = Vec<&'de str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Elements {
    type Value = Vec<&'de str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while items.len() <= self.most {
            match elements.next_element::<&'de RawValue>()? {
                Some(item) => items.push(item.get()),
                None => return Ok(items),
            }
        }
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(content_mode: &ContentMode, text: &str, wanted: Result<&[&str], Rule>) {
        let found = structured(content_mode, text).and_then(|text| {
            split(content_mode, &text, 3).map(|items| {
                items
                    .iter()
                    .map(|item| (*item).to_owned())
                    .collect::<Vec<_>>()
            })
        });
        let found = found
            .as_ref()
            .map(Vec::as_slice)
            .map_err(|refusal| refusal.rule);
        assert_eq!(
            found.map(|items| items.iter().map(String::as_str).collect()),
            wanted.map(<[&str]>::to_vec)
        );
    }

    #[test]
    fn a_body_is_split_into_its_events() {
        check(&ContentMode::One, "{}", Ok(&["{}"]));
        check(
            &ContentMode::Batch,
            r#"[{"a":1}, 2 ]"#,
            Ok(&[r#"{"a":1}"#, "2"]),
        );
        check(&ContentMode::Batch, "[]", Ok(&[]));
        check(&ContentMode::Batch, "[1,2,3,4,5]", Err(Rule::TooLarge));
        check(&ContentMode::Batch, "[1,2", Err(Rule::Unreadable));
        check(&ContentMode::Batch, "{}", Err(Rule::Unreadable));
        check(&ContentMode::Lines, "{}\r\n\n {\n", Ok(&["{}", "{"]));
        check(&ContentMode::Lines, "1\n2\n3\n4", Err(Rule::TooLarge));
        check(&ContentMode::Lines, "\n", Err(Rule::Unreadable));
        let binary = ContentMode::Binary(vec![("id".to_owned(), "a\"b".to_owned())]);
        check(&binary, " [1] ", Ok(&[r#"{"id":"a\"b","data":[1]}"#]));
        check(&binary, r#"1},"x":{"#, Err(Rule::Unreadable));
    }
}

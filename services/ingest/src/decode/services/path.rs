//! Paths to what a payload holds: JSON pointers in which `*` stands for every element of an array. A path that does not begin
//! with `/` begins at the row.

use events::{Refusal, Rule};
use serde::Deserialize;
use serde_json::Value;

use crate::rules::Fault;

/// The most keys that a refusal names.
const NAMED: usize = 8;

/// The most rows of a payload: a year of quarter-hours of five meters has 175,200.
const MOST_ROWS: usize = 200_000;

/// A path, such as `/devices/*/values/*`, or `weight/amount` of a row.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Path {
    text: String,
    is_absolute: bool,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Key(String),
    Every,
}

/// Where a path led to.
#[derive(Debug, Clone)]
pub(crate) struct Element<'v> {
    pub(crate) value: &'v Value,
    /// The pointer to it.
    pub(crate) pointer: String,
    /// Its place in each array that was passed, from the outermost on.
    places: Vec<usize>,
}

impl TryFrom<String> for Path {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let is_absolute = text.starts_with('/');
        let inner = text.strip_prefix('/').unwrap_or(&text);
        let step = |name: &str| match name {
            "" => Err(format!("a path has a name between slashes; got {text:?}")),
            "*" => Ok(Step::Every),
            name if name.contains('~') => {
                Err(format!("a path cannot pass a name with ~; got {text:?}"))
            }
            name => Ok(Step::Key(name.to_owned())),
        };
        let steps = inner.split('/').map(step).collect::<Result<_, _>>()?;
        Ok(Path {
            steps,
            is_absolute,
            text,
        })
    }
}

impl Path {
    /// The path as it is written.
    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it begins at the payload and not at the row.
    pub(crate) fn is_absolute(&self) -> bool {
        self.is_absolute
    }

    /// Whether it passes an array.
    pub(crate) fn is_of_every(&self) -> bool {
        self.steps.contains(&Step::Every)
    }

    /// The first name of a path that begins at the row.
    pub(crate) fn first_name(&self) -> &str {
        match self.steps.first() {
            Some(Step::Key(name)) => name,
            _ => "",
        }
    }

    /// Every element that it leads to, from `from`. Fails where a name is missing or is no array.
    pub(crate) fn every<'v>(&self, from: &Element<'v>) -> Result<Vec<Element<'v>>, Refusal> {
        let mut found = vec![from.clone()];
        for step in &self.steps {
            let mut next = Vec::new();
            for element in found {
                match step {
                    Step::Key(name) => next.push(element.get(name).ok_or_else(|| {
                        let hint = format!("it has no `{name}`, {}", element.instead());
                        Fault::new(Rule::FileRow, hint).at(element.pointer.clone(), "no such name")
                    })?),
                    Step::Every => {
                        let Value::Array(elements) = element.value else {
                            let hint = "here stands an array";
                            let seen = shortened(&text_of(element.value));
                            return Err(
                                Fault::new(Rule::FileRow, hint).at(element.pointer.clone(), seen)
                            );
                        };
                        if next.len() + elements.len() > MOST_ROWS {
                            let hint = format!(
                                "a payload holds at most {MOST_ROWS} rows; ask the service for a shorter time"
                            );
                            let seen = format!("{} rows", next.len() + elements.len());
                            let fault = Fault::new(Rule::TooLarge, hint);
                            return Err(fault.at(element.pointer.clone(), seen));
                        }
                        next.extend((0..elements.len()).filter_map(|at| element.nth(at)));
                    }
                }
            }
            found = next;
        }
        Ok(found)
    }

    /// What it leads to for a row; `None` if a name is missing. Its arrays are passed where the row's path passes them.
    pub(crate) fn of<'v>(&self, root: &'v Value, row: &Element<'v>) -> Option<Element<'v>> {
        let mut element = match self.is_absolute {
            true => Element::root(root),
            false => row.clone(),
        };
        let mut places = row.places.iter();
        for step in &self.steps {
            element = match step {
                Step::Key(name) => element.get(name)?,
                Step::Every => element.nth(*places.next()?)?,
            };
        }
        Some(element)
    }
}

impl<'v> Element<'v> {
    /// The whole payload.
    pub(crate) fn root(value: &'v Value) -> Self {
        Element {
            value,
            pointer: String::new(),
            places: Vec::new(),
        }
    }

    /// What stands at a pointer.
    pub(crate) fn at(value: &'v Value, pointer: String) -> Self {
        Element {
            value,
            pointer,
            places: Vec::new(),
        }
    }

    fn get(&self, name: &str) -> Option<Self> {
        Some(Element {
            value: self.value.as_object()?.get(name)?,
            pointer: format!("{}/{name}", self.pointer),
            places: self.places.clone(),
        })
    }

    fn nth(&self, at: usize) -> Option<Self> {
        let mut places = self.places.clone();
        places.push(at);
        Some(Element {
            value: self.value.as_array()?.get(at)?,
            pointer: format!("{}/{at}", self.pointer),
            places,
        })
    }

    /// Its text, as a cell holds it.
    pub(crate) fn text(&self) -> String {
        text_of(self.value)
    }

    /// What it holds instead of what was looked for, in words.
    pub(crate) fn instead(&self) -> String {
        let Value::Object(object) = self.value else {
            return format!("but is {}", shortened(&text_of(self.value)));
        };
        let named: Vec<_> = object
            .keys()
            .take(NAMED)
            .map(|name| shortened(name))
            .collect();
        match (named.is_empty(), object.len().saturating_sub(NAMED)) {
            (true, _) => "but nothing".to_owned(),
            (_, 0) => format!("but {}", named.join(", ")),
            (_, more) => format!("but {} and {more} more", named.join(", ")),
        }
    }
}

/// A value as the text of a cell: on one line, empty for null.
pub(crate) fn text_of(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.trim().to_owned(),
        other => other.to_string(),
    };
    match text.contains(char::is_control) {
        true => text.replace(char::is_control, " "),
        false => text,
    }
}

/// The beginning of a text, for refusals.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn path(text: &str) -> Path {
        Path::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_path_finds_every_row_and_what_stands_above_and_in_it() {
        let root = json!({"meters": [
            {"type": "A", "values": [{"v": 1}, {"v": {"w": 2}}]},
            {"type": "B", "values": [{"v": null}]},
        ]});
        let rows = path("/meters/*/values/*").every(&Element::root(&root));
        let rows = rows.unwrap();
        let check = |of: &str, wanted: [&str; 3]| {
            let texts = rows.iter().map(|row| path(of).of(&root, row));
            let texts: Vec<_> = texts
                .map(|found| found.map_or("none".to_owned(), |one| one.text()))
                .collect();
            assert_eq!(texts, wanted, "{of}");
        };
        assert_eq!(rows[1].pointer, "/meters/0/values/1");
        check("/meters/*/type", ["A", "A", "B"]);
        check("v", ["1", r#"{"w":2}"#, ""]);
        check("v/w", ["none", "2", "none"]);
        check("other", ["none", "none", "none"]);
    }

    #[test]
    fn what_is_missing_is_named_with_what_stands_instead() {
        let root = json!({"results": {"kWh": 1}});
        let refusal = |text: &str| path(text).every(&Element::root(&root)).unwrap_err();
        assert_eq!(refusal("/values/*").hint, "it has no `values`, but results");
        let no_array = refusal("/results/*");
        assert_eq!(
            (no_array.pointer.as_str(), no_array.seen.as_str()),
            ("/results", r#"{"kWh":1}"#)
        );
        let many = json!({"rows": vec![0; MOST_ROWS + 1]});
        let refused = path("/rows/*").every(&Element::root(&many)).unwrap_err();
        assert_eq!(refused.rule, Rule::TooLarge);
        for wrong in ["", "/", "a//b", "a~b"] {
            assert!(Path::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }
}

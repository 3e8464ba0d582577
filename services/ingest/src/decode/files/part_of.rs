//! What the sender of a part of a large table says of the whole, so that a part is judged as its rows would be within the whole.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::date_order::DayOrder;

/// What a part is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartOf {
    /// The SHA-256 of the whole file, in hexadecimal: it names the events.
    pub sha256: String,
    /// The table's name, where the file is a workbook or an archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The lines of the file's tables before this one.
    #[serde(default)]
    pub lines_before: u32,
    /// The order of day and month in the table's dates, as all its rows settle it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_order: Option<DayOrder>,
    /// The end of the table's latest half-hour that is over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latest: Option<DateTime<Utc>>,
}

impl PartOf {
    /// Reads the header of a request, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let part: PartOf = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let is_sha256 =
            part.sha256.len() == 64 && part.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_sha256 {
            true => Ok(part),
            false => Err("sha256 has 64 hexadecimal digits".to_owned()),
        }
    }
}

/// The character before the number of a line.
const MARK: char = '\u{1e}';

/// The row of a part that says which line of the whole table the next row is.
pub(super) fn mark(line: usize) -> String {
    format!("{MARK}{line}\n")
}

/// The line that a row's only field says of the next row, if it is such a row.
pub(super) fn marked(field: &str) -> Option<usize> {
    let line: u32 = field.strip_prefix(MARK)?.parse().ok()?;
    usize::try_from(line).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_read_back_as_it_was_written() {
        let part = PartOf {
            sha256: "0f".repeat(32),
            table: Some("june.csv".to_owned()),
            lines_before: 12,
            day_order: Some(DayOrder::MonthFirst),
            latest: Some("2026-06-01T00:00:00Z".parse().unwrap()),
        };
        let text = serde_json::to_string(&part).unwrap();
        assert!(text.contains(r#""day_order":"month-first""#), "{text}");
        assert_eq!(PartOf::read(&text), Ok(part));
        let check = |text: &str, part: &str| {
            let error = PartOf::read(text).unwrap_err();
            assert!(error.contains(part), "{error}");
        };
        check(r#"{"sha256":"0f"}"#, "64 hexadecimal digits");
        check(r#"{"sha":"0f"}"#, "unknown field");
        check("part 2 of 3", "expected");
    }

    #[test]
    fn only_a_mark_is_taken_for_a_mark() {
        assert_eq!(marked(mark(17).trim_end()), Some(17));
        assert_eq!(marked("17"), None);
        assert_eq!(marked("\u{1e}x"), None);
    }
}

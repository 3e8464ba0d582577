//! What holds for a whole payload: whether it is of its service, and when it was issued.

use chrono::{DateTime, Utc};
use events::{Refusal, Rule};
use serde_json::Value;

use super::Service;
use super::path::{Element, Path, shortened};
use crate::rules::Fault;

/// The text at a path of the payload, which has to be there.
pub(super) fn at_root(path: &Path, root: &Value) -> Result<String, Refusal> {
    let found = path.every(&Element::root(root))?;
    Ok(found.first().map(Element::text).unwrap_or_default())
}

/// A time with its offset.
pub(super) fn instant(path: &Path, written: &str) -> Result<DateTime<Utc>, Refusal> {
    let read = DateTime::parse_from_rfc3339(written);
    read.map(|time| time.to_utc()).map_err(|_| {
        let hint = "a time with its offset, such as 2026-11-12T15:00:00Z";
        Fault::new(Rule::FileRow, hint).at(path.as_str(), shortened(written))
    })
}

impl Service {
    /// When the service issued a payload, if it says so.
    pub(crate) fn issued(&self, root: &Value) -> Result<Option<DateTime<Utc>>, Refusal> {
        let Some(path) = &self.description.issued else {
            return Ok(None);
        };
        instant(path, &at_root(path, root)?).map(Some)
    }

    /// Fails if the payload is not of this service.
    pub(crate) fn expect(&self, root: &Value) -> Result<(), Refusal> {
        for expect in &self.description.expect {
            let text = at_root(&expect.path, root)?;
            if !expect.values.contains(&text) {
                let hint = format!("here stands {}", expect.values.join(" or "));
                let fault = Fault::new(Rule::FileRow, hint);
                return Err(fault.at(expect.path.as_str(), shortened(&text)));
            }
        }
        Ok(())
    }
}

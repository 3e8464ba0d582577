//! The sources of factors.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The text in the table of factors for a row that was read in the workbook.
const WORKBOOK: &str = "read from the official workbook";
/// The prefix in the table before any other source of a row.
const SECOND_HAND: &str = "second-hand: ";

/// The source of a factor.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "detail", rename_all = "snake_case")]
pub enum FactorSource {
    /// In the official workbook of the UK Government's conversion factors.
    Workbook,
    /// Not in the workbook, but in the source given here.
    Provisional(String),
    /// In the trust's own table, which states its source.
    Own(String),
    /// In a contract, with this proof.
    Contract(String),
}

impl FactorSource {
    /// The source for the table's text about a row; none for a text that the published table never has.
    pub(crate) fn published(text: &str) -> Option<Self> {
        match text.strip_prefix(SECOND_HAND) {
            Some(how) => Some(FactorSource::Provisional(how.to_owned())),
            None => (text == WORKBOOK).then_some(FactorSource::Workbook),
        }
    }
}

impl fmt::Display for FactorSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FactorSource::Workbook => f.write_str(WORKBOOK),
            FactorSource::Provisional(how) => {
                write!(f, "provisional, not from the DESNZ workbook: {how}")
            }
            FactorSource::Own(from) => write!(f, "the trust's own: {from}"),
            FactorSource::Contract(evidence) => f.write_str(evidence),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_table_are_sources() {
        let read = |text| FactorSource::published(text).map(|source| source.to_string());
        assert_eq!(read(WORKBOOK).as_deref(), Some(WORKBOOK));
        let wanted = "provisional, not from the DESNZ workbook: public extracts";
        assert_eq!(
            read("second-hand: public extracts").as_deref(),
            Some(wanted)
        );
        assert_eq!(read("somewhere"), None);
        let written = serde_json::to_string(&FactorSource::Own("a meter".to_owned())).unwrap();
        assert_eq!(written, r#"{"kind":"own","detail":"a meter"}"#);
    }
}

//! What the texts of statuses mean, in files and in payloads of services.

use events::Quality;
use serde::Deserialize;

use super::Emptiness;

/// The texts of a status, by what they mean.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct StatusTexts {
    pub(crate) actual: Vec<String>,
    pub(crate) estimated: Vec<String>,
    pub(crate) spread: Vec<String>,
    pub(crate) missing: Vec<String>,
    /// What an empty status means; without it, a status must not be empty.
    pub(crate) empty: Option<Emptiness>,
}

impl StatusTexts {
    /// Fails unless some text means that values are actual or estimated.
    pub(crate) fn check(&self, key: &str) -> Result<(), String> {
        match self.actual.is_empty() && self.estimated.is_empty() {
            true => Err(format!(
                "{key}: list the texts that mean actual or estimated"
            )),
            false => Ok(()),
        }
    }

    /// What a status means, if the description knows it; a value without quality is missing.
    pub(crate) fn meaning(&self, text: &str) -> Option<Option<Quality>> {
        if text.is_empty() {
            return self.empty.map(|empty| match empty {
                Emptiness::Actual => Some(Quality::Actual),
                Emptiness::Estimated => Some(Quality::Estimated),
                Emptiness::Missing => None,
            });
        }
        let meanings = [
            (&self.actual, Some(Quality::Actual)),
            (&self.estimated, Some(Quality::Estimated)),
            (&self.spread, Some(Quality::Spread)),
            (&self.missing, None),
        ];
        let is_among =
            |texts: &[String]| texts.iter().any(|known| known.eq_ignore_ascii_case(text));
        meanings
            .into_iter()
            .find_map(|(texts, meaning)| is_among(texts).then_some(meaning))
    }

    /// Every text that it knows.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.actual, &self.estimated, &self.spread, &self.missing];
        lists.into_iter().flatten().map(String::as_str)
    }
}

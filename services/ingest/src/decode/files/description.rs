//! The description of a supplier's format, as TOML: which columns hold what. One description per file, each checked when it is
//! read, so that a format that cannot work is never used.

mod check;
mod status_texts;

use std::collections::BTreeMap;

use chrono::TimeDelta;
use events::{Channel, Sent};
use serde::Deserialize;

use super::labels;

pub(crate) use status_texts::StatusTexts;

/// What the rows of a file report; readings, unless it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Kind {
    /// Half-hours of meters.
    Readings,
    /// A row for each collection of waste.
    Waste,
    /// A row for each group and mode of a travel survey.
    TravelSurvey,
    /// A row for each travel initiative.
    TravelInitiative,
}

/// What the files of a description hold; readings, if it does not say.
pub(super) fn kind(text: &str) -> Result<Kind, String> {
    #[derive(Deserialize)]
    struct OfKind {
        kind: Option<Kind>,
    }
    let read = toml::from_str(text);
    let OfKind { kind } =
        read.map_err(|error: toml::de::Error| error.to_string().trim_end().to_owned())?;
    Ok(kind.unwrap_or(Kind::Readings))
}

/// A description as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    #[serde(default, rename = "kind")]
    pub(crate) _kind: Option<Kind>,
    /// One line for people.
    pub(crate) title: String,
    pub(crate) layout: Layout,
    #[serde(default)]
    pub(crate) clock: Clock,
    /// What a time names; needed where there are times.
    pub(crate) label: Option<Label>,
    /// Days added to every day or time, where a row bears another day than its own.
    #[serde(default)]
    pub(crate) shift_days: i64,
    #[serde(default)]
    pub(crate) header: Header,
    pub(crate) meter: Meter,
    pub(crate) date: Option<Date>,
    pub(crate) at: Option<At>,
    pub(crate) period: Option<Period>,
    pub(crate) values: Values,
    pub(crate) unit: Unit,
    #[serde(default)]
    pub(crate) channel: ChannelOf,
    pub(crate) status: Option<Status>,
    /// Rows in which a cell is none of its values are left alone.
    #[serde(default)]
    pub(crate) only: Vec<Only>,
    pub(crate) total: Option<Total>,
}

/// How half-hours stand in rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Layout {
    /// A row for each meter and day, a column for each half-hour.
    #[serde(rename = "row-per-day")]
    Day,
    /// A row for each half-hour, with its time.
    #[serde(rename = "row-per-reading")]
    Reading,
    /// A row for each half-hour, with its day and its number in the day.
    #[serde(rename = "row-per-period")]
    Period,
}

/// What days, times and periods count in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    /// The time of London.
    #[default]
    Local,
    Utc,
}

/// What a time names of its half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Label {
    Start,
    End,
}

/// Further columns, which tell formats apart.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Header {
    /// Whether files of the format have none: columns are named by their numbers, from 1.
    pub(crate) none: bool,
    pub(crate) columns: Vec<String>,
    pub(crate) absent: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meter {
    pub(crate) column: OneOrMore,
    pub(crate) kind: Option<MeterKind>,
}

/// What a meter's number is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum MeterKind {
    Mpan,
    Mprn,
    Serial,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Date {
    pub(crate) column: OneOrMore,
    /// In the notation of strftime: the first that reads a cell counts.
    pub(crate) formats: Vec<String>,
}

/// A time, in one column or in two.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct At {
    pub(crate) column: Option<String>,
    pub(crate) date: Option<String>,
    pub(crate) time: Option<String>,
    pub(crate) formats: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Period {
    pub(crate) column: String,
}

/// The columns of the values: exactly one of `numbered`, `timed`, `from` and `column`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Values {
    pub(crate) numbered: Option<String>,
    pub(crate) timed: Option<String>,
    pub(crate) column: Option<String>,
    /// Without a header: the number of the column of the first half-hour; the others follow.
    pub(crate) from: Option<usize>,
    /// How far apart these columns are; 1 unless stated.
    pub(crate) every: Option<usize>,
    pub(crate) count: Option<usize>,
    /// In the table of a service's payload: the column that says of which quarter of its half-hour alone a value is, 1 or 2.
    #[serde(skip)]
    pub(crate) quarter: Option<String>,
    /// Whether, of times that name the ends of half-hours, midnight stands first and ends the day before.
    #[serde(default)]
    pub(crate) midnight_first: bool,
}

/// The unit of every value, or the column that says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    pub(crate) is: Option<Sent>,
    pub(crate) column: Option<String>,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, Sent>,
}

/// The channel of every value, or the column that says it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ChannelOf {
    pub(crate) is: Option<Channel>,
    pub(crate) column: Option<String>,
    pub(crate) names: BTreeMap<String, Channel>,
    /// Rows with these texts are left alone.
    pub(crate) skip: Vec<String>,
}

/// How values came about: exactly one of `column`, `beside` and `numbered`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {
    /// One for the row.
    pub(crate) column: Option<String>,
    /// The column right after each value.
    pub(crate) beside: Option<String>,
    /// One for each numbered value.
    pub(crate) numbered: Option<String>,
    #[serde(flatten)]
    pub(crate) texts: StatusTexts,
}

/// What empty statuses mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Emptiness {
    Actual,
    Estimated,
    Missing,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Only {
    pub(crate) column: String,
    pub(crate) values: Vec<String>,
}

/// The sum that the file states of a row's values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Total {
    pub(crate) column: String,
}

/// A name, or several of which the header has one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(crate) fn names(&self) -> &[String] {
        match self {
            OneOrMore::One(name) => std::slice::from_ref(name),
            OneOrMore::More(names) => names,
        }
    }
}

impl Description {
    /// Reads a description, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let description: Description =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        description.check()?;
        Ok(description)
    }

    /// How long a time label stands after the beginning of its half-hour.
    pub(super) fn label_after(&self) -> TimeDelta {
        match self.label {
            Some(Label::End) => TimeDelta::minutes(30),
            Some(Label::Start) | None => TimeDelta::zero(),
        }
    }

    /// The columns of a day's values in the order of their half-hours; empty where a row holds one value.
    pub(super) fn labels(&self) -> Vec<labels::Label> {
        let count = self.values.count.unwrap_or(labels::USUAL);
        if let Some(from) = self.values.from {
            return labels::by_place(from, self.values.every.unwrap_or(1), count);
        }
        match (&self.values.numbered, &self.values.timed) {
            (Some(pattern), _) => labels::numbered(pattern, count),
            (None, Some(pattern)) if self.values.midnight_first => {
                labels::by_end_from_midnight(pattern)
            }
            (None, Some(pattern)) if self.label == Some(Label::End) => labels::by_end(pattern),
            (None, Some(pattern)) => labels::by_start(pattern),
            (None, None) => Vec::new(),
        }
    }
}

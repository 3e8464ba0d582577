//! The description of a supplier's format, as TOML: which columns hold what. One description per file, each checked when it is
//! read, so that a format that cannot work is never used.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use events::{Channel, Quality, Sent};
use serde::Deserialize;

use super::labels;

/// A description as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
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
    pub(crate) column: String,
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

/// The columns of the values: exactly one of `numbered`, `timed` and `column`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Values {
    pub(crate) numbered: Option<String>,
    pub(crate) timed: Option<String>,
    pub(crate) column: Option<String>,
    pub(crate) count: Option<usize>,
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
    #[serde(default)]
    pub(crate) actual: Vec<String>,
    #[serde(default)]
    pub(crate) estimated: Vec<String>,
    #[serde(default)]
    pub(crate) spread: Vec<String>,
    #[serde(default)]
    pub(crate) missing: Vec<String>,
    /// What an empty cell means.
    pub(crate) empty: Option<Emptiness>,
}

/// What an empty status means.
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

impl Status {
    /// What a status means, if the description knows it; a value without quality is missing.
    pub(crate) fn meaning(&self, text: &str) -> Option<Option<Quality>> {
        let is = |texts: &[String]| texts.iter().any(|known| known.eq_ignore_ascii_case(text));
        if text.is_empty() {
            return self.empty.map(|empty| match empty {
                Emptiness::Actual => Some(Quality::Actual),
                Emptiness::Estimated => Some(Quality::Estimated),
                Emptiness::Missing => None,
            });
        }
        [
            (&self.actual, Some(Quality::Actual)),
            (&self.estimated, Some(Quality::Estimated)),
            (&self.spread, Some(Quality::Spread)),
            (&self.missing, None),
        ]
        .into_iter()
        .find_map(|(texts, meaning)| is(texts).then_some(meaning))
    }

    /// Every text that it knows.
    pub(crate) fn known(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.actual, &self.estimated, &self.spread, &self.missing];
        lists.into_iter().flatten().map(String::as_str)
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

    fn check(&self) -> Result<(), String> {
        let day = self.layout == Layout::Day;
        let reading = self.layout == Layout::Reading;
        let period = self.layout == Layout::Period;
        needed("date", self.date.is_some(), day || period)?;
        needed("at", self.at.is_some(), reading)?;
        needed("period", self.period.is_some(), period)?;
        let Values {
            numbered,
            timed,
            column,
            count,
            midnight_first,
        } = &self.values;
        one_of(
            "values",
            &[
                ("numbered", numbered.is_some()),
                ("timed", timed.is_some()),
                ("column", column.is_some()),
            ],
        )?;
        needed("values.column", column.is_some(), !day)?;
        if count.is_some_and(|count| !matches!(count, 48 | 50)) {
            return Err("values.count: 48 or 50".to_owned());
        }
        if *midnight_first && (timed.is_none() || self.label != Some(Label::End)) {
            return Err(
                "values.midnight_first: of `timed` columns with label = \"end\"".to_owned(),
            );
        }
        let has_times = timed.is_some() || reading;
        needed("label", self.label.is_some(), has_times)?;
        if let Some(pattern) = numbered {
            labels::check_numbered("values.numbered", pattern)?;
        }
        if let Some(pattern) = timed {
            labels::check_timed("values.timed", pattern)?;
        }
        if self.shift_days.abs() > 2 {
            return Err("shift_days: at most two".to_owned());
        }
        if let Some(at) = &self.at {
            let two = at.date.is_some() && at.time.is_some();
            let any = at.date.is_some() || at.time.is_some();
            if at.column.is_some() == two || any != two {
                return Err("at: `column`, or `date` and `time`".to_owned());
            }
        }
        let formats = self.date.iter().map(|date| &date.formats);
        let formats = formats.chain(self.at.iter().map(|at| &at.formats));
        if formats.into_iter().any(Vec::is_empty) {
            return Err("formats: at least one".to_owned());
        }
        let has_time = |format: &String| {
            let hour = format.contains("%H")
                || format.contains("%I") && (format.contains("%p") || format.contains("%P"));
            hour && format.contains("%M") || format.contains("%T") || format.contains("%R")
        };
        if self
            .at
            .as_ref()
            .is_some_and(|at| !at.formats.iter().all(has_time))
        {
            return Err(
                "at.formats: with the hour (%H, or %I and %p) and the minute (%M)".to_owned(),
            );
        }
        one_of(
            "unit",
            &[
                ("is", self.unit.is.is_some()),
                ("column", self.unit.column.is_some()),
            ],
        )?;
        needed(
            "unit.names",
            !self.unit.names.is_empty(),
            self.unit.column.is_some(),
        )?;
        let channel = &self.channel;
        if channel.is.is_some() && channel.column.is_some() {
            return Err("channel: `is` or `column`, not both".to_owned());
        }
        let named = !channel.names.is_empty();
        needed("channel.names", named, channel.column.is_some())?;
        if let Some(status) = &self.status {
            one_of(
                "status",
                &[
                    ("column", status.column.is_some()),
                    ("beside", status.beside.is_some()),
                    ("numbered", status.numbered.is_some()),
                ],
            )?;
            if !day && status.column.is_none() {
                return Err("status: `column`, as a row holds one value".to_owned());
            }
            if status.known().next().is_none() {
                return Err("status: list the texts that mean actual or estimated".to_owned());
            }
            if let Some(pattern) = &status.numbered {
                labels::check_numbered("status.numbered", pattern)?;
            }
        }
        Ok(())
    }
}

fn needed(key: &str, is_there: bool, is_needed: bool) -> Result<(), String> {
    match (is_there, is_needed) {
        (false, true) => Err(format!("{key}: this layout needs it")),
        (true, false) => Err(format!("{key}: this layout has no use for it")),
        _ => Ok(()),
    }
}

fn one_of(table: &str, keys: &[(&str, bool)]) -> Result<(), String> {
    let given = keys.iter().filter(|(_, is_given)| *is_given).count();
    if given == 1 {
        return Ok(());
    }
    let names: Vec<_> = keys.iter().map(|(key, _)| format!("`{key}`")).collect();
    Err(format!("{table}: exactly one of {}", names.join(", ")))
}

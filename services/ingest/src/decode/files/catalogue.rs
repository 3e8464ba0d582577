//! The formats that are known: those that are shipped, and a trust's own beside its configuration.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use events::{Refusal, Rule};
use thiserror::Error;

use super::columns::{Columns, Differences};
use super::description::{self, Description, Header, Kind};
use super::place::row;
use super::read::Found;
use super::school_rows::SchoolRows;
use super::table::{Head, Table};
use super::{first_row, headerless};
use crate::rules::Fault;

/// A format, by its name.
#[derive(Debug)]
pub(crate) struct Format {
    /// Its name in the address of the request.
    pub(crate) name: String,
    pub(crate) reads: Reads,
    /// The description as it is written.
    pub(crate) text: String,
}

/// What the files of a format hold.
#[derive(Debug)]
pub(crate) enum Reads {
    /// Half-hours of meters.
    Readings(Arc<Description>),
    /// Rows about schools.
    SchoolRows(SchoolRows),
}

/// All formats, by name.
#[derive(Debug, Default)]
pub struct Formats(BTreeMap<String, Arc<Format>>);

/// A format that cannot be used.
#[derive(Debug, Error)]
pub enum FormatError {
    /// Its file cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file or the folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Its description is wrong.
    #[error("{name}: {why}")]
    Wrong {
        /// The file, or the name of a format that is shipped.
        name: String,
        /// What is wrong.
        why: String,
    },
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// The descriptions that are shipped, by name.
        const SHIPPED: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../../formats/", $name, ".toml")))),+
        ];
    };
}

shipped![
    "banes",
    "british-gas",
    "british-gas-commodity",
    "british-gas-sites",
    "corona",
    "day-rows-kwh48",
    "drax",
    "drax-hh50",
    "edf-utc",
    "eft-solar",
    "energy-assets-channel",
    "energy-assets-meter",
    "eon-weekly",
    "imserv",
    "imserv-flags",
    "imserv-no-header",
    "npower",
    "opus-electricity",
    "opus-gas",
    "row-per-half-hour-end",
    "row-per-half-hour-start",
    "sse",
    "stark",
    "stars-initiatives",
    "stars-plan",
    "stars-survey",
    "tgp-gas",
    "waste-lifts",
    "waste-tickets",
    "waste-weights",
    "wme",
];

/// The descriptions in a folder, by name.
pub(crate) fn descriptions_in(folder: &Path) -> Result<Vec<(String, String)>, FormatError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| FormatError::Unreadable { path, source }
    };
    let mut descriptions = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        descriptions.push((name.into_owned(), text));
    }
    Ok(descriptions)
}

/// Whether a format or a service can have this name.
pub(crate) fn is_name(name: &str) -> bool {
    let is_letter =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !name.is_empty() && name.chars().all(is_letter)
}

/// What a file's header says of its format.
#[derive(Debug)]
pub(crate) enum Detected<'f> {
    /// It is this one.
    One(&'f Arc<Format>),
    /// Its header fits several, and nothing in it says which.
    Several(Vec<&'f Arc<Format>>),
    /// It fits none; the nearest, and how it differs.
    None(Option<(&'f Arc<Format>, Differences)>),
}

impl Formats {
    /// Those that are shipped.
    pub fn shipped() -> Result<Self, FormatError> {
        let mut formats = Formats::default();
        for (name, text) in SHIPPED {
            formats.add(name, text)?;
        }
        Ok(formats)
    }

    /// The same, and those of a folder: a file of the same name replaces a shipped one.
    pub fn with_those_of(folder: &Path) -> Result<Self, FormatError> {
        let mut formats = Formats::shipped()?;
        for (name, text) in descriptions_in(folder)? {
            formats.add(&name, &text)?;
        }
        Ok(formats)
    }

    /// Adds a description, or says what is wrong with it.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), FormatError> {
        let wrong = |why| FormatError::Wrong {
            name: name.to_owned(),
            why,
        };
        if !is_name(name) {
            return Err(wrong("a format is named by a-z, 0-9 and -".to_owned()));
        }
        let reads = match description::kind(text).map_err(wrong)? {
            Kind::Readings => {
                let description = Description::read(text).map_err(wrong)?;
                Reads::Readings(Arc::new(description))
            }
            kind => Reads::SchoolRows(SchoolRows::read(kind, text).map_err(wrong)?),
        };
        let format = Format {
            name: name.to_owned(),
            reads,
            text: text.to_owned(),
        };
        self.0.insert(name.to_owned(), Arc::new(format));
        Ok(())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<Format>> {
        self.0.get(name)
    }

    /// All names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The only format that a file can have, by its header; or why that cannot be told.
    pub(crate) fn only_one_of(&self, text: &str) -> Result<Arc<Format>, Refusal> {
        let refused = |hint: String| {
            let (header, line) = first_row(text);
            Err(Fault::new(Rule::FileRow, hint).at(row(line), header))
        };
        match self.detect(text) {
            Detected::One(format) => Ok(format.clone()),
            Detected::Several(formats) => {
                let listed = formats
                    .iter()
                    .map(|format| format!("{} ({})", format.name, format.title()));
                let listed = listed.collect::<Vec<_>>().join(", ");
                refused(format!(
                    "the header fits several formats: name the one it is: {listed}"
                ))
            }
            Detected::None(Some((format, differences))) => refused(format!(
                "no format has this header. The nearest is {}: {differences}",
                format.name
            )),
            Detected::None(None) => refused("no format has any column of this header".to_owned()),
        }
    }

    /// Whether no format has the header of a file.
    pub(crate) fn has_none(&self, text: &str) -> bool {
        matches!(self.detect(text), Detected::None(_))
    }

    /// Which format a file has, by its header.
    pub(crate) fn detect(&self, text: &str) -> Detected<'_> {
        let heads = Table::heads(text);
        let mut fitting: Vec<(usize, &Arc<Format>)> = Vec::new();
        let mut nearest: Option<(&Arc<Format>, Differences)> = None;
        for format in self.0.values() {
            match format.fits(&heads) {
                Ok(found) => fitting.push((found, format)),
                Err(differences) => {
                    let nearness = |differences: &Differences| {
                        differences.found as i64 - 2 * differences.count() as i64
                    };
                    if nearest
                        .as_ref()
                        .is_none_or(|(_, best)| nearness(&differences) > nearness(best))
                    {
                        nearest = Some((format, differences));
                    }
                }
            }
        }
        // A format that names more of the columns tells more of the file.
        let most = fitting.iter().map(|(found, _)| *found).max();
        fitting.retain(|(found, _)| Some(*found) == most);
        match fitting.as_slice() {
            [] => Detected::None(nearest.filter(|(_, differences)| differences.found > 0)),
            [(_, one)] => Detected::One(one),
            several => Detected::Several(several.iter().map(|(_, format)| *format).collect()),
        }
    }
}

impl Header {
    /// Of the first rows of a file, those that may be the header; without one, the first row tells the format.
    fn rows_of<'h, 'a>(&self, heads: &'h [Head<'a>]) -> &'h [Head<'a>] {
        match self.none {
            true => heads.get(..1).unwrap_or_default(),
            false => heads,
        }
    }
}

impl Format {
    /// One line for people.
    pub(crate) fn title(&self) -> &str {
        match &self.reads {
            Reads::Readings(description) => &description.title,
            Reads::SchoolRows(rows) => rows.title(),
        }
    }

    /// How many columns of this format a file has, if one of these rows is its header; otherwise how the likeliest differs.
    fn fits(&self, heads: &[Head<'_>]) -> Result<usize, Differences> {
        match &self.reads {
            Reads::Readings(description) => {
                let found = among(description.header.rows_of(heads), |head| {
                    let (columns, found) = Columns::find(description, head)?;
                    let found = match description.header.none {
                        true => headerless::check(description, &columns, head)?,
                        false => found,
                    };
                    Ok((columns, found))
                });
                found.map(|(_, _, found)| found)
            }
            Reads::SchoolRows(rows) => {
                let found = among(heads, |head| rows.find(head));
                found.map(|(_, _, found)| found)
            }
        }
    }
}

/// The first of these rows that is a header: its place, its columns, and how many there are. Otherwise how the likeliest differs.
fn among<C>(
    heads: &[Head<'_>],
    find: impl Fn(&Head<'_>) -> Result<(C, usize), Differences>,
) -> Result<(usize, C, usize), Differences> {
    let mut nearest = Differences::default();
    for (at, head) in heads.iter().enumerate() {
        match find(head) {
            Ok((columns, found)) => return Ok((at, columns, found)),
            Err(differences) if at == 0 || differences.found > nearest.found => {
                nearest = differences;
            }
            Err(_) => {}
        }
    }
    Err(nearest)
}

/// The header of a file, or how it differs. Of a format without a header, that is before the first line.
pub(super) fn found<'a, C>(
    text: &'a str,
    header: &Header,
    find: impl Fn(&Head<'_>) -> Result<(C, usize), Differences>,
) -> Result<Found<'a, C>, Differences> {
    let heads = Table::heads(text);
    let (at, columns, _) = among(header.rows_of(&heads), find)?;
    let line = match header.none {
        true => 0,
        false => heads.get(at).map_or(1, |head| head.row.line),
    };
    Ok(Found {
        text,
        places: &[],
        line,
        columns,
    })
}

//! Drafts the description of a file's format, for a person to correct.

mod school_rows;

use std::ops::RangeInclusive;

use chrono::{NaiveDate, NaiveDateTime};
use events::{Refusal, Rule};

use super::labels;
use super::table::{Head, Table};
use super::{is_of_our_time, parts, row};
use crate::limits::Limits;
use crate::rules::Fault;

const A_DRAFT: &str = "# A draft: check every line against the file. `greenledger formats test FILE` shows how it is read.";

/// How a day may be written.
const DAYS: [&str; 10] = [
    "%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y", "%d-%m-%Y", "%d-%m-%y", "%d.%m.%Y", "%d %b %Y", "%d-%b-%Y",
    "%d-%b-%y", "%Y%m%d",
];
/// How a time of day may follow it.
const TIMES: [&str; 4] = [" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M"];
/// How times may name columns.
const TIMED: [&str; 6] = [
    "{HH}:{MM}",
    "{HH}:{MM}:00",
    "[{HH}:{MM}]",
    "H{HH}{MM}",
    "{HH}{MM}",
    "{HMM}",
];
const METERS: [&str; 5] = ["mpan", "mpr", "spid", "meter", "serial"];
const STATUSES: [&str; 6] = ["status", "flag", "readtype", "quality", "est", "type"];
const TOTALS: [&str; 1] = ["total"];

/// What the header of a file tells.
struct Header<'h> {
    names: Vec<&'h str>,
    /// The rows below, as far as they were read.
    rows: Vec<&'h Head<'h>>,
}

/// A description that reads the first table of a file as well as can be guessed, in TOML. Fails if there is no table.
pub fn draft(bytes: Vec<u8>) -> Result<String, Refusal> {
    let parts = parts(bytes, Limits::default().max_inflated_bytes)?;
    let text = parts.iter().find_map(|part| part.text.as_deref().ok());
    let text = text.unwrap_or_default();
    let heads = Table::heads(text);
    let widest = heads
        .iter()
        .map(|head| filled(head))
        .max()
        .unwrap_or_default();
    let at = heads
        .iter()
        .position(|head| filled(head) == widest && widest > 1);
    let Some([header, rows @ ..]) = at.and_then(|at| heads.get(at..)) else {
        let hint = "a table has a row with the names of its columns";
        return Err(Fault::new(Rule::FileRow, hint).at(row(1), "no header"));
    };
    let is_data = |cell: &str| DAYS.iter().any(|format| reads(cell.trim(), format));
    if header.fields.iter().any(is_data) {
        let hint = "the first row holds a day, so it is no header; describe the file by the numbers of its columns: \
                    `greenledger formats show imserv-no-header` is an example";
        let seen = header.row.text;
        return Err(Fault::new(Rule::FileRow, hint).at(row(header.row.line), seen));
    }
    let header = Header {
        names: header.fields.iter().map(str::trim).collect(),
        rows: rows.iter().collect(),
    };
    let of_schools = header.school_rows();
    Ok(of_schools.unwrap_or_else(|| header.description()))
}

fn filled(head: &Head<'_>) -> usize {
    head.fields
        .iter()
        .filter(|field| !field.trim().is_empty())
        .count()
}

impl Header<'_> {
    fn description(&self) -> String {
        let meter = self.meter();
        let date = self.date();
        let mut lines = vec![A_DRAFT.to_owned(), "title = \"\"".to_owned()];
        let values = self.numbered().or_else(|| self.timed());
        let (column, format) = date.unwrap_or(("Date", "%d/%m/%Y".to_owned()));
        // A day without a time: the time stands in another column, or the number of the half-hour does.
        let has_time = format.contains("%H");
        let period = self
            .column(&["period"])
            .filter(|_| values.is_none() && !has_time);
        match &values {
            Some((_, true)) => lines.extend([
                "layout = \"row-per-day\"".to_owned(),
                "# Whether 00:30 is the half-hour that begins (start) or ends (end) then.".to_owned(),
                format!("label = \"{}\"", self.label()),
            ]),
            Some((_, false)) => lines.push("layout = \"row-per-day\"".to_owned()),
            None if period.is_some() => lines.push("layout = \"row-per-period\"".to_owned()),
            None => lines.extend([
                "layout = \"row-per-reading\"".to_owned(),
                "# Whether a time is that of the beginning (start) or the end (end) of its half-hour."
                    .to_owned(),
                "label = \"end\"".to_owned(),
            ]),
        }
        lines.extend([
            String::new(),
            "[meter]".to_owned(),
            format!("column = {meter:?}"),
            String::new(),
        ]);
        let time = self.column(&["time"]).filter(|time| *time != column);
        match time.filter(|_| values.is_none() && period.is_none() && !has_time) {
            Some(time) => lines.extend([
                "[at]".to_owned(),
                format!("date = {column:?}"),
                format!("time = {time:?}"),
                format!(
                    "formats = [{:?}, {:?}]",
                    format!("{format} %H%M"),
                    format!("{format} %H:%M")
                ),
            ]),
            None => {
                let is_day = values.is_some() || period.is_some();
                lines.push(if is_day { "[date]" } else { "[at]" }.to_owned());
                let format = match is_day || has_time {
                    true => format,
                    false => format!("{format} %H:%M"),
                };
                lines.extend([
                    format!("column = {column:?}"),
                    format!("formats = [{format:?}]"),
                ]);
            }
        }
        if let Some(period) = period {
            lines.extend([
                String::new(),
                "[period]".to_owned(),
                format!("column = {period:?}"),
            ]);
        }
        lines.push(String::new());
        lines.push("[values]".to_owned());
        match &values {
            Some((values, _)) => lines.push(values.clone()),
            None => lines.push(format!("column = {:?}", self.value(&[meter, column]))),
        }
        lines.extend([
            String::new(),
            "[unit]".to_owned(),
            "is = \"kWh\"".to_owned(),
        ]);
        if let Some(status) = self.status(&[meter, column]) {
            let texts = self.texts(status);
            lines.extend([
                String::new(),
                "# Sort these texts by what they mean: actual, estimated, missing.".to_owned(),
                "[status]".to_owned(),
                format!("column = {status:?}"),
                format!("actual = {texts:?}"),
                "estimated = [\"E\", \"Estimated\"]".to_owned(),
            ]);
        }
        if let Some(total) = self.column(&TOTALS).filter(|_| values.is_some()) {
            lines.extend([
                String::new(),
                "[total]".to_owned(),
                format!("column = {total:?}"),
            ]);
        }
        lines.join("\n") + "\n"
    }

    /// The column of the meters: the first whose cells are all MPANs, or as long as MPRNs and MPANs, or else by its name.
    fn meter(&self) -> &str {
        let of_digits = |lengths: RangeInclusive<usize>| {
            let is_number = move |cell: &str| {
                lengths.contains(&cell.len()) && cell.bytes().all(|byte| byte.is_ascii_digit())
            };
            let found = self.names.iter().find(|name| {
                let mut cells = self.cells(name).peekable();
                cells.peek().is_some() && cells.all(&is_number)
            });
            found.copied()
        };
        let found = of_digits(13..=13).or_else(|| of_digits(8..=13));
        found.or_else(|| self.column(&METERS)).unwrap_or("MPAN")
    }

    /// The first column of which a word begins or ends with one of these.
    fn column(&self, words: &[&str]) -> Option<&str> {
        let holds = |name: &&&str, word: &str| {
            let name = name.to_lowercase();
            let mut parts = name.split(|letter: char| !letter.is_alphanumeric());
            parts.any(|part| part.starts_with(word) || part.ends_with(word))
        };
        words
            .iter()
            .find_map(|word| self.names.iter().find(|name| holds(name, word)))
            .copied()
    }

    fn cells<'s>(&'s self, column: &'s str) -> impl Iterator<Item = &'s str> {
        let at = self.names.iter().position(|name| *name == column);
        let rows = self.rows.iter();
        rows.filter_map(move |row| row.fields.get(at?))
            .map(str::trim)
            .filter(|cell| !cell.is_empty())
    }

    /// The column whose cells are days or times, and how they are written.
    fn date(&self) -> Option<(&str, String)> {
        let with_times = DAYS
            .iter()
            .flat_map(|day| TIMES.iter().map(move |time| format!("{day}{time}")));
        let days = DAYS.iter().map(|day| (*day).to_owned());
        let formats: Vec<String> = days.chain(with_times).collect();
        self.names.iter().find_map(|name| {
            let cells: Vec<_> = self.cells(name).collect();
            let reads = |format: &&String| {
                !cells.is_empty() && cells.iter().all(|cell| reads(cell, format))
            };
            formats
                .iter()
                .find(reads)
                .map(|format| (*name, format.clone()))
        })
    }

    /// The line about numbered columns, and that they have no label.
    fn numbered(&self) -> Option<(String, bool)> {
        let first = self.names.iter().find_map(|name| {
            let prefix = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
            let digits = &name[prefix.len()..];
            let pattern = match digits {
                "1" => format!("{prefix}{{n}}"),
                "01" => format!("{prefix}{{nn}}"),
                _ => return None,
            };
            let has = |count| self.has_all(&labels::numbered(&pattern, count));
            let count = [50, 48].into_iter().find(|count| has(*count))?;
            Some(format!("numbered = {pattern:?}\ncount = {count}"))
        })?;
        Some((first, false))
    }

    /// The line about columns named by times.
    fn timed(&self) -> Option<(String, bool)> {
        let pattern = TIMED.iter().find(|pattern| {
            self.has_all(&labels::by_start(pattern)) || self.has_all(&labels::by_end(pattern))
        })?;
        Some((format!("timed = {pattern:?}"), true))
    }

    /// What the times name: where midnight comes last it ends the day.
    fn label(&self) -> &'static str {
        let ends = |name: &&str| {
            TIMED.iter().any(|pattern| {
                labels::by_end(pattern)
                    .last()
                    .is_some_and(|last| last.names.iter().any(|label| label == name))
            })
        };
        let starts = |name: &&str| {
            TIMED.iter().any(|pattern| {
                labels::by_end(pattern)
                    .first()
                    .is_some_and(|first| first.names.iter().any(|label| label == name))
            })
        };
        let position = |is: &dyn Fn(&&str) -> bool| self.names.iter().rposition(is);
        match position(&ends) > position(&starts) {
            true => "end",
            false => "start",
        }
    }

    fn has_all(&self, wanted: &[labels::Label]) -> bool {
        let has = |name: &String| {
            self.names
                .iter()
                .any(|found| found.eq_ignore_ascii_case(name))
        };
        wanted.iter().all(|label| label.names.iter().any(has))
    }

    /// The column of the values, where a row holds one.
    fn value(&self, taken: &[&str]) -> &str {
        let is_number = |name: &&&str| {
            let mut cells = self.cells(name).peekable();
            !taken.contains(name)
                && cells.peek().is_some()
                && cells.all(|cell| cell.parse::<f64>().is_ok())
        };
        let named = self.names.iter().filter(is_number);
        let mut named: Vec<&str> = named.copied().collect();
        named.sort_by_key(|name| !name.to_lowercase().contains("kwh"));
        named.first().copied().unwrap_or("kWh")
    }

    /// The column that says how values came about: of few different texts.
    fn status(&self, taken: &[&str]) -> Option<&str> {
        let name = self.column(&STATUSES)?;
        let texts = self.texts(name);
        let few = !texts.is_empty() && texts.len() <= 6;
        let words = texts.iter().all(|text| text.parse::<f64>().is_err());
        (few && words && !taken.contains(&name)).then_some(name)
    }

    fn texts(&self, column: &str) -> Vec<String> {
        let mut texts: Vec<String> = self.cells(column).map(str::to_owned).collect();
        texts.sort_unstable();
        texts.dedup();
        texts
    }
}

fn reads(cell: &str, format: &str) -> bool {
    let stamp = NaiveDateTime::parse_from_str(cell, format).map(|stamp| stamp.date());
    let day = stamp.or_else(|_| NaiveDate::parse_from_str(cell, format));
    day.is_ok_and(|day| is_of_our_time(&day))
}

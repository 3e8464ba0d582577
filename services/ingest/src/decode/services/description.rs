//! The description of a service's payload, as TOML: which paths hold what. One description per file, each checked when it is
//! read.

mod check;

use std::collections::BTreeMap;

use events::{Channel, Refusal, Sent, WeightBasis};
use serde::Deserialize;
use serde_json::Value;

use super::path::{Element, Path};
use crate::decode::files::description::{Label, MeterKind, StatusTexts};
use crate::decode::register_reads::RegisterPart;

/// A description as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Description {
    /// One line for people.
    pub(crate) title: String,
    /// Where the rows are: readings, or the items of a receipt. Messages with reads of registers have none.
    rows: Option<Path>,
    /// When the service issued the payload.
    pub(crate) issued: Option<Path>,
    /// What a payload of this service says; any other is refused.
    #[serde(default)]
    pub(crate) expect: Vec<Expect>,
    /// What is never kept, not even of a refused payload: secrets, and what names people.
    #[serde(default)]
    pub(crate) private: Vec<Path>,
    readings: Option<Readings>,
    waste: Option<Waste>,
    #[serde(default)]
    registers: Vec<RegisterPart>,
    /// Places of messages that hold no register, and are left out.
    #[serde(default)]
    pub(crate) without_reads: Vec<String>,
}

/// What a payload holds.
#[derive(Debug)]
pub(crate) enum Kind<'d> {
    Readings(&'d Readings),
    Waste(&'d Waste),
    Registers(&'d [RegisterPart]),
}

/// A path at which one of these texts stands.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Expect {
    pub(crate) path: Path,
    pub(crate) values: Vec<String>,
}

/// Rows of a meter's readings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Readings {
    #[serde(default)]
    pub(crate) clock: Clock,
    /// What a time names; needed where there are times.
    pub(crate) label: Option<Label>,
    /// How long an interval is, in minutes; shorter ones are added up to half-hours.
    #[serde(default = "half_hour")]
    pub(crate) minutes: i64,
    /// The text that says which series a row belongs to, where there are several.
    pub(crate) series_by: Option<Path>,
    /// Further names of a row, which say nothing about its value. A note names any other.
    #[serde(default)]
    pub(crate) others: Vec<String>,
    /// Texts of rows that are left alone: what they hold is counted elsewhere.
    #[serde(default)]
    pub(crate) skip: Vec<String>,
    /// The series of one meter each, where a payload has several.
    #[serde(default)]
    pub(crate) series: Vec<Series>,
    pub(crate) meter: Option<Meter>,
    pub(crate) at: Option<At>,
    pub(crate) date: Option<Date>,
    #[serde(default)]
    pub(crate) values: Values,
    pub(crate) unit: Unit,
    #[serde(default)]
    pub(crate) channel: ChannelOf,
    pub(crate) status: Option<Status>,
}

fn half_hour() -> i64 {
    30
}

/// What days and times count in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Clock {
    /// The time of London.
    #[default]
    Local,
    Utc,
    /// Each time bears its offset.
    Offset,
}

/// The values of one meter among several of a payload.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Series {
    /// The text of its rows at `series_by`.
    pub(crate) is: Option<String>,
    /// Its value in a row.
    pub(crate) value: Option<Path>,
    /// The parameter of the request that names its meter.
    pub(crate) parameter: String,
    #[serde(default = "active_import")]
    pub(crate) channel: Channel,
}

fn active_import() -> Channel {
    Channel::AI
}

/// Where the meter's number is: in a parameter of the request, or else in the payload.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Meter {
    pub(crate) parameter: Option<String>,
    pub(crate) path: Option<Path>,
    /// Where it stands in the text: `/mpxn/{mpan}/utility/electricity/`.
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) kind: Option<MeterKind>,
}

/// A text with a meter's number in it.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Pattern {
    before: String,
    numbering: String,
    after: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct At {
    pub(crate) path: Path,
    /// Where the interval ends, which is checked.
    pub(crate) until: Option<Path>,
    /// In the notation of strftime; not with offsets, which are of RFC 3339.
    #[serde(default)]
    pub(crate) formats: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Date {
    pub(crate) path: Path,
    pub(crate) formats: Vec<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Values {
    /// The value of a row.
    pub(crate) path: Option<Path>,
    /// What is added to it, where a row has it.
    pub(crate) plus: Vec<Path>,
    /// The names of a day's half-hours: `P{n}`.
    pub(crate) numbered: Option<String>,
    pub(crate) count: Option<usize>,
    /// Numbers that mean that nothing was measured.
    pub(crate) none: Vec<f64>,
    /// Whether a row may lack its value, where nothing was measured.
    pub(crate) may_lack: bool,
}

/// The unit of every value: one, or the one that the payload or the request says.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Unit {
    pub(crate) is: Option<Sent>,
    pub(crate) path: Option<Path>,
    pub(crate) names: BTreeMap<String, Sent>,
    pub(crate) parameter: Option<String>,
    /// The unit of an MPAN where the request says none.
    pub(crate) of_mpan: Option<Sent>,
}

/// The channel of every value: one, or by the text at a path.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ChannelOf {
    pub(crate) is: Option<Channel>,
    pub(crate) path: Option<Path>,
    /// The whole text of a row.
    pub(crate) names: BTreeMap<String, Channel>,
    /// Rows with these texts are left alone.
    pub(crate) skip: Vec<String>,
    /// A part of the text of the payload.
    pub(crate) contains: BTreeMap<String, Channel>,
}

/// How values came about: one text for a row, or one for each numbered value.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Status {
    pub(crate) path: Option<Path>,
    pub(crate) numbered: Option<String>,
    #[serde(flatten)]
    pub(crate) texts: StatusTexts,
}

/// The items of a receipt of waste.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waste {
    /// The parameter of the request that names the school.
    pub(crate) school: String,
    /// The parameter that names the movement, where the payload does not.
    pub(crate) tracking: String,
    /// When the waste was received.
    pub(crate) received: Path,
    /// Names of the receipt: the first that it has counts.
    #[serde(default)]
    pub(crate) references: Vec<Path>,
    /// Which of them is the tracking id.
    pub(crate) tracking_id: Option<Path>,
    pub(crate) carrier: Option<Path>,
    /// The EWC codes of an item.
    pub(crate) ewc: Path,
    pub(crate) weight: Weight,
    pub(crate) treatments: Option<Treatments>,
}

/// A weight: of an item, or of the part of it that is treated in one way.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weight {
    pub(crate) amount: Path,
    pub(crate) metric: Path,
    /// How many kilograms each metric is.
    pub(crate) kilograms: BTreeMap<String, f64>,
    pub(crate) is_estimate: Path,
    /// How an estimate was made.
    pub(crate) estimated: WeightBasis,
}

/// How the parts of an item are treated.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Treatments {
    pub(crate) path: Path,
    pub(crate) code: Path,
    pub(crate) amount: Path,
    pub(crate) metric: Path,
}

impl Description {
    /// Reads a description, or says what is wrong with it.
    pub(crate) fn read(text: &str) -> Result<Self, String> {
        let description: Description =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        description.check()?;
        Ok(description)
    }

    /// What its payloads hold; checked to be one.
    pub(crate) fn kind(&self) -> Option<Kind<'_>> {
        match (&self.readings, &self.waste, self.registers.as_slice()) {
            (Some(readings), None, []) => Some(Kind::Readings(readings)),
            (None, Some(waste), []) => Some(Kind::Waste(waste)),
            (None, None, registers) if !registers.is_empty() => Some(Kind::Registers(registers)),
            _ => None,
        }
    }

    /// The registers that its messages may hold; none if they hold something else.
    pub(crate) fn registers(&self) -> &[RegisterPart] {
        match self.kind() {
            Some(Kind::Registers(registers)) => registers,
            _ => &[],
        }
    }

    /// The rows of a payload.
    pub(crate) fn rows<'v>(&self, root: &'v Value) -> Result<Vec<Element<'v>>, Refusal> {
        let root = Element::root(root);
        match &self.rows {
            Some(rows) => rows.every(&root),
            None => Ok(vec![root]),
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong =
            || format!("a pattern has one of {{mpan}}, {{mprn}} and {{serial}}; got {text:?}");
        let (before, rest) = text.split_once('{').ok_or_else(wrong)?;
        let (numbering, after) = rest.split_once('}').ok_or_else(wrong)?;
        if !["mpan", "mprn", "serial"].contains(&numbering) || after.contains('{') {
            return Err(wrong());
        }
        Ok(Pattern {
            before: before.to_owned(),
            numbering: numbering.to_owned(),
            after: after.to_owned(),
        })
    }
}

impl Pattern {
    /// The meter in a text, with its numbering.
    pub(crate) fn find(&self, text: &str) -> Option<String> {
        let is_number = |letter: char| match self.numbering.as_str() {
            "serial" => letter.is_ascii_alphanumeric() || "-_.".contains(letter),
            _ => letter.is_ascii_digit(),
        };
        let mut begins = text.match_indices(&self.before);
        begins.find_map(|(at, before)| {
            let rest = &text[at + before.len()..];
            let ends = rest.find(|letter| !is_number(letter));
            let (number, after) = rest.split_at(ends.unwrap_or(rest.len()));
            let fits = !number.is_empty() && after.starts_with(&self.after);
            fits.then(|| format!("{}:{number}", self.numbering))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_finds_the_meter_in_a_text() {
        let check = |pattern: &str, text: &str, wanted: Option<&str>| {
            let pattern = Pattern::try_from(pattern.to_owned()).unwrap();
            assert_eq!(pattern.find(text).as_deref(), wanted, "{text}");
        };
        let v2 = "/mpxn/{mpan}/utility/electricity/";
        let resource = "/mpxn/1234567891000/utility/electricity/readingtype/consumption?start=1";
        check(v2, resource, Some("mpan:1234567891000"));
        check(v2, "/mpxn/1234567891000/utility/gas/", None);
        let v1 = "/{mprn}/gas/";
        check(v1, "/3938424403/gas/consumption/1", Some("mprn:3938424403"));
        check(v1, "/mpxn/3938424403/utility/gas/readingtype", None);
        check("id={serial}", "https://x/?id=21E5-1", Some("serial:21E5-1"));
        check("id={serial}", "https://x/?id=", None);
        for wrong in ["/mpxn/", "{meter}", "{mpan", "{mpan}{mprn}"] {
            assert!(Pattern::try_from(wrong.to_owned()).is_err(), "{wrong}");
        }
    }
}

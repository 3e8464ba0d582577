//! `?dry_run=true` of files: what would be kept of a file, and what not. Nothing is.

use std::collections::BTreeMap;

use bus::Record;
use chrono::NaiveDate;
use events::{Data, EventType, Urn};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::admission::BatchOutcome;
use crate::http::response::{Counted, Receipt};
use crate::register::{Owners, Register};

/// The most entries of what would be kept.
const MOST_KEPT: usize = 1000;

/// The query: `?dry_run=true`
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// Reads and judges the file, answers what would be kept of it, and keeps nothing.
    #[serde(default)]
    pub(super) dry_run: bool,
}

/// What would be kept of a file.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DryRun {
    /// The tables that were read, each with its format.
    tables: Vec<ReadTable>,
    /// What would be kept, by school and by what it is about; the first 1000.
    #[schema(max_items = 1000)]
    would_keep: Vec<WouldKeep>,
    /// The number of entries beyond those listed; left out if all are listed.
    #[serde(skip_serializing_if = "is_zero")]
    #[schema(minimum = 1)]
    would_keep_left_out: usize,
    /// The answer if the file were sent.
    receipt: Receipt,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// A table of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
struct ReadTable {
    /// The sheet of the workbook or the file in the archive; left out if the file is the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    /// The name of its format.
    format: String,
    /// The format in a few words.
    title: String,
}

/// Events of one kind about one thing at one school.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
struct WouldKeep {
    /// Their type.
    #[serde(rename = "type")]
    kind: EventType,
    /// The school.
    school: Urn,
    /// Its registered name; left out if it is not registered any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    school_name: Option<String>,
    /// The meter and its channel, the EWC code, the group that was asked, or the initiative.
    about: String,
    /// How many meter-days, collections, surveys or initiatives.
    count: usize,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// The sum of the half-hours, of the weights, or of the answers about how people travel; left out for initiatives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    quantity: Option<f64>,
    /// The unit of the sum: kWh, m3, kVArh, kg or answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    unit: Option<String>,
}

/// What tells entries apart.
type Key = (Urn, EventType, String, Option<String>);

impl DryRun {
    /// Takes the notes out of `outcome`.
    pub(super) fn of(unit: Counted, mut outcome: BatchOutcome, register: &Register) -> Self {
        let mut found: BTreeMap<Key, WouldKeep> = BTreeMap::new();
        for entry in outcome
            .records
            .iter()
            .filter_map(|one| entry(one, register))
        {
            let key = (
                entry.school,
                entry.kind,
                entry.about.clone(),
                entry.unit.clone(),
            );
            match found.get_mut(&key) {
                Some(known) => known.add(&entry),
                None => {
                    found.insert(key, entry);
                }
            }
        }
        DryRun {
            tables: std::mem::take(&mut outcome.tables)
                .into_iter()
                .map(|(name, format)| ReadTable {
                    name,
                    format: format.name.clone(),
                    title: format.title().to_owned(),
                })
                .collect(),
            would_keep_left_out: found.len().saturating_sub(MOST_KEPT),
            would_keep: found.into_values().take(MOST_KEPT).collect(),
            receipt: Receipt::of(unit, &mut outcome),
        }
    }
}

impl WouldKeep {
    fn add(&mut self, other: &WouldKeep) {
        self.count += other.count;
        self.from = self.from.min(other.from);
        self.to = self.to.max(other.to);
        let sum = self.quantity.zip(other.quantity);
        self.quantity = sum.map(|(one, other)| rounded(one + other));
    }
}

/// To the thousandth: sums of decimal numbers have long tails.
fn rounded(quantity: f64) -> f64 {
    (quantity * 1_000.0).round() / 1_000.0
}

fn entry(record: &Record, register: &Register) -> Option<WouldKeep> {
    let header = |wanted: &str| {
        let found = record.headers.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let kind = EventType::parse(header("ce_type")?)?;
    let school: Urn = record.key.parse().ok()?;
    let payload = std::str::from_utf8(record.payload.as_deref()?).ok()?;
    let data = Data::parse(kind, payload).ok()?;
    let (about, day, quantity, unit) = match &data {
        Data::MeterReadings(readings) => {
            let sum: f64 = readings.values.iter().flatten().sum();
            let about = format!("{} {}", readings.meter, readings.channel.as_str());
            (about, readings.day?, Some(sum), Some(unit_of(payload)?))
        }
        Data::WasteCollected(waste) => {
            let about = waste.ewc.to_string();
            let unit = Some("kg".to_owned());
            (about, waste.collected_on, Some(waste.weight_kg), unit)
        }
        Data::TravelSurveyed(survey) => {
            let answers: f64 = survey.current.values().copied().map(f64::from).sum();
            let about = format!("{} ({})", survey.group, survey.audience.as_str());
            let unit = Some("answers".to_owned());
            (about, survey.surveyed_on, Some(answers), unit)
        }
        Data::TravelInitiative(initiative) => {
            (initiative.title.clone(), initiative.started_on, None, None)
        }
        _ => return None,
    };
    let registered = register.school(school);
    Some(WouldKeep {
        kind,
        school,
        school_name: registered.and_then(|school| school.name().map(str::to_owned)),
        about,
        count: 1,
        from: day,
        to: day,
        quantity: quantity.map(rounded),
        unit,
    })
}

/// The unit of readings, as the record spells it.
fn unit_of(payload: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct OfUnit {
        unit: String,
    }
    let read: OfUnit = serde_json::from_str(payload).ok()?;
    Some(read.unit)
}

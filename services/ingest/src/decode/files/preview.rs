//! Reads a file as ingest would, without sending anything: for a person who wants to see how a format reads it.

use chrono::{NaiveDate, Utc};
use events::{Channel, EventType, Quality, Quantity, Refusal, Unit};

use super::{
    Content, Format, Formats, Place, ReadingContext, SchoolName, SchoolSheet, Sheet, parts,
};
use crate::decode::meter_day::MeterDay;
use crate::limits::Limits;
use crate::register::Register;
use crate::rules::Bounds;

/// One table of a file, as a format reads it. No meter is looked up: a registration may name another unit.
#[derive(Debug)]
pub struct Preview {
    /// The file in the archive or the sheet of the workbook; none if the file is the table.
    pub table: Option<String>,
    /// The format's name.
    pub format: String,
    /// Rows below the header that the format does not leave alone.
    pub rows: usize,
    /// Rows that the format leaves alone.
    pub rows_left_alone: usize,
    /// Whether the format is about schools, and not about meters.
    pub is_about_schools: bool,
    /// The meter-days; none of a format about schools.
    pub days: Vec<PreviewedDay>,
    /// The events; none of a format of readings.
    pub events: Vec<PreviewedEvent>,
    /// Why rows or single values are refused, in the order of the file.
    pub refusals: Vec<Refusal>,
    /// What is doubtful.
    pub notes: Vec<String>,
}

/// One table of a file, and its format.
#[derive(Debug)]
pub struct DetectedTable {
    /// The file in the archive or the sheet of the workbook; none if the file is the table.
    pub table: Option<String>,
    /// The name of its format, or why it cannot be told.
    pub format: Result<String, Refusal>,
}

/// A meter's day.
#[derive(Debug)]
pub struct PreviewedDay {
    /// The meter, with its numbering.
    pub meter: String,
    /// What is measured.
    pub channel: Channel,
    /// The unit of the values.
    pub unit: Unit,
    /// The local day.
    pub day: NaiveDate,
    /// The day's 46, 48 or 50 half-hours, in millionths of the unit; none where nothing was measured.
    pub half_hours: Vec<Option<Quantity>>,
    /// How many of the values are not actual.
    pub estimated: usize,
}

/// An event about a school.
#[derive(Debug)]
pub struct PreviewedEvent {
    /// The line of its first row.
    pub line: usize,
    /// How many rows it was read from.
    pub rows: usize,
    /// The school's URN, or the name that the register has to know.
    pub school: String,
    /// Its type.
    pub kind: EventType,
    /// The day it is about.
    pub day: Option<NaiveDate>,
    /// Its data, as JSON.
    pub data: String,
}

impl Formats {
    /// The title of a format.
    pub fn title(&self, name: &str) -> Option<&str> {
        Some(self.find(name)?.title())
    }

    /// The description of a format, as it is written.
    pub fn text(&self, name: &str) -> Option<&str> {
        Some(self.find(name)?.text.as_str())
    }

    /// The format of each table of a file.
    pub fn detected(&self, bytes: Vec<u8>) -> Result<Vec<DetectedTable>, Refusal> {
        let parts = parts(bytes, Limits::default().max_inflated_bytes)?;
        let detected = parts.into_iter().map(|part| DetectedTable {
            format: part.text.and_then(|text| {
                let format = self.only_one_of(&text);
                format.map(|format| format.name.clone())
            }),
            table: part.name,
        });
        Ok(detected.collect())
    }

    /// Reads every table of a file, in a format or in the one that its header says. A table that cannot be read is a refusal.
    pub fn preview(
        &self,
        bytes: Vec<u8>,
        format: Option<&str>,
    ) -> Result<Vec<Result<Preview, Refusal>>, Refusal> {
        let parts = parts(bytes, Limits::default().max_inflated_bytes)?;
        let named = format.and_then(|name| self.find(name));
        let previews = parts.iter().map(|part| {
            let text = part.text.as_deref().map_err(Clone::clone)?;
            let format = match named {
                Some(format) => format.clone(),
                None => self.only_one_of(text)?,
            };
            preview_placed(&format, part.name.clone(), text, &[])
        });
        Ok(previews.collect())
    }
}

impl Preview {
    /// Nothing yet, in a format.
    pub(crate) fn empty(format: &str, table: Option<String>) -> Self {
        Preview {
            table,
            format: format.to_owned(),
            rows: 0,
            rows_left_alone: 0,
            is_about_schools: false,
            days: Vec::new(),
            events: Vec::new(),
            refusals: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl PreviewedDay {
    pub(crate) fn of(day: MeterDay) -> Self {
        let values = day.half_hours.iter();
        let estimated =
            values.filter(|(value, quality)| value.is_some() && *quality != Quality::Actual);
        PreviewedDay {
            estimated: estimated.count(),
            meter: day.meter.to_string(),
            channel: day.channel,
            unit: day.unit,
            day: day.day.0,
            half_hours: day.half_hours.into_iter().map(|(value, _)| value).collect(),
        }
    }
}

/// Reads a table; of one that was made from a payload, `places` are those of its rows.
pub(crate) fn preview_placed(
    format: &Format,
    table: Option<String>,
    text: &str,
    places: &[Place],
) -> Result<Preview, Refusal> {
    let (register, limits) = (Register::default(), Limits::default());
    let bounds = Bounds::new(&limits, Utc::now());
    let known = ReadingContext {
        register: &register,
        bounds: &bounds,
        part: None,
    };
    let empty = Preview::empty(&format.name, table);
    Ok(match Content::read_placed(format, text, places, &known)? {
        Content::Readings(sheet) => of_readings(*sheet, empty),
        Content::Schools(sheet) => of_schools(sheet, empty),
    })
}

fn of_schools(sheet: SchoolSheet<'_>, empty: Preview) -> Preview {
    let alike = sheet.alike();
    let refused = sheet.refused.into_iter();
    let events = sheet.events.into_iter().map(|event| PreviewedEvent {
        line: event.line(),
        rows: event.rows.len(),
        kind: event.data.kind(),
        day: event.data.day(),
        data: event.data.to_json().unwrap_or_default(),
        school: match event.school {
            SchoolName::Urn(urn) => urn.to_string(),
            SchoolName::Registered(name) => name,
        },
    });
    Preview {
        rows: sheet.rows,
        rows_left_alone: sheet.left_alone.values().sum(),
        is_about_schools: true,
        events: events.collect(),
        refusals: refused.flat_map(|row| row.refusals).collect(),
        notes: sheet.date_order.into_iter().chain(alike).collect(),
        ..empty
    }
}

fn of_readings(sheet: Sheet<'_>, empty: Preview) -> Preview {
    let mut refusals = Vec::new();
    for row in sheet.refused {
        refusals.extend(row.refusals);
    }
    let mut days = Vec::new();
    for file_day in sheet.days {
        for row in &file_day.bad {
            refusals.extend_from_slice(row.bad.first_refusals());
        }
        days.push(PreviewedDay::of(file_day.day));
    }
    let notes = sheet.date_order.into_iter().chain(sheet.totals_off);
    Preview {
        rows: sheet.rows,
        rows_left_alone: sheet.left_alone.values().sum(),
        days,
        refusals,
        notes: notes.collect(),
        ..empty
    }
}

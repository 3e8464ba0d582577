//! Judges a file's meter-days like events.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::{EventType, FILE_SOURCE, Refusal, Rule};
use serde_json::{Value, json};

use crate::admission::authorize::owners_of;
use crate::admission::notes::{About, Note};
use crate::admission::{AdmissionContext, BatchOutcome, Refused, Tally};
use crate::decode::bad_values::BadValues;
use crate::decode::files::{
    BadRow, FileDay, Format, PartOf, Place, RefusedRow, Sheet, place_of, row,
};
use crate::decode::meter_day::known_by_half;
use crate::identity::{Identity, event_of_row};
use crate::records::{Envelope, Stamp, instant, record};
use crate::rejected::payload::{self, RejectedPayload};
use crate::rules::{Bounds, Fault, has_ended, issued_after, of_a_set_clock};

/// A table as it was sent.
pub(crate) struct File<'a> {
    pub(crate) format: &'a Format,
    pub(crate) text: &'a str,
    /// The places of its rows, if it was made from the payload of a service.
    pub(crate) places: &'a [Place],
    /// The SHA-256 of what was sent, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// The lines of the tables before it.
    pub(crate) above: usize,
    /// The meter-days of the tables before it.
    pub(crate) days_before: usize,
    /// What the sender says of the whole table, if this is a part of one.
    pub(crate) part: Option<&'a PartOf>,
    /// When the supplier issued it, if the sender says so.
    pub(crate) issued: Option<DateTime<Utc>>,
}

impl File<'_> {
    /// Names a row, however it is read.
    pub(super) fn row_identity(&self, line: usize) -> Identity {
        row_identity(self.file_identity(), self.number(line))
    }

    /// The number of a row: its line in the file, or its place in a payload.
    fn number(&self, line: usize) -> usize {
        place_of(self.places, line).map_or(self.above + line, |place| place.number)
    }

    /// The pointer to a row.
    fn pointer(&self, line: usize) -> String {
        place_of(self.places, line).map_or_else(|| row(line), |place| place.pointer.clone())
    }

    /// Names the row that a meter-day counts with. The end of a row that counts with the day before has a name of its own.
    fn identity_of(&self, day: &FileDay<'_>) -> Identity {
        let (source, row) = self.row_identity(day.line);
        match day.rows {
            0 => (source, format!("{row}-{}", day.day.day.0.format("%Y%m%d"))),
            _ => (source, row),
        }
    }

    /// Names a row by what was read from it. The same file read in the same way gives the same events, so sending it again adds
    /// nothing. Read by another registration, or after its day has ended, it gives other events and no conflict.
    fn event_identity(&self, day: &FileDay<'_>, content: &str) -> Identity {
        event_of_row(&self.identity_of(day), content)
    }

    /// Notes on the whole file that count rows.
    pub(super) fn tallied(
        &self,
        tallies: impl IntoIterator<Item = (About, Option<Tally>)>,
    ) -> impl Iterator<Item = Note> {
        let note = |(about, tally): (About, Option<Tally>)| {
            let text = tally.as_ref().map(Tally::text);
            let note = self.notes([(about, text)]).next()?;
            Some(Note { tally, ..note })
        };
        tallies.into_iter().filter_map(note)
    }

    /// Notes on the whole file.
    pub(super) fn notes(
        &self,
        notes: impl IntoIterator<Item = (About, Option<String>)>,
    ) -> impl Iterator<Item = Note> {
        let (source, id) = self.file_identity();
        notes.into_iter().filter_map(move |(about, note)| {
            Some(Note {
                index: 0,
                id: id.clone(),
                source: source.clone(),
                about,
                note: note?,
                values: Vec::new(),
                tally: None,
            })
        })
    }

    fn file_identity(&self) -> Identity {
        file_identity(&self.format.name, self.sha256, self.issued)
    }
}

/// Names a file. If the sender states when it was issued, that time is part of the name: a file sent first without a time, and
/// then with the time that makes it stand, must not be taken for the first event.
pub(super) fn file_identity(format: &str, sha256: &str, issued: Option<DateTime<Utc>>) -> Identity {
    let hash = sha256.get(..16).unwrap_or(sha256);
    let issued = issued.map_or_else(String::new, |issued| {
        format!("-{}", issued.format("%Y%m%dT%H%M%S%.fZ"))
    });
    (format!("{FILE_SOURCE}{format}"), format!("{hash}{issued}"))
}

/// Names a row of a file, or of a payload.
pub(super) fn row_identity((source, id): Identity, number: usize) -> Identity {
    (source, format!("{id}-{number:07}"))
}

/// Judges the readings of a file. Fails if the file cannot have been issued when the sender states. Counts are of rows.
pub(super) fn admit_readings(
    file: &File<'_>,
    mut sheet: Sheet<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    sheet.latest = sheet.latest.max(told_latest(file, &context.bounds)?);
    if let (Some(issued), Some(latest)) = (file.issued, sheet.latest) {
        let seen = || format!("issued {}", instant(issued));
        issued_after(issued, latest).map_err(|fault| fault.at("", seen()))?;
    }
    let mut outcome = BatchOutcome {
        received: sheet.rows,
        ..BatchOutcome::default()
    };
    outcome.refused.extend(
        sheet
            .refused
            .into_iter()
            .map(|refused| bad_row(file, refused)),
    );
    let tallies = [
        (About::RowsLeftAlone, Tally::left_alone(&sheet.left_alone)),
        (About::Totals, Tally::totals(&sheet.totals_off)),
    ];
    outcome.notes.extend(file.tallied(tallies));
    let whole_file = [
        (
            About::HalfHoursInPart,
            known_by_half(sheet.days.iter().map(|day| &day.day)),
        ),
        (
            About::DateOrder,
            sheet.date_order.filter(|_| !sheet.days.is_empty()),
        ),
    ];
    outcome.notes.extend(file.notes(whole_file));
    // Other parts may have other rows.
    if file.part.is_none() {
        some_are_read(sheet.rows, &sheet.left_alone)?;
    }
    // If the supplier states no time, the receive time does not replace it: the same file must give the same events again.
    let Some(time) = file.issued.or(sheet.latest) else {
        return Ok(outcome);
    };
    let stamp = context.stamp();
    let mut read_as = sheet.read_as;
    let whose = Whose {
        file,
        meter_column: &sheet.meter_column,
    };
    for (index, day) in sheet.days.into_iter().enumerate() {
        let content = day.day.to_json(file.issued.is_some());
        let (source, id) = file.event_identity(&day, &content);
        let envelope = Envelope {
            kind: EventType::MeterReadings,
            source: &source,
            id: &id,
            time,
            received: stamp.received_at(index),
        };
        // The end of a row that counts with the day before counts by itself.
        let rows = day.rows.max(1);
        outcome.received += rows - day.rows;
        let placed = place(
            &day,
            content,
            file.days_before + outcome.records.len(),
            &envelope,
            &whose,
            context,
            &stamp,
        );
        let (index, row) = (file.number(day.line), file.identity_of(&day));
        match placed {
            Ok(placed) => {
                outcome.accepted += rows;
                outcome.records.push(placed);
                for BadRow { line, text, bad } in day.bad {
                    let came = |_: &BadValues| Some(row_as_it_came(file, line, text));
                    let row = file.row_identity(line);
                    outcome.note_bad_values(file.number(line), &row, bad, came);
                }
                // One note for each meter, on its first accepted row.
                let conversion = read_as.remove(&day.day.meter);
                outcome.note(index, &row, About::ReadAs, conversion);
                outcome.taken.push((index, (source, id)));
            }
            Err(refusal) => {
                let bad = day.bad.iter().flat_map(|row| row.bad.first_refusals());
                let refusals = std::iter::once(refusal).chain(bad.cloned()).collect();
                outcome.refused.push(Refused {
                    index,
                    count: rows,
                    event: structured(&day, file, &envelope),
                    refusals,
                    sha256: None,
                    identity: Some(row),
                });
            }
        }
    }
    outcome.refused.sort_by_key(|refused| refused.index);
    Ok(outcome)
}

/// The end of the latest half-hour of the whole table, if the sender of a part says it.
fn told_latest(file: &File<'_>, bounds: &Bounds) -> Result<Option<DateTime<Utc>>, Refusal> {
    let Some(latest) = file.part.and_then(|part| part.latest) else {
        return Ok(None);
    };
    let seen = || format!("latest {}", instant(latest));
    has_ended(latest, bounds).map_err(|fault| fault.at("", seen()))?;
    Ok(Some(latest))
}

/// Fails if the format leaves every row alone.
pub(super) fn some_are_read(
    rows: usize,
    rows_left_alone: &BTreeMap<String, usize>,
) -> Result<(), Refusal> {
    if rows > 0 || rows_left_alone.is_empty() {
        return Ok(());
    }
    let hint = "the format leaves all rows of the file alone; choose the format that fits the file";
    let seen = Tally::left_alone(rows_left_alone);
    let seen = seen.map(|tally| tally.text()).unwrap_or_default();
    Err(Fault::new(Rule::FileRow, hint).at("", seen))
}

/// The table that a meter-day stands in, and the column that names its meter.
struct Whose<'a> {
    file: &'a File<'a>,
    meter_column: &'a str,
}

fn place(
    day: &FileDay<'_>,
    content: String,
    so_far: usize,
    envelope: &Envelope<'_>,
    whose: &Whose<'_>,
    context: &AdmissionContext<'_>,
    stamp: &Stamp<'_>,
) -> Result<bus::Record, Refusal> {
    let Bounds { meter_days, .. } = context.bounds;
    let pointer = || whose.file.pointer(day.line);
    if so_far >= meter_days {
        let hint = format!("one file holds at most {meter_days} meter-days; send it in parts");
        return Err(Fault::new(Rule::TooLarge, hint).at(pointer(), &day.day.meter));
    }
    let begins = day.day.day.starts();
    of_a_set_clock(begins).map_err(|fault| fault.at(pointer(), day.day.day.0))?;
    let owner = context
        .authority
        .token()
        .and_then(|token| owners_of(std::slice::from_ref(&day.day), "", token, context.register))
        .map(|urns| urns.first().copied())
        .map_err(|refusal| Refusal {
            pointer: pointer(),
            seen: format!("{}: {}", whose.meter_column, refusal.seen),
            ..refusal
        })?;
    let unknown =
        || Fault::new(Rule::UnknownMeter, "register the meter").at(pointer(), &day.day.meter);
    Ok(record(stamp, envelope, owner.ok_or_else(unknown)?, content))
}

pub(super) fn bad_row(file: &File<'_>, refused: RefusedRow<'_>) -> Refused {
    Refused {
        index: file.number(refused.line),
        count: 1,
        identity: Some(file.row_identity(refused.line)),
        refusals: refused.refusals,
        sha256: None,
        event: row_as_it_came(file, refused.line, refused.text),
    }
}

fn row_as_it_came(file: &File<'_>, line: usize, text: &str) -> RejectedPayload {
    match place_of(file.places, line) {
        Some(place) => payload_element(&file.format.name, &place.pointer, text),
        None => {
            let text = payload::text(text);
            payload::json(&json!({ "format": file.format.name, "row": line, "text": text }))
        }
    }
}

/// A refused row of a payload.
pub(super) fn payload_element(service: &str, pointer: &str, text: &str) -> RejectedPayload {
    let text = payload::text(text);
    payload::json(&json!({ "service": service, "pointer": pointer, "text": text }))
}

/// The meter-day as an event, so that it can be replayed without its file.
fn structured(day: &FileDay<'_>, file: &File<'_>, event: &Envelope<'_>) -> RejectedPayload {
    let json = day.day.to_json(file.issued.is_some());
    let data: Value = serde_json::from_str(&json).unwrap_or_default();
    payload::json(&json!({
        "specversion": "1.0",
        "id": event.id,
        "source": event.source,
        "type": event.kind.as_str(),
        "time": instant(event.time),
        "data": data,
    }))
}

//! Judges a file's meter-days like events.

use chrono::{DateTime, Utc};
use events::{EventType, FILE_SOURCE, Refusal, Rule};
use serde_json::{Value, json};

use crate::admission::authorize::owners_of;
use crate::admission::notes::{About, Note};
use crate::admission::{AdmissionContext, BatchOutcome, Refused};
use crate::decode::bad_values::BadValues;
use crate::decode::files::{FileDay, Format, RefusedRow, Sheet, row};
use crate::identity::{Identity, event_of_row};
use crate::records::{Envelope, Stamp, instant, record};
use crate::rejected::payload::{self, RejectedPayload};
use crate::rules::{Bounds, Fault, issued_after, of_a_set_clock};

/// A file as it was sent.
pub(crate) struct File<'a> {
    pub(crate) format: &'a Format,
    pub(crate) text: &'a str,
    /// The SHA-256 of the file, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// When the supplier issued it, if the sender says so.
    pub(crate) issued: Option<DateTime<Utc>>,
}

impl File<'_> {
    /// Names a row, however it is read. If the sender states when the file was issued, that time is part of the name: a file
    /// sent first without a time, and then with the time that makes it stand, must not be taken for the first event.
    fn row_identity(&self, line: usize) -> Identity {
        let (source, id) = self.file_identity();
        (source, format!("{id}-{line:07}"))
    }

    /// Names a row by what was read from it. The same file read in the same way gives the same events, so sending it again adds
    /// nothing. Read by another registration, or after its day has ended, it gives other events and no conflict.
    fn event_identity(&self, line: usize, content: &str) -> Identity {
        event_of_row(&self.row_identity(line), content)
    }

    fn file_identity(&self) -> Identity {
        let hash = self.sha256.get(..16).unwrap_or(self.sha256);
        let issued = self.issued.map_or_else(String::new, |issued| {
            format!("-{}", issued.format("%Y%m%dT%H%M%S%.fZ"))
        });
        (
            format!("{FILE_SOURCE}{}", self.format.name),
            format!("{hash}{issued}"),
        )
    }
}

/// Judges a file. Fails if the file does not have its format at all, or cannot have been issued when the sender states. Counts
/// are of rows.
pub(crate) fn admit_file(
    file: &File<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    let sheet = Sheet::read(file.format, file.text, &context.reading_context())?;
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
    // If the supplier states no time, the receive time does not replace it: the same file must give the same events again.
    let Some(time) = file.issued.or(sheet.latest) else {
        return Ok(outcome);
    };
    let stamp = context.stamp();
    let mut read_as = sheet.read_as;
    for (index, day) in sheet.days.into_iter().enumerate() {
        let content = day.day.to_json(file.issued.is_some());
        let (source, id) = file.event_identity(day.line, &content);
        let envelope = Envelope {
            kind: EventType::MeterReadings,
            source: &source,
            id: &id,
            time,
            received: stamp.received_at(index),
        };
        match place(
            &day,
            content,
            outcome.records.len(),
            &envelope,
            file,
            context,
            &stamp,
        ) {
            Ok(placed) => {
                outcome.accepted += day.rows;
                outcome.records.push(placed);
                let came = |_: &BadValues| Some(row_as_it_came(file, day.line, day.text));
                let row = file.row_identity(day.line);
                outcome.note_bad_values(day.line, &row, day.bad, came);
                // One note for each meter, on its first accepted row.
                let conversion = read_as.remove(&day.day.meter);
                outcome.note_read_as(day.line, &row, conversion);
                outcome.taken.push((day.line, (source, id)));
            }
            Err(refusal) => outcome.refused.push(Refused {
                index: day.line,
                count: day.rows,
                event: structured(&day, file, &envelope),
                refusals: day.bad.refused_for(refusal),
                sha256: None,
                identity: Some(file.row_identity(day.line)),
            }),
        }
    }
    if let Some(note) = sheet.date_order.filter(|_| outcome.accepted > 0) {
        let (source, id) = file.file_identity();
        let note = Note {
            index: 0,
            id,
            source,
            about: About::DateOrder,
            note,
            values: Vec::new(),
        };
        outcome.notes.insert(0, note);
    }
    outcome.refused.sort_by_key(|refused| refused.index);
    Ok(outcome)
}

fn place(
    day: &FileDay<'_>,
    content: String,
    so_far: usize,
    envelope: &Envelope<'_>,
    file: &File<'_>,
    context: &AdmissionContext<'_>,
    stamp: &Stamp<'_>,
) -> Result<bus::Record, Refusal> {
    let Bounds { meter_days, .. } = context.bounds;
    if so_far >= meter_days {
        let hint = format!("one file holds at most {meter_days} meter-days; send it in parts");
        return Err(Fault::new(Rule::TooLarge, hint).at(row(day.line), &day.day.meter));
    }
    let begins = day.day.day.starts();
    of_a_set_clock(begins).map_err(|fault| fault.at(row(day.line), day.day.day.0))?;
    let owner = context
        .authority
        .token()
        .and_then(|token| owners_of(std::slice::from_ref(&day.day), "", token, context.register))
        .map(|urns| urns.first().copied())
        .map_err(|refusal| Refusal {
            pointer: row(day.line),
            seen: format!("{}: {}", file.format.meter, refusal.seen),
            ..refusal
        })?;
    let unknown =
        || Fault::new(Rule::UnknownMeter, "register the meter").at(row(day.line), &day.day.meter);
    Ok(record(stamp, envelope, owner.ok_or_else(unknown)?, content))
}

fn bad_row(file: &File<'_>, refused: RefusedRow<'_>) -> Refused {
    Refused {
        index: refused.line,
        count: 1,
        identity: Some(file.row_identity(refused.line)),
        refusals: refused.refusals,
        sha256: None,
        event: row_as_it_came(file, refused.line, refused.text),
    }
}

fn row_as_it_came(file: &File<'_>, line: usize, text: &str) -> RejectedPayload {
    let text = payload::text(text);
    payload::json(&json!({ "format": file.format.name, "row": line, "text": text }))
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

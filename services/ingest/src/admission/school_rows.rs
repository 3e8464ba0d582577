//! Judges a file's rows about schools like events.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use events::{Data, Event, FILE_SOURCE, Refusal, Rule, SettlementDay, Urn};

use super::judge;
use crate::admission::authorize::school_named;
use crate::admission::file::{File, bad_row, some_are_read};
use crate::admission::notes::{About, Note};
use crate::admission::{AdmissionContext, BatchOutcome, Refused, Tally};
use crate::decode::files::{RefusedRow, SchoolEvent, SchoolName, SchoolSheet, row};
use crate::register::Draft;
use crate::rejected::payload;
use crate::rules::{Fault, heavy, issued_after};

/// Judges a sheet. Fails if nothing of it is read, or it cannot have been issued when the sender states. Counts are of rows.
pub(super) fn admit_school_rows(
    file: &File<'_>,
    sheet: SchoolSheet<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    let begun = sheet.latest.map(|day| SettlementDay(day).starts());
    if let (Some(issued), Some(begun)) = (file.issued, begun) {
        let seen = format!("issued {}", crate::records::instant(issued));
        issued_after(issued, begun).map_err(|fault| fault.at("", seen))?;
    }
    some_are_read(sheet.rows, &sheet.left_alone)?;
    let mut outcome = BatchOutcome {
        received: sheet.rows,
        ..BatchOutcome::default()
    };
    let tally = Tally::left_alone(&sheet.left_alone);
    outcome
        .notes
        .extend(file.tallied([(About::RowsLeftAlone, tally)]));
    let whole_file = [
        (About::DateOrder, sheet.date_order.clone()),
        (About::RowsAlike, sheet.alike()),
    ];
    outcome.notes.extend(file.notes(whole_file));
    let mut judging = Judging {
        file,
        context,
        // If the sender states no time, that of receipt stands in only for a file of plans alone: the same file must give the
        // same events again.
        time: file.issued.or(begun).unwrap_or(context.now),
        schools: BTreeMap::new(),
        sheet: &sheet,
        outcome,
    };
    for (index, event) in sheet.events.iter().enumerate() {
        judging.event(index, event);
    }
    let mut outcome = judging.outcome;
    let refused = sheet.refused.into_iter();
    outcome
        .refused
        .extend(refused.map(|refused| bad_row(file, refused)));
    outcome.refused.sort_by_key(|refused| refused.index);
    Ok(outcome)
}

struct Judging<'j, 'a> {
    file: &'j File<'j>,
    context: &'j AdmissionContext<'j>,
    /// When the file was issued.
    time: DateTime<Utc>,
    /// The schools that were looked up by their names.
    schools: BTreeMap<String, Result<Urn, Fault>>,
    sheet: &'j SchoolSheet<'a>,
    outcome: BatchOutcome,
}

impl<'a> Judging<'_, 'a> {
    fn event(&mut self, index: usize, event: &SchoolEvent<'a>) {
        let urn = match self.school(&event.school) {
            Ok(urn) => urn,
            Err(refusal) => return self.refuse_rows(event, &refusal),
        };
        let judged = Event {
            id: event.id(urn),
            source: format!("{FILE_SOURCE}{}", self.file.format.name),
            time: self.time,
            subject: Some(urn),
            data: event.data.clone(),
        };
        let stamp = self.context.stamp();
        let bounds = &self.context.bounds;
        let so_far = self.file.days_before + self.outcome.records.len();
        if so_far >= bounds.meter_days {
            let hint = format!(
                "one file holds at most {} events; send it in parts",
                bounds.meter_days
            );
            let fault = Fault::new(Rule::TooLarge, hint);
            return self.refuse_rows(event, &fault.at("", "more"));
        }
        let (received, room) = (stamp.received_at(index), bounds.meter_days - so_far);
        let register = Draft::of(self.context.register);
        let verdict = judge(&judged, received, self.context, &register, &stamp, room);
        match verdict {
            Ok(verdict) => {
                let identity = (judged.source.clone(), judged.id.clone());
                let line = self.file.above + event.line();
                self.outcome.accepted += event.rows.len();
                self.outcome.records.extend(verdict.records);
                self.note_heavy(line, &judged);
                for row in &event.rows {
                    let name = self.file.row_identity(row.line);
                    self.outcome.taken.push((self.file.above + row.line, name));
                }
                self.outcome.taken.push((line, identity));
            }
            Err(refusals) => self.refuse_event(event, judged, refusals),
        }
    }

    fn school(&mut self, school: &SchoolName) -> Result<Urn, Refusal> {
        let name = match school {
            SchoolName::Urn(urn) => return Ok(*urn),
            SchoolName::Registered(name) => name,
        };
        let context = self.context;
        let token = context.authority.token()?;
        let known = self.schools.entry(name.clone());
        let found = known.or_insert_with(|| school_named(name, token, context.register));
        found.clone().map_err(|fault| fault.at("/subject", name))
    }

    fn note_heavy(&mut self, line: usize, event: &Event) {
        let Data::WasteCollected(waste) = &event.data else {
            return;
        };
        self.outcome.notes.extend(heavy(waste).map(|note| Note {
            index: line,
            id: event.id.clone(),
            source: event.source.clone(),
            about: About::HeavyLoad,
            note,
            values: Vec::new(),
            tally: None,
        }));
    }

    /// Refuses an event, kept so that it can be replayed without its file.
    fn refuse_event(&mut self, event: &SchoolEvent<'_>, judged: Event, refusals: Vec<Refusal>) {
        let line = event.line();
        let refusals = refusals.into_iter();
        let json = judged.to_json().unwrap_or_default();
        let refused = Refused {
            index: self.file.above + line,
            count: event.rows.len(),
            refusals: refusals.map(|refusal| self.at_row(line, refusal)).collect(),
            event: payload::event(&json),
            identity: Some((judged.source, judged.id)),
            sha256: None,
        };
        self.outcome.refused.push(refused);
    }

    /// Refuses the rows of an event, each as it stands in the file.
    fn refuse_rows(&mut self, event: &SchoolEvent<'a>, refusal: &Refusal) {
        for at in &event.rows {
            let refusals = vec![self.at_row(at.line, refusal.clone())];
            let refused = RefusedRow {
                line: at.line,
                text: at.text,
                refusals,
            };
            self.outcome.refused.push(bad_row(self.file, refused));
        }
    }

    /// A refusal at a row and the column that the field was read from.
    fn at_row(&self, line: usize, refusal: Refusal) -> Refusal {
        let seen = match self.sheet.column(&refusal.pointer) {
            Some(column) => format!("{column}: {}", refusal.seen),
            None => refusal.seen.clone(),
        };
        Refusal {
            pointer: row(line),
            seen,
            ..refusal
        }
    }
}

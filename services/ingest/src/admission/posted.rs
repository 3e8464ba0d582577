//! Judges the payload of a service: its half-hours like the rows of a file, or its items like events.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use events::Refusal;
use serde_json::Value;

use crate::admission::file::{File, file_identity, payload_element, row_identity};
use crate::admission::notes::{About, Note};
use crate::admission::upload::admit_file;
use crate::admission::{AdmissionContext, BatchOutcome, Refused, admit};
use crate::decode::services::{
    Kind, Parameters, RefusedElement, Service, Tables, Waste, parse, receipt, tables,
};
use crate::identity::Identity;
use crate::rules::issued;

/// What was posted.
pub(crate) struct Posted<'a> {
    pub(crate) service: &'a Service,
    pub(crate) parameters: &'a Parameters,
    pub(crate) text: &'a str,
    /// The SHA-256 of the text, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// When it was issued, if the sender says so; otherwise the payload may say it.
    pub(crate) issued: Option<DateTime<Utc>>,
}

/// Judges a payload. Fails if it is not one of its service. Counts are of half-hours or days, or of events.
pub(crate) fn admit_payload(
    posted: &Posted<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    let root = parse(posted.text)?;
    posted.service.expect(&root)?;
    match posted.service.description.kind() {
        Some(Kind::Readings(readings)) => {
            let tables = tables(posted.service, readings, &root, posted.parameters)?;
            posted.admit_tables(tables, &root, context)
        }
        Some(Kind::Waste(waste)) => posted.admit_receipt(waste, &root, context),
        // Reads need the last ones: see `reads`.
        Some(Kind::Registers(_)) | None => Ok(BatchOutcome::default()),
    }
}

impl Posted<'_> {
    fn admit_tables(
        &self,
        tables: Tables,
        root: &Value,
        context: &AdmissionContext<'_>,
    ) -> Result<BatchOutcome, Refusal> {
        let stated = match self.issued {
            Some(stated) => Some(stated),
            None => self.service.issued(root)?,
        };
        if let Some(stated) = stated {
            let seen = stated.to_rfc3339();
            issued(stated, &context.bounds).map_err(|fault| fault.at("", seen))?;
        }
        let notes = notes_on(&tables);
        let mut all = BatchOutcome::default();
        for table in &tables.tables {
            let file = File {
                format: &table.format,
                text: &table.text,
                places: &table.places,
                sha256: self.sha256,
                above: 0,
                days_before: all.records.len(),
                part: None,
                issued: stated,
            };
            all.append(admit_file(&file, context)?);
        }
        let whole = file_identity(&self.service.name, self.sha256, stated);
        for one in tables.refused {
            let identity = row_identity(whole.clone(), one.number);
            all.refuse(self.service, one, Some(identity));
        }
        all.refused.sort_by_key(|refused| refused.index);
        all.notes.splice(
            0..0,
            notes
                .into_iter()
                .map(|(about, note)| of_whole(&whole, about, note)),
        );
        Ok(all)
    }

    fn admit_receipt(
        &self,
        waste: &Waste,
        root: &Value,
        context: &AdmissionContext<'_>,
    ) -> Result<BatchOutcome, Refusal> {
        let receipt = receipt(
            self.service,
            waste,
            root,
            self.parameters,
            self.sha256,
            self.issued,
        )?;
        let items: Vec<&str> = receipt
            .events
            .iter()
            .map(|event| event.text.as_str())
            .collect();
        let mut outcome = admit(&items, context);
        for refused in &mut outcome.refused {
            let Some(event) = receipt.events.get(refused.index) else {
                continue;
            };
            refused.index = event.number;
            for refusal in &mut refused.refusals {
                refusal.pointer = event.pointer(&refusal.pointer);
            }
        }
        for note in &mut outcome.notes {
            note.index = receipt
                .events
                .get(note.index)
                .map_or(0, |event| event.number);
        }
        for one in receipt.refused {
            let identity = row_identity(
                file_identity(&self.service.name, self.sha256, None),
                one.number,
            );
            outcome.refuse(self.service, one, Some(identity));
        }
        outcome.refused.sort_by_key(|refused| refused.index);
        Ok(outcome)
    }
}

impl BatchOutcome {
    fn refuse(&mut self, service: &Service, one: RefusedElement, identity: Option<Identity>) {
        self.received += 1;
        self.refused.push(Refused {
            index: one.number,
            count: 1,
            identity,
            refusals: vec![one.refusal],
            sha256: None,
            event: payload_element(&service.name, &one.pointer, &one.text),
        });
    }
}

/// The most names in a note; the others are counted.
const NAMED: usize = 5;

fn names(names: &BTreeSet<String>) -> Option<String> {
    let first: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!names.is_empty()).then(|| format!("{}{more}", first.join(", ")))
}

/// What is doubtful of a payload as a whole.
pub(crate) fn notes_on(tables: &Tables) -> Vec<(About, String)> {
    let left_alone = tables.left_alone.iter().map(|(what, count)| {
        let note = format!("{count} rows are left alone: {what}");
        (About::RowsLeftAlone, note)
    });
    let in_part = tables.in_part.as_ref().map(|(count, first)| {
        let note = format!(
            "of {count} half-hours only a part was sent, so they are missing; the first is at {first}"
        );
        (About::HalfHoursInPart, note)
    });
    let unknown = names(&tables.unknown).map(|names| {
        let note = format!("rows have names that the service's description does not know, and they are left alone: {names}");
        (About::UnknownNames, note)
    });
    left_alone.chain(in_part).chain(unknown).collect()
}

fn of_whole((source, id): &Identity, about: About, note: String) -> Note {
    Note {
        index: 0,
        id: id.clone(),
        source: source.clone(),
        about,
        note,
        values: Vec::new(),
        tally: None,
    }
}

//! Judges all tables of what was sent as one file: a workbook, an archive or an e-mail may hold several.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use events::{Refusal, Rule};

use crate::admission::file::{File, admit_readings};
use crate::admission::notes::{About, Note};
use crate::admission::school_rows::admit_school_rows;
use crate::admission::{AdmissionContext, BatchOutcome, Refused};
use crate::decode::files::{Content, Format, Formats, Part, PartOf};
use crate::rejected::payload;
use crate::rules::Fault;

/// What was sent.
pub(crate) struct Upload<'a> {
    /// The format that the sender names; if none, the header of each table says it.
    pub(crate) format: Option<&'a Arc<Format>>,
    pub(crate) formats: &'a Formats,
    pub(crate) parts: &'a [Part],
    /// What the sender says of the whole table, if what was sent is a part of one.
    pub(crate) part: Option<&'a PartOf>,
    /// The SHA-256 of what was sent, in hexadecimal.
    pub(crate) sha256: &'a str,
    /// When the supplier issued it, if the sender says so.
    pub(crate) issued: Option<DateTime<Utc>>,
}

/// Judges every table. Of several, those without a known header are left alone, with a note, and one that is refused counts as one
/// row. Fails if no table can be taken.
pub(crate) fn admit_upload(
    upload: &Upload<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    if let [part] = upload.parts {
        let text = part.text.as_deref().map_err(Clone::clone)?;
        let format = upload.format_of(text)?;
        let above = upload.part.map_or(0, |part| part.lines_before as usize);
        let outcome = upload.admit(&format, text, (above, 0), context);
        let mut outcome = match upload.part.and_then(|part| part.table.as_deref()) {
            None => outcome?,
            Some(table) => outcome
                .map(|outcome| outcome.of_table(table))
                .map_err(|refusal| named(refusal, table))?,
        };
        outcome.tables.push((None, format));
        return Ok(outcome);
    }
    let (mut all, mut above) = (BatchOutcome::default(), 0);
    let (mut left_alone, mut refused) = (Vec::new(), Vec::new());
    for part in upload.parts {
        let name = part.name.as_deref().unwrap_or_default();
        let text = match &part.text {
            Ok(text) => text,
            Err(refusal) => {
                left_alone.push((name, refusal.clone()));
                continue;
            }
        };
        let admitted = match upload.format_of(text) {
            Ok(format) => {
                let before = (above, all.records.len());
                let admitted = upload.admit(&format, text, before, context);
                admitted.map(|mut outcome| {
                    outcome.tables.push((part.name.clone(), format));
                    outcome
                })
            }
            Err(refusal) if upload.has_no_format(text) => {
                left_alone.push((name, refusal));
                continue;
            }
            Err(refusal) => Err(refusal),
        };
        match admitted {
            Ok(outcome) => all.add(outcome, name),
            Err(refusal) => refused.push((name, above + 1, text.as_str(), refusal)),
        }
        above += text.lines().count();
    }
    if all.received == 0 {
        let refused = refused.iter().map(|(name, .., refusal)| (name, refusal));
        let left_alone = left_alone.iter().map(|(name, refusal)| (name, refusal));
        let why = refused.chain(left_alone);
        let why = why.map(|(name, refusal)| format!("{name}: {}", refusal.hint));
        let why: Vec<_> = why.collect();
        let hint = format!("no table of it can be taken. {}", why.join(". "));
        return Err(Fault::new(Rule::FileRow, hint).at("", format!("{} tables", why.len())));
    }
    for (name, line, text, refusal) in refused {
        all.received += 1;
        all.refused.push(Refused {
            index: line,
            count: 1,
            identity: None,
            refusals: vec![named(refusal, name)],
            sha256: Some(format!("{}-{line}", upload.sha256)),
            event: payload::text(text),
        });
    }
    let notes = left_alone.into_iter().map(|(name, refusal)| Note {
        index: 0,
        id: upload.sha256.get(..16).unwrap_or(upload.sha256).to_owned(),
        source: name.to_owned(),
        about: About::TableLeftAlone,
        note: format!("{name} is left alone: {}", refusal.hint),
        values: vec![refusal],
        tally: None,
    });
    all.notes.splice(0..0, notes);
    Ok(all)
}

/// Judges one table. Fails if it does not have its format at all, or cannot have been issued when the sender states. Counts are of
/// rows.
pub(crate) fn admit_file(
    file: &File<'_>,
    context: &AdmissionContext<'_>,
) -> Result<BatchOutcome, Refusal> {
    let known = context.reading_context(file.part);
    match Content::read_placed(file.format, file.text, file.places, &known)? {
        Content::Readings(sheet) => admit_readings(file, *sheet, context),
        Content::Schools(sheet) => admit_school_rows(file, sheet, context),
    }
}

impl Upload<'_> {
    fn format_of(&self, text: &str) -> Result<Arc<Format>, Refusal> {
        match self.format {
            Some(format) => Ok(format.clone()),
            None => self.formats.only_one_of(text),
        }
    }

    /// Whether the header of a table is that of no format.
    fn has_no_format(&self, text: &str) -> bool {
        self.format.is_none() && self.formats.has_none(text)
    }

    fn admit(
        &self,
        format: &Format,
        text: &str,
        (above, days_before): (usize, usize),
        context: &AdmissionContext<'_>,
    ) -> Result<BatchOutcome, Refusal> {
        let file = File {
            format,
            text,
            places: &[],
            sha256: self.sha256,
            above,
            days_before,
            part: self.part,
            issued: self.issued,
        };
        admit_file(&file, context)
    }
}

/// A refusal whose pointer names the table.
fn named(refusal: Refusal, table: &str) -> Refusal {
    Refusal {
        pointer: format!("/{table}{}", refusal.pointer),
        ..refusal
    }
}

impl BatchOutcome {
    /// The outcome of a part of a table, with the table named in its pointers.
    fn of_table(self, name: &str) -> Self {
        let mut all = BatchOutcome::default();
        all.add(self, name);
        all
    }

    /// Adds the outcome of a table, and names the table in its pointers.
    fn add(&mut self, mut table: BatchOutcome, name: &str) {
        let named = |refusal: &mut Refusal| refusal.pointer = format!("/{name}{}", refusal.pointer);
        for refused in &mut table.refused {
            refused.refusals.iter_mut().for_each(named);
        }
        for note in &mut table.notes {
            note.values.iter_mut().for_each(named);
            note.note = format!("{name}: {}", note.note);
        }
        self.append(table);
    }
}

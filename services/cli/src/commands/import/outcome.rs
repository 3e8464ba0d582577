//! The outcome of a file, in which every item is counted once: accepted, refused or not sent.

use std::process::ExitCode;

use super::super::WRONG_USAGE;
use super::{Answer, ClientError, FileError};
use crate::args::Output;
use crate::client::{Note, Refused};
use crate::failed::failed;
use crate::show;

/// Why a file was not sent completely.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The file is at fault; other files may still be sent.
    #[error(transparent)]
    File(#[from] FileError),
    /// Ingest, the token or the connection is at fault.
    #[error(transparent)]
    Ingest(#[from] ClientError),
    /// An earlier file failed for a reason that would stop this one too.
    #[error("not begun")]
    NotBegun,
}

/// What is counted of a file, and named by a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counts {
    Lines,
    /// The rows of a service's payload, wherever in its lines they stand.
    Rows,
}

impl Counts {
    /// One of them, as people name it.
    pub fn one(self) -> &'static str {
        match self {
            Counts::Lines => "line",
            Counts::Rows => "row",
        }
    }
}

/// The outcome of a file.
#[derive(Debug)]
pub struct Outcome {
    pub file: String,
    pub counts: Counts,
    pub received: u64,
    pub accepted: u64,
    pub refused: u64,
    /// Lines that were not sent, or got no answer.
    pub not_sent: u64,
    /// Whether the file is not in its format at all: no row of it could be counted.
    pub refused_as_a_whole: bool,
    /// How many parts of a large file were refused as a whole.
    pub parts_refused: u64,
    /// Each reason listed, with its line or row.
    pub refusals: Vec<(usize, Refused)>,
    /// Reasons that ingest did not list.
    pub refusals_left_out: u64,
    pub notes: Vec<(usize, Note)>,
    pub notes_left_out: u64,
    pub stopped: Option<Stopped>,
}

impl Outcome {
    /// The outcome of a file before anything is sent.
    pub fn of(name: &str) -> Self {
        Outcome {
            file: name.to_owned(),
            counts: Counts::Lines,
            received: 0,
            accepted: 0,
            refused: 0,
            not_sent: 0,
            refused_as_a_whole: false,
            parts_refused: 0,
            refusals: Vec::new(),
            refusals_left_out: 0,
            notes: Vec::new(),
            notes_left_out: 0,
            stopped: None,
        }
    }

    /// The outcome of a file that is not sent because an earlier file failed.
    pub fn not_begun(name: &str) -> Self {
        Outcome {
            stopped: Some(Stopped::NotBegun),
            ..Outcome::of(name)
        }
    }

    /// Whether the reason prevents other files from being sent too.
    pub fn ends_all(&self) -> bool {
        matches!(self.stopped, Some(Stopped::Ingest(_) | Stopped::NotBegun))
    }

    /// Counts the answer about these lines. If a batch was refused as a whole, every line counts as refused.
    pub fn add_events(&mut self, lines: &[usize], answer: Answer) {
        let sent = lines.len() as u64;
        let as_a_whole = answer.received == 0 && !answer.refusals.is_empty();
        let (received, accepted, refused) = match as_a_whole {
            true => (sent, 0, sent),
            false => (answer.received, answer.accepted, answer.refused),
        };
        let line = |index: u64| {
            let at = usize::try_from(index).ok().and_then(|at| lines.get(at));
            at.or(lines.first()).copied().unwrap_or_default()
        };
        self.count(received, accepted, refused);
        self.list(answer, line);
    }

    /// Counts the answer about the whole file, in rows.
    pub fn add_file(&mut self, answer: Answer) {
        self.refused_as_a_whole = answer.received == 0 && !answer.refusals.is_empty();
        self.count(answer.received, answer.accepted, answer.refused);
        // For a file, an index is already a line number.
        self.list(answer, |index| usize::try_from(index).unwrap_or_default());
    }

    /// Counts the answer about a part of a file. If it was refused as a whole, every row counts as refused.
    pub fn add_part(&mut self, rows: u64, mut answer: Answer) {
        let as_a_whole = answer.received == 0 && !answer.refusals.is_empty();
        self.parts_refused += u64::from(as_a_whole);
        match as_a_whole {
            true => self.count(rows, 0, rows),
            false => self.count(answer.received, answer.accepted, answer.refused),
        }
        self.not_sent = self.not_sent.saturating_sub(rows);
        let notes = std::mem::take(&mut answer.notes);
        let notes = notes.into_iter().filter_map(|note| self.add_up(note));
        answer.notes = notes.collect();
        self.list(answer, |index| usize::try_from(index).unwrap_or_default());
    }

    /// Adds what a note on a part counts to the note that an earlier part has of the same; returns the note if there is none.
    fn add_up(&mut self, mut note: Note) -> Option<Note> {
        let Some(tally) = note.tally.take() else {
            return Some(note);
        };
        // A table of several is named before the sentence.
        let table = note.note.strip_suffix(&tally.text()).map(str::to_owned);
        let known = self.notes.iter_mut().map(|(_, known)| known);
        let known = known.filter(|known| known.source == note.source);
        for known in known {
            let Some(all) = &mut known.tally else {
                continue;
            };
            let of = known.note.strip_suffix(&all.text()).map(str::to_owned);
            if of == table && all.add(tally.clone()) {
                known.note = of.unwrap_or_default() + &all.text();
                return None;
            }
        }
        note.tally = Some(tally);
        Some(note)
    }

    /// Counts the answer about the intensity of the grid, in half-hours. They have no lines: a pointer names each.
    pub fn add_grid(&mut self, answer: Answer) {
        self.refused_as_a_whole = answer.received == 0 && !answer.refusals.is_empty();
        self.count(answer.received, answer.accepted, answer.refused);
        self.list(answer, |_| 0);
    }

    fn count(&mut self, received: u64, accepted: u64, refused: u64) {
        self.received += received;
        self.accepted += accepted;
        self.refused += refused;
    }

    fn list(&mut self, answer: Answer, line: impl Fn(u64) -> usize) {
        let refusals = answer.refusals.into_iter();
        self.refusals
            .extend(refusals.map(|one| (line(one.index), one)));
        self.refusals_left_out += answer.refusals_left_out;
        let notes = answer.notes.into_iter();
        self.notes.extend(notes.map(|one| (line(one.index), one)));
        self.notes_left_out += answer.notes_left_out;
    }
}

/// 0 if everything was accepted, 3 if something was refused, 1 if something was not sent, 2 if that is because the
/// command line names a format or an address that does not exist.
pub fn exit_code(outcomes: &[Outcome]) -> ExitCode {
    let mut stopped = outcomes.iter().filter_map(|one| one.stopped.as_ref());
    match stopped.next() {
        Some(Stopped::Ingest(error)) if is_wrong_usage(error) => ExitCode::from(WRONG_USAGE),
        Some(_) => ExitCode::FAILURE,
        None => {
            let refused = |one: &Outcome| one.refused + u64::from(one.refused_as_a_whole);
            show::exit_code(outcomes.iter().map(refused).sum())
        }
    }
}

/// Prints why there is no client, and returns the exit code.
pub fn exit_code_of(error: &ClientError, output: Output) -> ExitCode {
    let failed = failed(error, output);
    match is_wrong_usage(error) {
        true => ExitCode::from(WRONG_USAGE),
        false => failed,
    }
}

fn is_wrong_usage(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Format { .. }
            | ClientError::Service { .. }
            | ClientError::Url { .. }
            | ClientError::Unsendable
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer(notes: &[(&str, &str, u64)]) -> Answer {
        let note = |(source, text, rows): &(&str, &str, u64)| {
            let tally = json!({"of": "rows-left-alone", "rows": {*text: rows}, "others": 0});
            let says: ingest::Tally = serde_json::from_value(tally.clone()).unwrap();
            json!({"index": 0, "id": "1", "source": source, "about": "rows-left-alone",
                   "note": says.text(), "tally": tally})
        };
        let notes: Vec<_> = notes.iter().map(note).collect();
        let answer =
            json!({"received": 9, "accepted": 9, "refused": 0, "refusals": [], "notes": notes});
        serde_json::from_value(answer).unwrap()
    }

    #[test]
    fn a_note_of_several_parts_is_said_once_with_the_sum_of_what_they_count() {
        let mut outcome = Outcome::of("a.csv");
        outcome.add_part(
            9,
            answer(&[("file:stark", "RE", 3), ("file:npower", "RE", 1)]),
        );
        outcome.add_part(9, answer(&[("file:stark", "RI", 4)]));
        outcome.add_part(9, answer(&[("file:stark", "RE", 2)]));
        let notes: Vec<&str> = outcome
            .notes
            .iter()
            .map(|(_, note)| note.note.as_str())
            .collect();
        let wanted = [
            "9 rows are left alone, as the format says: RE (5), RI (4)",
            "1 row is left alone, as the format says: RE (1)",
        ];
        assert_eq!(notes, wanted);
        assert_eq!(outcome.accepted, 27);
    }
}

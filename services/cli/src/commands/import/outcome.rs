//! What became of a file, so that everything in it is counted once: accepted, refused or not sent.

use std::path::Path;
use std::process::ExitCode;

use super::{Answer, ClientError, FileError};
use crate::client::{Note, Refused};
use crate::show;

/// The command line asks for what there is not.
const WRONG_USAGE: u8 = 2;

/// Why not all of a file was sent.
#[derive(Debug, thiserror::Error)]
pub enum Stopped {
    /// The file is at fault; others may be sent.
    #[error(transparent)]
    File(#[from] FileError),
    /// Ingest, the token or the way there is.
    #[error(transparent)]
    Ingest(#[from] ClientError),
    /// A file before it was stopped by what would stop this one too.
    #[error("not begun")]
    NotBegun,
}

/// What became of a file.
#[derive(Debug)]
pub struct Outcome {
    pub file: String,
    pub received: u64,
    pub accepted: u64,
    pub refused: u64,
    /// Lines that were not sent, or not answered for.
    pub not_sent: u64,
    /// Whether the file is not of its format at all: no row of it could be counted.
    pub refused_as_a_whole: bool,
    /// Each reason listed, with its line.
    pub refusals: Vec<(usize, Refused)>,
    /// Reasons that ingest did not list.
    pub refusals_left_out: u64,
    pub notes: Vec<(usize, Note)>,
    pub notes_left_out: u64,
    pub stopped: Option<Stopped>,
}

impl Outcome {
    /// Nothing yet.
    pub fn of(path: &Path) -> Self {
        Outcome {
            file: path.display().to_string(),
            received: 0,
            accepted: 0,
            refused: 0,
            not_sent: 0,
            refused_as_a_whole: false,
            refusals: Vec::new(),
            refusals_left_out: 0,
            notes: Vec::new(),
            notes_left_out: 0,
            stopped: None,
        }
    }

    /// Nothing, because of a file before it.
    pub fn not_begun(path: &Path) -> Self {
        Outcome {
            stopped: Some(Stopped::NotBegun),
            ..Outcome::of(path)
        }
    }

    /// Whether other files cannot be sent either.
    pub fn ends_all(&self) -> bool {
        matches!(self.stopped, Some(Stopped::Ingest(_) | Stopped::NotBegun))
    }

    /// Counts the answer about these lines. A batch that was refused as a whole is one in which every line was.
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
        // Of a file an index is a line already.
        self.list(answer, |index| usize::try_from(index).unwrap_or_default());
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

/// 0 when everything was accepted, 3 when something was refused, 1 when something was not sent, 2 when that is because the
/// command line asks for a format or an address that there is not.
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

/// Says why there is no client.
pub fn exit_code_of(error: ClientError) -> ExitCode {
    chassis::print_chain(&error);
    match is_wrong_usage(&error) {
        true => ExitCode::from(WRONG_USAGE),
        false => ExitCode::FAILURE,
    }
}

fn is_wrong_usage(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Format { .. } | ClientError::Url { .. } | ClientError::Unsendable
    )
}

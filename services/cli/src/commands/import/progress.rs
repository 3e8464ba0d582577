//! Progress of an import: a bar on a terminal, a line every few seconds elsewhere, nothing for machines.

use std::io::IsTerminal;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::args::Output;
use crate::show;

/// How long between two lines where there is no terminal.
const LINES: Duration = Duration::from_secs(10);

/// The progress of one import. Cheap to clone.
#[derive(Clone)]
pub struct Progress {
    bar: ProgressBar,
    /// Whether lines are printed, as there is no terminal.
    in_lines: bool,
    state: Arc<Mutex<State>>,
}

/// What is going on with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is read and cut into parts.
    Reading,
    /// It is sent.
    Sending,
}

struct State {
    file: String,
    step: Step,
    began: Instant,
    shown: Instant,
    /// The bytes that are done, and all.
    bytes: (u64, u64),
    rows: u64,
}

impl Progress {
    pub fn new(output: Output) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = match output == Output::Text && is_terminal {
            true => ProgressBar::new(0),
            false => ProgressBar::hidden(),
        };
        let style = ProgressStyle::with_template("{bar:30.green} {msg}");
        Progress {
            bar: bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())),
            in_lines: output == Output::Text && !is_terminal,
            state: Arc::new(Mutex::new(State::new(String::new(), Step::Reading, 0))),
        }
    }

    /// Shows nothing.
    pub fn hidden() -> Self {
        Progress {
            bar: ProgressBar::hidden(),
            in_lines: false,
            state: Arc::new(Mutex::new(State::new(String::new(), Step::Reading, 0))),
        }
    }

    /// Begins a step of a file of this many bytes.
    pub fn begin(&self, file: &str, step: Step, bytes: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        *state = State::new(file.to_owned(), step, bytes);
        self.bar.set_length(bytes);
        self.bar.set_position(0);
        self.bar.set_message(file.to_owned());
    }

    /// Counts what is done.
    pub fn add(&self, bytes: u64, rows: u64) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.bytes.0 += bytes;
        state.rows += rows;
        self.bar.set_position(state.bytes.0);
        let is_due = match self.in_lines {
            true => state.shown.elapsed() >= LINES,
            false => !self.bar.is_hidden() && state.shown.elapsed() >= LINES / 100,
        };
        if !is_due {
            return;
        }
        state.shown = Instant::now();
        let text = state.text(state.began.elapsed());
        drop(state);
        match self.in_lines {
            true => show::aside(&self.bar, &text),
            false => self.bar.set_message(text),
        }
    }

    /// Prints a line on standard error.
    pub fn aside(&self, text: &str) {
        show::aside(&self.bar, text);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl State {
    fn new(file: String, step: Step, bytes: u64) -> Self {
        State {
            file,
            step,
            began: Instant::now(),
            shown: Instant::now(),
            bytes: (0, bytes),
            rows: 0,
        }
    }

    /// `june.csv: sent 24.0 of 200.0 MB, 560000 rows, 3.2 MB/s, 55 s left`
    fn text(&self, elapsed: Duration) -> String {
        let (done, all) = self.bytes;
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        let seconds = elapsed.as_secs_f64().max(1e-3);
        let rate = megabytes(done) / seconds;
        let step = match self.step {
            Step::Reading => "read",
            Step::Sending => "sent",
        };
        let rows = match self.rows {
            0 => String::new(),
            rows => format!(", {rows} rows"),
        };
        let left = match rate > 0.0 {
            true => time(megabytes(all.saturating_sub(done)) / rate),
            false => "unknown time".to_owned(),
        };
        let (done, all) = (megabytes(done), megabytes(all));
        format!(
            "{}: {step} {done:.1} of {all:.1} MB{rows}, {rate:.1} MB/s, {left} left",
            self.file
        )
    }
}

fn time(seconds: f64) -> String {
    let seconds = seconds.ceil() as u64;
    match (seconds / 3_600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_much_is_done_how_fast_and_how_long_it_takes() {
        let check = |step: Step, bytes: (u64, u64), rows: u64, seconds: u64, wanted: &str| {
            let state = State {
                bytes,
                rows,
                ..State::new("a.csv".to_owned(), step, 0)
            };
            assert_eq!(state.text(Duration::from_secs(seconds)), wanted);
        };
        check(
            Step::Sending,
            (24_000_000, 200_000_000),
            560_000,
            8,
            "a.csv: sent 24.0 of 200.0 MB, 560000 rows, 3.0 MB/s, 59 s left",
        );
        check(
            Step::Reading,
            (1_000_000, 400_000_000),
            0,
            10,
            "a.csv: read 1.0 of 400.0 MB, 0.1 MB/s, 1 h 6 min left",
        );
        check(
            Step::Reading,
            (0, 1),
            0,
            0,
            "a.csv: read 0.0 of 0.0 MB, 0.0 MB/s, unknown time left",
        );
    }
}

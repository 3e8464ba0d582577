//! Output: text for people, JSON for machines.

use std::io::{ErrorKind, IsTerminal, Write as _};
use std::process::ExitCode;

use events::Refusal;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::{Value, json};

use crate::args::Format;
use crate::client::Answer;

/// Prints a line. A closed pipe is not an error: a reader such as `head` may stop early.
fn line(text: std::fmt::Arguments<'_>) {
    match writeln!(std::io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            chassis::print_chain(&error);
            std::process::exit(1);
        }
        _ => {}
    }
}

macro_rules! say {
    ($($text:tt)*) => { line(format_args!($($text)*)) };
}

/// How many refusals, or notes, are printed; more are only counted.
const SHOWN: usize = 20;

/// The exit code of a command that is done but had something refused.
const REFUSED: u8 = 3;

/// 0 when nothing was refused, 3 when something was.
pub fn exit_code(refused: u64) -> ExitCode {
    if refused == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    }
}

/// A progress bar if the output is text on a terminal, otherwise a hidden one.
pub fn progress(length: u64, format: Format) -> ProgressBar {
    if format == Format::Json || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{bar:30.green} {pos}/{len} {msg}");
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

/// A colour of text on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Green,
    Yellow,
    Red,
}

/// Text in a colour, if standard output is a terminal and `NO_COLOR` is not set.
pub fn coloured(text: &str, colour: Colour) -> String {
    let is_wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if !is_wanted || !std::io::stdout().is_terminal() {
        return text.to_owned();
    }
    let code = match colour {
        Colour::Green => 32,
        Colour::Yellow => 33,
        Colour::Red => 31,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// Asks a question on a terminal, and whether the answer was yes; none if there is no terminal to ask on.
pub fn confirmed(question: &str) -> Option<bool> {
    if !std::io::stdin().is_terminal() || !std::io::stderr().is_terminal() {
        return None;
    }
    let mut error = std::io::stderr().lock();
    let _unread = write!(error, "{question} [y/N] ").and_then(|()| error.flush());
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    Some(read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// A line on standard error, above a progress bar if there is one.
pub fn aside(bar: &ProgressBar, text: &str) {
    bar.suspend(|| error_line(text));
}

/// Why something failed, on standard error.
pub fn error(text: &str) {
    error_line(&format!("error: {text}"));
}

fn error_line(text: &str) {
    // If standard error is closed, the line is dropped.
    let _unread = writeln!(std::io::stderr().lock(), "{text}");
}

/// One figure and what it means.
pub fn count(format: Format, name: &str, count: usize, meaning: &str) {
    match format {
        Format::Json => json_line(&json!({ name: count })),
        Format::Text if count == 1 => say!("{meaning}"),
        Format::Text => say!("{count} {meaning}"),
    }
}

/// A value as one line of JSON.
pub fn json_line(value: &Value) {
    say!("{value}");
}

/// Prints text unchanged.
pub fn text(text: &str) {
    say!("{text}");
}

/// A reason for which something was refused.
pub fn reason(refusal: &Refusal) -> String {
    let Refusal {
        pointer,
        rule,
        seen,
        hint,
    } = refusal;
    match pointer.as_str() {
        "" => format!("[{rule}]: {seen}; {hint}"),
        pointer => format!("{pointer} [{rule}]: {seen}; {hint}"),
    }
}

/// Prints the answer of ingest.
pub fn answer(format: Format, answer: &Answer) {
    if format == Format::Json {
        return json_line(&json!(answer));
    }
    say!(
        "{} received, {} accepted, {} refused",
        answer.received,
        answer.accepted,
        answer.refused
    );
    for refused in answer.refusals.iter().take(SHOWN) {
        let name = refused.id.as_deref().unwrap_or("(no id)");
        say!(
            "  {name} {} [{}]: {}; {}",
            refused.pointer,
            refused.rule,
            refused.seen,
            refused.hint
        );
    }
    and_more(answer.refusals.len(), answer.refusals_left_out);
    for note in answer.notes.iter().take(SHOWN) {
        say!("  note on {}: {}", note.id, note.note);
    }
    and_more(answer.notes.len(), answer.notes_left_out);
}

fn and_more(listed: usize, left_out: u64) {
    let more = listed.saturating_sub(SHOWN) as u64;
    match (more, left_out) {
        (0, 0) => {}
        (more, 0) => say!("  and {more} more; --format json shows them all"),
        (more, left_out) => say!(
            "  and {} more, of which ingest did not list {left_out}",
            more + left_out
        ),
    }
}

/// A table of rows under headings, with columns as wide as necessary; the first two are text, the others numbers.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        let cells = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count());
        cells
            .chain([headings[column].chars().count()])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column < 2 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let headings: Vec<String> = headings
        .iter()
        .map(|heading| (*heading).to_owned())
        .collect();
    let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
    let lines = [line(&headings), line(&rule)];
    lines
        .into_iter()
        .chain(rows.iter().map(|row| line(row)))
        .collect::<Vec<_>>()
        .join("\n")
}

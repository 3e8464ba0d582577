//! The output of an import: for people a line per file and their sum, for machines the same in one object.

use serde_json::{Value, json};

use super::outcome::{Outcome, Stopped};
use crate::args::Format;
use crate::show;

/// How many refusals, or notes, of a file are printed; more are only counted.
const SHOWN: usize = 20;

pub fn show(format: Format, outcomes: &[Outcome]) {
    match format {
        Format::Json => show::json_line(&document(outcomes)),
        Format::Text => show::text(&text(outcomes)),
    }
    for outcome in outcomes {
        if let Some(stopped @ (Stopped::File(_) | Stopped::Ingest(_))) = &outcome.stopped {
            let file = &outcome.file;
            show::error(&format!(
                "cannot import {file}: {}",
                chassis::chain(stopped)
            ));
        }
    }
}

fn sum(outcomes: &[Outcome], of: impl Fn(&Outcome) -> u64) -> u64 {
    outcomes.iter().map(of).sum()
}

pub fn document(outcomes: &[Outcome]) -> Value {
    let total = |of: fn(&Outcome) -> u64| sum(outcomes, of);
    let all = |of: fn(&Outcome) -> Vec<Value>| outcomes.iter().flat_map(of).collect::<Vec<_>>();
    json!({
        "received": total(|one| one.received),
        "accepted": total(|one| one.accepted),
        "refused": total(|one| one.refused),
        "not_sent": total(|one| one.not_sent),
        "refusals": all(|one| one.refusals.iter().map(|(line, why)| placed(one, *line, &json!(why))).collect()),
        "refusals_left_out": total(|one| one.refusals_left_out),
        "notes": all(|one| one.notes.iter().map(|(line, note)| placed(one, *line, &json!(note))).collect()),
        "notes_left_out": total(|one| one.notes_left_out),
        "files": outcomes.iter().map(file).collect::<Vec<_>>(),
    })
}

fn file(outcome: &Outcome) -> Value {
    json!({
        "file": outcome.file,
        "received": outcome.received,
        "accepted": outcome.accepted,
        "refused": outcome.refused,
        "not_sent": outcome.not_sent,
        "refused_as_a_whole": outcome.refused_as_a_whole,
        "error": outcome.stopped.as_ref().map(|why| chassis::chain(why)),
    })
}

/// Replaces the index with the file and the line: an index counts within a request, which the user cannot see.
fn placed(outcome: &Outcome, line: usize, what: &Value) -> Value {
    let mut placed = what.clone();
    if let Some(object) = placed.as_object_mut() {
        object.remove("index");
        object.insert("file".to_owned(), outcome.file.clone().into());
        object.insert("line".to_owned(), line.into());
    }
    placed
}

pub fn text(outcomes: &[Outcome]) -> String {
    let mut lines = Vec::new();
    for outcome in outcomes {
        if outcomes.len() > 1 {
            let own = counted(std::slice::from_ref(outcome));
            lines.push(format!("{}: {own}", outcome.file));
        }
        lines.extend(reasons(outcome));
    }
    lines.push(counted(outcomes));
    lines.join("\n")
}

/// `2500 received, 2499 accepted, 1 refused`, and other counts that are not zero.
fn counted(outcomes: &[Outcome]) -> String {
    let mut text = format!(
        "{} received, {} accepted, {} refused",
        sum(outcomes, |one| one.received),
        sum(outcomes, |one| one.accepted),
        sum(outcomes, |one| one.refused)
    );
    let files = |of: fn(&Outcome) -> bool| outcomes.iter().filter(|one| of(one)).count();
    let named = |count: usize, what: &str| match (count, outcomes.len()) {
        (0, _) => String::new(),
        (_, 1) => format!("; {what}"),
        (1, _) => format!("; 1 file {what}"),
        (count, _) => format!("; {count} files {what}"),
    };
    text += &named(files(|one| one.refused_as_a_whole), "refused as a whole");
    text += &match sum(outcomes, |one| one.not_sent) {
        0 => String::new(),
        1 => "; 1 line not sent".to_owned(),
        lines => format!("; {lines} lines not sent"),
    };
    text += &named(
        files(|one| matches!(one.stopped, Some(Stopped::File(_)))),
        "not readable",
    );
    text += &named(
        files(|one| matches!(one.stopped, Some(Stopped::NotBegun))),
        "not begun",
    );
    text
}

fn reasons(outcome: &Outcome) -> Vec<String> {
    let refusal = |(line, why): &(usize, crate::client::Refused)| {
        let id = why.id.as_ref().map_or(String::new(), |id| format!(" {id}"));
        let (at, rule, seen, hint) = (&why.pointer, why.rule, &why.seen, &why.hint);
        format!("  line {line}{id} {at} [{rule}]: {seen}; {hint}")
    };
    let mut lines: Vec<String> = outcome.refusals.iter().take(SHOWN).map(refusal).collect();
    lines.extend(more(
        "reasons",
        outcome.refusals.len(),
        outcome.refusals_left_out,
    ));
    let note = |(line, note): &(usize, crate::client::Note)| {
        format!("  line {line}, note on {}: {}", note.id, note.note)
    };
    lines.extend(outcome.notes.iter().take(SHOWN).map(note));
    lines.extend(more("notes", outcome.notes.len(), outcome.notes_left_out));
    lines
}

/// The number of items that are not shown: `--format json` shows those that ingest listed, and no more.
fn more(what: &str, listed: usize, left_out: u64) -> Option<String> {
    let hidden = listed.saturating_sub(SHOWN) as u64;
    match (hidden, left_out) {
        (0, 0) => None,
        (hidden, 0) => Some(format!(
            "  and {hidden} more {what}; --format json shows them all"
        )),
        (hidden, left_out) => Some(format!(
            "  and {} more {what}; --format json shows {hidden} of them, the others ingest did not list",
            hidden + left_out
        )),
    }
}

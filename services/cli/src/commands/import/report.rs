//! The output of an import: for people a line per file and their sum, for machines the same in one object.

use events::Refusal;
use publish::Cell;
use serde_json::{Value, json};

use super::super::reasons::{self, COLUMNS, LINE, Reason};
use super::outcome::{Outcome, Stopped};
use crate::args::Output;
use crate::show;

/// How many refusals, or notes, of a file are printed; more are only counted.
const SHOWN: usize = 20;

/// A report with every reason.
pub fn write(output: Output, outcomes: &[Outcome]) -> anyhow::Result<Vec<u8>> {
    Ok(match output {
        Output::Csv => csv(outcomes)?,
        Output::Json => serde_json::to_vec_pretty(&document(outcomes))?,
        Output::Text => all_text(outcomes).into_bytes(),
    })
}

/// Every reason, for people.
pub fn all_text(outcomes: &[Outcome]) -> String {
    let mut lines = listed(outcomes, usize::MAX);
    lines.extend(errors(outcomes));
    lines.join("\n") + "\n"
}

pub fn show(output: Output, outcomes: &[Outcome]) -> anyhow::Result<()> {
    match output {
        Output::Json => show::json_line(&document(outcomes)),
        Output::Text => show::text(&text(outcomes)),
        Output::Csv => show::text(String::from_utf8_lossy(&csv(outcomes)?).trim_end()),
    }
    errors(outcomes).iter().for_each(|error| show::error(error));
    Ok(())
}

/// Why files were not sent completely.
fn errors(outcomes: &[Outcome]) -> Vec<String> {
    let mut errors = Vec::new();
    for outcome in outcomes {
        if let Some(stopped @ (Stopped::File(_) | Stopped::Ingest(_))) = &outcome.stopped {
            let (file, why) = (&outcome.file, chassis::chain(stopped));
            errors.push(format!("cannot import {file}: {why}"));
        }
    }
    errors
}

/// A row for each reason for which a row or a single value was refused, and for each file that was not sent completely.
fn csv(outcomes: &[Outcome]) -> anyhow::Result<Vec<u8>> {
    let mut columns = vec![reasons::text(
        "file",
        "The file, and its table if it has several.",
    )];
    columns.push(LINE);
    columns.extend(COLUMNS);
    let mut rows = Vec::new();
    for outcome in outcomes {
        for (line, refusal) in refused(outcome) {
            let reason = Reason::of(&refusal);
            let file = match &reason.table {
                Some(table) => format!("{}: {table}", outcome.file),
                None => outcome.file.clone(),
            };
            let line = match reason.line {
                Some(_) => reason.line(),
                None => Cell::Int(i64::try_from(line)?),
            };
            let mut row = vec![Cell::Text(file), line];
            row.extend(reason.cells());
            rows.push(row);
        }
        if let Some(stopped) = &outcome.stopped {
            let text = |text: &str| Cell::Text(text.to_owned());
            let (nothing, why) = (Cell::Nothing, chassis::chain(stopped));
            rows.push(vec![
                text(&outcome.file),
                nothing.clone(),
                nothing.clone(),
                nothing,
                text("not-sent"),
                text(&why),
            ]);
        }
    }
    reasons::csv(columns, rows)
}

/// Every reason listed, of rows and of single values, each with its line.
fn refused(outcome: &Outcome) -> Vec<(usize, Refusal)> {
    let of_rows = outcome.refusals.iter();
    let of_rows = of_rows.map(|(line, why)| (*line, why.refusal()));
    let of_values = outcome
        .notes
        .iter()
        .filter(|(_, note)| note.about == "bad-values");
    let of_values =
        of_values.flat_map(|(line, note)| note.values.iter().map(|why| (*line, why.clone())));
    let mut all: Vec<_> = of_rows.chain(of_values).collect();
    all.sort_by_key(|(line, _)| *line);
    all
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
        "refusals": all(|one| one.refusals.iter().map(|(line, why)| reasoned(one, *line, why)).collect()),
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

/// The same with the column and the value.
fn reasoned(outcome: &Outcome, line: usize, why: &crate::client::Refused) -> Value {
    let mut placed = placed(outcome, line, &json!(why));
    let reason = Reason::of(&why.refusal());
    if let Some(object) = placed.as_object_mut() {
        object.insert("column".to_owned(), reason.column.into());
        object.insert("value".to_owned(), reason.value.into());
    }
    placed
}

pub fn text(outcomes: &[Outcome]) -> String {
    listed(outcomes, SHOWN).join("\n")
}

/// The counts, and as many reasons and notes of each file.
fn listed(outcomes: &[Outcome], most: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for outcome in outcomes {
        if outcomes.len() > 1 {
            let own = counted(std::slice::from_ref(outcome));
            lines.push(format!("{}: {own}", outcome.file));
        }
        lines.extend(reasons(outcome, most));
    }
    lines.push(counted(outcomes));
    lines
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

fn reasons(outcome: &Outcome, most: usize) -> Vec<String> {
    let one = outcome.counts.one();
    let refusal = |(line, why): &(usize, crate::client::Refused)| {
        let id = why.id.as_ref().map_or(String::new(), |id| format!(" {id}"));
        let (at, rule, seen, hint) = (&why.pointer, why.rule, &why.seen, &why.hint);
        let place = match line {
            0 => String::new(),
            line => format!("{one} {line}"),
        };
        let place = format!("{place}{id} {at}");
        format!("  {} [{rule}]: {seen}; {hint}", place.trim_start())
    };
    let mut lines: Vec<String> = outcome.refusals.iter().take(most).map(refusal).collect();
    lines.extend(more(
        "reasons",
        outcome.refusals.len().saturating_sub(most),
        outcome.refusals_left_out,
    ));
    let note = |(line, note): &(usize, crate::client::Note)| {
        format!("  {one} {line}, note on {}: {}", note.id, note.note)
    };
    lines.extend(outcome.notes.iter().take(most).map(note));
    let hidden = outcome.notes.len().saturating_sub(most);
    lines.extend(more("notes", hidden, outcome.notes_left_out));
    lines
}

/// The number of items that are not shown: `--format json` shows those that ingest listed, and no more.
fn more(what: &str, hidden: usize, left_out: u64) -> Option<String> {
    match (hidden as u64, left_out) {
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

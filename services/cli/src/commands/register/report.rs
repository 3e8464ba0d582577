//! The differences, for people and for machines.

use serde_json::{Value, json};

use super::diff::{Change, ChangeKind, Diff, FieldChange};
use crate::client::Answer;
use crate::show::{self, Colour};

/// The most unread rows that are printed; more are counted.
const SHOWN: usize = 20;

/// `1 registration`, `2 registrations`
pub fn counted(count: usize, noun: &str) -> String {
    match count {
        1 => format!("1 {noun}"),
        _ => format!("{count} {noun}s"),
    }
}

/// As text: what differs, what could not be compared, what is in doubt, and a summary.
pub fn text(diff: &Diff) -> String {
    let mut lines: Vec<String> = diff.changes.iter().flat_map(change).collect();
    let problems = diff.problems.iter().take(SHOWN);
    lines.extend(problems.map(|problem| format!("  {}", problem.text())));
    if diff.problems.len() > SHOWN {
        let more = diff.problems.len() - SHOWN;
        lines.push(format!("  and {more} more; --format json shows them all"));
    }
    lines.extend(diff.notes.iter().map(|note| format!("  note: {note}")));
    lines.push(summary(diff));
    lines.join("\n")
}

fn summary(diff: &Diff) -> String {
    let kinds = ChangeKind::ALL.map(|kind| (diff.count(kind), kind));
    let kinds = kinds.into_iter().filter(|(count, _)| *count > 0);
    let mut parts: Vec<String> = kinds
        .map(|(count, kind)| format!("{count} {}", kind.as_str()))
        .collect();
    if parts.is_empty() {
        parts.push("nothing differs".to_owned());
    }
    let unchanged = [
        (diff.schools_unchanged, "school"),
        (diff.meters_unchanged, "meter"),
    ];
    let unchanged: Vec<String> = unchanged
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(count, noun))
        .collect();
    if !unchanged.is_empty() {
        parts.push(format!("{} unchanged", unchanged.join(" and ")));
    }
    if !diff.problems.is_empty() {
        parts.push(format!("{} not compared", diff.problems.len()));
    }
    parts.join(", ")
}

fn change(change: &Change) -> Vec<String> {
    let (sign, colour) = match change.kind {
        ChangeKind::New => ('+', Colour::Green),
        ChangeKind::Changed | ChangeKind::Moved => ('~', Colour::Yellow),
        ChangeKind::Ended => ('-', Colour::Red),
    };
    let what = match &change.meter {
        Some(_) => format!("meter {} of {}", change.label, change.urn),
        None => format!("school {} {}", change.urn, change.label),
    };
    let head = format!("{sign} {what}: {}", change.kind.as_str());
    let fields = change.fields.iter().map(field);
    [show::coloured(&head, colour)]
        .into_iter()
        .chain(fields)
        .collect()
}

fn field(change: &FieldChange) -> String {
    let FieldChange { field, old, new } = change;
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "not stated".to_owned());
    match old {
        None => format!("    {field}: {}", text(new)),
        Some(_) => format!("    {field}: {} \u{2192} {}", text(old), text(new)),
    }
}

/// As JSON, with the answer of ingest if anything was sent.
pub fn json(diff: &Diff, answer: Option<&Answer>) -> Value {
    let changes: Vec<Value> = diff.changes.iter().map(change_json).collect();
    let problems: Vec<Value> = diff
        .problems
        .iter()
        .map(|problem| {
            json!({
                "file": problem.source.file,
                "table": problem.source.table,
                "refusal": problem.refusal,
            })
        })
        .collect();
    let notes: Vec<String> = diff.notes.iter().map(ToString::to_string).collect();
    let mut value = json!({
        "changes": changes,
        "unchanged": { "schools": diff.schools_unchanged, "meters": diff.meters_unchanged },
        "problems": problems,
        "notes": notes,
    });
    if let Some(answer) = answer {
        value["answer"] = json!(answer);
    }
    value
}

fn change_json(change: &Change) -> Value {
    let fields: Vec<Value> = change
        .fields
        .iter()
        .map(|FieldChange { field, old, new }| json!({ "field": field, "old": old, "new": new }))
        .collect();
    json!({
        "kind": change.kind.as_str(),
        "urn": change.urn,
        "meter": change.meter,
        "label": change.label,
        "fields": fields,
        "registrations": change.events.len(),
    })
}

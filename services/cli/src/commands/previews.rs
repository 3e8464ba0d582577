//! How files and payloads are read: as tables for people, and as JSON for programs.

use ingest::{Preview, PreviewedDay, PreviewedEvent, decimal};
use serde_json::{Value, json};

use crate::show;

/// The most meter-days and refusals that are printed.
const SHOWN: usize = 20;

/// Prints how a table or a payload is read.
pub(super) fn print(preview: &Preview) {
    let read = match preview.is_about_schools {
        true => format!("{} events", preview.events.len()),
        false => format!("{} meter-days", preview.days.len()),
    };
    let summary = format!(
        "read as {}: {} rows, {read}, {} rows left alone",
        preview.format, preview.rows, preview.rows_left_alone
    );
    show::text(&named(preview.table.as_deref(), &summary));
    match preview.is_about_schools {
        true => show_events(&preview.events),
        false => show_days(&preview.days),
    }
    for refusal in preview.refusals.iter().take(SHOWN) {
        show::text(&format!("  {}", show::reason(refusal)));
    }
    if preview.refusals.len() > SHOWN {
        show::text(&format!("  and {} more", preview.refusals.len() - SHOWN));
    }
    for note in &preview.notes {
        show::text(&format!("  note: {note}"));
    }
}

/// A text of a table, which it names if it has a name.
pub(super) fn named(table: Option<&str>, text: &str) -> String {
    table.map_or_else(|| text.to_owned(), |table| format!("{table}: {text}"))
}

fn show_events(events: &[PreviewedEvent]) {
    show::text("");
    for event in events.iter().take(SHOWN) {
        let (line, school, kind) = (event.line, &event.school, event.kind.as_str());
        show::text(&format!("line {line}: {school}, {kind} {}", event.data));
    }
    if events.len() > SHOWN {
        show::text(&format!("and {} more", events.len() - SHOWN));
    }
}

fn show_days(days: &[PreviewedDay]) {
    let rows: Vec<_> = days.iter().take(SHOWN).map(row).collect();
    let headings = [
        "Meter",
        "Day",
        "Channel",
        "Total",
        "Half-hours",
        "Estimated",
        "First",
        "Last",
    ];
    show::text(&format!("\n{}", show::table(&headings, &rows)));
    if days.len() > SHOWN {
        show::text(&format!("and {} more", days.len() - SHOWN));
    }
}

fn row(day: &PreviewedDay) -> Vec<String> {
    let known: Vec<i64> = day.half_hours.iter().flatten().copied().collect();
    let value = |value: Option<&Option<i64>>| {
        value
            .copied()
            .flatten()
            .map_or_else(|| "-".to_owned(), decimal)
    };
    vec![
        day.meter.clone(),
        day.day.to_string(),
        day.channel.as_str().to_owned(),
        format!("{} {}", decimal(known.iter().sum()), day.unit.as_str()),
        format!("{} of {}", known.len(), day.half_hours.len()),
        day.estimated.to_string(),
        value(day.half_hours.first()),
        value(day.half_hours.last()),
    ]
}

/// The same for programs.
pub(super) fn as_value(preview: &Preview) -> Value {
    let days: Vec<Value> = preview
        .days
        .iter()
        .map(|day| {
            let values = day.half_hours.iter();
            let values: Vec<Value> = values
                .map(|value| value.map_or(Value::Null, |micro| Value::from(decimal(micro))))
                .collect();
            json!({
                "meter": day.meter,
                "channel": day.channel,
                "unit": day.unit.as_str(),
                "day": day.day,
                "estimated": day.estimated,
                "values": values,
            })
        })
        .collect();
    let events: Vec<Value> = preview
        .events
        .iter()
        .map(|event| {
            let data: Value = serde_json::from_str(&event.data).unwrap_or_default();
            json!({
                "line": event.line,
                "rows": event.rows,
                "school": event.school,
                "type": event.kind.as_str(),
                "data": data,
            })
        })
        .collect();
    json!({
        "table": preview.table,
        "format": preview.format,
        "rows": preview.rows,
        "rows_left_alone": preview.rows_left_alone,
        "days": days,
        "events": events,
        "refusals": preview.refusals,
        "notes": preview.notes,
    })
}

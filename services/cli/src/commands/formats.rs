//! `greenledger formats list|show|detect|test|new`: the formats of suppliers' files.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use events::Refusal;
use ingest::{FormatError, Formats, Preview, PreviewedDay, PreviewedEvent, decimal};
use serde_json::{Value, json};

use crate::args::{Format, FormatsCommand, FormatsOf};
use crate::show;

/// The most meter-days and refusals that are printed.
const SHOWN: usize = 20;

pub fn run(command: &FormatsCommand, format: Format) -> anyhow::Result<ExitCode> {
    match command {
        FormatsCommand::List { of } => list(&of.read()?, format),
        FormatsCommand::Show { name, of } => describe(&of.read()?, name)?,
        FormatsCommand::Detect { file, of } => return detect(&of.read()?, file, format),
        FormatsCommand::Test {
            file,
            file_format,
            of,
        } => return test(&of.read()?, file, file_format.as_deref(), format),
        FormatsCommand::New { file } => {
            let draft = ingest::draft(read(file)?).map_err(|refusal| failed(file, &refusal))?;
            show::text(draft.trim_end());
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl FormatsOf {
    /// The formats that are meant.
    pub fn read(&self) -> Result<Formats, FormatError> {
        match &self.formats {
            Some(folder) => Formats::with_those_of(folder),
            None => Formats::shipped(),
        }
    }
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

fn failed(file: &Path, refusal: &Refusal) -> anyhow::Error {
    anyhow!("{}: {}", file.display(), show::reason(refusal))
}

fn list(formats: &Formats, format: Format) {
    let rows = formats
        .names()
        .map(|name| (name, formats.title(name).unwrap_or_default()));
    if format == Format::Json {
        let rows: Vec<Value> = rows
            .map(|(name, title)| json!({ "name": name, "title": title }))
            .collect();
        return show::json_line(&Value::from(rows));
    }
    let rows: Vec<_> = rows
        .map(|(name, title)| vec![name.to_owned(), title.to_owned()])
        .collect();
    show::text(&show::table(&["Format", "Files"], &rows));
}

fn describe(formats: &Formats, name: &str) -> anyhow::Result<()> {
    let text = formats.text(name).ok_or_else(|| unknown(formats, name))?;
    show::text(text.trim_end());
    Ok(())
}

fn unknown(formats: &Formats, name: &str) -> anyhow::Error {
    let names: Vec<_> = formats.names().collect();
    anyhow!(
        "there is no format {name}; the formats are {}",
        names.join(", ")
    )
}

fn detect(formats: &Formats, file: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let detected = formats
        .detected(read(file)?)
        .map_err(|refusal| failed(file, &refusal))?;
    let mut refused = 0;
    for table in &detected {
        refused += u64::from(table.format.is_err());
        let name = table.table.as_deref();
        match (format, &table.format) {
            (Format::Json, Ok(found)) => {
                show::json_line(&json!({ "table": name, "format": found }));
            }
            (Format::Json, Err(why)) => show::json_line(&json!({ "table": name, "refusal": why })),
            (Format::Text, found) => {
                let found = match found {
                    Ok(found) => found.clone(),
                    Err(why) => show::reason(why),
                };
                show::text(&named(name, &found));
            }
        }
    }
    Ok(show::exit_code(refused))
}

fn named(table: Option<&str>, text: &str) -> String {
    table.map_or_else(|| text.to_owned(), |table| format!("{table}: {text}"))
}

fn test(
    formats: &Formats,
    file: &Path,
    name: Option<&str>,
    format: Format,
) -> anyhow::Result<ExitCode> {
    if let Some(name) = name.filter(|name| formats.title(name).is_none()) {
        return Err(unknown(formats, name));
    }
    let tables = formats
        .preview(read(file)?, name)
        .map_err(|refusal| failed(file, &refusal))?;
    let mut refused = 0;
    for table in tables {
        match table {
            Ok(preview) => {
                refused += preview.refusals.len() as u64;
                match format {
                    Format::Json => show::json_line(&as_value(&preview)),
                    Format::Text => show_preview(&preview),
                }
            }
            Err(refusal) => {
                refused += 1;
                match format {
                    Format::Json => show::json_line(&json!({ "refusal": refusal })),
                    Format::Text => show::text(&show::reason(&refusal)),
                }
            }
        }
    }
    Ok(show::exit_code(refused))
}

fn show_preview(preview: &Preview) {
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

fn as_value(preview: &Preview) -> Value {
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

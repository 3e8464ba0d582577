//! `greenledger formats list|show|detect|test|new`: the formats of suppliers' files.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use events::Refusal;
use ingest::{FormatError, Formats};
use serde_json::{Value, json};

use super::previews;
use crate::args::{Format, FormatsCommand, FormatsOf};
use crate::show;

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
                show::text(&previews::named(name, &found));
            }
        }
    }
    Ok(show::exit_code(refused))
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
                    Format::Json => show::json_line(&previews::as_value(&preview)),
                    Format::Text => previews::print(&preview),
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

//! `greenledger services list|show|test`: the services whose payloads are known.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow, bail};
use events::Refusal;
use ingest::{FormatError, PayloadFault, Services};
use serde_json::{Value, json};

use super::previews;
use crate::args::{Format, ServicesCommand, ServicesOf};
use crate::show;

pub fn run(command: &ServicesCommand, format: Format) -> anyhow::Result<ExitCode> {
    match command {
        ServicesCommand::List { of } => list(&of.read()?, format),
        ServicesCommand::Show { name, of } => describe(&of.read()?, name)?,
        ServicesCommand::Test {
            file,
            service,
            parameters,
            of,
        } => return test(&of.read()?, file, (service.as_deref(), parameters), format),
    }
    Ok(ExitCode::SUCCESS)
}

impl ServicesOf {
    fn read(&self) -> Result<Services, FormatError> {
        match &self.descriptions {
            Some(folder) => Services::with_those_of(folder),
            None => Services::shipped(),
        }
    }
}

fn list(services: &Services, format: Format) {
    let title = |name| services.title(name).unwrap_or_default();
    if format == Format::Json {
        let rows = services.names();
        let rows: Vec<Value> = rows
            .map(|name| json!({ "name": name, "title": title(name) }))
            .collect();
        return show::json_line(&Value::from(rows));
    }
    let rows = services.names();
    let rows: Vec<_> = rows
        .map(|name| vec![name.to_owned(), title(name).to_owned()])
        .collect();
    show::text(&show::table(&["Service", "Payloads"], &rows));
}

fn describe(services: &Services, name: &str) -> anyhow::Result<()> {
    let text = services.text(name).ok_or_else(|| {
        let names: Vec<_> = services.names().collect();
        anyhow!(
            "there is no service {name}; the services are {}",
            names.join(", ")
        )
    })?;
    show::text(text.trim_end());
    Ok(())
}

/// Prints how a payload is read. Fails if it has no service, or not the one that is named.
fn test(
    services: &Services,
    file: &Path,
    (service, parameters): (Option<&str>, &[(String, String)]),
    format: Format,
) -> anyhow::Result<ExitCode> {
    let text = read(file)?;
    let service = match service {
        Some(service) => service,
        None => only_one(services, &text).map_err(|why| anyhow!("{}: {why}", file.display()))?,
    };
    let preview = match services.preview(service, parameters, &text) {
        Ok(preview) => preview,
        Err(PayloadFault::Request(why)) => {
            bail!("{why} (a parameter of the address is given as --parameter KEY=VALUE)")
        }
        Err(PayloadFault::Refused(refusal)) => {
            bail!(
                "{}: no payload of {service}: {}",
                file.display(),
                show::reason(&refusal)
            )
        }
    };
    match format {
        Format::Json => show::json_line(&previews::as_value(&preview)),
        Format::Text => previews::print(&preview),
    }
    Ok(show::exit_code(preview.refusals.len() as u64))
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file != Path::new("-") {
        let text = std::fs::read_to_string(file);
        return text.with_context(|| format!("cannot read {}", file.display()));
    }
    let mut text = String::new();
    let read = std::io::stdin().read_to_string(&mut text);
    read.context("cannot read standard input")?;
    Ok(text)
}

/// The only service whose payloads have this shape, or why there is none.
fn only_one<'s>(services: &'s Services, text: &str) -> Result<&'s str, String> {
    let (fitting, others) = services.fitting(text);
    match fitting.as_slice() {
        [only] => Ok(only),
        [] => Err(format!(
            "this is a payload of no service that is known\n{}",
            differences(&others)
        )),
        several => Err(format!(
            "this may be a payload of {}; name the service with --service",
            several.join(" or of ")
        )),
    }
}

/// A line for each service.
fn differences(others: &[(&str, Refusal)]) -> String {
    let line = |(name, refusal): &(&str, Refusal)| format!("  {name}: {}", show::reason(refusal));
    others.iter().map(line).collect::<Vec<_>>().join("\n")
}

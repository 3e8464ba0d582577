//! `greenledger completions` and `greenledger man`: made from the same arguments that are parsed.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;

use crate::args::{Arguments, Format};
use crate::show;

/// Prints the completions of a shell.
pub fn completions(shell: Shell) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "greenledger", &mut script);
    show::text(&String::from_utf8(script)?);
    Ok(ExitCode::SUCCESS)
}

/// Writes a manual page for each command.
pub fn pages(folder: &Path, format: Format) -> anyhow::Result<ExitCode> {
    let shown = folder.display();
    fs::create_dir_all(folder)
        .and_then(|()| clap_mangen::generate_to(Arguments::command(), folder))
        .with_context(|| format!("cannot write the manual pages to {shown}"))?;
    match format {
        Format::Json => show::json_line(&json!({ "folder": folder })),
        Format::Text => show::text(&format!(
            "the manual pages are written; read one with `man {shown}/greenledger.1`"
        )),
    }
    Ok(ExitCode::SUCCESS)
}

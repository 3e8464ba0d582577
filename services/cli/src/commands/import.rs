//! `greenledger import`: files through ingest, with progress and a summary of what was refused and why.

use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use crate::args::{Format, Import};
use crate::client::{Answer, IngestClient};
use crate::show::{self, exit_code, progress};

/// Events per request.
const BATCH: usize = 1_000;

pub async fn run(import: &Import, format: Format) -> anyhow::Result<ExitCode> {
    let client = IngestClient::new(&import.ingest.url, &import.ingest.token)?;
    let progress = progress(import.files.len() as u64, format);
    let mut total = Answer::default();
    for file in &import.files {
        progress.set_message(file.display().to_string());
        let content = read(file)?;
        let answer = match import.file_format.as_str() {
            "events" => send_events(&client, &content, file).await?,
            supplier => client.send_file(supplier, &content).await?,
        };
        total.add(answer);
        progress.inc(1);
    }
    progress.finish_and_clear();
    show::answer(format, &total);
    Ok(exit_code(total.refused))
}

fn read(file: &Path) -> anyhow::Result<Vec<u8>> {
    if file == Path::new("-") {
        let mut content = Vec::new();
        std::io::stdin()
            .read_to_end(&mut content)
            .context("cannot read standard input")?;
        return Ok(content);
    }
    std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

async fn send_events(client: &IngestClient, content: &[u8], file: &Path) -> anyhow::Result<Answer> {
    let text = std::str::from_utf8(content)
        .with_context(|| format!("cannot read {} as text", file.display()))?;
    let lines: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    let mut total = Answer::default();
    for batch in lines.chunks(BATCH) {
        total.add(client.send_lines(batch).await?);
    }
    Ok(total)
}

//! `greenledger import`: sends files through ingest, one request after the other. While ingest cannot take anything, the
//! command waits and then continues at the same place. If it stops, it reports what it has sent; sending a file again
//! adds nothing.

mod file;
mod outcome;
mod report;
#[cfg(test)]
mod tests;

use std::process::ExitCode;
use std::time::Duration;

use indicatif::ProgressBar;

use self::file::{Content, File, FileError};
use self::outcome::{Outcome, Stopped};
use crate::args::{Format, Import};
use crate::client::{Answer, ClientError, IngestClient, Waiting};
use crate::show;
use crate::show::progress;

/// Events per request.
const BATCH: usize = 1_000;

pub async fn run(import: &Import, format: Format) -> anyhow::Result<ExitCode> {
    let progress = progress(import.files.len() as u64, format);
    let patience = Duration::from_secs(import.patience);
    let bar = progress.clone();
    let client = match import.ingest.client() {
        Ok(client) => client.patient_for(patience, move |waiting| {
            show::aside(&bar, &describe(waiting))
        }),
        Err(error) => return Ok(outcome::exit_code_of(error)),
    };
    let outcomes = send_all(&client, import, &progress).await;
    progress.finish_and_clear();
    report::show(format, &outcomes);
    Ok(outcome::exit_code(&outcomes))
}

async fn send_all(client: &IngestClient, import: &Import, progress: &ProgressBar) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for path in &import.files {
        progress.set_message(path.display().to_string());
        // If a file failed for a reason that affects every file, the files after it are not attempted.
        let outcome = match outcomes.last().is_some_and(Outcome::ends_all) {
            true => Outcome::not_begun(path),
            false => send(client, File::new(path), import, progress).await,
        };
        outcomes.push(outcome);
        progress.inc(1);
    }
    outcomes
}

/// The text about a pause and its reason.
fn describe(waiting: &Waiting<'_>) -> String {
    let (pause, left) = (waiting.pause.as_secs_f64(), waiting.left.as_secs());
    let why = chassis::chain(waiting.why);
    format!("{why}; trying again in {pause:.1} s, and for {left} s more if need be")
}

async fn send(client: &IngestClient, file: File, import: &Import, bar: &ProgressBar) -> Outcome {
    let mut outcome = Outcome::of(file.path());
    outcome.stopped = send_content(client, &file, import, bar, &mut outcome)
        .await
        .err();
    outcome
}

async fn send_content(
    client: &IngestClient,
    file: &File,
    import: &Import,
    bar: &ProgressBar,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    let bytes = file.read()?;
    let is_events = match &import.file_format {
        Some(format) => format == "events",
        None => is_json(&bytes),
    };
    match is_events {
        true => send_events(client, file, &Content::of(bytes)?, bar, outcome).await,
        false => send_file(client, &bytes, import, outcome).await,
    }
}

/// Whether a file begins like the JSON of an event: no supplier's file does.
fn is_json(bytes: &[u8]) -> bool {
    let mut text = bytes.iter().filter(|byte| !byte.is_ascii_whitespace());
    text.next() == Some(&b'{')
}

async fn send_events(
    client: &IngestClient,
    file: &File,
    content: &Content,
    bar: &ProgressBar,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    let lines = content.lines();
    outcome.not_sent = lines.len() as u64;
    for batch in lines.chunks(BATCH) {
        let (first, text): (Option<usize>, Vec<&str>) = (
            batch.first().map(|(line, _)| *line),
            batch.iter().map(|(_, text)| *text).collect(),
        );
        bar.set_message(format!(
            "{}: line {}",
            file.path().display(),
            first.unwrap_or_default()
        ));
        let answer = client.send_lines(&text).await?;
        let numbers: Vec<usize> = batch.iter().map(|(line, _)| *line).collect();
        outcome.add_events(&numbers, answer);
        outcome.not_sent -= batch.len() as u64;
    }
    Ok(())
}

async fn send_file(
    client: &IngestClient,
    bytes: &[u8],
    import: &Import,
    outcome: &mut Outcome,
) -> Result<(), Stopped> {
    outcome.not_sent = bytes.split(|byte| *byte == b'\n').count() as u64;
    let answer = client
        .send_file_issued(import.file_format.as_deref(), bytes, import.issued)
        .await?;
    outcome.add_file(answer);
    outcome.not_sent = 0;
    Ok(())
}

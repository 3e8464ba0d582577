//! `greenledger import`: sends files through ingest, one request after the other; a large file goes in parts. While ingest cannot
//! take anything, the command waits and then continues at the same place. If it stops, it reports what it has sent; sending a file
//! again adds nothing.

mod file;
mod kind;
mod large;
mod outcome;
pub mod progress;
mod report;
mod tables;
#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, FixedOffset};
use ingest::{FileKind, Formats};

pub use self::file::FileError;
use self::file::{Content, File};
use self::kind::Kind;
use self::outcome::Counts;
pub use self::outcome::{Outcome, Stopped};
use self::progress::{Progress, Step};
use crate::args::{Import, Output};
use crate::client::{Answer, ClientError, IngestClient, Note, Waiting};

/// Events per request.
const BATCH: usize = 1_000;
/// The most bytes of a file that is sent as it is; a larger one goes in parts.
const WHOLE: u64 = 8 << 20;
/// The most bytes of a file that cannot be cut here, of which ingest may know more: it takes no larger request.
const UNKNOWN: u64 = 16 << 20;

pub async fn run(import: &Import, output: Output) -> anyhow::Result<ExitCode> {
    let progress = Progress::new(output);
    let importer = match Importer::new(import, &progress)? {
        Ok(importer) => importer,
        Err(error) => return Ok(outcome::exit_code_of(&error, output)),
    };
    let outcomes = importer.send_all(import, &progress).await;
    progress.finish();
    if let Some(file) = &import.report {
        let written = report::write(file.output, &outcomes)?;
        let written = std::fs::write(&file.path, written);
        written.with_context(|| format!("cannot write the report {}", file.path.display()))?;
    }
    report::show(output, &outcomes)?;
    Ok(outcome::exit_code(&outcomes))
}

/// Sends files.
pub struct Importer {
    pub client: IngestClient,
    /// The format that the user names; otherwise each file says it.
    pub file_format: Option<String>,
    /// The service whose answers the files are, if the user names one.
    pub service: Option<Service>,
    /// When the supplier issued the files, if the user says it.
    pub issued: Option<DateTime<FixedOffset>>,
    /// The formats by which large files are cut into parts.
    pub formats: Arc<Formats>,
}

/// A service whose answers are sent.
pub struct Service {
    name: String,
    /// What the answers do not say.
    parameters: Vec<(String, String)>,
}

impl Importer {
    fn new(import: &Import, progress: &Progress) -> anyhow::Result<Result<Self, ClientError>> {
        let progress = progress.clone();
        let patience = Duration::from_secs(import.patience);
        let client = import.ingest.client().map(|client| {
            client.patient_for(patience, move |waiting| {
                progress.aside(&describe(waiting));
            })
        });
        let formats = Arc::new(import.of.read()?);
        let service = import.service.clone().map(|name| Service {
            name,
            parameters: import.parameters.clone(),
        });
        Ok(client.map(|client| Importer {
            client,
            file_format: import.file_format.clone(),
            service,
            issued: import.issued,
            formats,
        }))
    }

    async fn send_all(&self, import: &Import, progress: &Progress) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = Vec::new();
        for path in &import.files {
            // If a file failed for a reason that affects every file, the files after it are not attempted.
            let name = path.display().to_string();
            let outcome = match outcomes.last().is_some_and(Outcome::ends_all) {
                true => Outcome::not_begun(&name),
                false => self.send(&name, path, progress).await,
            };
            outcomes.push(outcome);
        }
        outcomes
    }

    /// Sends a file, which the report calls by this name.
    pub async fn send(&self, name: &str, path: &Path, progress: &Progress) -> Outcome {
        let mut outcome = Outcome::of(name);
        let sent = self.send_content(name, path, progress, &mut outcome).await;
        outcome.stopped = sent.err();
        outcome
    }

    async fn send_content(
        &self,
        name: &str,
        path: &Path,
        progress: &Progress,
        outcome: &mut Outcome,
    ) -> Result<(), Stopped> {
        let file = File::open(path)?;
        let bytes = file.bytes()?;
        progress.begin(name, Step::Sending, bytes);
        if let Some(service) = &self.service {
            return self.send_payload(service, &file, outcome).await;
        }
        match self.kind(&file)? {
            Kind::Events => {
                let content = Content::of(file.read()?)?;
                return self.send_events(&content, progress, outcome).await;
            }
            Kind::Grid => return self.send_grid(&file, outcome).await,
            Kind::Readings => {}
        }
        let kind = tables::kind_of(file.path())?;
        let is_old = ingest::is_old_office(&file.beginning()?);
        // What holds files may hold large ones, or workbooks that ingest does not open.
        let holds_files = matches!(kind, FileKind::Zip | FileKind::Gzip | FileKind::Email);
        let may_go_in_parts = is_old || holds_files || (kind == FileKind::Text && bytes > WHOLE);
        if !may_go_in_parts {
            return self.send_whole(&file, outcome).await;
        }
        let sent = large::send(self, (name, file.path()), progress, outcome).await;
        match sent {
            Ok(true) => Ok(()),
            Ok(false) => self.send_whole(&file, outcome).await,
            // Ingest may know more formats, and keeps what it refuses. Old workbooks it cannot open.
            Err(Stopped::File(why))
                if bytes <= UNKNOWN
                    && why.is_of_content()
                    && !tables::has_old_workbook(file.path()) =>
            {
                self.send_whole(&file, outcome).await
            }
            Err(stopped) => Err(stopped),
        }
    }

    fn kind(&self, file: &File) -> Result<Kind, FileError> {
        let named = self.file_format.as_deref();
        match named.is_some() || !kind::is_json(&file.beginning()?) {
            true => Ok(Kind::of(named, b"")),
            false => Ok(Kind::of(named, &file.read()?)),
        }
    }

    async fn send_payload(
        &self,
        Service { name, parameters }: &Service,
        file: &File,
        outcome: &mut Outcome,
    ) -> Result<(), Stopped> {
        (outcome.counts, outcome.not_sent) = (Counts::Rows, 1);
        let bytes = file.read()?;
        let client = &self.client;
        let answer = client.send_payload(name, parameters, &bytes, self.issued);
        outcome.add_file(answer.await?);
        outcome.not_sent = 0;
        Ok(())
    }

    async fn send_grid(&self, file: &File, outcome: &mut Outcome) -> Result<(), Stopped> {
        outcome.not_sent = 1;
        let answer = self.client.send_grid(&file.read()?, self.issued).await?;
        outcome.add_grid(answer);
        outcome.not_sent = 0;
        Ok(())
    }

    async fn send_events(
        &self,
        content: &Content,
        progress: &Progress,
        outcome: &mut Outcome,
    ) -> Result<(), Stopped> {
        let lines = content.lines();
        outcome.not_sent = lines.len() as u64;
        for batch in lines.chunks(BATCH) {
            let text: Vec<&str> = batch.iter().map(|(_, text)| *text).collect();
            let answer = self.client.send_lines(&text).await?;
            let numbers: Vec<usize> = batch.iter().map(|(line, _)| *line).collect();
            outcome.add_events(&numbers, answer);
            outcome.not_sent -= batch.len() as u64;
            let bytes: usize = text.iter().map(|line| line.len() + 1).sum();
            progress.add(bytes as u64, batch.len() as u64);
        }
        Ok(())
    }

    async fn send_whole(&self, file: &File, outcome: &mut Outcome) -> Result<(), Stopped> {
        let bytes = file.read()?;
        outcome.not_sent = bytes.split(|byte| *byte == b'\n').count() as u64;
        let format = self.file_format.as_deref();
        let answer = self
            .client
            .send_file_issued(format, &bytes, self.issued)
            .await?;
        outcome.add_file(answer);
        outcome.not_sent = 0;
        Ok(())
    }
}

/// A report on one file, for people.
pub fn report_text(outcome: &Outcome) -> String {
    report::all_text(std::slice::from_ref(outcome))
}

/// The text about a pause and its reason.
pub fn describe(waiting: &Waiting<'_>) -> String {
    let (pause, left) = (waiting.pause.as_secs_f64(), waiting.left.as_secs());
    let why = chassis::chain(waiting.why);
    format!("{why}; trying again in {pause:.1} s, and for {left} s more if need be")
}

//! Tokens and certificates change while the service runs: their files are looked at, and read again when they change.

use std::sync::Arc;

use chassis::{Stop, Watched, keep_renewed};

use crate::IngestError;
use crate::config::Config;
use crate::intake::Intake;

/// What is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Tokens,
    Tls,
}

impl Part {
    pub(crate) const ALL: [Part; 2] = [Part::Tokens, Part::Tls];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Part::Tokens => "tokens",
            Part::Tls => "tls",
        }
    }

    fn renew(self, intake: &Intake) -> Result<(), IngestError> {
        match self {
            Part::Tokens => intake.renew_tokens(),
            Part::Tls => Ok(intake.tls.as_ref().map_or(Ok(()), chassis::Tls::reload)?),
        }
    }
}

/// The files to be looked at, as they are before they are read.
pub(crate) fn watched(config: &Config) -> Vec<(Part, Watched)> {
    let tokens = config.tokens_file.as_ref().map(|file| vec![file.clone()]);
    let tls = config.tls.as_ref().map(chassis::TlsConfig::files);
    [(Part::Tokens, tokens), (Part::Tls, tls)]
        .into_iter()
        .filter_map(|(part, files)| Some((part, Watched::new(files?))))
        .collect()
}

/// Keeps the parts as their files are, until `stop`.
pub(crate) async fn run(intake: &Arc<Intake>, watched: Vec<(Part, Watched)>, stop: &Stop) {
    let parts = watched
        .into_iter()
        .map(|(part, files)| keep_current(intake, part, files));
    let _stopped = stop
        .run_until_cancelled(futures::future::join_all(parts))
        .await;
}

async fn keep_current(intake: &Arc<Intake>, part: Part, files: Watched) {
    let its = intake.clone();
    let read = move || part.renew(&its);
    keep_renewed(files, read, |outcome| tell(intake, part, outcome)).await;
}

fn tell(intake: &Intake, part: Part, outcome: &Result<(), String>) {
    let (name, readiness) = (part.as_str(), &intake.vitals.readiness);
    intake.metrics.renewed(part, outcome.is_ok());
    match outcome {
        Ok(()) => {
            tracing::info!(part = name, "renewed from its files");
            readiness.mended(name);
        }
        Err(why) => {
            tracing::error!(part = name, %why, "cannot be renewed; what was before still is");
            // Anyone may read what /readyz says, and why tokens cannot be used names one.
            let why = match part {
                Part::Tokens => "the log says why",
                Part::Tls => why,
            };
            readiness.amiss(
                name,
                format!("cannot be renewed, what was before still is: {why}"),
            );
        }
    }
}

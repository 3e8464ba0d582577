//! Tokens and certificates change while the service runs: their files are looked at, and read again when they change.

use std::sync::Arc;
use std::time::Duration;

use chassis::{Stop, Watched, chain};

use crate::IngestError;
use crate::config::Config;
use crate::intake::Intake;

/// Files that cannot be used are tried again after so long even if they did not change: reading them may have failed.
const AGAIN: Duration = Duration::from_secs(10);

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

async fn keep_current(intake: &Arc<Intake>, part: Part, mut files: Watched) {
    let mut failing: Option<String> = None;
    loop {
        match failing {
            None => files.changed().await,
            Some(_) => {
                let _changed_or_not = tokio::time::timeout(AGAIN, files.changed()).await;
            }
        }
        let outcome = renewed(intake, part).await;
        if outcome.is_ok() || outcome.as_ref().err() != failing.as_ref() {
            tell(intake, part, &outcome);
        }
        failing = outcome.err();
    }
}

/// On a thread that may wait for a disk.
async fn renewed(intake: &Arc<Intake>, part: Part) -> Result<(), String> {
    let intake = intake.clone();
    let renewed = tokio::task::spawn_blocking(move || part.renew(&intake)).await;
    match renewed {
        Ok(outcome) => outcome.map_err(|error| chain(&error)),
        Err(error) => Err(error.to_string()),
    }
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

//! Reloads tokens and certificates while the service runs: checks their files, and reads them again when they change.

use std::sync::Arc;

use chassis::{Stop, Watched, keep_renewed};

use crate::IngestError;
use crate::config::Config;
use crate::metrics::Reloadable;
use crate::state::IngestState;

impl Reloadable {
    fn renew(self, state: &IngestState) -> Result<(), IngestError> {
        match self {
            Reloadable::Tokens => state.renew_tokens(),
            Reloadable::Tls => Ok(state.tls.as_ref().map_or(Ok(()), chassis::Tls::reload)?),
        }
    }
}

/// The files to check, in their state before they are first read.
pub(crate) fn watched(config: &Config) -> Vec<(Reloadable, Watched)> {
    let tokens = config.tokens_file.as_ref().map(|file| vec![file.clone()]);
    let tls = config.tls.as_ref().map(chassis::TlsConfig::files);
    [(Reloadable::Tokens, tokens), (Reloadable::Tls, tls)]
        .into_iter()
        .filter_map(|(part, files)| Some((part, Watched::new(files?))))
        .collect()
}

/// Keeps tokens and certificates up to date with their files, until `stop`.
pub(crate) async fn run(
    state: &Arc<IngestState>,
    watched: Vec<(Reloadable, Watched)>,
    stop: &Stop,
) {
    let parts = watched
        .into_iter()
        .map(|(part, files)| keep_current(state, part, files));
    let _stopped = stop
        .run_until_cancelled(futures::future::join_all(parts))
        .await;
}

async fn keep_current(state: &Arc<IngestState>, part: Reloadable, files: Watched) {
    let its = state.clone();
    let read = move || part.renew(&its);
    keep_renewed(files, read, |reload_outcome| {
        report(state, part, reload_outcome)
    })
    .await;
}

fn report(state: &IngestState, part: Reloadable, reload_outcome: &Result<(), String>) {
    let (name, readiness) = (part.as_str(), &state.health.readiness);
    state.metrics.renewed(part, reload_outcome.is_ok());
    match reload_outcome {
        Ok(()) => {
            tracing::info!(part = name, "renewed from its files");
            readiness.recovered(name);
        }
        Err(why) => {
            tracing::error!(part = name, %why, "cannot be renewed; what was before still is");
            // Anyone may read `/readyz`, and the reason why tokens cannot be used names a token.
            let why = match part {
                Reloadable::Tokens => "the log says why",
                Reloadable::Tls => why,
            };
            readiness.degraded(
                name,
                format!("cannot be renewed, what was before still is: {why}"),
            );
        }
    }
}

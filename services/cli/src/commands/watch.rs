//! `greenledger watch`: imports what arrives in a place, writes a report on it, and puts it away as done or refused, in this order.
//! Whatever is interrupted is done again, and importing again adds nothing; a file is put away only after ingest has it. What cannot
//! be sent stays and is tried again.

mod folder;
mod imap;
mod maildir;
mod message;
mod place;
mod store;
mod verdict;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chassis::{LogFormat, Stop, failpoint, start_logs, stop_on_signals};

use self::folder::Folder;
use self::imap::{Imap, Login, Mailbox};
use self::maildir::Maildir;
use self::message::Reports;
use self::place::{Arrived, Place};
use self::store::Store;
use self::verdict::{Handled, Verdict, verdict};
use super::import::progress::Progress;
use super::import::{Importer, Outcome, Stopped, describe, report_text};
use crate::args::{Format, Watch};
use crate::show;

/// How long one request is tried again before its file is left for the next look.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long stopping may take.
const STOP: Duration = Duration::from_secs(10);

pub async fn run(watch: &Watch, format: Format) -> anyhow::Result<ExitCode> {
    let log_format = match format {
        Format::Json => LogFormat::Json,
        Format::Text => LogFormat::Text,
    };
    start_logs(log_format, "info");
    let client = watch.ingest.client()?.patient_for(PATIENCE, |waiting| {
        tracing::warn!("{}", describe(waiting));
    });
    let importer = Importer {
        client,
        file_format: watch.file_format.clone(),
        service: None,
        issued: None,
        formats: Arc::new(watch.of.read()?),
    };
    let stop = stop_on_signals(STOP)?;
    let watching = Watching {
        importer,
        stop,
        once: watch.once,
        every: Duration::from_secs(watch.every),
    };
    let place = watch.place.as_str();
    if let Some(folder) = place.strip_prefix("maildir:") {
        let reports = Reports::open(watch.reports.as_deref())?;
        return watching.run(Maildir::open(folder.as_ref(), reports)?).await;
    }
    if place.starts_with("imap") && place.contains("://") {
        // The client of IMAP writes every command to the log at this level, with the password.
        log::set_max_level(log::LevelFilter::Debug);
        let (password, ca) = (watch.password_file.as_deref(), watch.mail_ca.as_deref());
        let login = Login::new(Mailbox::parse(place)?, password, ca)?;
        let reports = Reports::open(watch.reports.as_deref())?;
        return watching.run(Imap::new(login, reports)).await;
    }
    if let Some(folder) = local(place) {
        return watching.run(Folder::open(folder)?).await;
    }
    watching.run(Store::open(place)?).await
}

/// The folder that a place is, if it is one.
fn local(place: &str) -> Option<&std::path::Path> {
    let path = place.strip_prefix("file://").unwrap_or(place);
    (!path.contains("://")).then(|| std::path::Path::new(path))
}

struct Watching {
    importer: Importer,
    stop: Stop,
    once: bool,
    every: Duration,
}

/// What became of the files so far.
#[derive(Debug, Default)]
struct Tally {
    refused: u64,
    /// Those that stay, of the last look.
    staying: u64,
    /// Those that stay, each with its tag and when it was last tried.
    tried: BTreeMap<String, (String, Instant)>,
}

impl Tally {
    /// Whether a file was tried a short while ago, and is as it was.
    fn is_tried(&self, arrived: &Arrived, within: Duration) -> bool {
        let tried = self.tried.get(&arrived.name);
        tried.is_some_and(|(tag, at)| *tag == arrived.tag && at.elapsed() < within)
    }

    fn count(&mut self, arrived: Arrived, handled: Handled) {
        match handled {
            Handled::Stays => {
                self.staying += 1;
                self.tried
                    .insert(arrived.name, (arrived.tag, Instant::now()));
                return;
            }
            Handled::PutAway(Verdict::Refused) => self.refused += 1,
            Handled::PutAway(Verdict::Done) | Handled::Gone => {}
        }
        self.tried.remove(&arrived.name);
    }
}

impl Watching {
    async fn run(&self, mut place: impl Place) -> anyhow::Result<ExitCode> {
        tracing::info!(place = place.name(), "watching");
        let mut tally = Tally::default();
        while !self.stop.is_cancelled() {
            let is_settling = match self.look(&mut place, &mut tally).await {
                Ok(is_settling) => is_settling,
                Err(error) if self.once => return Err(error),
                Err(error) => {
                    tracing::warn!(
                        why = chassis::chain(error.as_ref()),
                        "cannot look for files"
                    );
                    false
                }
            };
            if self.once && !is_settling {
                return Ok(match tally.staying {
                    0 => show::exit_code(tally.refused),
                    _ => ExitCode::FAILURE,
                });
            }
            tokio::select! {
                () = self.stop.cancelled() => {}
                () = place.wait(self.every, is_settling) => {}
            }
        }
        tracing::info!("stopped");
        Ok(ExitCode::SUCCESS)
    }

    /// Handles what has arrived. Returns whether files are there that may still be written.
    async fn look(&self, place: &mut impl Place, tally: &mut Tally) -> anyhow::Result<bool> {
        let arrivals = place.arrived().await?;
        tally.staying = 0;
        for arrived in arrivals.whole {
            if tally.is_tried(&arrived, self.every) {
                tally.staying += 1;
                continue;
            }
            let handled = tokio::select! {
                () = self.stop.cancelled() => break,
                handled = self.handle(place, &arrived) => handled,
            };
            let handled = handled.unwrap_or_else(|error| {
                let why = chassis::chain(error.as_ref());
                tracing::warn!(
                    file = arrived.name,
                    why,
                    "the file stays; it is tried again"
                );
                Handled::Stays
            });
            tally.count(arrived, handled);
        }
        Ok(arrivals.is_settling)
    }

    async fn handle(&self, place: &mut impl Place, arrived: &Arrived) -> anyhow::Result<Handled> {
        let Some(file) = place.fetch(arrived).await? else {
            return Ok(Handled::Gone);
        };
        let outcome = self
            .importer
            .send(&arrived.name, file.path(), &Progress::hidden())
            .await;
        let Some(verdict) = verdict(&outcome) else {
            let why = outcome.stopped.as_ref().map(|why| chassis::chain(why));
            let why = why.unwrap_or_default();
            tracing::warn!(
                file = arrived.name,
                why,
                "the file stays; it is tried again"
            );
            return Ok(Handled::Stays);
        };
        failpoint!("watch.sent");
        if !place.is_unchanged(arrived).await? {
            tracing::info!(
                file = arrived.name,
                "the file has changed, and is read again"
            );
            return Ok(Handled::Stays);
        }
        let name = place
            .report(arrived, verdict, &report_text(&outcome))
            .await?;
        failpoint!("watch.reported");
        place.put_away(arrived, verdict, &name).await?;
        failpoint!("watch.put-away");
        log(arrived, &outcome, verdict, &name);
        Ok(Handled::PutAway(verdict))
    }
}

fn log(arrived: &Arrived, outcome: &Outcome, verdict: Verdict, now: &str) {
    let Outcome {
        accepted, refused, ..
    } = outcome;
    let file = &arrived.name;
    match (verdict, *refused) {
        (Verdict::Done, 0) => tracing::info!(file, now, accepted, "imported"),
        (Verdict::Done, _) => tracing::warn!(file, now, accepted, refused, "imported in part"),
        (Verdict::Refused, _) => tracing::warn!(file, now, refused, "refused"),
    }
}

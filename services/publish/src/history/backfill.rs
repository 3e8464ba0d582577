//! Writing the past again, on demand: to a receiver that was made anew, or that refused it before.

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::counters::HistoryCounters;
use super::error::HistoryError;
use super::intensities::stamp;
use super::journal;
use super::plan::Addition;
use super::round::Historian;
use crate::config::Config;
use crate::footprint_store::FootprintStore;

/// What was written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backfilled {
    /// Samples that the receiver has now.
    pub accepted: usize,
    /// Samples that it refused.
    pub refused: usize,
    /// Samples older than it accepts, which were not sent.
    pub too_old: usize,
    /// The receiver's words about what it refused last.
    pub why: Option<String>,
}

/// Writes everything of these days to the receiver, whether it was sent before or not: the same values again do no harm. `say`
/// hears how far it is, and `waiting` why it waits.
pub async fn backfill(
    config: &Config,
    footprint_store: FootprintStore,
    (from, to): (NaiveDate, Option<NaiveDate>),
    say: impl Fn(&str, &Backfilled),
    waiting: impl Fn(&str) + Send + Sync,
) -> Result<Backfilled, HistoryError> {
    let mut settings = config.history.clone().ok_or(HistoryError::NotConfigured)?;
    settings.check().map_err(HistoryError::Setting)?;
    settings.from = settings.from.map(|known| known.min(from));
    let lake = config.lake.open()?;
    let counters =
        HistoryCounters::new(&prometheus::Registry::new()).map_err(HistoryError::Metric)?;
    let mut historian = Historian::new(Arc::new(config.clone()), settings, lake, counters)?;
    let round = historian.round(Arc::new(footprint_store), &waiting).await?;
    let mut done = Backfilled {
        accepted: round.sent.accepted,
        refused: round.sent.refused,
        too_old: round.too_old,
        why: round.sent.why,
    };
    let until = to.and_then(|to| to.checked_add_days(Days::new(1)));
    let until = until.map_or(i64::MAX, stamp);
    // A half-hour of the first day may begin an hour before midnight in UTC.
    let within = (stamp(from) - 3_600_000)..until;
    let known = journal::known(&historian.lake, &historian.receiver).await?;
    for (folder, of_folder) in known {
        // What was sent for the first time just now need not be sent twice.
        if round.new.contains(&folder) {
            continue;
        }
        let plan = of_folder.plan(&historian.lake, &folder).await?;
        let all = plan.all().into_iter();
        let wanted: Vec<Addition<'_>> = all.filter(|one| within.contains(&one.time)).collect();
        if wanted.is_empty() {
            continue;
        }
        let (sent, too_old) = historian.send(wanted, &waiting).await?;
        done.accepted += sent.accepted;
        done.refused += sent.refused;
        done.too_old += too_old;
        done.why = sent.why.or(done.why);
        say(&folder, &done);
    }
    Ok(done)
}

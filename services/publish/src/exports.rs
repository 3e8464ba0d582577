//! Scheduled exports: once per due time however many replicas run, and caught up after downtime.

mod once;

use std::sync::Arc;
use std::time::Duration;

use chassis::{Readiness, Stop};
use chrono::{DateTime, Utc};
use lake::{Lake, export_record_key, export_since_key};

use crate::PublishError;
use crate::config::export_schedule::{self, Plan};
use crate::config::{Config, Schedule};
use crate::counters::{Counters, Exported};
use crate::footprint_store::Live;
use crate::workbook::{Pack, csv, workbook};

use once::File;

/// The first delay before a failed export is retried; it doubles with each retry, up to the maximum.
const FIRST_RETRY: Duration = Duration::from_secs(15);
const MOST_RETRY: Duration = Duration::from_secs(900);
/// The longest sleep, so that a changed clock or a suspended machine is noticed within this time.
const MOST_SLEEP: Duration = Duration::from_secs(60);

/// The parts that the exporter uses.
pub(crate) struct Exporter {
    pub config: Arc<Config>,
    pub lake: Lake,
    pub live: Arc<Live>,
    pub counters: Counters,
    pub readiness: Readiness,
}

/// Makes the exports that are due until it is stopped. A failed export is retried; only a disk that cannot be written is
/// an error.
pub(crate) async fn keep_exported(
    exporter: Exporter,
    plans: Vec<Plan>,
    stop: Stop,
) -> Result<(), PublishError> {
    tokio::select! {
        () = exporter.live.caught_up() => {}
        () = stop.cancelled() => return Ok(()),
    }
    let mut plans: Vec<_> = plans.into_iter().map(Progress::new).collect();
    loop {
        let mut sleep = MOST_SLEEP;
        for plan in &mut plans {
            sleep = sleep.min(exporter.make_due(plan, Utc::now()).await?);
        }
        exporter.report(&plans);
        tokio::select! {
            () = tokio::time::sleep(sleep) => {}
            () = stop.cancelled() => return Ok(()),
        }
    }
}

/// The progress of one schedule.
struct Progress {
    plan: Plan,
    /// Due times after this one count; not known until the lake has been read.
    last: Option<DateTime<Utc>>,
    retry: Duration,
    not_before: Option<DateTime<Utc>>,
    /// Why the last attempt failed.
    failed: Option<String>,
}

impl Progress {
    fn new(plan: Plan) -> Self {
        Progress {
            plan,
            last: None,
            retry: FIRST_RETRY,
            not_before: None,
            failed: None,
        }
    }
}

impl Exporter {
    /// Reports in `/readyz` which exports are due and cannot be made.
    fn report(&self, plans: &[Progress]) {
        let failed = |progress: &Progress| {
            let why = progress.failed.as_ref()?;
            Some(format!(
                "{} not made, to be tried again: {why}",
                progress.plan.schedule.name
            ))
        };
        let failed: Vec<String> = plans.iter().filter_map(failed).collect();
        match failed.as_slice() {
            [] => self.readiness.recovered("exports"),
            _ => self.readiness.degraded("exports", failed.join("; ")),
        }
    }

    /// Makes every export that is due and has no record, oldest first. Returns how long to wait until the next one.
    async fn make_due(
        &self,
        progress: &mut Progress,
        now: DateTime<Utc>,
    ) -> Result<Duration, PublishError> {
        if let Some(wait) = progress
            .not_before
            .and_then(|then| (then - now).to_std().ok())
        {
            return Ok(wait);
        }
        match self.try_due(progress, now).await {
            Ok(()) => {
                (progress.retry, progress.not_before) = (FIRST_RETRY, None);
                progress.failed = None;
                let next = progress.plan.next_after(now);
                let until = next.and_then(|next| (next - now).to_std().ok());
                Ok(until.unwrap_or(MOST_SLEEP))
            }
            Err(error) if error.is_of_the_disk() => Err(error),
            Err(error) => {
                let schedule = &progress.plan.schedule;
                let cause = chassis::chain(&error);
                tracing::warn!(
                    schedule = schedule.name,
                    error = cause,
                    "an export failed; trying again"
                );
                self.counters.export(&schedule.name, Exported::Failed);
                progress.failed = Some(cause);
                let wait = progress.retry;
                progress.retry = (wait * 2).min(MOST_RETRY);
                progress.not_before = chrono::Duration::from_std(wait).ok().map(|wait| now + wait);
                Ok(wait)
            }
        }
    }

    async fn try_due(
        &self,
        progress: &mut Progress,
        now: DateTime<Utc>,
    ) -> Result<(), PublishError> {
        let schedule = progress.plan.schedule.clone();
        let last = match progress.last {
            Some(last) => last,
            None => match self.last_record(&schedule).await? {
                Some(last) => last,
                None => self.first_seen(&schedule, now).await?,
            },
        };
        self.counters.exported_last(&schedule.name, last);
        progress.last = Some(last);
        for due in progress.plan.due(last, now) {
            let outcome = self.export(&schedule, due).await?;
            tracing::info!(
                schedule = schedule.name,
                due = export_schedule::name(due),
                ?outcome,
                "export"
            );
            self.counters.export(&schedule.name, outcome);
            self.counters.exported_last(&schedule.name, due);
            progress.last = Some(due);
        }
        Ok(())
    }

    /// The newest due time that has a record in the lake.
    async fn last_record(
        &self,
        schedule: &Schedule,
    ) -> Result<Option<DateTime<Utc>>, PublishError> {
        let folder = format!("exports/{}/{}", schedule.trust, schedule.name);
        let mut dues: Vec<_> = self
            .lake
            .folders(&folder)
            .await?
            .iter()
            .filter_map(|name| export_schedule::of_name(name))
            .collect();
        dues.sort_unstable();
        for due in dues.into_iter().rev() {
            let key =
                export_record_key(&schedule.trust, &schedule.name, &export_schedule::name(due));
            if self.lake.read(&key).await?.is_some() {
                return Ok(Some(due));
            }
        }
        Ok(None)
    }

    /// When a schedule without exports was first seen by any replica. Exports due before that time are not made; exports
    /// due after it are, even if no replica was running.
    async fn first_seen(
        &self,
        schedule: &Schedule,
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, PublishError> {
        let key = export_since_key(&schedule.trust, &schedule.name);
        self.lake.create(&key, now.to_rfc3339().into()).await?;
        let seen = self.lake.read(&key).await?.unwrap_or_default();
        let text = String::from_utf8_lossy(&seen);
        Ok(DateTime::parse_from_rfc3339(&text).map_or(now, |seen| seen.to_utc()))
    }

    async fn export(
        &self,
        schedule: &Schedule,
        due: DateTime<Utc>,
    ) -> Result<Exported, PublishError> {
        let run = once::Run {
            trust: &schedule.trust,
            schedule: &schedule.name,
            due: &export_schedule::name(due),
        };
        if run.record(&self.lake).await?.is_some() {
            return Ok(Exported::TakenByAnother);
        }
        let (footprint_store, trust) = (self.live.footprint_store(), schedule.trust.clone());
        let settings = self.config.settings(&trust);
        // A workbook of a large trust takes a second of processor time, which must not delay the page.
        let made = tokio::task::spawn_blocking(move || {
            let pack = Pack::of(&footprint_store, &trust, &settings)
                .ok_or(PublishError::NoFigures(trust))?;
            Ok::<_, PublishError>((files(&pack)?, pack.factor_sets()))
        });
        let (files, factor_sets) = made.await??;
        run.make(&self.lake, files, factor_sets).await
    }
}

fn files(pack: &Pack) -> Result<Vec<File>, PublishError> {
    Ok(vec![
        File {
            name: "schools.csv",
            content: csv(pack)?.into(),
        },
        File {
            name: "workbook.xlsx",
            content: workbook(pack)?.into(),
        },
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn exporter(lake: &Lake, gross: i64) -> Exporter {
        let registry = prometheus::Registry::new();
        let live = Live::default();
        for mut footprint in fixtures::footprints() {
            footprint.gross.0 += gross;
            live.change(&footprint.key(), Some(footprint));
        }
        Exporter {
            config: fixtures::config().into(),
            lake: lake.clone(),
            live: live.into(),
            counters: Counters::new(&registry, std::iter::empty()).unwrap(),
            readiness: Readiness::default(),
        }
    }

    fn schedule() -> Schedule {
        Schedule {
            name: "monthly".into(),
            trust: fixtures::TRUST.into(),
            cron: "0 6 1 * *".into(),
            time_zone: chrono_tz::Europe::London,
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn two_replicas_make_one_export_whatever_each_knows() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let (first, second) = (exporter(&lake, 0), exporter(&lake, 5));
        let due = at("2026-11-01T06:00:00Z");
        assert_eq!(
            first.export(&schedule(), due).await.unwrap(),
            Exported::Written
        );
        let keys = lake.list("exports").await.unwrap();
        assert_eq!(keys.len(), 3, "two files and the record: {keys:?}");
        assert_eq!(
            second.export(&schedule(), due).await.unwrap(),
            Exported::TakenByAnother
        );
        assert_eq!(lake.list("exports").await.unwrap(), keys);
    }

    #[tokio::test]
    async fn what_was_missed_is_made_once_and_in_order() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let exporter = exporter(&lake, 0);
        let mut progress = Progress::new(Plan::new(schedule()).unwrap());
        exporter
            .make_due(&mut progress, at("2026-07-15T00:00:00Z"))
            .await
            .unwrap();
        let dues = async || lake.folders("exports/calder-vale/monthly").await.unwrap();
        assert!(
            dues().await.is_empty(),
            "nothing was due since it was seen first"
        );
        let mut restarted = Progress::new(Plan::new(schedule()).unwrap());
        exporter
            .make_due(&mut restarted, at("2026-11-15T00:00:00Z"))
            .await
            .unwrap();
        exporter
            .make_due(&mut restarted, at("2026-11-15T00:00:01Z"))
            .await
            .unwrap();
        let mut found = dues().await;
        found.sort();
        assert_eq!(
            found,
            [
                "2026-08-01T0500Z",
                "2026-09-01T0500Z",
                "2026-10-01T0500Z",
                "2026-11-01T0600Z"
            ]
        );
    }

    #[tokio::test]
    async fn an_unknown_trust_fails_and_is_tried_again() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let exporter = exporter(&lake, 0);
        let unknown = Schedule {
            trust: "nobody".into(),
            ..schedule()
        };
        let mut progress = Progress::new(Plan::new(unknown).unwrap());
        progress.last = Some(at("2026-10-15T00:00:00Z"));
        let now = at("2026-11-15T00:00:00Z");
        let wait = exporter.make_due(&mut progress, now).await.unwrap();
        assert_eq!(wait, FIRST_RETRY);
        assert_eq!(
            exporter
                .make_due(&mut progress, now + chrono::Duration::seconds(20))
                .await
                .unwrap(),
            FIRST_RETRY * 2
        );
        assert!(lake.list("exports").await.unwrap().is_empty());
    }
}

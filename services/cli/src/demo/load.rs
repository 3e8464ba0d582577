//! Fills ingest with the made-up trust's last two academic years and the current one so far. A journal records what was
//! sent: an interrupted load continues where it stopped, and a later load sends only what is new. Events that are sent
//! twice add nothing, because their ids are the same.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::{AcademicYear, Event, SettlementDay};
use futures::stream::{self, StreamExt};
use indicatif::ProgressBar;

use super::journal::{Journal, Load};
use super::trust::{MadeUpTrust, SUPPLIER_FORMAT, in_batches};
use crate::client::{Answer, IngestClient};

/// The number of requests in flight: enough to keep ingest busy, few enough to leave it a core.
const IN_FLIGHT: usize = 4;

/// Finishes an interrupted load, then sends what is new up to `now`. Refused events do not stop it; they are in the answer.
pub async fn load(
    client: &IngestClient,
    trust: &MadeUpTrust,
    now: DateTime<Utc>,
    journal: &mut Journal,
    progress: &ProgressBar,
) -> anyhow::Result<Answer> {
    let mut answer = Answer::default();
    if let Some(broken_off) = journal.broken_off() {
        answer.add(send(client, trust, &broken_off, journal, progress).await?);
    }
    let new = journal.begin(now)?;
    answer.add(send(client, trust, &new, journal, progress).await?);
    progress.set_length(progress.position());
    Ok(answer)
}

/// Sends one load, stage by stage: the register first, then all readings, then all other events of those years.
async fn send(
    client: &IngestClient,
    trust: &MadeUpTrust,
    load: &Load,
    journal: &mut Journal,
    progress: &ProgressBar,
) -> anyhow::Result<Answer> {
    let today = SettlementDay::of(load.until);
    let first = first_day(today.0);
    let from = load.since.map_or(first, |since| SettlementDay::of(since).0);
    let register = trust.register(today.0);
    let rest = rest(trust, load);
    // Slightly too many, because some meter-days are never sent.
    let nights = (today.0 - from).num_days().unsigned_abs() as usize;
    let all = register.len() + nights * trust.meter_days_a_day() + rest.len();
    progress.inc_length(all as u64);

    let mut sender = Sender {
        client,
        progress,
        journal,
        stage: 0,
    };
    let mut answer = sender
        .stage("schools and meters", in_batches(register))
        .await?;
    let history = trust.history(from, today.0);
    answer.add(sender.stage("readings", history).await?);
    answer.add(sender.stage("everything else", in_batches(rest)).await?);
    if load.since.is_none() {
        let (first, end) = trust.supplier_days();
        let (name, text) = trust.supplier_file(first, end);
        progress.set_message(name);
        answer.add(client.send_file(SUPPLIER_FORMAT, text.as_bytes()).await?);
    }
    journal.finish(load)?;
    Ok(answer)
}

/// Everything except the register and the nightly readings, without events that an earlier load has sent.
fn rest(trust: &MadeUpTrust, load: &Load) -> Vec<Event> {
    let up_to = |until: DateTime<Utc>| {
        let today = SettlementDay::of(until);
        let from = first_day(today.0);
        [
            today_so_far(trust, today, until),
            trust.waste(from, today.0),
            trust.travel(from, today.0),
            trust.activity(from, today.0),
            trust.evidence(from, today.0),
            trust.grid(from, today.0),
            trust.late_and_corrected(from, today.0),
        ]
        .concat()
    };
    let identity = |event: &Event| (event.source.clone(), event.id.clone());
    let sent: BTreeSet<_> = load
        .since
        .map(up_to)
        .iter()
        .flatten()
        .map(identity)
        .collect();
    let mut events = up_to(load.until);
    events.retain(|event| !sent.contains(&identity(event)));
    events
}

struct Sender<'a> {
    client: &'a IngestClient,
    progress: &'a ProgressBar,
    journal: &'a mut Journal,
    stage: usize,
}

impl Sender<'_> {
    /// Sends the batches of the next stage that were not answered before, a few at a time, and returns when all are answered.
    async fn stage(
        &mut self,
        what: &'static str,
        batches: impl Iterator<Item = Vec<Event>>,
    ) -> anyhow::Result<Answer> {
        self.progress.set_message(what);
        let (client, stage) = (self.client, self.stage);
        let answered = self.journal.answered(stage);
        let requests = batches.skip(answered).map(|batch| async move {
            let answer = client.send(&batch).await?;
            anyhow::Ok((answer, batch.len()))
        });
        // In order, so that the journal needs only a count.
        let mut answers = std::pin::pin!(stream::iter(requests).buffered(IN_FLIGHT));
        let mut sum = Answer::default();
        while let Some(answer) = answers.next().await {
            let (answer, events) = answer?;
            sum.add(answer);
            self.progress.inc(events as u64);
            self.journal.note_answered(stage)?;
        }
        self.stage += 1;
        Ok(sum)
    }
}

/// Today's readings, half-hour by half-hour, so that a second start on the same day sends the same events plus newer ones.
fn today_so_far(trust: &MadeUpTrust, today: SettlementDay, now: DateTime<Utc>) -> Vec<Event> {
    (0..today.slots())
        .map(|slot| today.slot_starts(slot))
        .map(|start| (start, start + Duration::minutes(30)))
        .take_while(|(_, end)| *end <= now)
        .flat_map(|(start, end)| trust.live(start, end))
        .collect()
}

/// The first day of the academic year before the last whole one, because a report also shows the year before.
pub fn first_day(today: NaiveDate) -> NaiveDate {
    AcademicYear::beginning(AcademicYear::of(today).ends_in() - 3).first_day()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn history_has_two_whole_academic_years() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default();
        assert_eq!(first_day(day(2026, 11, 22)), day(2024, 9, 1));
        assert_eq!(first_day(day(2027, 8, 31)), day(2024, 9, 1));
        assert_eq!(first_day(day(2027, 9, 1)), day(2025, 9, 1));
    }

    #[test]
    fn a_second_start_on_the_same_day_only_adds_newer_half_hours() {
        let now = DateTime::from_timestamp(1_795_342_500, 0).unwrap_or_default();
        let today = SettlementDay::of(now);
        let trust = MadeUpTrust::new(1, today.0);
        let sooner = today_so_far(&trust, today, now);
        let later = today_so_far(&trust, today, now + Duration::hours(1));
        assert!(!sooner.is_empty() && later.starts_with(&sooner) && later.len() > sooner.len());
    }
}

//! Fills ingest with the made-up trust's last two academic years and this one so far. Sent again it adds nothing: the ids
//! are the same.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use events::{AcademicYear, Event, SettlementDay};
use futures::stream::{self, StreamExt, TryStreamExt};
use indicatif::ProgressBar;

use super::trust::{MadeUpTrust, SUPPLIER_FORMAT, in_batches};
use crate::client::{Answer, ClientError, IngestClient};

/// Requests under way at a time: enough to keep ingest busy, few enough to leave it a core.
const IN_FLIGHT: usize = 4;

/// Sends the register first, then all readings up to `now`, then everything else there is of those years. Refused events do not stop it; they are in the answer.
pub async fn load(
    client: &IngestClient,
    trust: &MadeUpTrust,
    now: DateTime<Utc>,
    progress: &ProgressBar,
) -> Result<Answer, ClientError> {
    let today = SettlementDay::of(now);
    let from = first_day(today.0);
    let register = trust.register(today.0);
    let rest: [(&'static str, Vec<Event>); 6] = [
        ("today so far", today_so_far(trust, today, now)),
        ("waste collected", trust.waste(from, today.0)),
        ("travel to school", trust.travel(from, today.0)),
        ("oil, minibuses and water", trust.activity(from, today.0)),
        ("evidence", trust.evidence(from, today.0)),
        (
            "late and corrected readings",
            trust.late_and_corrected(from, today.0),
        ),
    ];
    // A little too many: some meter-days are never sent.
    let nights = (today.0 - from).num_days().unsigned_abs() as usize;
    let readings = nights * trust.meter_days_a_day();
    let others: usize = rest.iter().map(|(_, events)| events.len()).sum();
    progress.set_length((register.len() + readings + others) as u64);

    let sender = Sender { client, progress };
    let mut answer = sender
        .all("schools and meters", in_batches(register))
        .await?;
    let history = trust.history(from, today.0);
    answer.add(
        sender
            .all("two years of readings and more", history)
            .await?,
    );
    for (what, events) in rest {
        answer.add(sender.all(what, in_batches(events)).await?);
    }
    let (first, end) = trust.supplier_days();
    let (name, text) = trust.supplier_file(first, end);
    progress.set_message(name);
    answer.add(client.send_file(SUPPLIER_FORMAT, text.as_bytes()).await?);
    progress.set_length(progress.position());
    Ok(answer)
}

struct Sender<'a> {
    client: &'a IngestClient,
    progress: &'a ProgressBar,
}

impl Sender<'_> {
    /// Sends batches, a few at a time, and comes back when every one is answered.
    async fn all(
        &self,
        what: &'static str,
        batches: impl Iterator<Item = Vec<Event>>,
    ) -> Result<Answer, ClientError> {
        self.progress.set_message(what);
        let requests = batches.map(|batch| async move {
            let answer = self.client.send(&batch).await?;
            self.progress.inc(batch.len() as u64);
            Ok(answer)
        });
        let answers = stream::iter(requests).buffer_unordered(IN_FLIGHT);
        let join = |mut sum: Answer, answer| async move {
            sum.add(answer);
            Ok(sum)
        };
        answers.try_fold(Answer::default(), join).await
    }
}

/// Half-hour by half-hour, so that a second start on the same day sends the same events and only adds newer ones.
fn today_so_far(trust: &MadeUpTrust, today: SettlementDay, now: DateTime<Utc>) -> Vec<Event> {
    (0..today.slots())
        .map(|slot| today.slot_starts(slot))
        .map(|start| (start, start + Duration::minutes(30)))
        .take_while(|(_, end)| *end <= now)
        .flat_map(|(start, end)| trust.live(start, end))
        .collect()
}

/// The first day of the academic year before the last whole one: a report has the year before beside it.
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

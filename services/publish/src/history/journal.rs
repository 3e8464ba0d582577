//! The plans and acknowledgements of one receiver, in the lake.
//!
//! A plan is created before any of it is sent, and never changed: whichever process is killed when, the next one sends the same
//! values. A mark says that a plan was sent whole, and from which data it follows.

use std::collections::BTreeMap;

use chassis::failpoint;
use lake::{Lake, Put, history_folder, history_plan_key, history_sent_key};

use super::error::HistoryError;
use super::plan::Plan;

/// What is known of a slice's folder from its keys alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// The number of the newest plan; 0 without any.
    pub number: u32,
    /// The fingerprint of the data that the newest plan follows from, once it was sent whole.
    pub sent: Option<String>,
    /// Keys of earlier plans and marks.
    outdated: Vec<String>,
}

/// The folders with plans.
pub(super) async fn known(
    lake: &Lake,
    receiver: &str,
) -> Result<BTreeMap<String, Known>, HistoryError> {
    let mut folders: BTreeMap<String, Known> = BTreeMap::new();
    // Keys are in order, so that the newest plan of a folder comes last.
    let keys = lake.list(&history_folder(receiver)).await?;
    for key in &keys {
        let Some((folder, name)) = key.rsplit_once('/') else {
            continue;
        };
        let known = folders.entry(folder.to_owned()).or_default();
        let plan = name
            .strip_suffix(".json.gz")
            .and_then(|number| number.parse().ok());
        if let Some(number) = plan {
            if known.number > 0 {
                known.outdated.push(history_plan_key(folder, known.number));
            }
            known.number = number;
        }
    }
    for key in keys {
        let Some((number, fingerprint)) = mark(&key) else {
            continue;
        };
        let folder = key.rsplit_once('/').map_or("", |(folder, _)| folder);
        let known = folders.entry(folder.to_owned()).or_default();
        match number == known.number && known.sent.is_none() {
            true => known.sent = Some(fingerprint.to_owned()),
            false => known.outdated.push(key),
        }
    }
    Ok(folders)
}

fn mark(key: &str) -> Option<(u32, &str)> {
    let (_, name) = key.rsplit_once('/')?;
    let (number, fingerprint) = name.strip_suffix(".sent")?.split_once('-')?;
    Some((number.parse().ok()?, fingerprint))
}

impl Known {
    /// The newest plan; acknowledged as a whole if it was sent. Empty without any.
    pub(super) async fn plan(&self, lake: &Lake, folder: &str) -> Result<Plan, HistoryError> {
        if self.number == 0 {
            return Ok(Plan::default());
        }
        let key = history_plan_key(folder, self.number);
        let content = lake.read(&key).await?;
        let plan = content.and_then(|content| Plan::of_bytes(&content));
        let plan = plan.ok_or(HistoryError::Plan(key))?;
        Ok(match self.sent {
            Some(_) => plan.acknowledged(),
            None => plan,
        })
    }

    /// Creates the next plan. Fails if another process has created one since.
    pub(super) async fn create(
        &mut self,
        lake: &Lake,
        folder: &str,
        plan: &Plan,
    ) -> Result<(), HistoryError> {
        let content = plan.to_bytes().map_err(HistoryError::Write)?;
        let key = history_plan_key(folder, self.number + 1);
        failpoint!("publish.history.planning");
        if lake.create(&key, content.into()).await? == Put::Exists {
            return Err(HistoryError::Planned(folder.to_owned()));
        }
        failpoint!("publish.history.planned");
        if self.number > 0 {
            self.outdated.push(history_plan_key(folder, self.number));
        }
        self.outdate_mark(folder);
        self.number += 1;
        Ok(())
    }

    /// Marks the newest plan as sent, and deletes what it replaces.
    pub(super) async fn mark(
        &mut self,
        lake: &Lake,
        folder: &str,
        fingerprint: &str,
    ) -> Result<(), HistoryError> {
        self.outdate_mark(folder);
        let key = history_sent_key(folder, self.number, fingerprint);
        failpoint!("publish.history.sent");
        lake.write(&key, bytes::Bytes::new()).await?;
        failpoint!("publish.history.marked");
        self.sent = Some(fingerprint.to_owned());
        self.outdated.retain(|outdated| *outdated != key);
        for key in std::mem::take(&mut self.outdated) {
            lake.delete(&key).await?;
        }
        Ok(())
    }

    fn outdate_mark(&mut self, folder: &str) {
        if let Some(fingerprint) = self.sent.take() {
            self.outdated
                .push(history_sent_key(folder, self.number, &fingerprint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::series::{Metric, Series, Wanted};

    fn plan(value: f64) -> Plan {
        let series = Series::new(Metric::DayEnergy, [("urn", "100371".to_owned())]);
        let wanted = Wanted::from([(series, [(1, value)].into())]);
        Plan::default().next(&wanted, Vec::new())
    }

    #[tokio::test]
    async fn the_newest_plan_and_whether_it_was_sent_are_known_from_the_keys() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let folder = lake::history_trust_folder("r", "heron");
        let read = async || {
            known(&lake, "r")
                .await
                .unwrap()
                .remove(&folder)
                .unwrap_or_default()
        };
        assert_eq!(read().await, Known::default());
        let mut known = Known::default();
        known.create(&lake, &folder, &plan(1.0)).await.unwrap();
        let found = read().await;
        assert_eq!((found.number, found.sent.clone()), (1, None));
        assert_eq!(found.plan(&lake, &folder).await.unwrap(), plan(1.0));

        known.mark(&lake, &folder, "aa").await.unwrap();
        let found = read().await;
        assert_eq!((found.number, found.sent.as_deref()), (1, Some("aa")));
        assert!(
            found
                .plan(&lake, &folder)
                .await
                .unwrap()
                .unsent()
                .is_empty()
        );

        // Other data with the same figures.
        known.mark(&lake, &folder, "bb").await.unwrap();
        assert_eq!(read().await.sent.as_deref(), Some("bb"));
        known.create(&lake, &folder, &plan(2.0)).await.unwrap();
        let found = read().await;
        assert_eq!(
            (found.number, found.sent.clone(), found.outdated.len()),
            (2, None, 2)
        );

        // Killed before the mark, the next process marks the plan and deletes the earlier one.
        let mut found = found;
        found.mark(&lake, &folder, "cc").await.unwrap();
        let keys = lake.list("history").await.unwrap();
        let wanted = [
            history_sent_key(&folder, 2, "cc"),
            history_plan_key(&folder, 2),
        ];
        assert_eq!(keys, wanted);
    }

    #[tokio::test]
    async fn of_two_processes_one_plans() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let (mut one, mut other) = (Known::default(), Known::default());
        one.create(&lake, "history/r/trust=t", &plan(1.0))
            .await
            .unwrap();
        let second = other.create(&lake, "history/r/trust=t", &plan(2.0)).await;
        assert!(
            matches!(second, Err(HistoryError::Planned(_))),
            "{second:?}"
        );
    }
}

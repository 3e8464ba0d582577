//! Which of the ledger's folders changed, from a listing alone.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use events::Topic;
use lake::{Lake, LedgerFolder, Month};
use sha2::{Digest, Sha256};

use super::error::HistoryError;

/// The topics whose events change what a month's readings mean.
pub(super) const EVENTS: [Topic; 3] = [Topic::Register, Topic::Withdrawals, Topic::Activity];

/// The folders of the ledger, each with the tags of its objects.
#[derive(Default)]
pub(super) struct LedgerTags(BTreeMap<LedgerFolder, Vec<String>>);

impl LedgerTags {
    pub(super) async fn list(lake: &Lake) -> Result<Self, HistoryError> {
        let mut tags = LedgerTags::default();
        for topic in EVENTS.into_iter().chain([Topic::Readings]) {
            for object in lake
                .list_tagged(&format!("ledger/{}", topic.name()))
                .await?
            {
                if let Some(folder) = LedgerFolder::of(&object.key) {
                    let of_folder = tags.0.entry(folder).or_default();
                    of_folder.push(format!("{} {}", object.key, object.tag));
                }
            }
        }
        Ok(tags)
    }

    /// The months of each shard from its first with readings or activities to its last: an oil tank's fill may last for months
    /// in which nothing else comes.
    pub(super) fn months(&self) -> BTreeMap<u32, Vec<Month>> {
        let mut ends: BTreeMap<u32, (Month, Month)> = BTreeMap::new();
        let counted =
            |folder: &&LedgerFolder| matches!(folder.topic, Topic::Readings | Topic::Activity);
        for folder in self.0.keys().filter(counted) {
            let (first, last) = ends
                .entry(folder.shard)
                .or_insert((folder.month, folder.month));
            *first = folder.month.min(*first);
            *last = folder.month.max(*last);
        }
        let all = |(shard, (first, last)): (u32, (Month, Month))| (shard, from_to(first, last));
        ends.into_iter().map(all).collect()
    }

    /// The folders of a shard.
    pub(super) fn of_shard(&self, shard: u32) -> impl Iterator<Item = LedgerFolder> {
        self.0
            .keys()
            .copied()
            .filter(move |folder| folder.shard == shard)
    }

    /// Adds to a hash what a month of a shard is made from.
    pub(super) fn hash(&self, month: Month, shard: u32, hash: &mut Sha256) {
        for (folder, tags) in &self.0 {
            let is_of_month = folder.topic != Topic::Readings || folder.month == month;
            if folder.shard == shard && is_of_month {
                let tags: BTreeSet<&String> = tags.iter().collect();
                tags.into_iter().for_each(|tag| hash.update(tag));
            }
        }
    }
}

fn from_to(first: Month, last: Month) -> Vec<Month> {
    let next = |month: &Month| {
        let day = first_day(*month);
        day.checked_add_months(chrono::Months::new(1))
            .map(Month::of)
    };
    let months = std::iter::successors(Some(first), next);
    months.take_while(|month| *month <= last).collect()
}

/// The first day of a month.
pub(super) fn first_day(month: Month) -> NaiveDate {
    format!("{month}-01").parse().unwrap_or_default()
}

//! The spelling of every key.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use events::{Place, Topic};

use crate::log_gap::LogGap;

/// The key that is created and deleted at the start, to check that the store can do both.
pub(crate) fn probe_key(id: &str) -> String {
    format!("probe/{id}")
}

/// A calendar month: `2026-03`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month a day falls in.
    pub fn of(day: NaiveDate) -> Self {
        Month {
            year: day.year(),
            month: day.month(),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (year, month) = text.split_once('-').ok_or(())?;
        let (year, month) = (
            year.parse().map_err(|_| ())?,
            month.parse().map_err(|_| ())?,
        );
        NaiveDate::from_ymd_opt(year, month, 1)
            .map(Month::of)
            .ok_or(())
    }
}

/// The rows of one topic, month and shard: one Hive folder of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LedgerFolder {
    /// The topic of the events.
    pub topic: Topic,
    /// The calendar month.
    pub month: Month,
    /// The shard of the schools.
    pub shard: u32,
}

impl LedgerFolder {
    /// `ledger/readings/month=2026-03/shard=07`.
    pub fn key(&self) -> String {
        format!(
            "ledger/{}/month={}/shard={:03}",
            self.topic.name(),
            self.month,
            self.shard
        )
    }

    /// The folder of a ledger object's key; none for any other key.
    pub fn of(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix("ledger/")?.split('/');
        Some(LedgerFolder {
            topic: Topic::parse(parts.next()?)?,
            month: parts.next()?.strip_prefix("month=")?.parse().ok()?,
            shard: parts.next()?.strip_prefix("shard=")?.parse().ok()?,
        })
    }
}

/// The stretch of the log that an object's rows come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Covered {
    /// The log position of the first row.
    pub first: Place,
    /// The last row's offset, in the same partition.
    pub last_offset: i64,
}

impl Covered {
    /// The object's name: the stretch of the log, then a hash of the rows. The same rows written twice make one object, and a
    /// recreated topic that counts from 0 again hides nothing.
    pub(crate) fn file_name(&self, hash: &str) -> String {
        let Place { partition, offset } = self.first;
        format!(
            "{partition:05}-{offset:012}-{:012}-{hash}.parquet",
            self.last_offset
        )
    }
}

/// `ledger/logs/partition=00003/`: the logs that the rows of a partition came from.
pub(crate) fn logs_folder(partition: i32) -> String {
    format!("ledger/logs/partition={partition:05}")
}

/// `ledger/gaps/partition=00003/`: the records that the log of a partition lost before they were merged.
pub(crate) fn gaps_folder(partition: i32) -> String {
    format!("ledger/gaps/partition={partition:05}")
}

/// `ledger/gaps/partition=00003/log=00000002/readings-000000000123-000000000456.json`
pub(crate) fn gap_key(gap: &LogGap) -> String {
    format!("{}.json", gap_stem(gap))
}

/// The same with `.acknowledged.json`.
pub(crate) fn acknowledged_key(gap: &LogGap) -> String {
    format!("{}.acknowledged.json", gap_stem(gap))
}

fn gap_stem(gap: &LogGap) -> String {
    let LogGap {
        partition,
        log,
        topic,
        from,
        to,
    } = gap;
    let folder = gaps_folder(*partition);
    format!("{folder}/log={log:08}/{}-{from:012}-{to:012}", topic.name())
}

/// The gap that a key stands for; none for an acknowledgement or any other key.
pub(crate) fn gap_of(key: &str) -> Option<LogGap> {
    let rest = key.strip_prefix("ledger/gaps/partition=")?;
    let [partition, log, name] = rest.split('/').collect::<Vec<_>>().try_into().ok()?;
    let parts = name.strip_suffix(".json")?.split('-').collect::<Vec<_>>();
    let [topic, from, to] = parts.try_into().ok()?;
    Some(LogGap {
        partition: partition.parse().ok()?,
        log: log.strip_prefix("log=")?.parse().ok()?,
        topic: Topic::parse(topic)?,
        from: from.parse().ok()?,
        to: to.parse().ok()?,
    })
}

pub(crate) fn merged_file_name(hash: &str) -> String {
    format!("merged-{hash}.parquet")
}

/// `results/schools/trust=calder-vale/period=2025-26/schools.parquet`.
pub fn result_key(table: &str, trust: &str, period: &str, extension: &str) -> String {
    format!("results/{table}/trust={trust}/period={period}/{table}.{extension}")
}

/// `results/manifest/trust=calder-vale/period=2025-26/manifest.json`: lists which objects of a trust and period belong
/// together.
pub fn manifest_key(trust: &str, period: &str) -> String {
    result_key(MANIFEST, trust, period, "json")
}

/// The folder of the manifests under `results/`, beside the folders of the tables.
pub const MANIFEST: &str = "manifest";

/// `exports/calder-vale/termly/2026-11-01T0600Z/1f0c…/board-pack.xlsx`: the files of each run lie in a separate folder.
pub fn export_key(trust: &str, schedule: &str, due: &str, run: &str, file: &str) -> String {
    format!("exports/{trust}/{schedule}/{due}/{run}/{file}")
}

/// `exports/calder-vale/termly/2026-11-01T0600Z/run.json`: the process that creates it decides which run counts.
pub fn export_record_key(trust: &str, schedule: &str, due: &str) -> String {
    format!("exports/{trust}/{schedule}/{due}/run.json")
}

/// `exports/calder-vale/termly/since`: when a schedule was first seen.
pub fn export_since_key(trust: &str, schedule: &str) -> String {
    format!("exports/{trust}/{schedule}/since")
}

/// `history/1f0c…`: what was planned and sent to one receiver of the history.
pub fn history_folder(receiver: &str) -> String {
    format!("history/{receiver}")
}

/// `history/1f0c…/month=2026-03/shard=007`: the plans of the half-hours and days of a month and shard.
pub fn history_month_folder(receiver: &str, month: Month, shard: u32) -> String {
    format!("history/{receiver}/month={month}/shard={shard:03}")
}

/// `history/1f0c…/trust=calder-vale`: the plans of a trust's intensities.
pub fn history_trust_folder(receiver: &str, trust: &str) -> String {
    format!("history/{receiver}/trust={trust}")
}

/// `…/000007.json.gz`: the plan with this number. It is created once and never changed.
pub fn history_plan_key(folder: &str, number: u32) -> String {
    format!("{folder}/{number:06}.json.gz")
}

/// `…/000007-4f3c….sent`: the plan with this number was sent, and follows from the data of this fingerprint.
pub fn history_sent_key(folder: &str, number: u32, fingerprint: &str) -> String {
    format!("{folder}/{number:06}-{fingerprint}.sent")
}

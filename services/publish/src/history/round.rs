//! One round: whatever changed since the last one is planned, sent and marked, slice by slice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chassis::failpoint;
use chrono::{Duration, NaiveDate, Utc};
use events::{AcademicYear, Sharding, Urn};
use footprint::{Footprint, Period, SchoolHistory};
use lake::{Lake, Month, history_month_folder, history_trust_folder};
use sha2::{Digest, Sha256};

use super::client::{Client, Sent, Waiting};
use super::counters::{HistoryCounters, Outcome};
use super::error::HistoryError;
use super::intensities::{self, Amount};
use super::journal::{self, Known};
use super::ledger_tags::{LedgerTags, first_day};
use super::measured::{self, Years};
use super::plan::Addition;
use super::series::Wanted;
use super::wire;
use crate::config::{Config, HistoryConfig};
use crate::footprint_store::FootprintStore;

/// How many samples a request has at most; Prometheus itself sends 2,000.
const SAMPLES_PER_REQUEST: usize = 2_000;

/// Writes the history to one receiver.
pub(super) struct Historian {
    config: Arc<Config>,
    settings: HistoryConfig,
    pub(super) lake: Lake,
    client: Client,
    counters: HistoryCounters,
    /// A hash of the receiver's address: another receiver begins from nothing.
    pub(super) receiver: String,
    /// What is in the newest plan of each folder, to be added up to trusts.
    amounts: BTreeMap<String, (u32, Vec<Amount>)>,
    /// What the receiver refused last.
    refused: Option<String>,
}

/// What a round did.
#[derive(Debug, Default)]
pub(super) struct Round {
    pub sent: Sent,
    pub too_old: usize,
    /// The folders of which the receiver had nothing before.
    pub new: BTreeSet<String>,
}

impl Historian {
    pub(super) fn new(
        config: Arc<Config>,
        settings: HistoryConfig,
        lake: Lake,
        counters: HistoryCounters,
    ) -> Result<Self, HistoryError> {
        let receiver = Sha256::digest(&settings.url);
        Ok(Historian {
            client: Client::new(&settings)?,
            receiver: hex::encode(receiver.get(..8).unwrap_or_default()),
            amounts: BTreeMap::new(),
            refused: None,
            config,
            settings,
            lake,
            counters,
        })
    }

    /// What the receiver refused since the start, and how to send it again; none if nothing.
    pub(super) fn refused(&self) -> Option<String> {
        self.refused.clone()
    }

    /// Plans and sends what is new. An error leaves what is planned for the next round.
    pub(super) async fn round(
        &mut self,
        footprint_store: Arc<FootprintStore>,
        waiting: &impl Waiting,
    ) -> Result<Round, HistoryError> {
        let mut round = Round::default();
        let Some(years) = self.years(&footprint_store) else {
            return Ok(round);
        };
        let years = Arc::new(years);
        let mut known = journal::known(&self.lake, &self.receiver).await?;
        let tags = LedgerTags::list(&self.lake).await?;
        for (shard, months) in tags.months() {
            let mut histories: Option<Arc<BTreeMap<Urn, SchoolHistory>>> = None;
            for month in months {
                let folder = history_month_folder(&self.receiver, month, shard);
                let is_wanted = self
                    .settings
                    .from
                    .is_none_or(|from| Month::of(from) <= month);
                if !is_wanted && !known.contains_key(&folder) {
                    continue;
                }
                let fingerprint = self.fingerprint(&tags, month, shard, &years);
                let of_folder = known.entry(folder.clone()).or_default();
                if of_folder.sent.as_ref() == Some(&fingerprint) {
                    continue;
                }
                let histories = match &histories {
                    Some(histories) => histories.clone(),
                    None => {
                        let read = measured::histories(&self.lake, tags.of_shard(shard)).await?;
                        histories.insert(Arc::new(read)).clone()
                    }
                };
                let (wanted, amounts) =
                    measured::month(&self.lake, month, shard, histories, years.clone()).await?;
                let slice = Slice {
                    folder: &folder,
                    wanted,
                    amounts,
                    fingerprint,
                };
                self.settle(slice, of_folder, &mut round, waiting).await?;
            }
        }
        self.trusts(&footprint_store, &mut known, &mut round, waiting)
            .await?;
        Ok(round)
    }

    async fn trusts(
        &mut self,
        footprint_store: &Arc<FootprintStore>,
        known: &mut BTreeMap<String, Known>,
        round: &mut Round,
        waiting: &impl Waiting,
    ) -> Result<(), HistoryError> {
        self.read_amounts(known).await?;
        for trust in footprint_store.trusts() {
            let all = self.amounts.values().flat_map(|(_, amounts)| amounts);
            let own: Vec<Amount> = all
                .filter(|amount| amount.trust == trust.id)
                .cloned()
                .collect();
            let (footprint_store, config) = (footprint_store.clone(), self.config.clone());
            let id = trust.id.clone();
            let made = tokio::task::spawn_blocking(move || {
                let own: Vec<&Amount> = own.iter().collect();
                intensities::wanted(&id, &own, &footprint_store, &config)
            });
            let wanted = made.await?;
            let folder = history_trust_folder(&self.receiver, &trust.id);
            let of_folder = known.entry(folder.clone()).or_default();
            let fingerprint = fingerprint_of(&wanted);
            let is_nothing = wanted.is_empty() && of_folder.number == 0;
            if is_nothing || of_folder.sent.as_ref() == Some(&fingerprint) {
                continue;
            }
            let slice = Slice {
                folder: &folder,
                wanted,
                amounts: Vec::new(),
                fingerprint,
            };
            self.settle(slice, of_folder, round, waiting).await?;
        }
        Ok(())
    }

    /// Plans what a slice lacks, sends what is not acknowledged, and marks it.
    async fn settle(
        &mut self,
        slice: Slice<'_>,
        known: &mut Known,
        round: &mut Round,
        waiting: &impl Waiting,
    ) -> Result<(), HistoryError> {
        let before = known.plan(&self.lake, slice.folder).await?;
        let plan = before.next(&slice.wanted, slice.amounts);
        if before.series.is_empty() {
            round.new.insert(slice.folder.to_owned());
        }
        if plan.adds_to(&before) || plan.amounts != before.amounts || known.number == 0 {
            known.create(&self.lake, slice.folder, &plan).await?;
        }
        let sent = self.send(plan.unsent(), waiting).await?;
        round.add(sent);
        known
            .mark(&self.lake, slice.folder, &slice.fingerprint)
            .await?;
        self.amounts
            .insert(slice.folder.to_owned(), (known.number, plan.amounts));
        Ok(())
    }

    /// Sends values, apart from those that are too old for the receiver.
    pub(super) async fn send(
        &mut self,
        mut additions: Vec<Addition<'_>>,
        waiting: &impl Waiting,
    ) -> Result<(Sent, usize), HistoryError> {
        let all = additions.len();
        if let Some(days) = self.settings.out_of_order_days {
            let oldest = (Utc::now() - Duration::days(i64::from(days))).timestamp_millis();
            additions.retain(|addition| addition.time >= oldest);
        }
        let too_old = all - additions.len();
        self.counters.samples(Outcome::TooOld, too_old);
        let mut total = Sent::default();
        for batch in wire::batches(wire::lines(&additions), SAMPLES_PER_REQUEST) {
            let sent = self.client.send(batch, waiting).await?;
            self.counters.samples(Outcome::Accepted, sent.accepted);
            self.counters.samples(Outcome::Refused, sent.refused);
            total.accepted += sent.accepted;
            total.refused += sent.refused;
            failpoint!("publish.history.sending");
            if let Some(why) = sent.why {
                tracing::warn!(
                    samples = sent.refused,
                    why,
                    "the receiver refuses samples of the history"
                );
                self.refused = Some(format!(
                    "samples refused, the last with {why}; once that is mended: greenledger backfill --from DATE"
                ));
                total.why = Some(why);
            }
        }
        Ok((total, too_old))
    }

    /// Reads what the trusts' intensities are made of from the plans that this process has not made.
    async fn read_amounts(&mut self, known: &BTreeMap<String, Known>) -> Result<(), HistoryError> {
        let months = format!("history/{}/month=", self.receiver);
        for (folder, of_folder) in known {
            let is_read = |(number, _): &(u32, _)| *number == of_folder.number;
            let is_known = self.amounts.get(folder).is_some_and(is_read);
            if folder.starts_with(&months) && of_folder.number > 0 && !is_known {
                let plan = of_folder.plan(&self.lake, folder).await?;
                self.amounts
                    .insert(folder.clone(), (of_folder.number, plan.amounts));
            }
        }
        Ok(())
    }

    /// The footprints of academic years; none before there are any.
    fn years(&self, footprint_store: &FootprintStore) -> Option<Years> {
        let as_of = footprint_store
            .footprints()
            .map(|footprint| footprint.period.as_of());
        let mut years = Years {
            settled: as_of.max()? - Duration::days(i64::from(self.settings.settle_days)),
            ..Years::default()
        };
        for footprint in footprint_store.footprints() {
            let trust = &footprint.trust.id;
            if let Period::AcademicYear { year, .. } = footprint.period {
                let key = (trust.clone(), footprint.urn, year);
                years.footprints.insert(key, footprint.clone());
            }
            if !years.baselines.contains_key(trust)
                && let Some(year) = self.config.baseline(trust).comparable_factor_year()
            {
                years.baselines.insert(trust.clone(), year);
            }
        }
        Some(years)
    }

    /// What a month's figures depend on: the ledger's objects, the factors, and how far it is settled.
    fn fingerprint(&self, tags: &LedgerTags, month: Month, shard: u32, years: &Years) -> String {
        let mut hash = Sha256::new();
        tags.hash(month, shard, &mut hash);
        let first = first_day(month);
        let sharding = Sharding {
            partitions: 1,
            ..self.config.sharding
        };
        let of_year = AcademicYear::of(first);
        for ((trust, urn, year), footprint) in &years.footprints {
            if *year == of_year && sharding.shard(*urn) == shard {
                let baseline = years.baselines.get(trust);
                hash.update(format!(
                    "{trust} {urn} {baseline:?} {}",
                    factors_of(footprint)
                ));
            }
        }
        let next: NaiveDate = first + chrono::Months::new(1);
        hash.update(years.settled.clamp(first, next).to_string());
        short(hash)
    }
}

/// A slice, and what is wanted of it.
struct Slice<'a> {
    folder: &'a str,
    wanted: Wanted,
    amounts: Vec<Amount>,
    fingerprint: String,
}

impl Round {
    fn add(&mut self, (sent, too_old): (Sent, usize)) {
        self.sent.accepted += sent.accepted;
        self.sent.refused += sent.refused;
        self.sent.why = sent.why.or(self.sent.why.take());
        self.too_old += too_old;
    }
}

/// The factors of a footprint's lines, as text.
fn factors_of(footprint: &Footprint) -> String {
    let factors = footprint.lines.iter().map(|line| {
        let price = line.price.as_ref().map(|price| price.factor);
        format!(
            "{:?} {} {price:?} {:?}",
            line.item, line.unit, line.factor_by_year
        )
    });
    factors.collect::<Vec<_>>().join(";")
}

fn fingerprint_of(wanted: &Wanted) -> String {
    let mut hash = Sha256::new();
    hash.update(format!("{wanted:?}"));
    short(hash)
}

fn short(hash: Sha256) -> String {
    let digest = hash.finalize();
    hex::encode(digest.get(..8).unwrap_or_default())
}

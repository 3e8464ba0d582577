//! Results: the tables as Parquet, JSON and CSV in object storage, each whole or not at all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chassis::{Readiness, Stop, chain, failpoint};
use footprint::Targets;
use lake::{Lake, result_key};
use sha2::{Digest, Sha256};

use crate::PublishError;
use crate::book::{Book, Live, Slice};
use crate::config::Config;
use crate::counters::Counters;
use crate::tables;

const EXTENSIONS: [&str; 3] = ["parquet", "json", "csv"];
/// However long the store is away, results follow within a minute of its return.
const MOST_PATIENCE: Duration = Duration::from_secs(60);
/// When `/readyz` begins to say that results are not written yet.
const SLOW: Duration = Duration::from_secs(10);
pub(crate) const PART: &str = "results";

/// Writes what has changed until told to stop, and then once more. A store that refuses is tried again; only a disk that
/// cannot be written is an error.
pub(crate) async fn keep_written(
    config: Arc<Config>,
    lake: Lake,
    live: Arc<Live>,
    readiness: Readiness,
    counters: Counters,
    stop: Stop,
) -> Result<(), PublishError> {
    let every = Duration::from_secs(config.results_every_seconds.max(1));
    tokio::select! {
        () = live.caught_up() => {}
        () = stop.cancelled() => return Ok(()),
    }
    let mut results = Results::new(lake);
    let mut wait = Duration::ZERO;
    loop {
        let stopped = tokio::select! {
            () = tokio::time::sleep(wait) => false,
            () = stop.cancelled() => true,
        };
        let written = {
            let writing = results.write(&config, &live);
            told_when_slow(writing, every.max(SLOW), &readiness).await
        };
        match written {
            Ok(written) => {
                counters.results_written.inc_by(written);
                counters
                    .results_last_written
                    .set(chrono::Utc::now().timestamp() as f64);
                readiness.mended(PART);
                wait = every;
            }
            Err(error) if error.is_of_the_disk() => return Err(error),
            Err(error) => {
                let said = chain(&error);
                tracing::warn!(error = said, "results are not written; trying again");
                counters.results_failed.inc();
                readiness.amiss(PART, format!("not written, to be tried again: {said}"));
                wait = (wait * 2).clamp(every, MOST_PATIENCE.max(every));
            }
        }
        if stopped {
            return Ok(());
        }
    }
}

/// A store that does not answer fails nothing for minutes.
async fn told_when_slow<T>(
    writing: impl Future<Output = T>,
    slow: Duration,
    readiness: &Readiness,
) -> T {
    let mut writing = std::pin::pin!(writing);
    if let Ok(written) = tokio::time::timeout(slow, writing.as_mut()).await {
        return written;
    }
    readiness.amiss(PART, "the store takes its time; what is written is old");
    writing.await
}

/// What is known to stand under `results/`.
struct Results {
    lake: Lake,
    /// The hash of each object this process has written; nothing at the start, so that each is written once.
    written: BTreeMap<String, [u8; 32]>,
    looked_for_left_overs: bool,
}

impl Results {
    fn new(lake: Lake) -> Self {
        Results {
            lake,
            written: BTreeMap::new(),
            looked_for_left_overs: false,
        }
    }

    /// Writes the objects that differ, and deletes those whose figures are gone. Returns how many were written.
    async fn write(&mut self, config: &Config, live: &Live) -> Result<u64, PublishError> {
        let mut unwritten = live.take_unwritten();
        // What changed in a year is told by two: when the one before moves, so does what is said of it.
        let after: Vec<Slice> = unwritten.iter().filter_map(Slice::following).collect();
        let book = live.book();
        unwritten.extend(after.into_iter().filter(|slice| book.has(slice)));
        let outcome = self.write_slices(config, &book, &mut unwritten).await;
        live.still_unwritten(unwritten);
        outcome
    }

    /// Takes each slice out of `unwritten` once it is done with.
    async fn write_slices(
        &mut self,
        config: &Config,
        book: &Arc<Book>,
        unwritten: &mut BTreeSet<Slice>,
    ) -> Result<u64, PublishError> {
        if !self.looked_for_left_overs {
            unwritten.extend(self.left_overs(book).await?);
            self.looked_for_left_overs = true;
        }
        let mut count = 0;
        while let Some(slice) = unwritten.first().cloned() {
            count += self
                .write_slice(config.targets(&slice.trust), book, &slice)
                .await?;
            unwritten.remove(&slice);
        }
        Ok(count)
    }

    async fn write_slice(
        &mut self,
        targets: Targets,
        book: &Arc<Book>,
        slice: &Slice,
    ) -> Result<u64, PublishError> {
        let (book, wanted) = (book.clone(), slice.clone());
        let made = tokio::task::spawn_blocking(move || objects(&book, &wanted, targets));
        let mut count = 0;
        for (key, content) in made.await?? {
            match content {
                Some(content) => {
                    let hash: [u8; 32] = Sha256::digest(&content).into();
                    if self.written.get(&key) != Some(&hash) {
                        failpoint!("publish.result.putting");
                        self.lake.write(&key, content).await?;
                        failpoint!("publish.result.put");
                        self.written.insert(key, hash);
                        count += 1;
                    }
                }
                None => {
                    self.lake.delete(&key).await?;
                    self.written.remove(&key);
                }
            }
        }
        Ok(count)
    }

    /// Slices that an earlier process wrote and that no footprint speaks of any more.
    async fn left_overs(&self, book: &Book) -> Result<BTreeSet<Slice>, PublishError> {
        let held = book.slices();
        let keys = self.lake.list("results").await?;
        Ok(keys
            .iter()
            .filter_map(|key| slice_of(key))
            .filter(|slice| !held.contains(slice))
            .collect())
    }
}

/// Every object of a slice under its key; no content where the slice has no figures any more.
fn objects(
    book: &Book,
    slice: &Slice,
    targets: Targets,
) -> Result<Vec<(String, Option<Bytes>)>, PublishError> {
    let key = |table, extension| result_key(table, &slice.trust, &slice.period, extension);
    let mut objects = Vec::new();
    let Some(view) = book.view(&slice.trust, &slice.period, targets) else {
        for table in tables::NAMES {
            objects.extend(EXTENSIONS.map(|extension| (key(table, extension), None)));
        }
        return Ok(objects);
    };
    for table in tables::all(&view) {
        let failed = |source| PublishError::Table {
            table: table.name,
            source: Box::new(source),
        };
        let json = table
            .json(&slice.trust, &slice.period, &view.totals.factor_sets)
            .map_err(failed)?;
        let csv = table.csv().map_err(failed)?;
        objects.push((
            key(table.name, "parquet"),
            Some(table.parquet().map_err(failed)?),
        ));
        objects.push((key(table.name, "json"), Some(json.into())));
        objects.push((key(table.name, "csv"), Some(csv.into())));
    }
    Ok(objects)
}

/// The slice of a key such as `results/schools/trust=calder-vale/period=2025-26/schools.csv`.
fn slice_of(key: &str) -> Option<Slice> {
    let mut parts = key.strip_prefix("results/")?.split('/');
    let table = parts.next()?;
    let trust = parts.next()?.strip_prefix("trust=")?.to_owned();
    let period = parts.next()?.strip_prefix("period=")?.to_owned();
    tables::NAMES
        .contains(&table)
        .then_some(Slice { trust, period })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[tokio::test]
    async fn only_what_changed_is_written_and_what_is_gone_is_deleted() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let left_over = result_key("schools", "gone", "2019-20", "csv");
        lake.write(&left_over, Bytes::from_static(b"x"))
            .await
            .unwrap();
        let (config, live) = (made_up::config(), Live::default());
        for footprint in made_up::footprints() {
            live.change(&footprint.key(), Some(footprint));
        }
        let mut results = Results::new(lake.clone());
        let all = (EXTENSIONS.len() * tables::NAMES.len() * live.book().slices().len()) as u64;
        assert_eq!(results.write(&config, &live).await.unwrap(), all);
        assert_eq!(lake.read(&left_over).await.unwrap(), None);
        assert_eq!(lake.list("results").await.unwrap().len() as u64, all);

        let mut school = made_up::school(0);
        live.change(&school.key(), Some(school.clone()));
        assert_eq!(
            results.write(&config, &live).await.unwrap(),
            0,
            "the same figures are the same bytes"
        );
        school.waste.total.0 += 1;
        live.change(&school.key(), Some(school.clone()));
        assert_eq!(
            results.write(&config, &live).await.unwrap(),
            6,
            "schools and trusts, three formats each"
        );

        for footprint in made_up::footprints() {
            live.change(&footprint.key(), None);
        }
        results.write(&config, &live).await.unwrap();
        assert!(lake.list("results").await.unwrap().is_empty());
    }
}

//! Exactly-once exports without a lock: the files of a run are in a folder named by their content, and the run whose
//! record is created first counts. If a process crashes before the record, no run counts, and the export is made again.

use bytes::Bytes;
use chassis::failpoint;
use footprint::FactorSetRef;
use lake::{Lake, Put, export_key, export_record_key};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::PublishError;
use crate::counters::Exported;

/// A file of an export.
pub(super) struct File {
    pub name: &'static str,
    pub content: Bytes,
}

/// One due time of one schedule.
pub(super) struct Run<'a> {
    pub trust: &'a str,
    pub schedule: &'a str,
    pub due: &'a str,
}

/// `run.json`: names the run that counts, and the factors it used.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    trust: String,
    schedule: String,
    due: String,
    /// The folder beside this file.
    run: String,
    /// What the figures were priced with.
    factor_sets: Vec<FactorSetRef>,
    files: Vec<RecordedFile>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct RecordedFile {
    name: String,
    key: String,
    bytes: usize,
    sha256: String,
}

impl Run<'_> {
    /// The record of the run that counts, if there is one.
    pub(super) async fn record(&self, lake: &Lake) -> Result<Option<Record>, PublishError> {
        let key = self.record_key();
        let Some(content) = lake.read(&key).await? else {
            return Ok(None);
        };
        serde_json::from_slice(&content)
            .map(Some)
            .map_err(|_| PublishError::Record(key))
    }

    /// Writes the files and then the record; an existing record of another run is not replaced.
    pub(super) async fn make(
        &self,
        lake: &Lake,
        files: Vec<File>,
        factor_sets: Vec<FactorSetRef>,
    ) -> Result<Exported, PublishError> {
        let mine = self.describe(&files, factor_sets);
        for (file, recorded) in files.into_iter().zip(&mine.files) {
            // A file that exists has the same content, because its folder is named by the content.
            failpoint!("publish.export.putting");
            lake.create(&recorded.key, file.content).await?;
            failpoint!("publish.export.put");
        }
        let content = serde_json::to_vec_pretty(&mine).unwrap_or_default();
        let put = lake.create(&self.record_key(), content.into()).await?;
        failpoint!("publish.export.recorded");
        let counts = self.record(lake).await?.unwrap_or(mine);
        self.sweep(lake, &counts).await?;
        Ok(match put {
            Put::Created => Exported::Written,
            Put::Exists => Exported::TakenByAnother,
        })
    }

    fn describe(&self, files: &[File], factor_sets: Vec<FactorSetRef>) -> Record {
        let mut all = Sha256::new();
        for file in files {
            all.update(&file.content);
        }
        let run = hex::encode(&all.finalize()[..8]);
        let recorded = files.iter().map(|file| RecordedFile {
            name: file.name.to_owned(),
            key: export_key(self.trust, self.schedule, self.due, &run, file.name),
            bytes: file.content.len(),
            sha256: hex::encode(Sha256::digest(&file.content)),
        });
        Record {
            trust: self.trust.to_owned(),
            schedule: self.schedule.to_owned(),
            due: self.due.to_owned(),
            files: recorded.collect(),
            run,
            factor_sets,
        }
    }

    /// Deletes files that no record will ever name: those of runs that lost, of this process or of a crashed one. A
    /// replica that is still writing such files has lost as well, because a record is never replaced.
    async fn sweep(&self, lake: &Lake, counts: &Record) -> Result<(), PublishError> {
        let record = self.record_key();
        let folder = record.trim_end_matches("/run.json");
        for key in lake.list(folder).await? {
            let named = key == record || counts.files.iter().any(|file| file.key == key);
            if !named {
                lake.delete(&key).await?;
            }
        }
        Ok(())
    }

    fn record_key(&self) -> String {
        export_record_key(self.trust, self.schedule, self.due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(text: &'static str) -> Vec<File> {
        vec![File {
            name: "schools.csv",
            content: Bytes::from_static(text.as_bytes()),
        }]
    }

    #[tokio::test]
    async fn a_loser_leaves_nothing_and_the_same_run_twice_is_one() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let run = Run {
            trust: "t",
            schedule: "s",
            due: "2026-11-01T0600Z",
        };
        assert_eq!(
            run.make(&lake, files("a"), Vec::new()).await.unwrap(),
            Exported::Written
        );
        let keys = lake.list("exports").await.unwrap();
        assert_eq!(
            run.make(&lake, files("a"), Vec::new()).await.unwrap(),
            Exported::TakenByAnother
        );
        assert_eq!(
            run.make(&lake, files("b"), Vec::new()).await.unwrap(),
            Exported::TakenByAnother
        );
        assert_eq!(lake.list("exports").await.unwrap(), keys);
        let record = run.record(&lake).await.unwrap().unwrap();
        let content = lake.read(&record.files[0].key).await.unwrap().unwrap();
        assert_eq!(
            hex::encode(Sha256::digest(&content)),
            record.files[0].sha256
        );
    }

    #[tokio::test]
    async fn a_crash_before_the_record_runs_again() {
        let lake = lake::LakeConfig::at("memory:").open().unwrap();
        let run = Run {
            trust: "t",
            schedule: "s",
            due: "2026-11-01T0600Z",
        };
        let crashed = export_key("t", "s", "2026-11-01T0600Z", "00", "schools.csv");
        lake.create(&crashed, Bytes::from_static(b"half"))
            .await
            .unwrap();
        assert_eq!(
            run.make(&lake, files("a"), Vec::new()).await.unwrap(),
            Exported::Written
        );
        assert_eq!(lake.read(&crashed).await.unwrap(), None);
    }
}

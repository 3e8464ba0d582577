//! The state of a demo's folder: when it was created, so that a later start makes up the same trust, and how much was sent.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, Utc};
use events::SettlementDay;
use serde::{Deserialize, Serialize};

/// The file `demo.json`, rewritten after every request that was answered.
pub(super) struct Journal {
    file: PathBuf,
    remembered: Remembered,
}

#[derive(Serialize, Deserialize)]
struct Remembered {
    started: NaiveDate,
    /// Which made-up data was sent; none before anything was, and in folders of early versions.
    #[serde(default)]
    made_up: Option<String>,
    #[serde(default)]
    topic_prefix: String,
    /// The time up to which everything was sent.
    #[serde(default)]
    sent_until: Option<DateTime<Utc>>,
    /// A load that was started but not finished.
    #[serde(default)]
    loading: Option<Loading>,
}

#[derive(Serialize, Deserialize)]
struct Loading {
    load: Load,
    /// How many requests of each stage were answered.
    answered: Vec<usize>,
}

/// The range of one load: what is new from `since`, or everything, up to `until`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Load {
    pub(super) since: Option<DateTime<Utc>>,
    pub(super) until: DateTime<Utc>,
}

impl Journal {
    /// Reads the journal of a folder, or creates one.
    pub(super) fn open(folder: &Path) -> anyhow::Result<Self> {
        chassis::private::folder(folder)?;
        let file = folder.join("demo.json");
        let remembered = match fs::read(&file) {
            Ok(content) => serde_json::from_slice(&content).with_context(|| {
                format!("cannot use {}; remove it to begin anew", file.display())
            })?,
            Err(_not_there) => Remembered {
                started: SettlementDay::of(Utc::now()).0,
                made_up: None,
                topic_prefix: format!("demo-{:x}.", Utc::now().timestamp_micros()),
                sent_until: None,
                loading: None,
            },
        };
        let journal = Journal { file, remembered };
        journal.write()?;
        Ok(journal)
    }

    /// The day the folder was created.
    pub(super) fn started(&self) -> NaiveDate {
        self.remembered.started
    }

    /// Fails if the folder holds other made-up data, which bears the same names: ingest would refuse what differs. A folder to which
    /// nothing was sent takes this data.
    pub(super) fn holds(&mut self, made_up: &str) -> anyhow::Result<()> {
        let remembered = &mut self.remembered;
        let is_new = remembered.sent_until.is_none() && remembered.loading.is_none();
        if remembered.made_up.as_deref() == Some(made_up) {
            return Ok(());
        }
        if !is_new {
            let folder = self.file.parent().unwrap_or(Path::new("."));
            bail!(
                "{0} holds the made-up trust of another version of greenledger, which says other things under the same names. \
                 Nothing is changed there. Start the demo in another folder, with\n\
                 \x20   greenledger demo --data-dir {0}-2\n\
                 or remove {0} to begin anew",
                folder.display()
            );
        }
        remembered.made_up = Some(made_up.to_owned());
        self.write()
    }

    /// The prefix of this demo's topics in a Kafka.
    pub(super) fn topic_prefix(&self) -> &str {
        &self.remembered.topic_prefix
    }

    /// The load that was started but not finished.
    pub(super) fn broken_off(&self) -> Option<Load> {
        let loading = self.remembered.loading.as_ref();
        loading.map(|loading| loading.load.clone())
    }

    /// Starts a load of what is new up to `now`.
    pub(super) fn begin(&mut self, now: DateTime<Utc>) -> anyhow::Result<Load> {
        let load = Load {
            since: self.remembered.sent_until,
            until: now,
        };
        self.remembered.loading = Some(Loading {
            load: load.clone(),
            answered: Vec::new(),
        });
        self.write()?;
        Ok(load)
    }

    /// How many requests of a stage of the load were answered.
    pub(super) fn answered(&self, stage: usize) -> usize {
        let loading = self.remembered.loading.as_ref();
        let answered = loading.and_then(|loading| loading.answered.get(stage));
        answered.copied().unwrap_or_default()
    }

    /// Records that one more request of a stage was answered.
    pub(super) fn note_answered(&mut self, stage: usize) -> anyhow::Result<()> {
        if let Some(loading) = &mut self.remembered.loading {
            let stages = loading.answered.len().max(stage + 1);
            loading.answered.resize(stages, 0);
            loading.answered[stage] += 1;
        }
        self.write()
    }

    /// Records that a load was sent completely.
    pub(super) fn finish(&mut self, load: &Load) -> anyhow::Result<()> {
        self.remembered.sent_until = Some(load.until);
        self.remembered.loading = None;
        self.write()
    }

    /// Writes a temporary file and renames it, so that a killed process leaves a valid journal.
    fn write(&self) -> anyhow::Result<()> {
        let new = self.file.with_extension("json.new");
        let written = fs::write(&new, serde_json::to_vec(&self.remembered)?)
            .and_then(|()| fs::rename(&new, &self.file));
        written.with_context(|| format!("cannot write {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use super::*;

    #[test]
    fn a_folder_with_other_data_is_left_as_it_is() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("demo");
        let mut journal = Journal::open(&folder).unwrap();
        journal.holds("one").unwrap();
        // Nothing was sent yet.
        journal.holds("two").unwrap();
        journal.begin(Utc::now()).unwrap();
        let before = fs::read(folder.join("demo.json")).unwrap();
        let mut journal = Journal::open(&folder).unwrap();
        journal.holds("two").unwrap();
        let refused = journal.holds("three").unwrap_err().to_string();
        assert!(refused.contains("demo-2"), "{refused}");
        assert_eq!(fs::read(folder.join("demo.json")).unwrap(), before);
    }

    #[test]
    fn an_interrupted_load_resumes_after_the_last_answer() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("demo");
        let now = DateTime::from_timestamp(1_795_342_500, 0).unwrap();
        let mut journal = Journal::open(&folder).unwrap();
        let (started, prefix) = (journal.started(), journal.topic_prefix().to_owned());
        let load = journal.begin(now).unwrap();
        for stage in [0, 1, 1] {
            journal.note_answered(stage).unwrap();
        }
        let mut journal = Journal::open(&folder).unwrap();
        assert_eq!(
            (journal.started(), journal.topic_prefix()),
            (started, prefix.as_str())
        );
        assert_eq!(journal.broken_off().as_ref(), Some(&load));
        assert_eq!([0, 1, 2].map(|stage| journal.answered(stage)), [1, 2, 0]);
        journal.finish(&load).unwrap();
        assert_eq!((journal.broken_off(), journal.answered(1)), (None, 0));
        let later = now + chrono::Duration::days(2);
        let wanted = Load {
            since: Some(now),
            until: later,
        };
        assert_eq!(
            Journal::open(&folder).unwrap().begin(later).unwrap(),
            wanted
        );
    }
}

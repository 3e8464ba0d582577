//! The last reads of cumulative registers, and what the next ones come to: half-hours. For messages of gateways and for payloads
//! of services. Independent of HTTP, MQTT and Kafka; who takes reads puts their half-hours on Kafka before [`LastReads::write`].

mod half_hours;
mod register;
mod store;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use redb::Error;

use register::Register;
use store::Store;

pub(crate) use half_hours::{Changed, Measured, RegisterChange, take};

/// The registers by their keys: where their reads come from, the meter, the channel and the unit.
pub(crate) type Registers = HashMap<String, Register>;

/// The last reads cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LastReadsError {
    /// Their file cannot be used.
    #[error("cannot use {path}, the last reads of registers")]
    File {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: Box<Error>,
    },
    /// The file is about to be kept in a folder that does not exist.
    #[error("there is no folder {0}")]
    NoFolder(PathBuf),
    /// Others than its owner can read the file.
    #[error("cannot use a file that is not private")]
    Private(#[from] chassis::PrivateError),
    /// The thread that writes ended.
    #[error("the thread that writes the last reads ended")]
    Ended,
}

/// The last reads, in a file and in memory.
pub(crate) struct LastReads {
    store: Option<Store>,
    registers: Registers,
    name: String,
}

impl LastReads {
    /// Opens the file, and creates it if it does not exist.
    pub(crate) fn open(path: &Path, now: DateTime<Utc>) -> Result<Self, LastReadsError> {
        let mut store = Store::open(path, now)?;
        Ok(LastReads {
            registers: store.registers()?,
            name: store.name()?,
            store: Some(store),
        })
    }

    /// Whether a file can be used, as far as can be told without opening it.
    pub(crate) fn check(path: &Path) -> Result<(), LastReadsError> {
        if path.exists() {
            chassis::private::check(path)?;
        }
        let folder = store::folder(path);
        match folder.is_dir() {
            true => Ok(()),
            false => Err(LastReadsError::NoFolder(folder.to_owned())),
        }
    }

    pub(crate) fn registers(&self) -> &Registers {
        &self.registers
    }

    /// The name of the file: two processes with files of their own have different ones.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Writes registers, on a thread that may wait for a disk. On return they are on the disk; after an error nothing has changed.
    pub(crate) async fn write(&mut self, changed: Changed) -> Result<Changed, LastReadsError> {
        let mut store = self.store.take().ok_or(LastReadsError::Ended)?;
        let written = tokio::task::spawn_blocking(move || {
            let written = store.write(&changed.registers);
            (store, changed, written)
        });
        let (store, changed, written) = written.await.map_err(|_| LastReadsError::Ended)?;
        self.store = Some(store);
        written?;
        let registers = changed.registers.iter();
        self.registers
            .extend(registers.map(|(key, register)| (key.clone(), register.clone())));
        Ok(changed)
    }
}

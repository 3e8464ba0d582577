//! A disk that loses power, for tests of code that keeps its files with redb. After a power cut, any combination of the sectors
//! written since the last sync may be on the disk.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

use std::io::{Error, Result};
use std::sync::{Arc, Mutex, MutexGuard};

use redb::StorageBackend;

const SECTOR: usize = 512;

/// Pseudo-random numbers that are the same in every run.
pub struct Chance(pub u64);

impl Chance {
    /// A number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        // Xorshift; its state is never 0.
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    fn pick(&mut self, choices: [usize; 4]) -> usize {
        choices[self.below(4)]
    }
}

/// The disk. Clones share one state.
#[derive(Debug, Clone, Default)]
pub struct Disk(Arc<Mutex<Platter>>);

#[derive(Debug, Default)]
struct Platter {
    /// The content that reads return.
    seen: Vec<u8>,
    /// The content that survives any power cut.
    synced: Vec<u8>,
    /// The changes since the last sync.
    unsynced: Vec<Change>,
    /// The number of changes and syncs until the power is cut, if there is a limit.
    lives: Option<usize>,
}

#[derive(Debug)]
enum Change {
    Length(usize),
    Bytes(usize, Vec<u8>),
}

impl Disk {
    /// Cuts the power after this many more changes and syncs.
    pub fn dies_after(&self, changes: usize) {
        self.platter().lives = Some(changes);
    }

    /// Makes writes fail from now on, or lets them succeed again.
    pub fn is_full(&self, full: bool) {
        self.platter().lives = full.then_some(0);
    }

    /// The disk as it may be when the power is back.
    pub fn after_power_cut(&self, chance: &mut Chance) -> Disk {
        let platter = self.platter();
        let mut left = platter.synced.clone();
        // Percentage of sectors written: with few sectors the last is rarely there, and with many rarely all.
        let written = chance.pick([50, 97, 100, 100]);
        let mut is_there = || chance.below(100) < written;
        for change in &platter.unsynced {
            match change {
                Change::Length(length) if is_there() => left.resize(*length, 0),
                Change::Length(_) => {}
                Change::Bytes(offset, bytes) => {
                    let sectors = bytes.chunks(SECTOR).enumerate();
                    for (at, sector) in sectors.filter(|_| is_there()) {
                        put(&mut left, offset + at * SECTOR, sector);
                    }
                }
            }
        }
        Disk::with(left)
    }

    /// A disk with this content, synced.
    pub fn with(bytes: Vec<u8>) -> Disk {
        Disk(Arc::new(Mutex::new(Platter {
            seen: bytes.clone(),
            synced: bytes,
            ..Platter::default()
        })))
    }

    fn platter(&self) -> MutexGuard<'_, Platter> {
        self.0.lock().unwrap()
    }
}

fn put(bytes: &mut Vec<u8>, offset: usize, new: &[u8]) {
    let end = offset + new.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[offset..end].copy_from_slice(new);
}

impl Platter {
    fn lives(&mut self) -> Result<()> {
        match &mut self.lives {
            Some(0) => Err(Error::other("the disk does not write")),
            Some(left) => {
                *left -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> Result<u64> {
        Ok(self.platter().seen.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Result<()> {
        let platter = self.platter();
        let offset = offset as usize;
        let found = platter.seen.get(offset..offset + out.len());
        let found = found.ok_or_else(|| Error::other("nothing is there"))?;
        out.copy_from_slice(found);
        Ok(())
    }

    fn set_len(&self, length: u64) -> Result<()> {
        let mut platter = self.platter();
        platter.lives()?;
        platter.seen.resize(length as usize, 0);
        platter.unsynced.push(Change::Length(length as usize));
        Ok(())
    }

    fn sync_data(&self) -> Result<()> {
        let mut platter = self.platter();
        platter.lives()?;
        for change in std::mem::take(&mut platter.unsynced) {
            match change {
                Change::Length(length) => platter.synced.resize(length, 0),
                Change::Bytes(offset, bytes) => put(&mut platter.synced, offset, &bytes),
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Result<()> {
        let mut platter = self.platter();
        platter.lives()?;
        put(&mut platter.seen, offset as usize, data);
        platter
            .unsynced
            .push(Change::Bytes(offset as usize, data.to_vec()));
        Ok(())
    }
}

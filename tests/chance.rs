//! Random numbers that are reproducible by a seed.

use std::time::{SystemTime, UNIX_EPOCH};

/// Numbers by a seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Chance(seed)
    }

    /// The seed in the environment variable `FAULTS_SEED`, to repeat a failed run; otherwise a new one.
    pub fn seed() -> u64 {
        match std::env::var("FAULTS_SEED") {
            Ok(seed) => seed.parse().expect("FAULTS_SEED is a number"),
            Err(_) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH);
                now.map_or(0, |since| u64::from(since.subsec_nanos()))
            }
        }
    }

    /// Any number below `bound`.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// Any of `some`.
    pub fn pick<'a, T>(&mut self, some: &'a [T]) -> &'a T {
        &some[self.below(some.len())]
    }
}

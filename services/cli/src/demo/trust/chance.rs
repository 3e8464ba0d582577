//! Stateless random numbers: a hash of what the number is for, so that any day can be generated alone and in any order.

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A draw that depends only on the seed and on the keys it was narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Chance(u64);

impl Chance {
    /// The root of all draws.
    pub(super) fn new(seed: u64) -> Self {
        Chance(mix(seed))
    }

    /// Narrowed to a number: a meter, a day, a half-hour.
    pub(super) fn of(self, what: u64) -> Self {
        Chance(mix(self.0 ^ what.wrapping_mul(GOLDEN)))
    }

    /// Narrowed to a topic, so that the weather of a day says nothing about its waste.
    pub(super) fn about(self, topic: &str) -> Self {
        topic
            .bytes()
            .fold(self, |chance, byte| chance.of(u64::from(byte)))
    }

    /// From 0 up to, not including, 1.
    pub(super) fn unit(self) -> f64 {
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly between two values.
    pub(super) fn between(self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number below `count`.
    pub(super) fn below(self, count: u64) -> u64 {
        self.0 % count.max(1)
    }

    /// True once in `times`.
    pub(super) fn once_in(self, times: u64) -> bool {
        self.below(times) == 0
    }
}

/// Splitmix64's step and finaliser (Steele, Lea and Flood 2014).
fn mix(value: u64) -> u64 {
    let mut mixed = value.wrapping_add(GOLDEN);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

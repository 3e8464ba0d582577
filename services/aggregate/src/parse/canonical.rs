//! Reads a meter-day from JSON directly into its slots.

use std::fmt;

use events::{Channel, MAX_SLOTS, MOST_PER_HALF_HOUR, Quantity, micro_from_decimal};
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A meter-day as ingest writes it: a whole local day in half-hours.
#[derive(Deserialize)]
pub(super) struct Canonical<'a> {
    pub(super) meter: &'a str,
    #[serde(default)]
    pub(super) channel: Channel,
    pub(super) unit: &'a str,
    pub(super) day: &'a str,
    pub(super) values: Slots,
    #[serde(default)]
    pub(super) quality: Option<&'a str>,
    #[serde(default = "stated")]
    pub(super) issue_stated: bool,
}

fn stated() -> bool {
    true
}

/// The values, and their number.
pub(super) struct Slots {
    pub(super) slots: [Option<Quantity>; MAX_SLOTS],
    pub(super) count: usize,
}

impl<'de> Deserialize<'de> for Slots {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SlotsVisitor;
        impl<'de> Visitor<'de> for SlotsVisitor {
            type Value = Slots;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "at most {MAX_SLOTS} numbers or nulls")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Slots, A::Error> {
                let mut slots = Slots {
                    slots: [None; MAX_SLOTS],
                    count: 0,
                };
                while let Some(value) = values.next_element::<Option<f64>>()? {
                    let Some(slot) = slots.slots.get_mut(slots.count) else {
                        return Err(serde::de::Error::invalid_length(slots.count + 1, &self));
                    };
                    let micro = value.map(micro_from_decimal).transpose();
                    *slot = micro.map_err(serde::de::Error::custom)?;
                    if slot.is_some_and(|micro| !(0..=MOST_PER_HALF_HOUR).contains(&micro)) {
                        let rule = "no half-hour holds less than nothing or more than a million";
                        return Err(serde::de::Error::custom(rule));
                    }
                    slots.count += 1;
                }
                Ok(slots)
            }
        }
        deserializer.deserialize_seq(SlotsVisitor)
    }
}

//! Decides which half-hours of which rows were withdrawn.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Channel, Data, FILE_SOURCE, MAX_SLOTS, MeterId, ReadingsWithdrawn, SettlementDay};

use super::DayStart;
use crate::ledger::{DayKey, Identity, LedgerEvent, MeterDay, SlotMask};

/// One withdrawal. It withdraws readings received before it; readings received later count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawal {
    /// The event of the withdrawal.
    pub identity: Identity,
    /// When ingest received it, in microseconds since 1970.
    pub received: i64,
    /// Its data.
    pub data: ReadingsWithdrawn,
    /// When the first half-hour begins and the last one ends, in microseconds since 1970.
    start: i64,
    end: i64,
}

impl Withdrawal {
    fn new(identity: Identity, received: i64, data: &ReadingsWithdrawn) -> Option<Self> {
        let span = data.span()?;
        Some(Withdrawal {
            identity,
            received,
            data: data.clone(),
            start: span.start.timestamp_micros(),
            end: span.end.timestamp_micros(),
        })
    }

    /// The half-hours of a row that it withdraws.
    fn mask(&self, row: &MeterDay) -> SlotMask {
        if !self.names(row) || row.origin.received >= self.received {
            return 0;
        }
        let day = DayStart::of(row.day);
        let is_within = |slot: &usize| {
            let starts = day.slot_starts(*slot);
            self.start <= starts && starts < self.end
        };
        (0..SettlementDay(row.day).slots().min(MAX_SLOTS))
            .filter(is_within)
            .fold(0, |mask, slot| mask | 1 << slot)
    }

    fn names(&self, row: &MeterDay) -> bool {
        let Identity { source, id } = &row.identity;
        let is_of_file = |hash: &events::FileHash| {
            source.starts_with(FILE_SOURCE) && id.starts_with(hash.id_prefix())
        };
        self.data
            .source
            .as_deref()
            .is_none_or(|named| named == source.as_ref())
            && self
                .data
                .id
                .as_deref()
                .is_none_or(|named| named == id.as_ref())
            && self.data.file_sha256.as_ref().is_none_or(is_of_file)
    }
}

/// Everything that was withdrawn of a school's readings, in any order of arrival.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withdrawals {
    by_channel: BTreeMap<(MeterId, Channel), BTreeMap<Identity, Withdrawal>>,
}

impl Withdrawals {
    /// The withdrawals among the events of a school, each name once as [`super::standing_events`] has it.
    pub fn from_events<'a>(rows: impl IntoIterator<Item = &'a LedgerEvent>) -> Self {
        let mut withdrawals = Withdrawals::default();
        for row in super::standing_events(rows.into_iter().cloned()) {
            if let Ok(Data::ReadingsWithdrawn(data)) = Data::parse(row.kind, &row.data) {
                withdrawals.add(row.identity, row.origin.received, &data);
            }
        }
        withdrawals
    }

    /// Adds one; an earlier revision of the same name no longer counts.
    pub fn add(&mut self, identity: Identity, received: i64, data: &ReadingsWithdrawn) {
        for of_channel in self.by_channel.values_mut() {
            of_channel.remove(&identity);
        }
        if let Some(withdrawal) = Withdrawal::new(identity.clone(), received, data) {
            let channel = (data.meter.clone(), data.channel);
            let of_channel = self.by_channel.entry(channel).or_default();
            of_channel.insert(identity, withdrawal);
        }
    }

    /// Whether there are no withdrawals.
    pub fn is_empty(&self) -> bool {
        self.by_channel.is_empty()
    }

    /// Whether any withdrawal is about the meter and channel of a meter-day.
    pub fn concern(&self, day: &DayKey) -> bool {
        !self.is_empty()
            && self
                .by_channel
                .contains_key(&(day.meter.clone(), day.channel))
    }

    /// The half-hours of a row that were withdrawn.
    pub fn mask(&self, row: &MeterDay) -> SlotMask {
        self.of_row(row).fold(0, |mask, (_, more)| mask | more)
    }

    /// A row without its withdrawn half-hours; none if nothing is left.
    pub fn left_of(&self, row: &MeterDay) -> Option<MeterDay> {
        let slots = row.slots.without(self.mask(row));
        let left = MeterDay {
            slots,
            ..row.clone()
        };
        (left.slots.present() != 0).then_some(left)
    }

    /// The withdrawals that affect a row, each with the withdrawn half-hours.
    pub fn of_row<'a>(
        &'a self,
        row: &'a MeterDay,
    ) -> impl Iterator<Item = (&'a Withdrawal, SlotMask)> {
        // Nearly every school has no withdrawals; in that case, skip building a key.
        let of_channel = match self.is_empty() {
            true => None,
            false => self.by_channel.get(&(row.meter.clone(), row.channel)),
        };
        of_channel
            .into_iter()
            .flat_map(BTreeMap::values)
            .map(|withdrawal| (withdrawal, withdrawal.mask(row)))
            .filter(|(_, mask)| *mask != 0)
    }
}

/// The meter-days that a withdrawal may change.
pub fn withdrawn_days(data: &ReadingsWithdrawn) -> impl Iterator<Item = DayKey> {
    let (first, last) = match data.span() {
        Some(span) => span.days(),
        None => (NaiveDate::MAX, NaiveDate::MIN),
    };
    let (meter, channel) = (data.meter.clone(), data.channel);
    first
        .iter_days()
        .take_while(move |day| *day <= last)
        .map(move |day| DayKey {
            meter: meter.clone(),
            channel,
            day,
        })
}

#[cfg(test)]
mod tests;

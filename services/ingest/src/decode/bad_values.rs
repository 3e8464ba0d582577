//! Impossible values: their half-hours are missing, and the rest of their event or row is kept.

use std::collections::BTreeMap;

use events::{Data, Event, Refusal, Rule};

use crate::identity::bad_values_of;
use crate::rejected::payload::{self, RejectedPayload};

/// The most values named of one event or row; the others are counted.
const MOST_NAMED: usize = 5;

/// The bad values of one event, or of one row of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BadValues {
    named: Vec<Refusal>,
    pub(crate) by_rule: BTreeMap<Rule, u64>,
    /// Their indexes among the values of an event.
    at: Vec<usize>,
    /// Indexes among its lone quarters.
    quarters_at: Vec<usize>,
}

impl BadValues {
    /// Adds one value that broke `rule`; `named` is called for the first few.
    pub(crate) fn add(&mut self, rule: Rule, named: impl FnOnce() -> Refusal) {
        *self.by_rule.entry(rule).or_default() += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(named());
        }
    }

    /// The same for the value at `index` among the values of an event.
    pub(crate) fn add_at(&mut self, index: usize, rule: Rule, named: impl FnOnce() -> Refusal) {
        self.at.push(index);
        self.add(rule, named);
    }

    /// The same for the lone quarter at `index` among those of an event.
    pub(crate) fn add_quarter(
        &mut self,
        index: usize,
        rule: Rule,
        named: impl FnOnce() -> Refusal,
    ) {
        self.quarters_at.push(index);
        self.add(rule, named);
    }

    /// The bad values of an event as a separate event: it fills the missing half-hours once the cause is mended.
    pub(crate) fn as_event(&self, event: &Event) -> Option<RejectedPayload> {
        let Data::MeterReadings(readings) = &event.data else {
            return None;
        };
        let mut alone = readings.clone();
        alone.values = vec![None; readings.values.len()];
        for at in &self.at {
            *alone.values.get_mut(*at)? = *readings.values.get(*at)?;
        }
        let quarters = self.quarters_at.iter();
        let quarters = quarters.filter_map(|at| readings.quarters.get(*at).copied());
        alone.quarters = quarters.collect();
        let (source, id) = bad_values_of(&(event.source.clone(), event.id.clone()));
        let alone = Event {
            id,
            source,
            time: event.time,
            subject: event.subject,
            data: Data::MeterReadings(alone),
        };
        alone.to_json().ok().map(|text| payload::event(&text))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_rule.is_empty()
    }

    /// The reasons for an event or row that has no value left, or is also refused for another reason.
    pub(crate) fn into_refusals(self) -> Vec<Refusal> {
        self.named
    }

    /// The reasons of an event or row that is refused for `why`.
    pub(crate) fn refused_for(self, why: Refusal) -> Vec<Refusal> {
        std::iter::once(why).chain(self.named).collect()
    }

    fn count(&self) -> u64 {
        self.by_rule.values().sum()
    }

    /// The reasons of the first few.
    pub(crate) fn first_refusals(&self) -> &[Refusal] {
        &self.named
    }

    pub(crate) fn sentence(&self) -> String {
        let named = self.named.iter();
        let named: Vec<_> = named
            .map(|value| format!("{} ({}): {}", value.pointer, value.seen, value.hint))
            .collect();
        let (count, more) = (self.count(), self.count() - self.named.len() as u64);
        let values = match count {
            1 => "1 value is bad and counts as missing".to_owned(),
            count => format!("{count} values are bad and count as missing"),
        };
        let more = match more {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        format!(
            "{values}; the other values are kept. {}{more}",
            named.join("; ")
        )
    }
}

//! Values that cannot be: their half-hours are missing, and the rest of their event or row is kept.

use std::collections::BTreeMap;

use events::{Data, Event, LONGEST_TEXT, Refusal, Rule};

use crate::admit::{Admitted, Identity, Refused};
use crate::kept::{self, Kept};
use crate::notes::{About, Note};
use crate::tokens::token_sha256;

/// The most values named of one event or row; the others are counted.
const MOST_NAMED: usize = 5;

/// What is put behind an id to keep the bad values of an event beside the event, which is not refused.
const SUFFIX: &str = "#values";

/// Hexadecimal digits that stand for the end of a long id.
const HASHED: usize = 16;

/// The bad values of one event, or of one row of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct BadValues {
    named: Vec<Refusal>,
    by_rule: BTreeMap<Rule, u64>,
    /// Where they stand among the values of an event.
    at: Vec<usize>,
}

/// The identity under which `rejected` keeps the bad values of an event that was accepted: an id that with the suffix would
/// be longer than ids may be has its end hashed, so that the bad values can be replayed as any other event.
pub(crate) fn kept_as((source, id): &Identity) -> Identity {
    let longest = LONGEST_TEXT - SUFFIX.len();
    if id.chars().count() <= longest {
        return (source.clone(), format!("{id}{SUFFIX}"));
    }
    let beginning: String = id.chars().take(longest - HASHED - 1).collect();
    let hash = token_sha256(id);
    let hash = hash.get(..HASHED).unwrap_or(&hash);
    (source.clone(), format!("{beginning}-{hash}{SUFFIX}"))
}

impl BadValues {
    /// Adds one value that broke `rule`; `named` is called for the first few.
    pub(crate) fn add(&mut self, rule: Rule, named: impl FnOnce() -> Refusal) {
        *self.by_rule.entry(rule).or_default() += 1;
        if self.named.len() < MOST_NAMED {
            self.named.push(named());
        }
    }

    /// The same for the value that stands at `index` among those of an event.
    pub(crate) fn add_at(&mut self, index: usize, rule: Rule, named: impl FnOnce() -> Refusal) {
        self.at.push(index);
        self.add(rule, named);
    }

    /// The bad values of an event as an event of their own: it fills the half-hours that are missing once the cause is mended.
    pub(crate) fn alone(&self, event: &Event) -> Option<Kept> {
        let Data::MeterReadings(readings) = &event.data else {
            return None;
        };
        let mut alone = readings.clone();
        alone.values = vec![None; readings.values.len()];
        for at in &self.at {
            *alone.values.get_mut(*at)? = *readings.values.get(*at)?;
        }
        let (source, id) = kept_as(&(event.source.clone(), event.id.clone()));
        let alone = Event {
            id,
            source,
            time: event.time,
            subject: event.subject,
            data: Data::MeterReadings(alone),
        };
        alone.to_json().ok().map(|text| kept::event(&text))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_rule.is_empty()
    }

    /// The reasons of an event or row of which no value is left, or that is refused for something else too.
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

    fn sentence(&self) -> String {
        let named = self.named.iter();
        let named: Vec<_> = named
            .map(|value| format!("{} ({}): {}", value.pointer, value.seen, value.mend))
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

impl Admitted {
    /// Tells the sender of the bad values of an event or row that was accepted, and keeps them in `rejected`.
    pub(crate) fn tell_bad_values(
        &mut self,
        index: usize,
        identity: &Identity,
        bad: BadValues,
        event: impl FnOnce(&BadValues) -> Option<Kept>,
    ) {
        if bad.is_empty() {
            return;
        }
        for (rule, count) in &bad.by_rule {
            *self.bad_values.entry(*rule).or_default() += count;
        }
        self.notes.push(Note {
            index,
            source: identity.0.clone(),
            id: identity.1.clone(),
            about: About::BadValues,
            note: bad.sentence(),
            values: bad.named.clone(),
        });
        self.refused.push(Refused {
            index,
            count: 0,
            identity: Some(kept_as(identity)),
            event: event(&bad).unwrap_or_else(|| kept::json(&())),
            refusals: bad.named,
            sha256: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_values_of_any_id_have_an_id_that_is_none_too_long() {
        let kept = |id: String| kept_as(&("s".to_owned(), id)).1;
        assert_eq!(kept("1".to_owned()), "1#values");
        let id = |last: &str| format!("{}{last}", "\u{e9}".repeat(200 - last.len()));
        assert_eq!(kept("x".repeat(193)), format!("{}#values", "x".repeat(193)));
        for id in [id("a"), id("b"), "x".repeat(194)] {
            let kept = kept(id.clone());
            assert_eq!(kept.chars().count(), 200, "{kept}");
            assert!(events::is_text(&kept));
            assert_eq!(
                kept_as(&("s".to_owned(), kept.clone())).1.chars().count(),
                200
            );
        }
        assert_ne!(kept(id("a")), kept(id("b")));
    }
}

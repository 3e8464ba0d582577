//! What the register says of one school, and of one meter.

use chrono::{DateTime, NaiveDate, Utc};
use events::{Event, MeterRegistered, SchoolRegistered, Urn};

/// When, and by whom, something was said: of two statements about the same thing the greater stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Issued {
    time: DateTime<Utc>,
    source: String,
    id: String,
}

impl Issued {
    pub(crate) fn by(event: &Event) -> Self {
        Issued {
            time: event.time,
            source: event.source.clone(),
            id: event.id.clone(),
        }
    }
}

/// A school, and the trusts it was ever registered to.
#[derive(Debug, Clone, Default)]
pub(crate) struct SchoolEntry {
    trusts: Vec<Box<str>>,
}

impl SchoolEntry {
    pub(crate) fn apply(&mut self, school: &SchoolRegistered) {
        if !self.was_of(&school.trust.id) {
            self.trusts.push(school.trust.id.as_str().into());
        }
    }

    /// Whether it belongs, or ever belonged, to `trust`.
    pub(crate) fn was_of(&self, trust: &str) -> bool {
        self.trusts.iter().any(|known| **known == *trust)
    }
}

/// A meter, and the schools it was registered to, one registration each.
#[derive(Debug, Clone, Default)]
pub(crate) struct MeterEntry {
    registrations: Vec<Registration>,
}

#[derive(Debug, Clone)]
struct Registration {
    urn: Urn,
    from: NaiveDate,
    to: Option<NaiveDate>,
    issued: Issued,
}

impl MeterEntry {
    pub(crate) fn apply(&mut self, urn: Urn, issued: Issued, meter: &MeterRegistered) {
        let new = Registration {
            urn,
            from: meter.from,
            to: meter.to,
            issued,
        };
        match self.registrations.iter_mut().find(|known| known.urn == urn) {
            None => self.registrations.push(new),
            // The same source and id again, even with other content, changes nothing: the first in the log stands.
            Some(known) if known.issued < new.issued => *known = new,
            Some(_) => {}
        }
    }

    /// The school it belongs to on a day; where two claim the day, the one registered later.
    pub(crate) fn owner(&self, day: NaiveDate) -> Option<Urn> {
        self.registrations
            .iter()
            .filter(|known| known.from <= day && known.to.is_none_or(|to| day <= to))
            .max_by(|a, b| a.issued.cmp(&b.issued))
            .map(|known| known.urn)
    }

    /// The schools that claim any of these days.
    pub(crate) fn claimed_by(
        &self,
        from: NaiveDate,
        to: Option<NaiveDate>,
    ) -> impl Iterator<Item = Urn> {
        let begins_before = move |known: &&Registration| to.is_none_or(|to| known.from <= to);
        let ends_after = move |known: &&Registration| known.to.is_none_or(|end| from <= end);
        self.registrations
            .iter()
            .filter(begins_before)
            .filter(ends_after)
            .map(|known| known.urn)
    }
}

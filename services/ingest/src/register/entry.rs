//! What the register says of one school, and of one meter.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Event, MeterRegistered, SchoolRegistered, Urn};

use super::settle::SETTLER;

/// When, and by whom, something was said: of two statements about the same thing the greater stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Issued {
    pub(super) time: DateTime<Utc>,
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
    pub(super) registrations: Vec<Registration>,
}

/// A meter at one school.
#[derive(Debug, Clone)]
pub(super) struct Registration {
    pub(super) urn: Urn,
    /// The last that was issued.
    pub(super) stands: Arc<Stated>,
    /// The last that came from outside, whatever this service made of it.
    said: Option<Arc<Stated>>,
}

/// A registration, and by whom and when it was issued.
#[derive(Debug)]
pub(super) struct Stated {
    pub(super) issued: Issued,
    pub(super) meter: MeterRegistered,
}

impl Stated {
    fn covers(&self, day: NaiveDate) -> bool {
        self.meter.from <= day && self.runs_to(day)
    }

    /// Whether `day` is not after its last one.
    pub(super) fn runs_to(&self, day: NaiveDate) -> bool {
        self.meter.to.is_none_or(|to| day <= to)
    }
}

impl Registration {
    /// What is asked for: what was said, before it was held against other schools' registrations.
    pub(super) fn asked(&self) -> &Stated {
        self.said.as_ref().unwrap_or(&self.stands)
    }

    /// The same source and id again, even with other content, changes nothing: the first in the log stands.
    fn take(&mut self, new: &Arc<Stated>, is_said: bool) {
        if self.stands.issued < new.issued {
            self.stands = new.clone();
        }
        let is_later = |said: &Arc<Stated>| said.issued < new.issued;
        if is_said && self.said.as_ref().is_none_or(is_later) {
            self.said = Some(new.clone());
        }
    }
}

impl MeterEntry {
    pub(crate) fn apply(&mut self, urn: Urn, issued: Issued, meter: &MeterRegistered) {
        let is_said = issued.source != SETTLER;
        let meter = meter.clone();
        let new = Arc::new(Stated { issued, meter });
        match self.registrations.iter_mut().find(|known| known.urn == urn) {
            Some(known) => known.take(&new, is_said),
            None => self.registrations.push(Registration {
                urn,
                said: is_said.then(|| new.clone()),
                stands: new,
            }),
        }
    }

    /// The school it belongs to on a day; where two claim the day, the one registered later.
    pub(crate) fn owner(&self, day: NaiveDate) -> Option<Urn> {
        self.registrations
            .iter()
            .filter(|known| known.stands.covers(day))
            .max_by(|a, b| a.stands.issued.cmp(&b.stands.issued))
            .map(|known| known.urn)
    }

    /// The schools that claim any of these days.
    pub(crate) fn claimed_by(
        &self,
        from: NaiveDate,
        to: Option<NaiveDate>,
    ) -> impl Iterator<Item = Urn> {
        let begins_before =
            move |known: &&Registration| to.is_none_or(|to| known.stands.meter.from <= to);
        let ends_after = move |known: &&Registration| known.stands.runs_to(from);
        self.registrations
            .iter()
            .filter(begins_before)
            .filter(ends_after)
            .map(|known| known.urn)
    }
}

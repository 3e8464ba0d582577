//! The register's entry for one school.

use chrono::{DateTime, Utc};
use events::{Memberships, SchoolRegistered, Statement};

use super::Issued;

/// A school, and the memberships that its registrations state.
#[derive(Debug, Clone, Default)]
pub(crate) struct SchoolEntry {
    statements: Vec<Statement>,
    memberships: Memberships,
    /// The name that was stated last.
    name: Option<(Issued, String)>,
}

impl SchoolEntry {
    /// Applies a registration. The same source, id and time again changes only the time when it first arrived; a later time is
    /// a revision.
    pub(crate) fn apply(
        &mut self,
        school: &SchoolRegistered,
        issued: &Issued,
        received: DateTime<Utc>,
    ) {
        if self.name.as_ref().is_none_or(|(stated, _)| stated < issued) {
            self.name = Some((issued.clone(), school.name.clone()));
        }
        let new = issued.statement(school, received);
        let is_known = |known: &&mut Statement| {
            (&known.source, &known.id, known.issued) == (&new.source, &new.id, new.issued)
        };
        match self.statements.iter_mut().find(is_known) {
            Some(known) if known.received <= new.received => return,
            Some(known) => *known = new,
            None => self.statements.push(new),
        }
        self.memberships = Memberships::of(&self.statements);
    }

    /// Which trust the school belongs to on which days.
    pub(crate) fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// Its name.
    pub(crate) fn name(&self) -> Option<&str> {
        self.name.as_ref().map(|(_, name)| name.as_str())
    }

    /// Whether a registration would change nothing: another registration by its trust overrules it, or it already stands.
    pub(crate) fn is_outdated(&self, school: &SchoolRegistered, issued: &Issued) -> bool {
        let new = issued.statement(school, DateTime::UNIX_EPOCH);
        let of_trust = self
            .statements
            .iter()
            .filter(|known| known.trust == new.trust);
        of_trust.into_iter().any(|known| known.rank() >= new.rank())
    }
}

impl Issued {
    fn statement(&self, school: &SchoolRegistered, received: DateTime<Utc>) -> Statement {
        let micros = |time: DateTime<Utc>| time.timestamp_micros();
        Statement::of(
            school,
            micros(received),
            micros(self.time),
            &self.source,
            &self.id,
        )
    }
}

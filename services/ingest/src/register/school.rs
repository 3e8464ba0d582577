//! The register's entry for one school.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Memberships, Roll, SchoolRegistered, Statement, Term};

use super::Issued;

/// A school, what its registrations state, and the memberships that follow.
#[derive(Debug, Clone, Default)]
pub(crate) struct SchoolEntry {
    statements: Vec<Statement>,
    memberships: Memberships,
    /// The last revision of each registration, by its source and id.
    stated: BTreeMap<(String, String), (Issued, Arc<SchoolRegistered>)>,
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
        let name = (issued.source.clone(), issued.id.clone());
        let is_earlier = |(known, _): &(Issued, _)| known.time > issued.time;
        if !self.stated.get(&name).is_some_and(is_earlier) {
            let stated = (issued.clone(), Arc::new(school.clone()));
            self.stated.insert(name, stated);
        }
    }

    /// Which trust the school belongs to on which days.
    pub(crate) fn memberships(&self) -> &Memberships {
        &self.memberships
    }

    /// The name that was stated last.
    pub(crate) fn name(&self) -> Option<&str> {
        let stated = self.stated.values();
        let (_, last) = stated.max_by(|(one, _), (other, _)| one.cmp(other))?;
        Some(&last.name)
    }

    /// What a trust's registrations state together, as one, and when the last of them was issued: the last one counts, with the
    /// rolls and terms of all. Of two counts of one census day and source the one issued last counts.
    pub(crate) fn registered(&self, trust: &str) -> Option<(DateTime<Utc>, SchoolRegistered)> {
        let of_trust = self.stated.values();
        let mut in_turn: Vec<_> = of_trust
            .filter(|(_, school)| school.trust.id == trust)
            .collect();
        in_turn.sort_by(|(one, _), (other, _)| one.cmp(other));
        let (last, stands) = in_turn.last()?;
        let mut rolls: BTreeMap<(NaiveDate, &str), &Roll> = BTreeMap::new();
        let mut terms: BTreeSet<Term> = BTreeSet::new();
        for (_, school) in &in_turn {
            terms.extend(&school.terms);
            let stated = school.rolls.iter();
            rolls.extend(stated.map(|roll| ((roll.census_date, roll.source.as_str()), roll)));
        }
        let school = SchoolRegistered {
            rolls: rolls.into_values().cloned().collect(),
            terms: terms.into_iter().collect(),
            ..SchoolRegistered::clone(stands)
        };
        Some((last.time, school))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn school(name: &str, rolls: &[(u32, &str)], terms: &[&str]) -> SchoolRegistered {
        serde_json::from_value(serde_json::json!({
            "name": name, "phase": "primary", "trust": { "id": "heron", "name": "Heron" }, "member_from": "2019-09-01",
            "rolls": rolls.iter().map(|(pupils, day)| serde_json::json!({
                "pupils": pupils, "census_date": day, "source": "autumn census" })).collect::<Vec<_>>(),
            "terms": terms.iter().map(|from| serde_json::json!({ "from": from, "to": from })).collect::<Vec<_>>(),
        }))
        .unwrap()
    }

    /// The name, the rolls and the terms after registrations of `(id, time, school)`, in any order.
    fn check(registrations: &[(&str, &str, SchoolRegistered)], wanted: (&str, &[u32], usize)) {
        let mut order: Vec<_> = registrations.iter().collect();
        for _ in 0..order.len() {
            order.rotate_left(1);
            let mut entry = SchoolEntry::default();
            for (id, time, school) in &order {
                let issued = Issued {
                    time: format!("{time}T00:00:00Z").parse().unwrap(),
                    source: "office".to_owned(),
                    id: (*id).to_owned(),
                };
                entry.apply(school, &issued, DateTime::UNIX_EPOCH);
            }
            let (_, found) = entry.registered("heron").unwrap();
            let pupils: Vec<u32> = found.rolls.iter().map(|roll| roll.pupils).collect();
            assert_eq!(
                (found.name.as_str(), pupils.as_slice(), found.terms.len()),
                wanted
            );
            assert!(entry.registered("egret").is_none());
        }
    }

    #[test]
    fn the_last_registration_counts_with_the_rolls_and_terms_of_all() {
        let first = school(
            "Oak",
            &[(200, "2024-10-03"), (210, "2025-10-02")],
            &["2025-09-01"],
        );
        let second = school(
            "Oak Primary",
            &[(211, "2025-10-02")],
            &["2025-09-01", "2026-01-05"],
        );
        check(
            &[
                ("1", "2026-01-01", first.clone()),
                ("2", "2026-02-01", second.clone()),
            ],
            ("Oak Primary", &[200, 211], 2),
        );
        // A revision replaces what it revises, its rolls too.
        check(
            &[("1", "2026-01-01", first), ("1", "2026-02-01", second)],
            ("Oak Primary", &[211], 2),
        );
    }
}

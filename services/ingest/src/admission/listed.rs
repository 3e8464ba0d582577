//! What a token may see of the register: what it may register.

use chrono::{DateTime, NaiveDate, Utc};
use events::{DayRun, MeterRegistered, SchoolRegistered, Urn};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::RefBuilder;

use super::authorize::Reach;
use crate::register::{MeterEntry, Register, SchoolEntry};
use crate::tokens::{Scope, Token};

/// The schools and meters that a token covers, as they are registered now.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = Registered)]
pub(crate) struct Listed {
    /// The schools, in the order of their URNs; a school that two trusts registered is listed once for each.
    pub(crate) schools: Vec<ListedSchool>,
    /// The registrations of meters that count, in the order of schools, meters and days.
    pub(crate) meters: Vec<ListedMeter>,
}

/// A school as one trust registered it.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RegisteredSchool)]
pub(crate) struct ListedSchool {
    /// The school.
    urn: Urn,
    /// When the last of the trust's registrations of it was issued: of two, the one issued last counts.
    issued: DateTime<Utc>,
    /// All that these registrations state together: the data of `school.registered.v1`.
    #[schema(schema_with = school_data)]
    registered: SchoolRegistered,
}

/// A meter's registration at a school.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = RegisteredMeter)]
pub(crate) struct ListedMeter {
    /// The school.
    urn: Urn,
    /// When the last registration of the meter was issued.
    issued: DateTime<Utc>,
    /// The last day on which the registration counts: its own, or the day before the next begins; none if it has none.
    until: Option<NaiveDate>,
    /// The data of its `meter.registered.v1`.
    #[schema(schema_with = meter_data)]
    registered: MeterRegistered,
}

fn school_data() -> Ref {
    data(
        "school.registered.v1",
        "All that these registrations state together: the data of `school.registered.v1`.",
    )
}

fn meter_data() -> Ref {
    data(
        "meter.registered.v1",
        "The data of its `meter.registered.v1`.",
    )
}

fn data(kind: &str, description: &str) -> Ref {
    RefBuilder::new()
        .ref_location(format!("./events/{kind}.json#/properties/data"))
        .description(Some(description))
        .build()
}

/// Lists what a token covers. Of a meter or school that moved, a token of trusts sees only the days with its trusts.
pub(crate) fn listed(register: &Register, token: &Token) -> Listed {
    let mut schools: Vec<ListedSchool> = register
        .all_schools()
        .flat_map(|(urn, entry)| of_school(urn, entry, token))
        .collect();
    schools.sort_by(|a, b| (a.urn, &a.registered.trust.id).cmp(&(b.urn, &b.registered.trust.id)));
    let mut meters: Vec<ListedMeter> = register
        .all_meters()
        .flat_map(|(_, entry)| of_meter(entry, token, register))
        .collect();
    let order = |one: &ListedMeter| (one.urn, one.registered.meter.clone(), one.registered.from);
    meters.sort_by_cached_key(order);
    Listed { schools, meters }
}

fn of_school<'a>(
    urn: Urn,
    entry: &'a SchoolEntry,
    token: &'a Token,
) -> impl Iterator<Item = ListedSchool> + 'a {
    let is_covered = move |trust: &&str| match &token.scope {
        Scope::Schools(schools) => schools.contains(&urn),
        scope => scope.holds(trust),
    };
    let trusts = entry.memberships().trusts().filter(is_covered);
    trusts.filter_map(move |trust| {
        let (issued, registered) = entry.registered(trust)?;
        Some(ListedSchool {
            urn,
            issued,
            registered,
        })
    })
}

fn of_meter(entry: &MeterEntry, token: &Token, register: &Register) -> Vec<ListedMeter> {
    let issued = entry.last_issued().unwrap_or_default();
    let is_covered = |urn: Urn, registered: &MeterRegistered, run: &DayRun| match &token.scope {
        Scope::Meters(meters) => meters.contains(&registered.meter),
        _ => Reach::of(token, urn, register).touches(run),
    };
    let mut listed = Vec::new();
    for urn in entry.schools() {
        for (run, registered) in entry.at(urn) {
            if is_covered(urn, registered, &run) {
                listed.push(ListedMeter {
                    urn,
                    issued,
                    until: Some(*run.end()).filter(|end| *end < NaiveDate::MAX),
                    registered: registered.clone(),
                });
            }
        }
    }
    listed
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::testing::{MPAN, at, meter_registered, register, token, urn};

    /// The schools and the registrations of meters, as `school from until`, that a token of this scope sees.
    fn check(register: &Register, scope: Scope, schools: &[u32], meters: &[&str]) {
        let found = listed(register, &token(scope, false));
        let urns: Vec<u32> = found.schools.iter().map(|one| one.urn.number()).collect();
        assert_eq!(urns, schools);
        let runs = found.meters.iter().map(|one| {
            let until = one
                .until
                .map_or("open".to_owned(), |until| until.to_string());
            format!("{} {} {until}", one.urn, one.registered.from)
        });
        assert_eq!(runs.collect::<Vec<_>>(), meters);
    }

    #[test]
    fn a_token_sees_the_schools_and_meters_that_it_covers() {
        let mut register = register();
        let moved = meter_registered(100_002, MPAN, "2026-02-01", "2026-03-01", None);
        register.apply(&moved, at("2026-02-01"));
        for settled in register.overlaps() {
            register.apply(&settled.event, at("2026-02-01"));
        }
        let of = |trust: &str| Scope::Trust(trust.to_owned());
        let (here, there) = ("100001 2018-01-01 2026-02-28", "100002 2026-03-01 open");
        check(&register, of("heron"), &[100_001], &[here]);
        check(&register, of("egret"), &[100_002], &[there]);
        check(&register, of("teal"), &[], &[]);
        check(&register, Scope::All, &[100_001, 100_002], &[here, there]);
        let schools = BTreeSet::from([urn(100_002)]);
        check(&register, Scope::Schools(schools), &[100_002], &[there]);
        let meters = BTreeSet::from([MPAN.parse().unwrap()]);
        check(&register, Scope::Meters(meters), &[], &[here, there]);
    }
}

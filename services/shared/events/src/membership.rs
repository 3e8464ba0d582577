//! Which trust a school belongs to on which day.
//!
//! Every `school.registered.v1` claims a run of days for its trust; for each trust, the statement issued last is valid. If
//! several trusts claim a day, it belongs to the trust with the oldest claim of that day, by the time ingest received it. So no
//! day counts twice, and a later registration never takes a day away from an earlier one. The order in which statements are
//! read does not matter.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use chrono::NaiveDate;

use crate::SchoolRegistered;

/// Days, both ends included; empty if the last is before the first.
pub type DayRun = RangeInclusive<NaiveDate>;

/// The days from `from` to `to`, or without an end.
pub fn day_run(from: NaiveDate, to: Option<NaiveDate>) -> DayRun {
    from..=to.unwrap_or(NaiveDate::MAX)
}

/// The days in both runs.
pub fn both(one: &DayRun, other: &DayRun) -> DayRun {
    *one.start().max(other.start())..=*one.end().min(other.end())
}

/// The days of `one` that are not in `other`: at most two runs, none empty.
pub fn without(one: &DayRun, other: &DayRun) -> impl Iterator<Item = DayRun> {
    let shared = both(one, other);
    let (before, after) = match shared.is_empty() {
        true => (Some(one.clone()), None),
        false => (
            shared.start().pred_opt().map(|end| *one.start()..=end),
            shared.end().succ_opt().map(|start| start..=*one.end()),
        ),
    };
    before
        .into_iter()
        .chain(after)
        .filter(|run| !run.is_empty())
}

/// One registration's statement about a school's membership.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The trust's id.
    pub trust: Box<str>,
    /// The days of membership.
    pub days: DayRun,
    /// When ingest received it, in microseconds since 1970.
    pub received: i64,
    /// When it was issued, in microseconds since 1970.
    pub issued: i64,
    /// Its source.
    pub source: Box<str>,
    /// Its id there.
    pub id: Box<str>,
}

impl Statement {
    /// From a registration, with the data of its envelope and the time it was received.
    pub fn of(
        school: &SchoolRegistered,
        received: i64,
        issued: i64,
        source: &str,
        id: &str,
    ) -> Self {
        Statement {
            trust: school.trust.id.as_str().into(),
            days: day_run(school.member_from, school.member_to),
            received,
            issued,
            source: source.into(),
            id: id.into(),
        }
    }

    /// Of two statements of one trust, the greater is valid.
    pub fn rank(&self) -> (i64, &str, &str) {
        (self.issued, &self.source, &self.id)
    }

    fn arrival(&self) -> (i64, (i64, &str, &str)) {
        (self.received, self.rank())
    }
}

/// A school's memberships, computed from all statements together.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memberships {
    trusts: BTreeMap<Box<str>, Membership>,
}

/// One trust's claim and days of a school.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Membership {
    /// The trust's valid statement.
    claimed: DayRun,
    /// The days that belong to it, in order and apart from each other.
    owned: Vec<DayRun>,
}

impl Memberships {
    /// Computes the memberships from statements in any order.
    pub fn of(statements: &[Statement]) -> Self {
        let mut arrived: Vec<&Statement> = statements.iter().collect();
        arrived.sort_by(|a, b| a.arrival().cmp(&b.arrival()));
        let parts = parts(statements);
        let mut claims: BTreeMap<&str, Claim<'_>> = BTreeMap::new();
        for (at, statement) in arrived.into_iter().enumerate() {
            let claim = claims.entry(&statement.trust).or_insert_with(|| Claim {
                stands: statement,
                since: vec![None; parts.len()],
            });
            claim.take(statement, at, &parts);
        }
        let owner = |part: usize| {
            let since = claims
                .iter()
                .filter_map(|(trust, claim)| Some((claim.since.get(part).copied()??, *trust)));
            since.min().map(|(_, trust)| trust)
        };
        let owners: Vec<Option<&str>> = (0..parts.len()).map(owner).collect();
        let membership = |(trust, claim): (&&str, &Claim<'_>)| {
            let owned = owners
                .iter()
                .zip(&parts)
                .filter(|(owner, _)| **owner == Some(*trust));
            let membership = Membership {
                claimed: claim.stands.days.clone(),
                owned: joined(owned.map(|(_, part)| part)),
            };
            (Box::from(*trust), membership)
        };
        Memberships {
            trusts: claims.iter().map(membership).collect(),
        }
    }

    /// The trusts that ever registered the school, in order.
    pub fn trusts(&self) -> impl Iterator<Item = &str> {
        self.trusts.keys().map(AsRef::as_ref)
    }

    /// The trust the school belongs to on a day.
    pub fn trust_on(&self, day: NaiveDate) -> Option<&str> {
        self.trusts()
            .find(|trust| self.days_with(trust).iter().any(|run| run.contains(&day)))
    }

    /// The days that belong to a trust, in order and apart from each other.
    pub fn days_with(&self, trust: &str) -> &[DayRun] {
        self.trusts
            .get(trust)
            .map_or(&[], |membership| membership.owned.as_slice())
    }

    /// The days that a trust's valid statement claims.
    pub fn claimed(&self, trust: &str) -> Option<&DayRun> {
        self.trusts.get(trust).map(|membership| &membership.claimed)
    }

    /// The days that a trust claims but that belong to another trust.
    pub fn lost(&self, trust: &str) -> Vec<DayRun> {
        let claimed = self.claimed(trust).into_iter();
        let others = || {
            self.trusts()
                .filter(|other| *other != trust)
                .flat_map(|other| self.days_with(other))
        };
        overlaps(claimed.flat_map(|claimed| others().map(move |run| both(claimed, run))))
    }

    /// The days that belong to a trust but that another trust claims too.
    pub fn contested(&self, trust: &str) -> Vec<DayRun> {
        let others = || {
            let others = self.trusts.iter().filter(|(other, _)| ***other != *trust);
            others.map(|(_, membership)| &membership.claimed)
        };
        let own = self.days_with(trust).iter();
        overlaps(own.flat_map(|run| others().map(move |claimed| both(claimed, run))))
    }

    /// Whether several trusts claim one day.
    pub fn is_disputed(&self) -> bool {
        self.trusts().any(|trust| !self.lost(trust).is_empty())
    }
}

/// A trust's claim while statements are read.
struct Claim<'a> {
    stands: &'a Statement,
    /// For each part of the calendar, the arrival from which the trust has claimed it without a break.
    since: Vec<Option<usize>>,
}

impl<'a> Claim<'a> {
    fn take(&mut self, statement: &'a Statement, at: usize, parts: &[DayRun]) {
        if statement.rank() < self.stands.rank() {
            return;
        }
        self.stands = statement;
        for (since, part) in self.since.iter_mut().zip(parts) {
            let is_claimed = !both(&statement.days, part).is_empty();
            *since = is_claimed.then(|| since.unwrap_or(at));
        }
    }
}

/// The calendar, cut wherever a statement begins or ends, so that a statement claims each part wholly or not at all.
fn parts(statements: &[Statement]) -> Vec<DayRun> {
    let mut firsts: Vec<NaiveDate> = Vec::with_capacity(2 * statements.len());
    for statement in statements {
        firsts.push(*statement.days.start());
        firsts.extend(statement.days.end().succ_opt());
    }
    firsts.sort_unstable();
    firsts.dedup();
    let part = |at: usize| {
        let next = firsts.get(at + 1).and_then(|next| next.pred_opt());
        firsts[at]..=next.unwrap_or(NaiveDate::MAX)
    };
    (0..firsts.len()).map(part).collect()
}

/// Sorted runs, with touching runs merged.
fn joined<'a>(runs: impl Iterator<Item = &'a DayRun>) -> Vec<DayRun> {
    let mut joined: Vec<DayRun> = Vec::new();
    for run in runs {
        match joined.last_mut() {
            Some(last) if last.end().succ_opt() == Some(*run.start()) => {
                *last = *last.start()..=*run.end()
            }
            _ => joined.push(run.clone()),
        }
    }
    joined
}

fn overlaps(runs: impl Iterator<Item = DayRun>) -> Vec<DayRun> {
    let mut runs: Vec<DayRun> = runs.filter(|run| !run.is_empty()).collect();
    runs.sort_by_key(|run| (*run.start(), *run.end()));
    runs.dedup();
    runs
}

#[cfg(test)]
mod tests;

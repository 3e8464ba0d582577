//! The footprint store: the newest footprint of every trust, school and period.

mod live;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::Arc;

use events::{AcademicYear, Urn};
use footprint::change::{Change, Changes, changes};
use footprint::{Days, Finding, FindingKind, Footprint, Odd, Period, SchoolNamed, Targets};

use crate::rollup::{TrustView, passed};
use crate::year_on_year::ChangeAnswer;

pub(crate) use live::Live;

/// The newest footprint of every trust, school and period, by its key in Kafka: `trust/urn/period`. A clone is cheap
/// until one of the copies changes, so a page reads a snapshot of the footprint store.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FootprintStore {
    footprints: BTreeMap<Arc<str>, Arc<Footprint>>,
    /// The trusts in which each school has footprints: what a look-up by URN begins with.
    trusts_of: BTreeMap<Urn, BTreeSet<Arc<str>>>,
    /// Whether it may lack schools of its trusts, because it holds single schools.
    of_single_schools: bool,
}

/// What was done with a footprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The footprint was stored.
    Taken,
    /// The stored footprint is computed from more of the log: a footprint from a zombie process does not replace it.
    Older,
}

/// The figures of one trust over one period: the unit in which results are written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct TrustPeriod {
    pub trust: String,
    pub period: String,
}

impl TrustPeriod {
    /// The slice that a footprint's key belongs to.
    pub(crate) fn of_key(key: &str) -> Option<TrustPeriod> {
        let mut parts = key.split('/');
        let (trust, _urn, period) = (parts.next()?, parts.next()?, parts.next()?);
        Some(TrustPeriod {
            trust: trust.to_owned(),
            period: period.to_owned(),
        })
    }

    /// The same trust's academic year after this one.
    pub(crate) fn following(&self) -> Option<TrustPeriod> {
        let year: AcademicYear = self.period.parse().ok()?;
        Some(TrustPeriod {
            trust: self.trust.clone(),
            period: AcademicYear::beginning(year.ends_in()).path(),
        })
    }
}

impl FootprintStore {
    /// A footprint store of these footprints.
    pub fn of(footprints: impl IntoIterator<Item = Footprint>) -> Self {
        let mut footprint_store = FootprintStore::default();
        for footprint in footprints {
            footprint_store.take(footprint.key(), footprint);
        }
        footprint_store
    }

    /// Stores `footprint` under `key`, unless the stored one is newer.
    pub fn take(&mut self, key: String, footprint: Footprint) -> Outcome {
        let older = self
            .footprints
            .get(key.as_str())
            .is_some_and(|known| footprint.is_older_than(known));
        if older {
            return Outcome::Older;
        }
        self.insert(key.into(), Arc::new(footprint));
        Outcome::Taken
    }

    fn insert(&mut self, key: Arc<str>, footprint: Arc<Footprint>) {
        let trusts = self.trusts_of.entry(footprint.urn).or_default();
        if !trusts.contains(footprint.trust.id.as_str()) {
            trusts.insert(footprint.trust.id.as_str().into());
        }
        self.footprints.insert(key, footprint);
    }

    /// Removes the footprint under `key`.
    pub fn forget(&mut self, key: &str) {
        let Some(forgotten) = self.footprints.remove(key) else {
            return;
        };
        if self.knows_school_of(key) {
            return;
        }
        if let Some(trusts) = self.trusts_of.get_mut(&forgotten.urn) {
            trusts.remove(forgotten.trust.id.as_str());
        }
    }

    /// Whether the footprint under `key` has the same figures, wherever in the log each is computed up to.
    fn has_figures_of(&self, key: &str, footprint: &Footprint) -> bool {
        self.footprints.get(key).is_some_and(|known| {
            let at_the_same_position = Footprint {
                position: known.position.clone(),
                ..footprint.clone()
            };
            **known == at_the_same_position
        })
    }

    /// Whether there is any footprint of the school and trust that a key names.
    fn knows_school_of(&self, key: &str) -> bool {
        let Some((school, _period)) = key.rsplit_once('/') else {
            return false;
        };
        let prefix = format!("{school}/");
        self.beginning_with(prefix).next().is_some()
    }

    /// The part of the footprint store with the footprints of this trust.
    pub(crate) fn part_of_trust(&self, trust: &str) -> FootprintStore {
        let own = self.beginning_with(format!("{trust}/"));
        let own = own.filter(|(_, footprint)| footprint.trust.id == trust);
        FootprintStore::of_parts(own, false)
    }

    /// The part of the footprint store with the footprints of these schools, whichever trust they belong to.
    pub(crate) fn part_of_schools(&self, urns: &BTreeSet<Urn>) -> FootprintStore {
        let own = urns.iter().flat_map(|urn| self.entries_of_school(*urn));
        FootprintStore::of_parts(own, true)
    }

    /// Footprints for readers who do not see everything.
    fn of_parts<'a>(
        own: impl Iterator<Item = (&'a Arc<str>, &'a Arc<Footprint>)>,
        of_single_schools: bool,
    ) -> FootprintStore {
        let mut part = FootprintStore {
            of_single_schools,
            ..FootprintStore::default()
        };
        for (key, footprint) in own {
            part.insert(key.clone(), without_other_schools(footprint));
        }
        part
    }

    /// The footprints whose keys begin with `prefix`.
    fn beginning_with(
        &self,
        prefix: String,
    ) -> impl Iterator<Item = (&Arc<str>, &Arc<Footprint>)> + use<'_> {
        self.footprints
            .range::<str, _>((Bound::Included(prefix.as_str()), Bound::Unbounded))
            .take_while(move |(key, _)| key.starts_with(&prefix))
    }

    /// The footprints of one school, in the order of trust and period.
    fn entries_of_school(
        &self,
        urn: Urn,
    ) -> impl Iterator<Item = (&Arc<str>, &Arc<Footprint>)> + use<'_> {
        let trusts = self.trusts_of.get(&urn).into_iter().flatten();
        trusts.flat_map(move |trust| self.beginning_with(format!("{trust}/{urn}/")))
    }

    /// Whether it may lack schools of its trusts.
    pub(crate) fn is_of_single_schools(&self) -> bool {
        self.of_single_schools
    }

    /// Every footprint, in the order of trust, URN and period.
    pub fn footprints(&self) -> impl Iterator<Item = &Arc<Footprint>> {
        self.footprints.values()
    }

    /// The footprints of one trust, in the order of URN and period.
    pub fn of_trust<'a>(
        &'a self,
        trust: &str,
    ) -> impl Iterator<Item = &'a Arc<Footprint>> + use<'a> {
        self.beginning_with(format!("{trust}/"))
            .map(|(_, footprint)| footprint)
    }

    /// The footprints of one school, in the order of trust and period.
    pub fn of_school(&self, urn: Urn) -> Vec<&Arc<Footprint>> {
        self.entries_of_school(urn)
            .map(|(_, footprint)| footprint)
            .collect()
    }

    /// The trusts, each with its newest footprint's name for it.
    pub fn trusts(&self) -> Vec<events::TrustRef> {
        let mut newest: BTreeMap<&str, &Arc<Footprint>> = BTreeMap::new();
        for footprint in self.footprints() {
            let known = newest.entry(&footprint.trust.id).or_insert(footprint);
            if footprint.period.as_of() > known.period.as_of() {
                *known = footprint;
            }
        }
        newest
            .into_values()
            .map(|footprint| footprint.trust.clone())
            .collect()
    }

    /// The figures of a trust over the period with this key, such as `2025-26`, to be compared with `targets` (or a
    /// baseline alone); none if no school has any.
    pub fn view(
        &self,
        trust: &str,
        period: &str,
        targets: impl Into<Targets>,
    ) -> Option<TrustView> {
        let schools = self.of_period(trust, period);
        let mut view = TrustView::of(schools.cloned().collect(), targets)?;
        let without_figures = self.without_figures(trust, &view);
        view.sufficiency = view.sufficiency.without(without_figures);
        view.change = self.change(trust, &view);
        view.of_single_schools = self.of_single_schools;
        Some(view)
    }

    /// The footprints of a trust over the period with this key, in the order of their URNs.
    pub(crate) fn schools(&self, trust: &str, period: &str) -> Vec<Arc<Footprint>> {
        let mut schools: Vec<_> = self.of_period(trust, period).cloned().collect();
        schools.sort_by_key(|school| school.urn);
        schools
    }

    fn of_period<'a>(
        &'a self,
        trust: &str,
        period: &str,
    ) -> impl Iterator<Item = &'a Arc<Footprint>> {
        self.of_trust(trust)
            .filter(move |footprint| footprint.period.key() == period)
    }

    /// The schools that were members in a period but have figures for other periods only. Only a footprint store with the whole
    /// trust knows which they are.
    fn without_figures(&self, trust: &str, view: &TrustView) -> Vec<SchoolNamed> {
        if self.of_single_schools {
            return Vec::new();
        }
        let known: BTreeSet<Urn> = view.schools.iter().map(|school| school.urn).collect();
        let days = passed(view.period);
        let was_member = |footprint: &&Arc<Footprint>| {
            let membership = Days {
                from: footprint.joined,
                to: footprint.member.to,
            };
            !known.contains(&footprint.urn) && membership.and(days).count() > 0
        };
        let absent = self.of_trust(trust).filter(was_member);
        let by_urn: BTreeMap<Urn, String> = absent
            .map(|footprint| (footprint.urn, footprint.school.clone()))
            .collect();
        let named = |(urn, school)| SchoolNamed { urn, school };
        by_urn.into_iter().map(named).collect()
    }

    /// What changed in a trust since the academic year before; none if that year has no figures, or if either is not a whole year.
    fn change(&self, trust: &str, view: &TrustView) -> Option<Changes> {
        let Period::AcademicYear { year, .. } = view.period else {
            return None;
        };
        let before = AcademicYear::beginning(year.ends_in() - 2).path();
        let current: Vec<&Footprint> = view.schools.iter().map(AsRef::as_ref).collect();
        let prior: Vec<&Footprint> = self.of_period(trust, &before).map(AsRef::as_ref).collect();
        changes(&current, &prior)
    }

    /// What changed in a school since the academic year before in the same trust; none if the trust has no such change,
    /// or if either is not a whole year.
    pub(crate) fn change_of(&self, school: &Footprint) -> Option<ChangeAnswer> {
        let Period::AcademicYear { year, .. } = school.period else {
            return None;
        };
        let before = AcademicYear::beginning(year.ends_in() - 2).path();
        let trust = &school.trust.id;
        let prior = self
            .footprints
            .get(format!("{trust}/{}/{before}", school.urn).as_str());
        let (change, prior_period) = match prior {
            Some(prior) => (Change::between(school, prior)?, prior.period),
            None => {
                let change = Change::of_joined(school)?;
                (change, self.of_period(trust, &before).next()?.period)
            }
        };
        Some(ChangeAnswer::of(&change, prior_period, school.period))
    }

    /// Whether there is any footprint of a slice.
    pub(crate) fn has(&self, slice: &TrustPeriod) -> bool {
        self.of_period(&slice.trust, &slice.period).next().is_some()
    }

    pub(crate) fn slices(&self) -> BTreeSet<TrustPeriod> {
        self.footprints
            .keys()
            .filter_map(|key| TrustPeriod::of_key(key))
            .collect()
    }
}

/// A footprint for readers who do not see everything: the school that a meter moved to is hidden.
fn without_other_schools(footprint: &Arc<Footprint>) -> Arc<Footprint> {
    let moved = |finding: &Finding| finding.kind() == FindingKind::Moved;
    if !footprint.findings.iter().any(moved) {
        return footprint.clone();
    }
    let mut part = Footprint::clone(footprint);
    for finding in &mut part.findings {
        if let Odd::Moved { to, .. } = &mut finding.what {
            *to = None;
        }
    }
    Arc::new(part)
}

#[cfg(test)]
mod tests;

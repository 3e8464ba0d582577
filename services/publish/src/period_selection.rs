//! Which of the stored periods and schools an address means.

use std::collections::BTreeMap;
use std::sync::Arc;

use events::Urn;
use footprint::{Days, Footprint, Period};

use crate::footprint_store::FootprintStore;

/// The period that is used when none is named.
pub(crate) const DEFAULT_PERIOD: &str = "trailing-12-months";

/// The periods that a trust has figures of, the trailing twelve months first and then the newest year.
pub(crate) fn periods(footprint_store: &FootprintStore, trust: &str) -> Vec<Period> {
    let mut by_key = BTreeMap::new();
    for footprint in footprint_store.of_trust(trust) {
        let known = by_key
            .entry(footprint.period.key())
            .or_insert(footprint.period);
        if footprint.period.as_of() > known.as_of() {
            *known = footprint.period;
        }
    }
    let mut periods: Vec<_> = by_key.into_values().collect();
    periods.sort_by_key(|period| match period {
        Period::Trailing { .. } => i64::MIN,
        Period::AcademicYear { year, .. } => -i64::from(year.ends_in()),
    });
    periods
}

/// The key of the period to show: the one named, else the default, else the first there is.
pub(crate) fn pick(
    wanted: Option<&str>,
    available: impl IntoIterator<Item = Period>,
) -> Option<String> {
    let mut keys = available.into_iter().map(|period| period.key()).peekable();
    let first = keys.peek().cloned().filter(|_| wanted.is_none());
    let named = wanted.unwrap_or(DEFAULT_PERIOD);
    keys.find(|key| key == named).or(first)
}

/// The footprints of the named school; none if the name is not a URN.
pub(crate) fn of_school<'a>(
    footprint_store: &'a FootprintStore,
    urn: &str,
) -> Vec<&'a Arc<Footprint>> {
    let urn = urn.parse::<Urn>();
    urn.map_or_else(|_| Vec::new(), |urn| footprint_store.of_school(urn))
}

/// The days on which a school was a member of the trust of one of its footprints, according to these footprints.
pub(crate) fn membership(footprints: &[&Arc<Footprint>], school: &Footprint) -> Days {
    let of_trust = footprints
        .iter()
        .filter(|footprint| footprint.trust.id == school.trust.id);
    of_trust.fold(school.member, |days, footprint| Days {
        from: days.from.min(footprint.member.from),
        to: days.to.max(footprint.member.to),
    })
}

/// The footprint of a school to show; for a school that has moved, the one of its newest trust.
pub(crate) fn pick_footprint<'a>(
    footprints: &[&'a Arc<Footprint>],
    wanted: Option<&str>,
) -> Option<&'a Arc<Footprint>> {
    let key = pick(wanted, footprints.iter().map(|footprint| footprint.period))?;
    let of_period = footprints
        .iter()
        .filter(|footprint| footprint.period.key() == key);
    of_period
        .max_by_key(|footprint| footprint.member.to)
        .copied()
}

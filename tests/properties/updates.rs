//! Footprints that are updated as readings change are those computed from scratch.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use events::{Channel, Quality, SettlementDay, Unit};
use footprint::factors::Fallback;
use footprint::ledger::{DayKey, Identity, MeterDay, Slots};
use footprint::view::day_view;
use footprint::{
    Changed, Footprint, Method, SchoolEvent, SchoolHistory, Subject, Update, footprints, update,
};
use proptest::prelude::*;

use super::figures::{Sent, day, id, origin, register, urn};

const SCHOOL: u32 = 0;
/// Three academic years and the beginning of a fourth.
const DAYS: u32 = 1_150;

/// What a meter sends for a day.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// As on most days.
    Usual,
    /// Many times as much.
    High,
    /// Zero in every half-hour.
    Zero,
    /// Only some half-hours.
    Partial,
    /// Estimated by the supplier.
    Estimated,
    /// The share of a longer interval.
    Spread,
    /// Other values for the same half-hours, from another source.
    Contradicted,
    /// Exported energy.
    Exported,
}

/// Consecutive days of a meter with the same kind of values.
#[derive(Debug, Clone, Copy)]
struct Run {
    meter: usize,
    from: u32,
    days: u32,
    kind: Kind,
}

fn run(kinds: impl Strategy<Value = Kind>) -> impl Strategy<Value = Run> {
    // Half of them near the turn of an academic year, where days of one year decide on figures of another.
    let near = (1u32..=3, 0u32..120)
        .prop_map(|(year, at)| (year * 365 + at).saturating_sub(60).min(DAYS - 1));
    let from = prop_oneof![near, 0..DAYS];
    let days = prop_oneof![4 => Just(1u32), 1 => 2u32..40, 1 => 300u32..500];
    (0usize..3, from, days, kinds).prop_map(|(meter, from, days, kind)| Run {
        meter,
        from,
        days: days.min(DAYS - from),
        kind,
    })
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![
        4 => Just(Kind::Usual),
        2 => Just(Kind::High),
        2 => Just(Kind::Zero),
        2 => Just(Kind::Partial),
        1 => Just(Kind::Estimated),
        1 => Just(Kind::Spread),
        1 => Just(Kind::Contradicted),
        1 => Just(Kind::Exported),
    ]
}

/// Values that differ from day to day, so that days are not taken for repetitions.
fn slots(day: NaiveDate, kind: Kind) -> Slots {
    let usual =
        |slot: usize| 1_000_000 + 7_919 * ((slot as i64 * 31 + i64::from(day.ordinal())) % 97);
    let value = |slot: usize| match kind {
        Kind::Partial if slot.is_multiple_of(3) => None,
        Kind::Usual | Kind::Exported | Kind::Partial => Some((usual(slot), Quality::Actual)),
        Kind::High => Some((40 * usual(slot), Quality::Actual)),
        Kind::Zero => Some((0, Quality::Actual)),
        Kind::Estimated => Some((usual(slot), Quality::Estimated)),
        Kind::Spread => Some((1_500_000, Quality::Spread)),
        Kind::Contradicted => Some((2 * usual(slot), Quality::Actual)),
    };
    (0..SettlementDay(day).slots())
        .filter_map(|slot| value(slot).map(|(value, quality)| (slot, value, quality)))
        .collect()
}

/// A school with what it received, and the footprints as they were updated.
struct School {
    history: SchoolHistory,
    rows: BTreeMap<DayKey, Vec<MeterDay>>,
    received: i64,
    footprints: BTreeMap<String, Footprint>,
}

impl School {
    fn registered() -> Self {
        let mut history = SchoolHistory::default();
        for sent in register() {
            if let Sent::Event(row) = sent
                && row.urn == urn(SCHOOL)
            {
                let school_event = SchoolEvent::of(&row).expect("a school event");
                history.add(row.identity, school_event);
            }
        }
        School {
            history,
            rows: BTreeMap::new(),
            received: 1_000,
            footprints: BTreeMap::new(),
        }
    }

    fn receive(&mut self, run: Run) -> Option<Changed> {
        let days = (run.from..run.from + run.days).map(day);
        let changes: Vec<Changed> = days
            .filter_map(|day| self.receive_day(run.meter, day, run.kind))
            .collect();
        changes.into_iter().reduce(Changed::and)
    }

    fn receive_day(&mut self, meter: usize, day: NaiveDate, kind: Kind) -> Option<Changed> {
        self.received += 1;
        let source = match kind {
            Kind::Contradicted => "another",
            _ => "property",
        };
        let row = MeterDay {
            urn: urn(SCHOOL),
            meter: id(SCHOOL, meter),
            channel: match kind {
                Kind::Exported => Channel::AE,
                _ => Channel::AI,
            },
            unit: Unit::KilowattHours,
            day,
            slots: slots(day, kind),
            issued: self.received,
            issue_stated: true,
            identity: Identity {
                source: source.into(),
                // The same name each time: a revision replaces the values before, and contradicts none.
                id: day.to_string().into(),
            },
            origin: origin(self.received),
        };
        let key = row.key();
        let rows = self.rows.entry(key.clone()).or_default();
        rows.push(row);
        let rows: Vec<&MeterDay> = rows.iter().collect();
        let view = day_view(&rows, self.history.withdrawals())?;
        Some(self.history.set_view(&key, view))
    }

    /// Updates the footprints, and returns how many were computed.
    fn update(&mut self, changed: Changed) -> usize {
        let position = BTreeMap::new();
        let update_of = Update {
            subject: self.subject(&position),
            changed,
            known: &self.footprints.keys().cloned().collect(),
        };
        let mut computed = update(&[update_of], &method(), as_of()).expect("footprints");
        let keys = computed.keys.remove(&urn(SCHOOL)).unwrap_or_default();
        let count = computed.footprints.len();
        self.footprints.retain(|key, _| keys.contains(key));
        let computed = computed.footprints.into_iter();
        self.footprints
            .extend(computed.map(|footprint| (footprint.key(), footprint)));
        count
    }

    fn all_computed_again(&self) -> BTreeMap<String, Footprint> {
        let position = BTreeMap::new();
        let all = footprints(&[self.subject(&position)], &method(), as_of()).expect("footprints");
        all.into_iter()
            .map(|footprint| (footprint.key(), footprint))
            .collect()
    }

    fn subject<'a>(&'a self, position: &'a BTreeMap<String, i64>) -> Subject<'a> {
        Subject {
            urn: urn(SCHOOL),
            history: &self.history,
            position,
        }
    }
}

fn method() -> Method {
    Method {
        fallback: Fallback::PreviousYear,
        ..Method::published().expect("the table")
    }
}

fn as_of() -> NaiveDate {
    day(DAYS)
}

fn all_of(meter: usize) -> Run {
    Run {
        meter,
        from: 0,
        days: DAYS,
        kind: Kind::Usual,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn updated_footprints_are_those_computed_from_scratch(
        full in proptest::collection::btree_set(0usize..3, 0..3),
        first in proptest::collection::vec(run(kinds()), 0..9),
        changes in proptest::collection::vec(proptest::collection::vec(run(kinds()), 1..3), 1..6),
    ) {
        let mut school = School::registered();
        for run in full.into_iter().map(all_of).chain(first) {
            school.receive(run);
        }
        school.update(Changed::Everything);
        for runs in changes {
            let changed: Vec<Changed> = runs.iter().filter_map(|run| school.receive(*run)).collect();
            let Some(changed) = changed.into_iter().reduce(Changed::and) else { continue };
            school.update(changed);
            let expected = school.all_computed_again();
            prop_assert_eq!(school.footprints.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
            for (key, footprint) in &expected {
                prop_assert_eq!(&school.footprints[key], footprint, "{} after {:?}", key, changed);
            }
        }
    }
}

#[test]
fn a_reading_of_today_leaves_the_footprints_of_past_years_alone() {
    let mut school = School::registered();
    school.receive(all_of(0));
    let all = school.update(Changed::Everything);
    let today = Run {
        from: DAYS - 1,
        days: 1,
        kind: Kind::Partial,
        ..all_of(0)
    };
    let changed = school.receive(today).expect("a change");
    let computed = school.update(changed);
    assert!(computed > 0 && computed < all, "{computed} of {all}");
    assert_eq!(school.footprints, school.all_computed_again());
}

#[test]
fn high_days_of_the_past_year_decide_whether_a_day_of_this_year_is_odd() {
    let mut school = School::registered();
    school.receive(all_of(0));
    let run = |from, days| Run {
        from,
        days,
        kind: Kind::High,
        ..all_of(0)
    };
    school.receive(run(900, 1));
    school.update(Changed::Everything);
    let this_year = |school: &School| {
        let mut all = school.footprints.iter();
        let found = all.find(|(key, _)| key.ends_with("/2025-26"));
        found
            .map(|(_, footprint)| footprint.findings.clone())
            .expect("a footprint")
    };
    let before = this_year(&school);
    // Ten months before, and so in the academic year before.
    let changed = school.receive(run(600, 5)).expect("a change");
    school.update(changed);
    assert_eq!(school.footprints, school.all_computed_again());
    assert_ne!(this_year(&school), before);
}

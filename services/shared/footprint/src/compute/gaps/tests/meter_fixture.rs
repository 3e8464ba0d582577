//! A school with one meter, for short test descriptions.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use events::{
    Channel, Data, Fuel, MICRO, MeterRegistered, Phase, Place, SchoolRegistered, SettlementDay,
    Term, TrustRef, Unit,
};

use crate::ledger::DaySum;
use crate::ledger::{DayKey, Identity, Origin};
use crate::{
    FindingKind, Footprint, GapEstimate, Method, SchoolEvent, SchoolHistory, Subject, Temperatures,
    footprints,
};

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect(text)
}

/// The days from one date to another, both included.
pub fn each(from: &str, to: &str) -> impl Iterator<Item = NaiveDate> + use<> {
    let to = day(to);
    day(from).iter_days().take_while(move |day| *day <= to)
}

pub struct MeterFixture {
    history: SchoolHistory,
    school_events: i64,
    meter: MeterRegistered,
    pub method: Method,
}

impl MeterFixture {
    /// Adds a meter that belongs to the school for a run of days.
    pub fn meter(fuel: Fuel, from: &str, to: &str) -> Self {
        let id = match fuel {
            Fuel::Electricity => "mpan:2200012767323",
            Fuel::Gas => "mprn:3938424403",
            Fuel::Solar => "serial:roof-1",
        };
        let mut fixture = MeterFixture {
            history: SchoolHistory::default(),
            school_events: 0,
            meter: MeterRegistered {
                to: Some(day(to)),
                ..MeterRegistered::new(id.parse().expect(id), fuel, day(from))
            },
            method: Method::published().expect("the factors"),
        };
        fixture.register(|_| ());
        fixture.register_school(Vec::new());
        fixture
    }

    pub fn register(&mut self, change: impl Fn(&mut MeterRegistered)) {
        change(&mut self.meter);
        self.school_event(Data::MeterRegistered(self.meter.clone()));
    }

    /// The same school with term days.
    pub fn terms(mut self, terms: &[(&str, &str)]) -> Self {
        let term = |(from, to): &(&str, &str)| Term {
            from: day(from),
            to: day(to),
        };
        self.register_school(terms.iter().map(term).collect());
        self
    }

    fn register_school(&mut self, terms: Vec<Term>) {
        self.school_event(Data::SchoolRegistered(SchoolRegistered {
            name: "A School".to_owned(),
            phase: Phase::Primary,
            trust: TrustRef {
                id: "north".to_owned(),
                name: "North Trust".to_owned(),
            },
            member_from: day("2010-01-01"),
            member_to: None,
            rolls: Vec::new(),
            terms,
            heating: None,
            grid_region: None,
        }));
    }

    fn school_event(&mut self, data: Data) {
        self.school_events += 1;
        let identity = Identity {
            source: "told".into(),
            id: self.school_events.to_string().into(),
        };
        let origin = Origin {
            received: 0,
            place: Place {
                partition: 0,
                offset: self.school_events,
            },
            token: Arc::from("told"),
        };
        let school_event = SchoolEvent {
            day: day("2010-01-01"),
            issued: self.school_events,
            origin,
            data,
        };
        self.history.add(identity, school_event);
    }

    /// A whole day of actual readings in kWh, changed.
    pub fn sum(&mut self, on: NaiveDate, kwh: f64, change: impl Fn(&mut DaySum)) {
        let slots = SettlementDay(on).slots() as u8;
        let mut sum = DaySum {
            sum: (kwh * MICRO as f64).round() as i64,
            unit: Unit::KilowattHours,
            present: slots,
            estimated: 0,
            spread: 0,
            last: slots,
            flat: false,
        };
        change(&mut sum);
        let key = DayKey {
            meter: self.meter.meter.clone(),
            channel: Channel::AI,
            day: on,
        };
        self.history.set_day(&key, sum);
    }

    /// Whole days from one to another.
    pub fn days(mut self, from: &str, to: &str, kwh: impl Fn(NaiveDate) -> f64) -> Self {
        each(from, to).for_each(|day| self.sum(day, kwh(day), |_| ()));
        self
    }

    /// Days from one date to another on which every half-hour is the same.
    pub fn flat(mut self, from: &str, to: &str, kwh_per_half_hour: f64) -> Self {
        for day in each(from, to) {
            let slots = SettlementDay(day).slots() as f64;
            self.sum(day, kwh_per_half_hour * slots, |sum| sum.flat = true);
        }
        self
    }

    /// A day without any readings.
    pub fn without(mut self, on: &str) -> Self {
        self.sum(day(on), 0.0, |sum| (sum.present, sum.last) = (0, 0));
        self
    }

    pub fn temperatures(mut self, csv: &str) -> Self {
        self.method.temperatures = Temperatures::parse(csv).expect("temperatures");
        self
    }

    pub fn footprint(&self, period: &str) -> Footprint {
        let position = BTreeMap::new();
        let subject = Subject {
            urn: "900100".parse().expect("a URN"),
            history: &self.history,
            position: &position,
        };
        let all = footprints(&[subject], &self.method, day("2026-11-22")).expect("footprints");
        let found = all.into_iter().find(|one| one.period.key() == period);
        found.expect(period)
    }

    /// The findings of 2025/26, with the first and last day.
    pub fn findings(&self) -> Vec<(FindingKind, String, String)> {
        let findings = self.footprint("2025-26").findings;
        let of = |finding: crate::Finding| {
            let days = finding.days;
            (finding.kind(), days.from.to_string(), days.to.to_string())
        };
        findings.into_iter().map(of).collect()
    }

    /// The only estimate of 2025/26.
    pub fn estimate(&self) -> GapEstimate {
        let footprint = self.footprint("2025-26");
        assert_eq!(footprint.estimates.len(), 1, "{:?}", footprint.estimates);
        footprint.estimates[0].clone()
    }
}

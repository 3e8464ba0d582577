//! The register: the schools, their pupil counts and their meters.

use chrono::NaiveDate;
use events::{
    AcademicYear, Data, Event, Fuel, MeterRegistered, Roll, SchoolRegistered, SettlementDay,
    TrustRef,
};

use super::meters::{Measures, Meter};
use super::schools::{School, formed};
use super::{MadeUpTrust, TRUST_ID, TRUST_NAME, calendar, event, grid};

const FEED: &str = "register";

impl MadeUpTrust {
    /// Every school and every meter. A school's event is named and timed by the last autumn census before `today`: it is
    /// a new event only if it has a new roll.
    pub fn register(&self, today: NaiveDate) -> Vec<Event> {
        let year = AcademicYear::of(today);
        let latest = if calendar::autumn_census(year) < today {
            year
        } else {
            AcademicYear::beginning(year.ends_in() - 2)
        };
        let schools = self
            .schools
            .iter()
            .map(|school| self.school(school, latest));
        schools.chain(self.meters.iter().map(registered)).collect()
    }

    fn school(&self, school: &School, latest: AcademicYear) -> Event {
        let earlier = |years: i32| AcademicYear::beginning(latest.ends_in() - 1 - years);
        // Days of term are published a year ahead.
        let next = AcademicYear::beginning(latest.ends_in());
        let rolls = [earlier(2), earlier(1), latest].map(|year| Roll {
            pupils: self.pupils(school, year),
            census_date: calendar::autumn_census(year),
            source: "autumn census".to_owned(),
        });
        let counted = calendar::autumn_census(latest);
        let data = SchoolRegistered {
            name: school.name.to_owned(),
            phase: school.phase,
            trust: TrustRef {
                id: TRUST_ID.to_owned(),
                name: TRUST_NAME.to_owned(),
            },
            member_from: formed(),
            member_to: None,
            rolls: rolls.into(),
            terms: [earlier(2), earlier(1), latest, next]
                .into_iter()
                .flat_map(calendar::terms)
                .collect(),
            heating: None,
            grid_region: Some(grid::region()),
        };
        event(
            FEED,
            format!("school-{}-{counted}", school.urn),
            SettlementDay(counted).ends(),
            Some(school.urn),
            Data::SchoolRegistered(data),
        )
    }
}

fn registered(meter: &Meter) -> Event {
    let (fuel, calorific_value) = match meter.measures {
        Measures::Grid { .. } => (Fuel::Electricity, None),
        Measures::Gas {
            calorific_value, ..
        } => (Fuel::Gas, calorific_value),
        Measures::Sun(_) => (Fuel::Solar, None),
    };
    let data = MeterRegistered {
        calorific_value,
        ..MeterRegistered::new(meter.id.clone(), fuel, formed())
    };
    event(
        FEED,
        format!("meter-{}", meter.id),
        SettlementDay(formed()).starts(),
        Some(meter.urn),
        Data::MeterRegistered(data),
    )
}

//! A register in memory, by the rules of ingest: for each school, meter and first day the registration issued last; each counts
//! until the next begins, at whichever school.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::{Data, Event, MeterId, MeterRegistered, SchoolRegistered, Urn, in_turn};

use crate::client::{Registered, RegisteredMeter, RegisteredSchool};

#[derive(Default, Clone)]
pub struct Model {
    schools: BTreeMap<(Urn, String), (DateTime<Utc>, SchoolRegistered)>,
    meters: BTreeMap<(MeterId, Urn, NaiveDate), (DateTime<Utc>, MeterRegistered)>,
}

impl Model {
    /// Applies registrations; all must be valid.
    pub fn apply(&mut self, events: &[Event]) {
        for event in events {
            event
                .check()
                .unwrap_or_else(|error| panic!("{error}: {event:?}"));
            let urn = event.subject.unwrap();
            match &event.data {
                Data::SchoolRegistered(school) => self.school(urn, event.time, school),
                Data::MeterRegistered(meter) => {
                    let key = (meter.meter.clone(), urn, meter.from);
                    let known = self.meters.get(&key);
                    assert!(
                        known.is_none_or(|(time, _)| *time < event.time),
                        "{event:?} counts for nothing"
                    );
                    self.meters.insert(key, (event.time, meter.clone()));
                }
                other => panic!("{other:?} registers nothing"),
            }
        }
    }

    fn school(&mut self, urn: Urn, time: DateTime<Utc>, school: &SchoolRegistered) {
        let key = (urn, school.trust.id.clone());
        let known = self.schools.remove(&key);
        let mut rolls: BTreeMap<_, _> = BTreeMap::new();
        let mut terms = Vec::new();
        if let Some((issued, known)) = &known {
            assert!(*issued < time, "{school:?} counts for nothing");
            rolls.extend(
                known
                    .rolls
                    .iter()
                    .map(|roll| ((roll.census_date, roll.source.clone()), roll.clone())),
            );
            terms.extend(known.terms.iter().copied());
        }
        rolls.extend(
            school
                .rolls
                .iter()
                .map(|roll| ((roll.census_date, roll.source.clone()), roll.clone())),
        );
        terms.extend(school.terms.iter().copied());
        let merged = SchoolRegistered {
            rolls: rolls.into_values().collect(),
            terms,
            ..school.clone()
        };
        self.schools.insert(key, (time, merged));
    }

    /// What ingest would list.
    pub fn registered(&self) -> Registered {
        let schools =
            self.schools
                .iter()
                .map(|((urn, _), (issued, registered))| RegisteredSchool {
                    urn: *urn,
                    issued: *issued,
                    registered: registered.clone(),
                });
        Registered {
            schools: schools.collect(),
            meters: self.meters(),
        }
    }

    fn meters(&self) -> Vec<RegisteredMeter> {
        let mut listed = Vec::new();
        let mut by_meter: BTreeMap<&MeterId, Vec<(Urn, &MeterRegistered)>> = BTreeMap::new();
        let mut issued: BTreeMap<&MeterId, DateTime<Utc>> = BTreeMap::new();
        for ((meter, urn, _), (time, registered)) in &self.meters {
            by_meter.entry(meter).or_default().push((*urn, registered));
            let last = issued.entry(meter).or_insert(*time);
            *last = (*last).max(*time);
        }
        for (meter, registrations) in by_meter {
            // Of every school, until the next of any school begins.
            for (run, (urn, registered)) in in_turn(registrations, |(_, one)| one) {
                let until = Some(*run.end()).filter(|end| *end < NaiveDate::MAX);
                let mut registered = registered.clone();
                registered.to = registered.to.min(until).or(registered.to);
                listed.push(RegisteredMeter {
                    urn,
                    issued: issued[meter],
                    until,
                    registered,
                });
            }
        }
        listed.sort_by_key(|one| (one.urn, one.registered.meter.clone(), one.registered.from));
        listed
    }
}

/// A school of trust 2044 since 2019, with pupils and terms, and one of trust 7: for tests that begin with something.
pub fn two_schools() -> Model {
    let mut model = Model::default();
    let mut register = |kind: &str, urn: u32, data: serde_json::Value| {
        let text = serde_json::json!({
            "specversion": "1.0", "type": kind, "source": "office", "id": format!("{urn}-{data}").chars().take(200).collect::<String>(),
            "time": "2026-01-01T00:00:00Z", "subject": urn.to_string(), "data": data,
        });
        model.apply(&[Event::parse(&text.to_string()).unwrap()]);
    };
    let school = |name: &str| {
        serde_json::json!({
            "name": name, "phase": "primary", "trust": { "id": "2044", "name": "Heron Trust" }, "member_from": "2019-09-01",
            "rolls": [{ "pupils": 210, "census_date": "2025-10-02", "source": "autumn census" }],
            "terms": [{ "from": "2025-09-01", "to": "2025-10-24" }], "heating": "district_heat",
        })
    };
    register(
        "school.registered.v1",
        100_001,
        school("Oak Primary School"),
    );
    register(
        "school.registered.v1",
        100_002,
        school("Elm Primary School"),
    );
    let meter = |meter: &str, fuel: &str, more: serde_json::Value| {
        let mut data = serde_json::json!({ "meter": meter, "fuel": fuel, "from": "2019-09-01" });
        data.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        data
    };
    let tariff = serde_json::json!({ "tariffs": [{ "name": "Green", "kg_co2e_per_kwh": 0, "evidence": "REGO", "from": "2025-10-01" }],
        "statuses": [{ "code": "X", "means": "missing" }] });
    register(
        "meter.registered.v1",
        100_001,
        meter("mpan:2200012767323", "electricity", tariff),
    );
    register(
        "meter.registered.v1",
        100_001,
        meter(
            "mprn:03938424403",
            "gas",
            serde_json::json!({ "calorific_value": 39.1 }),
        ),
    );
    model
}

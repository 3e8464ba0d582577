//! A school in the ledger: rows, and the footprint computed from them.

use chrono::{DateTime, NaiveDate, Utc};
use events::{
    AcademicYear, ActivityKind, ActivityRecorded, ActivityUnit, Channel, Data, Fuel, MAX_SLOTS,
    MICRO, MeterId, MeterRegistered, Phase, Place, Quantity, Roll, SchoolRegistered, SettlementDay,
    TrustRef, Unit, Urn, WasteCollected,
};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin};
use footprint::view::views;
use footprint::{Footprint, Method, Period, SchoolEvent, SchoolHistory, Subject, footprints};
use lake::Month;

use crate::explain::{ExplainError, Explanation, Question, Rows, answer};

pub const ELECTRICITY: &str = "mpan:1710035168313";
pub const GAS: &str = "mprn:3938424403";
pub const SOLAR: &str = "serial:roof-1";

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// The year 2024/25, viewed after its end.
pub fn period() -> Period {
    Period::AcademicYear {
        year: AcademicYear::beginning(2024),
        as_of: day("2025-10-01"),
    }
}

pub fn urn() -> Urn {
    900_001.try_into().unwrap()
}

/// Rows of one school, each a second and an offset later than the one before.
#[derive(Default)]
pub struct World {
    pub rows: Rows,
    told: i64,
}

impl World {
    /// A school of 200 pupils with a meter of each fuel.
    pub fn new() -> Self {
        let mut world = World::default();
        world.event(
            "register",
            "school",
            Data::SchoolRegistered(SchoolRegistered {
                name: "Moorside Primary School".to_owned(),
                phase: Phase::Primary,
                trust: TrustRef {
                    id: "calder-vale".to_owned(),
                    name: "Calder Vale Learning Trust".to_owned(),
                },
                member_from: day("2020-09-01"),
                member_to: None,
                rolls: vec![Roll {
                    pupils: 200,
                    census_date: day("2024-10-03"),
                    source: "autumn census".to_owned(),
                }],
                terms: Vec::new(),
                heating: None,
            }),
        );
        for (meter, fuel, calorific_value) in [
            (ELECTRICITY, Fuel::Electricity, None),
            (GAS, Fuel::Gas, Some(39.5)),
            (SOLAR, Fuel::Solar, None),
        ] {
            let registered = MeterRegistered {
                calorific_value,
                ..MeterRegistered::new(meter.parse().unwrap(), fuel, day("2020-09-01"))
            };
            world.event("register", meter, Data::MeterRegistered(registered));
        }
        world
    }

    fn origin(&mut self) -> Origin {
        self.told += 1;
        Origin {
            received: at("2025-09-01T08:00:00Z").timestamp_micros() + self.told * MICRO,
            place: Place {
                partition: 3,
                offset: self.told,
            },
            token: "site-manager".into(),
        }
    }

    pub fn event(&mut self, source: &str, id: &str, data: Data) {
        let origin = self.origin();
        let day = match &data {
            Data::WasteCollected(waste) => waste.collected_on,
            Data::TravelSurveyed(survey) => survey.surveyed_on,
            Data::TravelAccredited(award) => award.awarded_on,
            Data::ActivityRecorded(activity) => activity.from,
            Data::EvidenceFiled(filed) => filed.dated,
            Data::TravelInitiative(one) => one.started_on,
            _ => self::day("2020-09-01"),
        };
        self.rows.events.push(LedgerEvent {
            urn: urn(),
            kind: data.kind(),
            day,
            issued: at("2024-09-01T00:00:00Z").timestamp_micros() + self.told,
            identity: Identity {
                source: source.into(),
                id: id.into(),
            },
            data: data.to_json().unwrap().into(),
            origin,
        });
    }

    /// A day of one meter, the same value in every half-hour.
    pub fn reading(&mut self, meter: &str, on: &str, unit: Unit, value: Quantity) -> &mut MeterDay {
        let origin = self.origin();
        let day = day(on);
        let mut row = MeterDay {
            urn: urn(),
            meter: meter.parse::<MeterId>().unwrap(),
            channel: Channel::AI,
            unit,
            day,
            slots: [None; MAX_SLOTS],
            quality: [b'-'; MAX_SLOTS],
            issued: at("2025-09-01T00:00:00Z").timestamp_micros(),
            issue_stated: true,
            identity: Identity {
                source: "supplier".into(),
                id: format!("{meter} {on} {}", self.told).into(),
            },
            origin,
        };
        for slot in 0..SettlementDay(day).slots() {
            row.slots[slot] = Some(value);
            row.quality[slot] = b'A';
        }
        self.rows.readings.push(row);
        self.rows.readings.last_mut().unwrap()
    }

    /// The footprint of all rows.
    pub fn footprint(&self) -> Footprint {
        self.footprint_over(&period().key())
    }

    /// The footprint over the period with this key.
    pub fn footprint_over(&self, key: &str) -> Footprint {
        let mut history = SchoolHistory::default();
        for row in &self.rows.events {
            history.add(row.identity.clone(), SchoolEvent::of(row).unwrap());
        }
        for (key, view) in views(&self.rows.readings, history.withdrawals()) {
            history.set_view(&key, view);
        }
        let subject = Subject {
            urn: urn(),
            history: &history,
            position: &Default::default(),
        };
        let method = Method::published().unwrap();
        let all = footprints(&[subject], &method, period().as_of()).unwrap();
        all.into_iter().find(|one| one.period.key() == key).unwrap()
    }

    pub fn ask(&self, question: &Question) -> Result<Explanation, ExplainError> {
        answer(&self.footprint(), question, &self.rows)
    }
}

/// `figure`, `figure meter` or `figure meter month`; a month of ten letters is a day.
pub fn question(text: &str) -> Question {
    let mut words = text.split(' ');
    let mut question = Question {
        figure: words.next().map(str::to_owned),
        ..Question::default()
    };
    for word in words {
        match word.len() {
            7 => question.month = Some(word.parse::<Month>().unwrap()),
            10 => question.day = Some(day(word)),
            _ => question.meter = Some(word.parse().unwrap()),
        }
    }
    question
}

fn diesel(litres: f64, from: &str, to: &str, replaces: Option<&str>) -> Data {
    Data::ActivityRecorded(ActivityRecorded {
        activity: ActivityKind::MinibusDiesel,
        quantity: litres,
        unit: ActivityUnit::Litre,
        from: day(from),
        to: day(to),
        estimated: false,
        replaces: replaces.map(str::to_owned),
    })
}

fn residual(kg: f64, on: &str, replaces: Option<&str>) -> Data {
    let json = serde_json::json!({
        "collected_on": on, "ewc": "200301", "weight_kg": kg, "basis": "weighed", "treatment": "R1",
        "replaces": replaces,
    });
    Data::WasteCollected(serde_json::from_value::<WasteCollected>(json).unwrap())
}

/// A world with some of everything that makes a line.
pub fn everything() -> World {
    let mut world = World::new();
    world.reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, 5 * MICRO);
    world
        .reading(ELECTRICITY, "2025-03-04", Unit::KilowattHours, MICRO)
        .channel = Channel::AE;
    world.reading(SOLAR, "2025-03-04", Unit::KilowattHours, 3 * MICRO);
    world.reading(GAS, "2025-01-07", Unit::CubicMetres, MICRO);
    world.event(
        "fleet",
        "1",
        diesel(400.0, "2025-03-01", "2025-03-31", None),
    );
    world.event(
        "fleet",
        "2",
        diesel(365.0, "2024-06-01", "2025-05-31", None),
    );
    world.event(
        "fleet",
        "3",
        diesel(450.0, "2025-03-01", "2025-03-31", Some("1")),
    );
    world.event("tickets", "a", residual(120.0, "2025-02-03", None));
    world.event("tickets", "b", residual(80.5, "2025-02-10", None));
    world.event("tickets", "c", residual(81.5, "2025-02-11", Some("b")));
    world
}

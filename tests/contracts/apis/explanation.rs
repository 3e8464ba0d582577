//! The answer to "why?" as Rust writes it against its schema, at every depth and for every figure.

use events::{
    Data, EventType, Fuel, MAX_SLOTS, MICRO, MeterId, Place, SettlementDay, Topic, Unit, Urn,
};
use footprint::ledger::{Identity, LedgerEvent, MeterDay, Origin};
use footprint::view::views;
use footprint::{Footprint, Method, SchoolEvent, SchoolHistory, Subject, footprints};
use publish::explain::{Question, Rows, answer, figures};
use serde_json::{json, to_value};

use super::answers::{check, component};
use crate::contracts::apis::fields;

const METER: &str = "mpan:1710035168313";

fn urn() -> Urn {
    107_501.try_into().expect("a URN")
}

fn named(id: &str, offset: i64) -> (Identity, Origin) {
    let identity = Identity {
        source: "somebody".into(),
        id: id.into(),
    };
    let origin = Origin {
        received: 1_790_000_000_000_000,
        place: Place {
            partition: 1,
            offset,
        },
        token: "site-manager".into(),
    };
    (identity, origin)
}

fn event(kind: EventType, id: &str, data: serde_json::Value) -> LedgerEvent {
    let data = Data::parse(kind, &data.to_string()).expect("data");
    let (identity, origin) = named(id, 7);
    LedgerEvent {
        urn: urn(),
        kind,
        day: "2026-03-04".parse().expect("a day"),
        issued: 1_780_000_000_000_000,
        identity,
        data: data.to_json().expect("JSON").into(),
        origin,
    }
}

fn reading(meter: &str, unit: Unit, id: &str, quality: u8) -> MeterDay {
    let (identity, origin) = named(id, 8);
    let day = "2026-03-04".parse().expect("a day");
    let mut row = MeterDay {
        urn: urn(),
        meter: meter.parse::<MeterId>().expect("a meter"),
        channel: events::Channel::AI,
        unit,
        day,
        slots: [None; MAX_SLOTS],
        quality: [b'-'; MAX_SLOTS],
        issued: 1_780_000_000_000_000,
        issue_stated: true,
        identity,
        origin,
    };
    for slot in 0..SettlementDay(day).slots() {
        row.slots[slot] = Some(MICRO);
        row.quality[slot] = quality;
    }
    row
}

/// Something of everything that can be asked about.
fn rows() -> Rows {
    use EventType as T;
    let meter = |meter: &str, fuel: Fuel| {
        let data = json!({ "meter": meter, "fuel": fuel, "from": "2020-09-01" });
        event(T::MeterRegistered, meter, data)
    };
    let day = "2026-03-04";
    let events = vec![
        event(
            T::SchoolRegistered,
            "school",
            json!({
                "name": "Moorside", "phase": "primary", "member_from": "2020-09-01",
                "trust": { "id": "calder-vale", "name": "Calder Vale" },
                "rolls": [{ "pupils": 200, "census_date": "2025-10-02", "source": "autumn census" }],
            }),
        ),
        meter(METER, Fuel::Electricity),
        meter("mprn:3938424403", Fuel::Gas),
        event(
            T::WasteCollected,
            "ticket",
            json!({
                "collected_on": day, "ewc": "200301", "weight_kg": 120.0, "basis": "weighed", "treatment": "D1",
            }),
        ),
        event(
            T::ActivityRecorded,
            "oil",
            json!({
                "activity": "burning_oil", "quantity": 500.0, "unit": "litre", "from": day, "to": day,
            }),
        ),
        event(
            T::TravelSurveyed,
            "survey",
            json!({
                "surveyed_on": day, "audience": "pupil", "group": "Year 4", "roll": 30, "current": { "walk": 3, "car": 20 },
            }),
        ),
        event(
            T::TravelAccredited,
            "award",
            json!({
                "level": "good", "awarded_on": day, "valid_until": "2027-07-31",
            }),
        ),
        event(
            T::TravelInitiative,
            "bus",
            json!({
                "title": "Walking bus", "kind": "travel", "category": "walking", "status": "delivered", "started_on": day,
            }),
        ),
        event(
            T::EvidenceFiled,
            "plan",
            json!({
                "kpi": 10, "kind": "sustainability_plan", "title": "Our plan", "status": "in_force", "dated": day,
            }),
        ),
    ];
    let electricity = |id, quality| reading(METER, Unit::KilowattHours, id, quality);
    let readings = vec![
        electricity("1", b'E'),
        electricity("2", b'A'),
        reading("mprn:3938424403", Unit::CubicMetres, "3", b'S'),
    ];
    Rows { readings, events }
}

fn footprint(rows: &Rows) -> Footprint {
    let mut history = SchoolHistory::default();
    for row in &rows.events {
        history.add(row.identity.clone(), SchoolEvent::of(row).expect("a fact"));
    }
    for (key, view) in views(&rows.readings, history.withdrawals()) {
        history.set_day(&key, view.sum());
    }
    let position = [(Topic::Readings.name().to_owned(), 9)].into();
    let subject = Subject {
        urn: urn(),
        history: &history,
        position: &position,
    };
    let method = Method::published().expect("the factors");
    let as_of = "2026-11-22".parse().expect("a day");
    let all = footprints(&[subject], &method, as_of).expect("footprints");
    let of_year = |footprint: &Footprint| footprint.period.key() == "2025-26";
    all.into_iter().find(of_year).expect("2025/26")
}

#[test]
fn an_answer_to_why_fits_openapi_whatever_is_asked() {
    let schema = component("Explanation");
    let (rows, mut seen) = (rows(), std::collections::BTreeSet::new());
    let footprint = footprint(&rows);
    let meter = || METER.parse().ok();
    let mut questions = vec![
        Question {
            meter: meter(),
            ..Question::default()
        },
        Question {
            month: "2026-03".parse().ok(),
            ..Question::default()
        },
        Question {
            meter: meter(),
            day: "2026-03-04".parse().ok(),
            ..Question::default()
        },
    ];
    questions.extend(figures(&footprint).into_iter().map(|known| Question {
        figure: Some(known.name),
        ..Question::default()
    }));
    for question in questions {
        let why = answer(&footprint, &question, &rows)
            .unwrap_or_else(|why| panic!("{question:?}: {why}"));
        let value = to_value(why).expect("JSON");
        check(&schema, &value);
        let lists = fields(&value)
            .iter()
            .filter(|(_, list)| list.as_array().is_some_and(|list| !list.is_empty()));
        seen.extend(lists.map(|(name, _)| name.clone()));
    }
    let all: Vec<_> = seen.iter().map(String::as_str).collect();
    assert_eq!(
        all,
        [
            "checks",
            "events",
            "figures",
            "incomplete",
            "meters",
            "notes"
        ],
        "what was seen filled"
    );
}

//! A world in which what the examples and the fixtures send is known, so that inputs made from them get far.

use std::sync::LazyLock;

use events::{Data, Event, EventType, MeterId};
use ingest::fuzzing::World;
use ingest::{Scope, Token};

/// The meters of `schemas/examples` and `tests/fixtures`.
const METERS: [&str; 6] = [
    "mpan:2200012767323",
    "mpan:2399991001002",
    "mpan:2399991002006",
    "mprn:7654321000",
    "serial:GR-0042.7_b",
    "serial:w1",
];

/// Who owns them all, and belongs to the token's trust.
const SCHOOL: &str = "100371";

pub static WORLD: LazyLock<World> = LazyLock::new(|| {
    let token = Token {
        name: "fuzz".to_owned(),
        sha256: String::new(),
        scope: Scope::Trust("heron".to_owned()),
        may_register: true,
        may_send_grid: true,
        operator: false,
    };
    let now = "2026-11-20T09:00:00Z".parse().expect("a time");
    let mut registrations = vec![registration(
        EventType::SchoolRegistered,
        "school",
        r#"{"name":"A school","phase":"primary","trust":{"id":"heron","name":"Heron"},"member_from":"2000-09-01"}"#,
    )];
    registrations.extend(METERS.iter().map(|meter| {
        let fuel = if meter.starts_with("mpan:") {
            "electricity"
        } else {
            "gas"
        };
        let data = format!(r#"{{"meter":"{meter}","fuel":"{fuel}","from":"1990-01-01"}}"#);
        registration(EventType::MeterRegistered, meter, &data)
    }));
    World::new(token, now, &registrations)
});

fn registration(kind: EventType, id: &str, data: &str) -> Event {
    if let Some(meter) = id.contains(':').then(|| id.parse::<MeterId>()) {
        meter.expect("a meter");
    }
    Event {
        id: id.to_owned(),
        source: "register".to_owned(),
        time: "2020-01-01T00:00:00Z".parse().expect("a time"),
        subject: Some(SCHOOL.parse().expect("a URN")),
        data: Data::parse(kind, data).expect("a registration"),
    }
}

//! Problems of users of similar systems, sent as in reality through the whole pipeline. Each expected value is worked by
//! hand.

mod any_file;
mod contradictions;
mod corrections;
mod doubted;
mod membership;
mod names;
mod services;
mod suppliers_files;

use cli::Answer;
use events::{Fuel, MICRO};
use footprint::{Finding, FindingKind, Footprint};
use serde_json::{Value, json};

use crate::flow::deployment::{Deployment, Embedded, TRUST};
use crate::flow::files;

const MPAN: &str = "2200012767323";

/// A school with one electricity meter.
async fn school() -> Embedded {
    files::one_meter(MPAN).await
}

/// Readings of the meter as a line of NDJSON.
fn readings(source: &str, id: &str, time: &str, mut data: Value) -> String {
    data["meter"] = json!(format!("mpan:{MPAN}"));
    data["unit"] = json!("kWh");
    json!({
        "specversion": "1.0", "id": id, "source": source, "type": "meter.readings.v1", "time": time, "data": data,
    })
    .to_string()
}

/// Half-hours of one value each, from an instant on.
fn from(start: &str, each: f64, count: usize) -> Value {
    json!({ "start": start, "values": vec![each; count] })
}

/// A day of half-hours.
fn day(on: &str, values: &[f64]) -> Value {
    json!({ "day": on, "values": values })
}

/// A day of which the first half-hours have one value and the others another.
fn day_of(on: &str, first: f64, count: usize, then: f64) -> Value {
    let values: Vec<f64> = (0..48)
        .map(|slot| if slot < count { first } else { then })
        .collect();
    day(on, &values)
}

/// A register's two readings.
fn register(opening: (&str, f64), closing: (&str, f64)) -> Value {
    let reading = |(at, value): (&str, f64)| json!({ "at": at, "value": value });
    json!({ "register": { "opening": reading(opening), "closing": reading(closing) } })
}

async fn send(world: &Embedded, lines: &[String]) -> Answer {
    world.client().send_lines(lines).await.expect("an answer")
}

/// Sends readings that ingest accepts completely.
async fn take(world: &Embedded, lines: &[String]) {
    let answer = send(world, lines).await;
    assert_eq!(answer.accepted as usize, lines.len(), "{answer:#?}");
}

/// The school's figures of this academic year.
async fn figures(world: &Embedded) -> Footprint {
    let footprint_store = (world as &dyn Deployment).wait_until_settled().await;
    let view = footprint_store
        .view(TRUST, "2026-27", 0.24)
        .expect("figures");
    Footprint::clone(view.schools.first().expect("a school"))
}

/// Imported electricity in tenths of a kilowatt-hour.
fn tenths_of_kwh(school: &Footprint) -> i64 {
    let meters = school.meters.iter();
    let meters = meters.filter(|meter| meter.fuel == Fuel::Electricity);
    let sum: i64 = meters.map(|meter| meter.import).sum();
    assert_eq!(sum % (MICRO / 10), 0, "{sum}");
    sum / (MICRO / 10)
}

fn findings_of(school: &Footprint, kind: FindingKind) -> Vec<&Finding> {
    let of_kind = |finding: &&Finding| finding.kind() == kind;
    school.findings.iter().filter(of_kind).collect()
}

/// The only finding of its kind: its days, the number of half-hours, and the standing and contradicting kWh.
fn contradiction(school: &Footprint, kind: FindingKind) -> (String, i64, i64, i64) {
    let found = findings_of(school, kind);
    assert_eq!(found.len(), 1, "{:#?}", school.findings);
    let contradicted = found[0].contradicted().expect("two events");
    let days = format!("{} {}", found[0].days.from, found[0].days.to);
    (
        days,
        contradicted.half_hours,
        contradicted.stands_energy / MICRO,
        contradicted.against_energy / MICRO,
    )
}

//! A meter that moves to another school, and one that belonged to another school from the start.

mod withdrawn;

use std::collections::BTreeMap;

use events::{Data, Event, MICRO};
use footprint::Footprint;
use serde_json::Value;

use super::deployment::{Deployment, Embedded, TOKEN, TRUST};
use super::files;
use super::seen::ledger_rows;

const MPAN: &str = "2200012767323";

/// School 1 has the meter from this day on.
fn moved(from: &str) -> Event {
    let mut event = files::meter(1, MPAN);
    event.id = format!("moved-{from}");
    event.time = "2026-03-20T00:00:00Z".parse().expect("a time");
    if let Data::MeterRegistered(meter) = &mut event.data {
        meter.from = from.parse().expect("a day");
    }
    event
}

/// Half-hours of so many kilowatt-hours each, from the beginning of a day on.
fn readings(id: &str, day: &str, values: Vec<f64>) -> Event {
    let (source, time) = ("hall-meter", "2026-03-10T00:00:00Z");
    let mut event = files::readings(id, source, time, MPAN, (day, values));
    if let Data::MeterReadings(readings) = &mut event.data {
        readings.day = None;
        readings.start = Some(format!("{day}T00:00:00Z").parse().expect("a time"));
    }
    event
}

fn day(id: &str, day: &str, each: f64) -> Event {
    readings(id, day, vec![each; 48])
}

async fn world() -> Embedded {
    let world = Embedded::start().await;
    let register = [files::school(0), files::school(1), files::meter(0, MPAN)];
    send(&world, &register).await;
    world
}

async fn send(world: &Embedded, events: &[Event]) -> cli::Answer {
    let answer = world.client().send(events).await.expect("an answer");
    assert_eq!(answer.accepted, events.len() as u64, "{answer:#?}");
    answer
}

/// Kilowatt-hours by school, and milligrams of CO2e of the trust.
async fn counted(world: &Embedded) -> (BTreeMap<u32, i64>, i64) {
    let footprint_store = (world as &dyn Deployment).wait_until_settled().await;
    let year = footprint_store
        .view(TRUST, "2025-26", 0.24)
        .expect("figures of 2025/26");
    let kwh = |school: &Footprint| {
        let imported: i64 = school.meters.iter().map(|meter| meter.import).sum();
        imported / MICRO
    };
    let schools = year.schools.iter();
    let by_school = schools.map(|school| (school.urn.number(), kwh(school)));
    (by_school.collect(), year.totals.gross.0)
}

/// 48, 96 and 192 kWh on the 2nd, 3rd and 4th of March.
#[tokio::test(flavor = "multi_thread")]
async fn a_meter_that_moves_is_counted_at_each_school_on_its_days_only() {
    let world = world().await;
    let both = [day("2nd", "2026-03-02", 1.0), day("3rd", "2026-03-03", 2.0)];
    send(&world, &both).await;
    let (kwh, _) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48 + 96)].into());

    let answer = send(&world, &[moved("2026-03-03")]).await;
    let note = &answer.notes[0].note;
    let wanted = "mpan:2200012767323 belonged to 900100 without an end; its registration there now ends on 2026-03-02";
    assert!(note.starts_with(wanted), "{note}");
    let (kwh, _) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48)].into());

    let later = [both[1].clone(), day("4th", "2026-03-04", 4.0)];
    send(&world, &later).await;
    // A repetition of the registration changes nothing.
    let again = send(
        &world,
        &[files::meter(0, MPAN), moved("2026-03-03"), both[0].clone()],
    )
    .await;
    assert_eq!(again.notes, []);
    let (kwh, _) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48), (900_101, 96 + 192)].into());

    // A later registration, still without an end, is ended again.
    let mut open = files::meter(0, MPAN);
    open.time = "2026-03-21T00:00:00Z".parse().expect("a time");
    open.id = "open again".to_owned();
    send(&world, &[open, day("5th", "2026-03-05", 0.5)]).await;
    let (kwh, _) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48), (900_101, 96 + 192 + 24)].into());
}

/// 96 half-hours of one event on the 2nd and 3rd, of which the 3rd's first is corrected; a day each on the 4th and 5th.
#[tokio::test(flavor = "multi_thread")]
async fn a_meter_reassigned_takes_its_past_with_it() {
    let world = world().await;
    let mut corrected = readings("correction", "2026-03-03", vec![3.0]);
    corrected.time = "2026-03-11T00:00:00Z".parse().expect("a time");
    let mut estimated = day("5th", "2026-03-05", 4.0);
    if let Data::MeterReadings(readings) = &mut estimated.data {
        readings.quality = Some(format!("{}{}", "E".repeat(24), "A".repeat(24)));
        readings.values[47] = None;
    }
    let events = [
        readings("two days", "2026-03-02", vec![1.0; 96]),
        corrected,
        day("4th", "2026-03-04", 2.0),
        estimated,
    ];
    send(&world, &events).await;
    let (kwh, gross) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48 + 50 + 96 + 188)].into());
    let rows = ledger_rows(&world.lake()).await;

    let dry = reassign(&world, THE_3RD, &["--dry-run"]);
    assert_eq!(
        (&dry["meter_days"], &dry["events"]),
        (&3.into(), &4.into()),
        "{dry}"
    );
    assert_eq!(dry["from"], serde_json::json!(["900100"]));
    assert_eq!(counted(&world).await, (kwh, gross));
    assert_eq!(ledger_rows(&world.lake()).await, rows);

    let done = reassign(&world, THE_3RD, &[]);
    assert_eq!(
        (&done["meter_days"], &done["events"]),
        (&3.into(), &4.into()),
        "{done}"
    );
    let moved = [(900_100, 48), (900_101, 50 + 96 + 188)].into();
    assert_eq!(
        counted(&world).await,
        (moved, gross),
        "no more and no less in all"
    );
    let after = ledger_rows(&world.lake()).await;
    // The rows, the registration at one school, and its end at the other; the earlier rows are still there.
    assert_eq!(after.len(), rows.len() + 4 + 2);
    assert!(rows.iter().all(|row| after.contains(row)));

    let again = reassign(&world, THE_3RD, &[]);
    assert_eq!(
        (&again["meter_days"], &again["registered"]),
        (&0.into(), &0.into()),
        "{again}"
    );
    counted(&world).await;
    assert_eq!(ledger_rows(&world.lake()).await, after, "twice is once");

    // The 3rd belonged to the first school after all, whose ledger still has it; then everything to the second.
    let back = [
        "--to",
        "900100",
        "--from",
        "2026-03-03",
        "--until",
        "2026-03-03",
    ];
    let back = reassign(&world, &back, &[]);
    assert_eq!(
        (&back["meter_days"], &back["registered"]),
        (&0.into(), &2.into()),
        "{back}"
    );
    let moved = [(900_100, 48 + 50), (900_101, 96 + 188)].into();
    assert_eq!(counted(&world).await, (moved, gross));
    let all = reassign(&world, &["--to", "900101", "--from", "2018-09-01"], &[]);
    assert_eq!(
        (&all["meter_days"], &all["registered"]),
        (&1.into(), &2.into()),
        "{all}"
    );
    let moved = [(900_100, 0), (900_101, 48 + 50 + 96 + 188)].into();
    assert_eq!(counted(&world).await, (moved, gross));
}

/// School 1 has the meter from the 3rd on.
const THE_3RD: &[&str] = &["--to", "900101", "--from", "2026-03-03"];

fn reassign(world: &Embedded, whose: &[&str], more: &[&str]) -> Value {
    greenledger(world, "reassign", &[whose, more].concat())
}

/// The output of a command about the meter.
fn greenledger(world: &Embedded, command: &str, arguments: &[&str]) -> Value {
    let meter = format!("mpan:{MPAN}");
    world.greenledger_as(TOKEN, &[&[command, &meter], arguments].concat())
}

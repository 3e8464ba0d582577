//! Properties that a meter's registration states and a feed or file cannot: units, direction, status codes, and their first
//! day.

use std::time::Duration;

use cli::Answer;
use events::MICRO;
use serde_json::{Value, json};

use crate::flow::deployment::{Deployment, Embedded};
use crate::flow::files;
use crate::servers::Waiting;

const GAS: &str = "mprn:9999970106";
const POWER: &str = "mpan:2200012767323";
const EXPORT: &str = "mpan:2200012030374";

async fn world(meters: &[Value]) -> Embedded {
    let world = Embedded::start().await;
    let school = world.client().send(&[files::school(0)]).await;
    assert_eq!(school.expect("an answer").accepted, 1);
    for meter in meters {
        let answer = register(&world, meter).await;
        assert_eq!(answer.accepted, 1, "{answer:#?}");
    }
    world
}

async fn register(world: &Embedded, meter: &Value) -> Answer {
    let mut data = meter.clone();
    data["fuel"] = json!(if meter["meter"] == GAS {
        "gas"
    } else {
        "electricity"
    });
    // The same event, revised: registrations differ by their first day.
    let issued = data["from"].as_str().unwrap_or_default().max("2026-03-01");
    let event = json!({
        "specversion": "1.0", "id": data["meter"], "source": "office", "type": "meter.registered.v1",
        "time": format!("{issued}T08:00:00Z"), "subject": "900100", "data": data,
    });
    let lines = [event.to_string()];
    world.client().send_lines(&lines).await.expect("an answer")
}

async fn send(world: &Embedded, readings: &[(&str, Value)]) -> Answer {
    let lines: Vec<String> = readings
        .iter()
        .map(|(id, data)| {
            let event = json!({
                "specversion": "1.0", "id": id, "source": "feed", "type": "meter.readings.v1",
                "time": "2026-03-12T06:00:00Z", "data": data,
            });
            event.to_string()
        })
        .collect();
    world.client().send_lines(&lines).await.expect("an answer")
}

fn day(meter: &str, unit: &str, on: &str, each: f64) -> Value {
    json!({ "meter": meter, "unit": unit, "day": on, "values": vec![each; 48] })
}

/// 48 m³ at 39.5 MJ/m³ are 48 × 1.02264 × 39.5 ÷ 3.6 = 538.590400 kWh, whether they are called m3 or kWh. 48 × 0.36 hcf are
/// 48 × 1.019406 m³ = 48.931488 m³, which are 549.042285 kWh, whether they are called hcf or kWh. With 48 × 11.2 = 537.6 kWh:
/// 537.600000 + 2 × 538.590400 + 2 × 549.042285 = 2,712.865371 kWh, cubic metres being converted once a month.
#[tokio::test(flavor = "multi_thread")]
async fn gas_is_counted_in_its_registered_unit_from_that_day_on() {
    let meters = [
        json!({ "meter": GAS, "from": "2017-09-01" }),
        json!({ "meter": GAS, "from": "2026-03-04", "unit": "m3" }),
        json!({ "meter": GAS, "from": "2026-03-05", "unit": "hcf" }),
        json!({ "meter": GAS, "from": "2026-03-06" }),
    ];
    let world = world(&meters).await;
    let readings = [
        ("kWh", day(GAS, "kWh", "2026-03-02", 11.2)),
        ("m3", day(GAS, "m3", "2026-03-03", 1.0)),
        ("m3 called kWh", day(GAS, "kWh", "2026-03-04", 1.0)),
        ("hcf called kWh", day(GAS, "kWh", "2026-03-05", 0.36)),
        ("hcf", day(GAS, "hcf", "2026-03-06", 0.36)),
    ];
    let answer = send(&world, &readings).await;
    assert_eq!((answer.accepted, answer.refused), (5, 0), "{answer:#?}");
    let notes: Vec<_> = answer
        .notes
        .iter()
        .map(|note| note.about.as_str())
        .collect();
    assert_eq!(notes, ["read-as"; 3], "{answer:#?}");
    assert_eq!(
        files::quantity(&world, "2025-26", "gas").await,
        Some(2_712_865_371)
    );
}

/// 48 × 14.4 kW for half an hour each: 345.6 kWh. An export MPAN's 48 × 0.5 kWh are no consumption.
#[tokio::test(flavor = "multi_thread")]
async fn power_is_converted_to_energy_and_export_is_no_consumption() {
    let meters = [
        json!({ "meter": POWER, "from": "2017-09-01", "unit": "kW" }),
        json!({ "meter": EXPORT, "from": "2017-09-01", "direction": "export" }),
    ];
    let world = world(&meters).await;
    let readings = [
        ("power", day(POWER, "kWh", "2026-03-02", 14.4)),
        ("export", day(EXPORT, "kWh", "2026-03-02", 0.5)),
    ];
    let answer = send(&world, &readings).await;
    assert_eq!((answer.accepted, answer.notes.len()), (2, 2), "{answer:#?}");
    assert_eq!(
        files::quantity(&world, "2025-26", "electricity").await,
        Some(345_600_000)
    );
    assert_eq!(
        files::quantity(&world, "2025-26", "export").await,
        Some(24 * MICRO)
    );
}

/// Registered again from 4 March with another calorific value: 48 m³ × 11.099905 = 532.795440 kWh stay, and 48 m³ ×
/// 11.050193… = 530.409280 kWh are added.
#[tokio::test(flavor = "multi_thread")]
async fn a_meter_registered_again_from_a_day_keeps_its_earlier_figures() {
    let first = json!({ "meter": GAS, "from": "2017-09-01", "calorific_value": 39.075 });
    let world = world(&[first]).await;
    send(&world, &[("before", day(GAS, "m3", "2026-03-03", 1.0))]).await;
    assert_eq!(
        files::quantity(&world, "2025-26", "gas").await,
        Some(532_795_440)
    );
    let anew = json!({ "meter": GAS, "from": "2026-03-04", "calorific_value": 38.9 });
    let answer = register(&world, &anew).await;
    let notes: Vec<_> = answer
        .notes
        .iter()
        .map(|note| note.about.as_str())
        .collect();
    assert_eq!(notes, ["registered-before"], "{answer:#?}");
    assert_eq!(
        files::quantity(&world, "2025-26", "gas").await,
        Some(532_795_440)
    );
    send(&world, &[("after", day(GAS, "m3", "2026-03-04", 1.0))]).await;
    assert_eq!(
        files::quantity(&world, "2025-26", "gas").await,
        Some(532_795_440 + 530_409_280)
    );
}

/// A status column of the supplier's own: M measured, X estimated, F an invalid number.
#[tokio::test(flavor = "multi_thread")]
async fn a_suppliers_status_codes_are_read_by_the_registration() {
    let statuses = json!([
        { "code": "m", "means": "actual" },
        { "code": "X", "means": "estimated" },
        { "code": "F", "means": "missing" },
    ]);
    let meter = json!({ "meter": POWER, "from": "2017-09-01", "statuses": statuses });
    let world = world(&[meter]).await;
    let number = POWER.trim_start_matches("mpan:");
    let rows = ["M", "X", "F", "Q"].iter().enumerate().map(|(slot, code)| {
        let minute = (slot + 1) * 30;
        format!(
            "{number},02 Mar 2026 {:02}:{:02}:00,1.5,{code}\n",
            minute / 60,
            minute % 60
        )
    });
    let text = format!(
        "MPR,ReadDatetime,kWh,ReadType\n{}",
        rows.collect::<String>()
    );
    let answer = world
        .client()
        .send_file("row-per-half-hour-end", text.as_bytes())
        .await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.accepted, answer.refused), (3, 1), "{answer:#?}");
    assert!(
        answer.refusals[0].seen.contains("ReadType: Q"),
        "{answer:#?}"
    );
    assert_eq!(
        files::quantity(&world, "2025-26", "electricity").await,
        Some(3 * MICRO)
    );
}

/// 47 half-hours of 2 kWh and one of 2,500, which is above the limit of an electricity meter without a registered capacity:
/// 94 kWh. Registered with a capacity of 3,000 kWh, the same file adds the half-hour: 2,594 kWh. Sent again, it adds
/// nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_sent_again_after_its_meter_is_registered_anew_is_read_anew() {
    let world = world(&[json!({ "meter": POWER, "from": "2017-09-01" })]).await;
    let columns: Vec<String> = (1..=48).map(|slot| format!("kWh_{slot}")).collect();
    let mut values = vec!["2"; 48];
    values[7] = "2500";
    let file = format!(
        "siteRef,MPAN,ConsumptionDate,{}\nHeron Bank,{},02/03/2026,{}\n",
        columns.join(","),
        POWER.trim_start_matches("mpan:"),
        values.join(",")
    );
    let client = world.client();
    let import = async || {
        let answer = client.send_file("day-rows-kwh48", file.as_bytes()).await;
        let answer = answer.expect("an answer");
        assert_eq!((answer.accepted, answer.refused), (1, 0), "{answer:#?}");
        answer.notes.len()
    };
    assert_eq!(import().await, 1);
    assert_eq!(
        files::quantity(&world, "2025-26", "electricity").await,
        Some(94 * MICRO)
    );

    let anew = json!({ "meter": POWER, "from": "2026-03-02", "capacity": 3000 });
    let answer = register(&world, &anew).await;
    assert_eq!(answer.accepted, 1, "{answer:#?}");
    for _ in 0..2 {
        assert_eq!(import().await, 0);
        assert_eq!(
            files::quantity(&world, "2025-26", "electricity").await,
            Some(2_594 * MICRO)
        );
    }
    // Ingest follows the topic of rejections.
    let mut waiting = Waiting::up_to(Duration::from_secs(30));
    loop {
        let listed = client.rejected(None, 100, None).await.expect("a list");
        if listed.rejected.iter().any(|one| one.taken_since) {
            return;
        }
        assert!(waiting.once_more().await, "{listed:#?}");
    }
}

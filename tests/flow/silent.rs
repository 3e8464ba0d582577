//! A school with three meters, of which one falls silent: every report names it.

use chrono::{Days, NaiveDate, SecondsFormat};
use events::{Event, SettlementDay};
use serde_json::Value;

use super::deployment::{AS_OF, Deployment, Embedded, TRUST};
use super::files;
use crate::servers::http;

const SENDING: [&str; 2] = ["2200012767323", "2336533093112"];
const SILENT: &str = "1710035168313";
/// The first day without readings of the silent meter.
const STOPPED: &str = "2026-11-05";

/// A day of a meter, 1.5 kWh in every half-hour.
fn sent(mpan: &str, day: NaiveDate) -> Event {
    let settlement = SettlementDay(day);
    let (id, time) = (format!("{mpan}-{day}"), settlement.ends().to_rfc3339());
    let values = vec![1.5; settlement.slots()];
    files::readings(&id, "collector", &time, mpan, (&day.to_string(), values))
}

/// A school whose meters have sent since 1 November, and one of them only until the 4th.
async fn world() -> Embedded {
    let world = Embedded::start().await;
    let mut events = vec![files::school(0)];
    events.extend(
        SENDING
            .iter()
            .chain([&SILENT])
            .map(|mpan| files::meter(0, mpan)),
    );
    let first: NaiveDate = "2026-11-01".parse().expect("a day");
    let (as_of, stopped): (NaiveDate, NaiveDate) = (
        AS_OF.parse().expect("a day"),
        STOPPED.parse().expect("a day"),
    );
    for day in first.iter_days().take_while(|day| *day < as_of) {
        events.extend(SENDING.iter().map(|mpan| sent(mpan, day)));
        events.extend((day < stopped).then(|| sent(SILENT, day)));
    }
    let answer = world.client().send(&events).await.expect("an answer");
    assert_eq!(answer.accepted, events.len() as u64, "{answer:#?}");
    (&world as &dyn Deployment).wait_until_settled().await;
    world
}

async fn get(world: &Embedded, path: &str) -> String {
    let publish = &world.running.as_ref().expect("it runs").publish;
    let answer = http::get(format!("{publish}{path}")).await;
    let answer = answer.expect("an answer");
    assert_eq!(answer.status().as_u16(), 200, "{path}");
    answer.text().await.expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_meter_of_three_is_named_in_chart_list_and_metrics_while_two_others_send() {
    let world = world().await;
    let meter = format!("mpan:{SILENT}");

    let school = get(&world, "/schools/900100").await;
    let sentence = format!("Electricity meter {meter} has sent nothing since 5 November 2026.");
    assert!(school.contains(&sentence), "{school}");
    // Seven days, 15 to 21 November, of three meters: 1,008 half-hours, of which a third is missing.
    assert!(
        school.contains("336 of 1008 half-hours have no value"),
        "{school}"
    );
    let finding = format!("<b>Silent</b>, {meter}: it has sent nothing since 5 November 2026.");
    assert!(school.contains(&finding), "{school}");

    let trust = get(&world, &format!("/trusts/{TRUST}")).await;
    let listed = trust
        .split_once("Meters to look at")
        .map(|(_, after)| after);
    assert!(
        listed.is_some_and(|after| after.contains("Silent")),
        "{trust}"
    );

    let metrics = get(&world, "/metrics").await;
    let name = "greenledger_school_meter_silent_since_timestamp_seconds{";
    let silent: Vec<&str> = metrics
        .lines()
        .filter(|line| line.starts_with(name))
        .collect();
    let labels = format!("school=\"Fixture School 0\",meter=\"{meter}\",fuel=\"electricity\"");
    // 5 November 2026, 00:00 UTC.
    let [line] = silent.as_slice() else {
        panic!("{silent:?}");
    };
    assert!(
        line.contains(&labels) && line.ends_with(" 1793836800"),
        "{line}"
    );

    let lately = get(&world, "/api/v1/schools/900100/half-hours?days=7").await;
    let lately: Value = serde_json::from_str(&lately).expect("JSON");
    let meters = lately["meters"].as_array().expect("meters");
    assert_eq!(meters.len(), 3, "{lately}");
    let of_silent = meters.iter().find(|one| one["meter"] == meter.as_str());
    let half_hours = of_silent.and_then(|one| one["half_hours"].as_array());
    let half_hours = half_hours.expect("its half-hours");
    assert_eq!(half_hours.len(), 7 * 48);
    assert!(half_hours.iter().all(|one| one["value"].is_null()));
    let first = SettlementDay(AS_OF.parse::<NaiveDate>().expect("a day") - Days::new(7));
    let starts = first
        .slot_starts(0)
        .to_rfc3339_opts(SecondsFormat::Secs, true);
    assert_eq!(half_hours[0]["starts"], starts.as_str());
}

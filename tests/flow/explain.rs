//! Explanations of a figure by a running pipeline.

use events::{Data, Event, Interval};
use serde_json::Value;

use super::deployment::{Deployment, Embedded, TOKEN};
use super::files;
use crate::servers::http;

/// The answer of the API, or its error.
async fn ask(world: &Embedded, query: &str) -> (u16, Value) {
    let publish = &world.running.as_ref().expect("it runs").publish;
    let url = format!("{publish}/api/v1/schools/900100/explain?period=2018-19&{query}");
    let answer = http::get(url).await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.expect("JSON"))
}

/// Sends the first file again with another value in its first half-hour, because 24.32 kWh was too much, and states the
/// issue time of the correction.
async fn send_corrected(world: &Embedded) {
    let file = files::day_rows();
    let content = file.content.replacen("24.320000000", "20.5", 1);
    assert_ne!(content, file.content);
    let url = format!("{}/v1/files/{}", world.ingest(), file.format);
    let request = http::client().post(url).bearer_auth(TOKEN);
    let request = request
        .header("content-type", "text/csv")
        .header("x-issued", "2018-11-20T09:00:00Z");
    let answer = request.body(content).send().await.expect("an answer");
    assert_eq!(answer.status().as_u16(), 202);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_hour_of_a_corrected_file_shows_both_values_and_their_senders() {
    let world = Embedded::start().await;
    files::register(&world).await;
    files::import(&world, files::day_rows()).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    send_corrected(&world).await;
    (&world as &dyn Deployment).wait_until_settled().await;

    let meter = format!("mpan:{}", files::mpan(0));
    let (status, why) = ask(
        &world,
        &format!("figure=electricity&meter={meter}&day=2018-11-06"),
    )
    .await;
    assert_eq!(status, 200, "{why}");
    let of_meter = &why["meters"][0];
    let first = &of_meter["half_hours"][0];
    assert_eq!(
        (&first["value"], &first["quality"]),
        (&20.5.into(), &"actual".into()),
        "{first}"
    );
    let revisions = first["revisions"].as_array().expect("revisions");
    let found: Vec<_> = revisions
        .iter()
        .map(|one| (&one["value"], &one["stands"]))
        .collect();
    assert_eq!(
        found,
        [(&20.5.into(), &true.into()), (&24.32.into(), &false.into())]
    );
    let [stands, yields] = revisions.as_slice() else {
        panic!("{first}");
    };
    for one in [stands, yields] {
        assert_eq!(one["token"], "tests");
        assert_eq!(
            one["because"],
            "of one source, a value whose time of issue is stated counts before one without"
        );
        assert!(one["offset"].is_u64() && one["partition"].is_u64() && one["received"].is_string());
    }
    // Each file's rows are named after the file: its hash and the number of the row.
    let id = |one: &Value| one["id"].as_str().unwrap_or_default().to_owned();
    assert_ne!(id(stands), id(yields));
    assert!(
        stands["issued"].as_str() > yields["issued"].as_str(),
        "{first}"
    );

    // The whole day was sent again, so nothing of the first file's row stands.
    let events = of_meter["days"][0]["events"].as_array().expect("events");
    let stand: Vec<_> = events.iter().map(|sent| &sent["stand"]).collect();
    assert_eq!(stand, [&48, &0]);

    let (_, year) = ask(&world, &format!("figure=electricity&meter={meter}")).await;
    assert_eq!(year["checks"][0]["agrees"], true, "{year:#}");
    let page = format!(
        "schools/900100/explain?period=2018-19&figure=electricity&meter={meter}&day=2018-11-06"
    );
    let publish = &world.running.as_ref().expect("it runs").publish;
    let page = http::get(format!("{publish}/{page}"))
        .await
        .expect("a page");
    let page = page.text().await.expect("text");
    assert!(
        page.contains("with token tests") && page.contains("20.500"),
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_question_is_answered_with_the_known_ones() {
    let world = Embedded::start().await;
    files::register(&world).await;
    files::import(&world, files::day_rows()).await;
    (&world as &dyn Deployment).wait_until_settled().await;
    let error_of = async |query: &str| {
        let (status, why) = ask(&world, query).await;
        (status, why["error"].as_str().unwrap_or_default().to_owned())
    };
    let (status, error) = error_of("figure=petrol").await;
    assert!(
        status == 404 && error.contains("intensity, gross"),
        "{status} {error}"
    );
    let (status, error) = error_of("figure=electricity&month=2026-03").await;
    assert!(
        status == 404 && error.contains("2018-09-01 to 2019-08-31"),
        "{status} {error}"
    );
    let (status, error) = error_of("figure=electricity&month=March").await;
    assert!(
        status == 400 && error.contains("2026-03"),
        "{status} {error}"
    );
}

/// The event of a gateway about one quarter of an hour.
fn quarter(id: &str, start: &str, kwh: f64) -> Event {
    let none = ("2018-11-06", Vec::new());
    let mut event = files::readings(id, "gateway", "2018-11-07T09:00:00Z", &files::mpan(0), none);
    if let Data::MeterReadings(readings) = &mut event.data {
        readings.interval = Interval::QuarterHour;
        (readings.day, readings.start) = (None, Some(start.parse().expect("a time")));
        readings.values = vec![Some(kwh)];
    }
    event
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_hour_is_known_by_half_until_its_other_quarter_comes() {
    let world = files::one_meter(&files::mpan(0)).await;
    let meter = format!("mpan:{}", files::mpan(0));
    let query = format!("figure=electricity&meter={meter}&day=2018-11-06");
    let second = quarter("2", "2018-11-06T12:15:00Z", 1.25);
    let next_day = ("2018-11-07", vec![1.0; 48]);
    let next_day = files::readings(
        "3",
        "gateway",
        "2018-11-08T09:00:00Z",
        &files::mpan(0),
        next_day,
    );
    let answer = world.client().send(&[second.clone(), next_day]).await;
    let answer = answer.expect("an answer");
    assert_eq!((answer.accepted, answer.refused), (2, 0), "{answer:?}");
    assert_eq!(answer.notes[0].about, "half-hours-in-part");
    (&world as &dyn Deployment).wait_until_settled().await;
    let (status, why) = ask(&world, &query).await;
    assert_eq!(status, 200, "{why}");
    let noon = &why["meters"][0]["half_hours"][24];
    let seen = |half_hour: &Value| {
        (
            half_hour["value"].clone(),
            half_hour["known_by_half"].clone(),
        )
    };
    assert_eq!(seen(noon), (Value::Null, true.into()), "{noon}");

    let events = [quarter("1", "2018-11-06T12:00:00Z", 0.5), second];
    let answer = world.client().send(&events).await.expect("an answer");
    assert_eq!(answer.accepted, 2, "{answer:?}");
    (&world as &dyn Deployment).wait_until_settled().await;
    let (_, why) = ask(&world, &query).await;
    let of_meter = &why["meters"][0];
    let noon = &of_meter["half_hours"][24];
    assert_eq!(seen(noon), (1.75.into(), false.into()), "{noon}");
    let day = &of_meter["days"][0];
    assert_eq!(
        (&day["sum"], &day["present"]),
        (&1.75.into(), &1.into()),
        "{day}"
    );
    let total = files::quantity(&world, "2018-19", "electricity").await;
    assert_eq!(total, Some(49_750_000));
}

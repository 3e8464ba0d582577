//! Impossible values are refused, and unknown ones are reported: waste, surveys, clocks.

use events::Rule;

use super::*;

async fn one(world: &Embedded, line: Value) -> Answer {
    send(world, &[line.to_string()]).await
}

fn event(kind: &str, id: &str, time: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "office", "type": kind, "time": time,
        "subject": files::urn(0).to_string(), "data": data,
    })
}

/// 88 kg without a treatment, 41 kg that were only stored (R13), 35 kg of food that was digested: 164 kg, 35 recycled, 129 of
/// unknown route, which no share hides.
#[tokio::test(flavor = "multi_thread")]
async fn waste_without_a_treatment_is_of_unknown_route() {
    let world = school().await;
    let receipts = [
        ("1", json!({ "ewc": "200301", "weight_kg": 88 })),
        (
            "2",
            json!({ "ewc": "150106", "weight_kg": 41, "treatment": "R13" }),
        ),
        (
            "3",
            json!({ "ewc": "200108", "weight_kg": 35, "treatment": "R3" }),
        ),
    ];
    for (id, mut data) in receipts {
        data["collected_on"] = json!("2026-11-12");
        data["basis"] = json!("weighed");
        let receipt = event("waste.collected.v1", id, "2026-11-12T15:00:00Z", data);
        assert_eq!(one(&world, receipt).await.accepted, 1);
    }
    let waste = figures(&world).await.waste;
    let grams = |unknown: bool| -> i64 {
        let streams = waste.streams.iter();
        let of_route = streams.filter(|stream| (stream.route.as_str() == "unknown") == unknown);
        of_route.map(|stream| stream.weight.0).sum()
    };
    assert_eq!(
        (waste.total.0, grams(true), grams(false)),
        (164_000, 129_000, 35_000)
    );
    assert_eq!(waste.recycling_ratio(), Some(35.0 / 164.0));
}

/// 33 answers of a class of 29 are refused; `Y4` and `Year 4` are one class, of which the later survey stands.
#[tokio::test(flavor = "multi_thread")]
async fn more_answers_than_pupils_are_refused_and_two_spellings_are_one_class() {
    let world = school().await;
    let survey = |id: &str, group: &str, on: &str, walk: u32| {
        let data = json!({
            "surveyed_on": on, "audience": "pupil", "group": group, "roll": 29, "current": { "walk": walk, "car": 12 },
        });
        event("travel.surveyed.v1", id, "2026-11-14T10:00:00Z", data)
    };
    let answer = one(&world, survey("1", "Year 4", "2026-11-12", 21)).await;
    assert_eq!((answer.accepted, answer.refused), (0, 1), "{answer:#?}");
    for (id, group, on, walk) in [
        ("2", "Year 4", "2026-11-12", 12),
        ("3", "Y4", "2026-11-13", 15),
    ] {
        let answer = one(&world, survey(id, group, on, walk)).await;
        assert_eq!(answer.accepted, 1, "{answer:#?}");
    }
    let travel = figures(&world).await.travel;
    let survey = travel.surveys.values().next().expect("a survey");
    let answers: u32 = survey.current.values().sum();
    assert_eq!((travel.surveys.len(), answers), (1, 27));
}

/// A clock at 1970, a stale one and one that is ahead: refused for their time, each with what to do, or counted as received.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_wrong_is_refused_for_its_time() {
    let world = school().await;
    let sent = [
        ("boot", "1970-01-01T00:00:07Z", "1970-01-01T00:00:00Z"),
        ("unset", "1970-01-01T00:00:09Z", "2026-11-12T09:00:00Z"),
        ("stale", "2026-11-12T09:35:00Z", "2026-11-14T09:00:00Z"),
    ];
    for (id, time, start) in sent {
        let answer = send(&world, &[readings("esp", id, time, from(start, 0.7, 1))]).await;
        assert_eq!(answer.refused, 1, "{id}: {answer:#?}");
        // The unit tests of ingest's rules check the wording.
        let refusal = &answer.refusals[0];
        assert_eq!(refusal.rule, Rule::Clock, "{id}: {refusal:#?}");
        assert!(!refusal.hint.is_empty(), "{id}");
    }
}

/// A clock that is 20 hours ahead: its time counts as when it was received, so that a true correction after it stands.
#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_ahead_outranks_no_later_correction() {
    let world = school().await;
    let half_hour = |each: f64| from("2026-11-12T09:30:00Z", each, 1);
    let ahead = (chrono::Utc::now() + chrono::TimeDelta::hours(20)).to_rfc3339();
    take(&world, &[readings("esp", "ahead", &ahead, half_hour(8.0))]).await;
    let now = chrono::Utc::now().to_rfc3339();
    take(
        &world,
        &[readings("esp", "corrected", &now, half_hour(0.8))],
    )
    .await;
    assert_eq!(tenths_of_kwh(&figures(&world).await), 8);
}

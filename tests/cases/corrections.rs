//! Corrections by a source, and values that it cannot mean.

use footprint::FindingKind::{Contradiction, ZeroStands};

use super::*;

/// A register that reads 0 once: 6.7 kWh before, 5.7 after, 12.4 in all. The fall and the rise are refused, each with its
/// reason, and the hour between is missing.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_reads_zero_once_and_recovers() {
    let world = school().await;
    let read = [
        ("08:00", 6_613.4),
        ("08:30", 6_620.1),
        ("09:00", 0.0),
        ("09:30", 6_631.9),
        ("10:00", 6_637.6),
    ];
    let at = |time: &str| format!("2026-11-10T{time}:00Z");
    let lines: Vec<String> = read
        .windows(2)
        .map(|pair| {
            let (opening, closing) = (at(pair[0].0), at(pair[1].0));
            let data = register((&opening, pair[0].1), (&closing, pair[1].1));
            readings("bridge", pair[1].0, "2026-11-10T10:01:00Z", data)
        })
        .collect();
    let answer = send(&world, &lines).await;
    assert_eq!((answer.accepted, answer.refused), (2, 2), "{answer:#?}");
    let pointers: Vec<&str> = answer
        .refusals
        .iter()
        .map(|refused| refused.pointer.as_str())
        .collect();
    assert!(
        pointers
            .iter()
            .all(|pointer| pointer.starts_with("/data/register")),
        "{pointers:?}"
    );
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 124);
    assert_eq!(school.coverage.present, 2);
}

/// A bridge sends zeros for what it could not read, and the truth under the same id with a later time: 72 kWh.
#[tokio::test(flavor = "multi_thread")]
async fn zeros_first_and_the_truth_later_under_the_same_id() {
    let world = school().await;
    let start = "2026-11-12T00:00:00Z";
    let mut values = vec![3.0; 16];
    values.extend([0.0; 8]);
    let first = json!({ "start": start, "values": values });
    let lines = [
        readings("bridge", "12", "2026-11-12T12:05:00Z", first),
        readings("bridge", "12", "2026-11-13T12:05:00Z", from(start, 3.0, 24)),
    ];
    take(&world, &lines).await;
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 720);
    assert_eq!(findings_of(&school, ZeroStands), Vec::<&Finding>::new());
}

/// A supplier's actual 912 kWh of one half-hour, and its own estimate of 12.4 that takes it back: 47 × 10 + 12.4 = 482.4.
#[tokio::test(flavor = "multi_thread")]
async fn a_suppliers_estimate_takes_back_its_own_wrong_actual() {
    let world = school().await;
    half_hours(&world, ("912.0", "Actual"), None).await;
    assert_eq!(tenths_of_kwh(&figures(&world).await), 13_820);
    half_hours(&world, ("12.4", "Estimated"), Some("2026-11-18T08:00:00Z")).await;
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 4_824);
    assert_eq!(school.coverage.estimated, 1);
    assert_eq!(findings_of(&school, Contradiction), Vec::<&Finding>::new());
}

/// 4 November with a row per half-hour, all of 10 kWh but the 20th.
async fn half_hours(world: &Embedded, twentieth: (&str, &str), issued: Option<&str>) {
    let mut file = "MPR,ReadDatetime,kWh,ReadType\n".to_owned();
    for slot in 1..=48 {
        let (kwh, kind) = if slot == 20 {
            twentieth
        } else {
            ("10.0", "Actual")
        };
        let (day, hour) = (4 + slot / 48, slot / 2 % 24);
        let minute = slot % 2 * 30;
        file += &format!("{MPAN},{day:02} Nov 2026 {hour:02}:{minute:02}:00,{kwh},{kind}\n");
    }
    let client = world.client();
    let issued = issued.map(|time| time.parse().expect("a time"));
    let answer = client
        .send_file_issued(Some("row-per-half-hour-end"), file.as_bytes(), issued)
        .await
        .expect("an answer");
    assert_eq!(answer.accepted, 48, "{answer:#?}");
}

//! Sources that contradict each other: counted by the order of precedence, and reported.

use footprint::FindingKind::{Contradiction, RegisterDisagrees, ZeroStands};
use footprint::{Odd, RegisterRatio};

use super::*;

/// Two devices on one MPAN, exchanged at 11:00: on the 10th each sends its own hours, 22 × 1 + 25 × 2 = 72 kWh. On the 11th
/// each sends the whole day, with zeros for the hours it was not connected; the later one's zeros stand for 22 half-hours,
/// 25 × 2 = 50 kWh count, and the 22 kWh under the zeros are reported.
#[tokio::test(flavor = "multi_thread")]
async fn a_meter_is_exchanged_and_each_device_sends_zeros_for_the_others_hours() {
    let world = school().await;
    let lines = [
        (
            "a-10",
            "2026-11-11T06:00:00Z",
            from("2026-11-10T00:00:00Z", 1.0, 22),
        ),
        (
            "b-10",
            "2026-11-11T06:00:01Z",
            from("2026-11-10T11:30:00Z", 2.0, 25),
        ),
        (
            "a-11",
            "2026-11-12T06:00:00Z",
            day_of("2026-11-11", 1.0, 22, 0.0),
        ),
        (
            "b-11",
            "2026-11-12T06:00:01Z",
            day_of("2026-11-11", 0.0, 23, 2.0),
        ),
    ];
    let lines = lines.map(|(id, time, data)| readings("bridge", id, time, data));
    take(&world, &lines).await;
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 720 + 500);
    let found = contradiction(&school, ZeroStands);
    assert_eq!(found, ("2026-11-11 2026-11-11".to_owned(), 22, 0, 22));
    let zeros = findings_of(&school, ZeroStands)[0];
    let of = zeros.contradicted().expect("two events");
    assert_eq!((&*of.stands.id, &*of.against.id), ("b-11", "a-11"));
}

/// Two sources: the caretaker's logger has 1 kWh; the supplier, for two days and later, has 3.
#[tokio::test(flavor = "multi_thread")]
async fn two_sources_say_different_things_for_days_and_are_one_finding() {
    let world = school().await;
    let mut lines = Vec::new();
    for (source, at, each) in [("logger", "06:00", 1.0), ("supplier", "07:00", 3.0)] {
        for on in ["2026-11-10", "2026-11-11"] {
            let time = format!("2026-11-12T{at}:00Z");
            let id = format!("{source}-{on}");
            lines.push(readings(source, &id, &time, day(on, &[each; 48])));
        }
    }
    // On the 12th both agree.
    for source in ["logger", "supplier"] {
        let twelfth = day("2026-11-12", &[2.0; 48]);
        lines.push(readings(source, "12", "2026-11-13T06:00:00Z", twelfth));
    }
    take(&world, &lines).await;
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 10 * (2 * 48 * 3 + 48 * 2));
    let found = contradiction(&school, Contradiction);
    assert_eq!(found, ("2026-11-10 2026-11-11".to_owned(), 96, 288, 96));
}

/// How a register disagrees with the half-hours, and whether its values count.
fn disagrees(school: &Footprint) -> (RegisterRatio, bool) {
    match findings_of(school, RegisterDisagrees)[0].what {
        Odd::RegisterDisagrees {
            ratio,
            register_stands,
            ..
        } => (ratio, register_stands),
        _ => unreachable!("a finding of another kind"),
    }
}

/// A week of 2 kWh in every half-hour, 672 kWh, and a register that rose by 336: the half-hours hold kW.
#[tokio::test(flavor = "multi_thread")]
async fn half_hours_in_kw_and_a_register_of_half_the_sum() {
    let world = school().await;
    take(&world, &a_week_and_a_register(2.0, 336.0)).await;
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 6_720);
    let found = contradiction(&school, RegisterDisagrees);
    assert_eq!(found, ("2026-11-09 2026-11-15".to_owned(), 336, 672, 336));
    assert_eq!(disagrees(&school), (RegisterRatio::Double, false));
}

/// 500 kWh in every half-hour of a week where the register rose by 168: they hold Wh.
#[tokio::test(flavor = "multi_thread")]
async fn half_hours_hold_watt_hours_and_the_register_a_thousandth() {
    let world = school().await;
    take(&world, &a_week_and_a_register(500.0, 168.0)).await;
    let school = figures(&world).await;
    assert_eq!(disagrees(&school), (RegisterRatio::Thousand, false));
}

/// A register that is read to the whole kilowatt-hour, and half-hours that add up to half a kilowatt-hour less.
#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_agrees_with_its_half_hours_is_no_finding() {
    let world = school().await;
    take(&world, &a_week_and_a_register(2.0, 672.5)).await;
    let school = figures(&world).await;
    assert_eq!(
        findings_of(&school, RegisterDisagrees),
        Vec::<&Finding>::new()
    );
}

fn a_week_and_a_register(each: f64, rose: f64) -> Vec<String> {
    let days = (9..16).map(|on| {
        let (id, next) = (format!("2026-11-{on:02}"), on + 1);
        let time = format!("2026-11-{next:02}T06:00:00Z");
        readings("dcc", &id, &time, day(&id, &[each; 48]))
    });
    let opening = ("2026-11-09T00:00:00Z", 51_000.0);
    let closing = ("2026-11-16T00:00:00Z", 51_000.0 + rose);
    let week = register(opening, closing);
    let read = readings("caretaker", "week", "2026-11-16T07:00:00Z", week);
    days.chain([read]).collect()
}

/// 28 half-hours of 5 kWh padded with 20 zeros, 140 kWh, then the whole day, 240; neither file states an issue time, so the
/// one received last stands, and the contradiction is reported.
#[tokio::test(flavor = "multi_thread")]
async fn a_day_padded_with_zeros_and_then_the_whole_day() {
    let world = school().await;
    for count in [28, 48] {
        let answer = import(&world, count).await;
        assert_eq!(answer.accepted, 1, "{answer:#?}");
    }
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 2_400);
    let found = contradiction(&school, Contradiction);
    assert_eq!(found, ("2026-11-06 2026-11-06".to_owned(), 20, 100, 0));
}

/// In the other order the zeros stand, and are reported as such.
#[tokio::test(flavor = "multi_thread")]
async fn a_whole_day_and_then_one_padded_with_zeros() {
    let world = school().await;
    for count in [48, 28] {
        import(&world, count).await;
    }
    let school = figures(&world).await;
    assert_eq!(tenths_of_kwh(&school), 1_400);
    let found = contradiction(&school, ZeroStands);
    assert_eq!(found, ("2026-11-06 2026-11-06".to_owned(), 20, 0, 100));
}

/// A day of 48 half-hours in columns, of which the first `count` are 5 kWh and the others zero.
async fn import(world: &Embedded, count: usize) -> Answer {
    let columns: Vec<String> = (1..=48).map(|slot| format!("kWh_{slot}")).collect();
    let values: Vec<&str> = (0..48)
        .map(|slot| if slot < count { "5.0" } else { "0.0" })
        .collect();
    let file = format!(
        "siteRef,MPAN,ConsumptionDate,{}\nOak Primary {count},{MPAN},06/11/2026,{}\n",
        columns.join(","),
        values.join(",")
    );
    let client = world.client();
    let sent = client.send_file("day-rows-kwh48", file.as_bytes());
    sent.await.expect("an answer")
}

//! Suppliers' files in their real forms.

use super::*;

/// A file with 48 columns a day.
fn day_rows(days: &[(&str, Vec<String>)]) -> String {
    let columns: Vec<String> = (1..=48).map(|slot| format!("kWh_{slot}")).collect();
    let mut file = format!("siteRef,MPAN,ConsumptionDate,{}\n", columns.join(","));
    for (on, values) in days {
        file += &format!("Oak Primary,{MPAN},{on},{}\n", values.join(","));
    }
    file
}

/// A day with one value, apart from some half-hours counted from 0.
fn row(each: &str, odd: &[(usize, &str)]) -> Vec<String> {
    let value = |slot: usize| odd.iter().find(|(at, _)| *at == slot).map(|(_, odd)| *odd);
    (0..48)
        .map(|slot| value(slot).unwrap_or(each).to_owned())
        .collect()
}

async fn import(world: &Embedded, format: &str, file: &str) -> Answer {
    let client = world.client();
    let sent = client.send_file(format, file.as_bytes());
    sent.await.expect("an answer")
}

/// The number of half-hours, and their energy in tenths of a kilowatt-hour.
async fn imported(world: &Embedded) -> (i64, i64) {
    let school = figures(world).await;
    (school.coverage.present, tenths_of_kwh(&school))
}

fn hints_about(answer: &Answer, about: &str) -> Vec<String> {
    let notes = answer.notes.iter().filter(|note| note.about == about);
    notes.map(|note| note.note.clone()).collect()
}

/// Three days of 5 kWh: 144 half-hours, less one that is negative and one of 4,295.084 kWh: 142 × 5 = 710.
#[tokio::test(flavor = "multi_thread")]
async fn one_bad_half_hour_in_a_row_costs_one_half_hour() {
    let world = school().await;
    let days = [
        ("02/11/2026", row("5.0", &[(19, "-0.3")])),
        ("03/11/2026", row("5.0", &[(6, "4295.084")])),
        ("04/11/2026", row("5.0", &[])),
    ];
    let answer = import(&world, "day-rows-kwh48", &day_rows(&days)).await;
    assert_eq!((answer.accepted, answer.refused), (3, 0), "{answer:#?}");
    let notes = hints_about(&answer, "bad-values");
    assert_eq!(notes.len(), 2, "{answer:#?}");
    for column in ["kWh_20", "kWh_7"] {
        let named = notes.iter().any(|note| note.contains(column));
        assert!(named, "{column} in {notes:?}");
    }
    assert_eq!(imported(&world).await, (142, 7_100));
}

/// A value that is no number at all, and one that is twice what a school can use.
#[tokio::test(flavor = "multi_thread")]
async fn a_word_and_a_number_beyond_reason_cost_their_half_hours() {
    let world = school().await;
    let odd = [(3, "meter fault"), (4, "4000")];
    let file = day_rows(&[("02/11/2026", row("5.0", &odd))]);
    let answer = import(&world, "day-rows-kwh48", &file).await;
    assert_eq!((answer.accepted, answer.refused), (1, 0), "{answer:#?}");
    assert_eq!(imported(&world).await, (46, 2_300));
}

/// A day of dashes, and words for none in two more: 48 + 24 + 30 half-hours of 4 kWh are 408. None of them is a zero.
#[tokio::test(flavor = "multi_thread")]
async fn dashes_and_words_for_none_are_missing_and_never_zero() {
    let world = school().await;
    let later = |from: usize, word: &'static str| -> Vec<(usize, &str)> {
        (from..48).map(|slot| (slot, word)).collect()
    };
    let days = [
        ("02/11/2026", row("4.0", &[])),
        ("03/11/2026", row("-", &[])),
        ("04/11/2026", row("4.0", &later(24, "NULL"))),
        ("05/11/2026", row("4.0", &later(30, "n/a"))),
    ];
    import(&world, "day-rows-kwh48", &day_rows(&days)).await;
    assert_eq!(imported(&world).await, (102, 4_080));
}

/// Fourteen days written month-first: only the 13th and 14th reveal it, and no row gets a wrong day. 48 × (1 + … + 14).
#[tokio::test(flavor = "multi_thread")]
async fn month_first_dates_are_settled_by_the_whole_file() {
    let world = school().await;
    let days: Vec<(String, Vec<String>)> = (1..=14)
        .map(|on| (format!("11/{on:02}/2026"), row(&on.to_string(), &[])))
        .collect();
    let days: Vec<(&str, Vec<String>)> = days
        .iter()
        .map(|(on, values)| (on.as_str(), values.clone()))
        .collect();
    let answer = import(&world, "day-rows-kwh48", &day_rows(&days)).await;
    assert_eq!(hints_about(&answer, "date-order").len(), 1, "{answer:#?}");
    assert_eq!(imported(&world).await, (14 * 48, 10 * 48 * 105));
}

/// One row month-first and one day-first contradict each other: nothing of the file is taken.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_in_both_orders_of_dates_is_refused() {
    let world = school().await;
    let days = [("11/13/2026", row("1", &[])), ("14/11/2026", row("1", &[]))];
    let answer = import(&world, "day-rows-kwh48", &day_rows(&days)).await;
    assert_eq!(answer.accepted, 0, "{answer:#?}");
    let seen = &answer.refusals[0].seen;
    for date in ["11/13/2026", "14/11/2026"] {
        assert!(seen.contains(date), "{date} in {seen}");
    }
    assert_eq!(imported(&world).await, (0, 0));
}

/// 25 October 2026 has 50 half-hours, of which hold 1 to 50 kWh: 1,275, oldest first and newest first, and both once.
#[tokio::test(flavor = "multi_thread")]
async fn the_repeated_hour_of_october_is_read_in_either_direction() {
    let world = school().await;
    let end = |slot: u32| match slot {
        // The hour from 1 to 2 is shown twice: the half-hours that end in it are the 3rd to the 6th.
        1..=4 => slot,
        _ => slot - 2,
    };
    let mut rows: Vec<String> = (1..=50)
        .map(|slot| {
            let half_hours = end(slot);
            let (day, hour) = (25 + half_hours / 48, half_hours / 2 % 24);
            let minute = half_hours % 2 * 30;
            format!("{MPAN},{day} Oct 2026 {hour:02}:{minute:02}:00,{slot},Actual\n")
        })
        .collect();
    for _ in 0..2 {
        let file = format!("MPR,ReadDatetime,kWh,ReadType\n{}", rows.concat());
        let answer = import(&world, "row-per-half-hour-end", &file).await;
        assert_eq!((answer.accepted, answer.refused), (50, 0), "{answer:#?}");
        assert_eq!(imported(&world).await, (50, 12_750));
        rows.reverse();
    }
}

/// A1 and AAE1 are actual, A3 is spread, EA1 and EAE3 are estimated; a code that nobody described is refused by its name.
#[tokio::test(flavor = "multi_thread")]
async fn a_collectors_status_codes_are_known_or_refused_by_name() {
    let world = school().await;
    let mut file = "MPR,ReadDatetime,kWh,ReadType\n".to_owned();
    for (at, code) in ["A1", "AAE1", "A3", "EA1", "EAE3", "ZZ9"]
        .iter()
        .enumerate()
    {
        file += &format!("{MPAN},05 Nov 2026 {:02}:00:00,10.0,{code}\n", at + 1);
    }
    let answer = import(&world, "row-per-half-hour-end", &file).await;
    assert_eq!((answer.accepted, answer.refused), (5, 1), "{answer:#?}");
    assert_eq!(answer.refusals[0].seen, "ReadType: ZZ9", "{answer:#?}");
    let coverage = figures(&world).await.coverage;
    let counted = (coverage.present, coverage.estimated, coverage.spread);
    assert_eq!(counted, (5, 2, 1));
}

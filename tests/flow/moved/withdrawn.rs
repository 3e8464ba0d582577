//! Readings withdrawn with the command.

use super::{MPAN, counted, day, greenledger, ledger_rows, reassign, send, world};
use crate::flow::deployment::Deployment;

const WRONG: [&str; 4] = [
    "--reason",
    "the feed sent kW",
    "--by",
    "sustainability lead",
];

/// 48 kWh on the 2nd and 96 on the 3rd of March. The 3rd is withdrawn, sent again as 24 kWh, and all goes to another school.
#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_readings_count_nowhere_later_ones_do_and_the_ledger_keeps_both() {
    let world = world().await;
    let wrong = day("3rd", "2026-03-03", 2.0);
    send(&world, &[day("2nd", "2026-03-02", 1.0), wrong.clone()]).await;
    let (before, _) = counted(&world).await;
    assert_eq!(before, [(900_100, 48 + 96)].into());
    let rows = ledger_rows(&world.lake()).await;

    let third = [&["--from", "2026-03-03"][..], &WRONG].concat();
    let dry = greenledger(&world, "withdraw", &[&third[..], &["--dry-run"]].concat());
    assert_eq!(
        (
            &dry["half_hours"],
            &dry["counted_before"],
            &dry["counted_after"]
        ),
        (&48.into(), &96.0.into(), &0.0.into()),
        "{dry}"
    );
    assert_eq!(dry["events"][0]["id"], "3rd");
    counted(&world).await;
    assert_eq!(ledger_rows(&world.lake()).await, rows, "nothing was sent");

    let other = [&third[..], &["--source", "another"]].concat();
    let nothing = greenledger(&world, "withdraw", &other);
    assert_eq!(nothing["half_hours"], 0, "{nothing}");
    assert_eq!(
        counted(&world).await.0,
        before,
        "another source's are meant"
    );
    greenledger(&world, "withdraw", &third);
    assert_eq!(counted(&world).await.0, [(900_100, 48)].into());
    let after = ledger_rows(&world.lake()).await;
    assert_eq!(after.len(), rows.len() + 2, "the two withdrawals");
    assert!(rows.iter().all(|row| after.contains(row)));

    // A repetition of the event adds nothing; a revision counts.
    let mut right = day("3rd", "2026-03-03", 0.5);
    right.time = "2026-03-12T00:00:00Z".parse().expect("a time");
    send(&world, &[wrong, right]).await;
    let (kwh, gross) = counted(&world).await;
    assert_eq!(kwh, [(900_100, 48 + 24)].into());

    let all = ["--to", "900101", "--from", "2018-09-01"];
    let moved = reassign(&world, &all, &[]);
    assert_eq!(moved["meter_days"], 2, "{moved}");
    let there = [(900_100, 0), (900_101, 48 + 24)].into();
    assert_eq!(counted(&world).await, (there, gross), "no more and no less");
}

/// 48 kWh in winter, when local time is UTC; the half-hours from 09:30 to 11:00 are three of them.
#[tokio::test(flavor = "multi_thread")]
async fn half_hours_are_taken_back_and_a_dry_run_needs_no_token() {
    let world = world().await;
    send(&world, &[day("2nd", "2026-03-02", 1.0)]).await;
    counted(&world).await;
    let bounds = [
        "--from",
        "2026-03-02T09:30:00Z",
        "--to",
        "2026-03-02T11:00:00Z",
    ];
    let three = [&bounds[..], &WRONG].concat();

    let meter = format!("mpan:{MPAN}");
    let run = |more: &[&str]| {
        let mut command = world.command(&[&["withdraw", &meter], &three[..], more].concat());
        command.env_remove("GREENLEDGER_TOKEN");
        command.output().expect("greenledger")
    };
    let dry = run(&["--dry-run"]);
    let output = String::from_utf8_lossy(&dry.stdout);
    assert!(dry.status.success(), "{dry:?}");
    let wanted = "3 half-hours of mpan:2200012767323 to be withdrawn, 2026-03-02T09:30:00Z to 2026-03-02T11:00:00Z, of 1 events";
    assert!(output.starts_with(wanted), "{output}");
    let wet = run(&[]);
    assert_eq!(wet.status.code(), Some(1), "{wet:?}");
    let error = String::from_utf8_lossy(&wet.stderr);
    assert!(error.contains("GREENLEDGER_TOKEN"), "{error}");
    assert_eq!(counted(&world).await.0, [(900_100, 48)].into());

    let done = greenledger(&world, "withdraw", &three);
    assert_eq!(
        (&done["half_hours"], &done["between"]),
        (
            &3.into(),
            &serde_json::json!(["2026-03-02T09:30:00Z", "2026-03-02T11:00:00Z"])
        ),
        "{done}"
    );
    assert_eq!(counted(&world).await.0, [(900_100, 45)].into());
    let off = [
        "--from",
        "2026-03-02T09:10:00Z",
        "--to",
        "2026-03-02T11:00:00Z",
    ];
    let off = world
        .command(&[&["withdraw", &meter, "--dry-run"], &off[..], &WRONG].concat())
        .output()
        .expect("greenledger");
    let error = String::from_utf8_lossy(&off.stderr);
    assert!(
        error.contains("/data/start must be on a half-hour"),
        "{error}"
    );
}

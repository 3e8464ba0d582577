//! A school leaves the trust: it counts in the sums of its days, and in no current figure.

use std::time::Duration;

use events::Data;

use super::*;
use crate::servers::Waiting;

const PATIENCE: Duration = Duration::from_secs(60);

/// Two schools each have a level, and one of them leaves on 31 October. The current figures omit it, at the next scrape and
/// after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_leaves_the_trust_is_gone_from_its_levels_and_counts() {
    let world = Embedded::start().await;
    let schools = [files::school(0), files::school(1)];
    let answer = world.client().send(&schools).await.expect("an answer");
    assert_eq!(answer.accepted, 2, "{answer:#?}");
    let levels: Vec<String> = [(0, "good"), (1, "very_good")]
        .map(|(at, level)| accredited(at, level))
        .into();
    take(&world, &levels).await;
    let both = ["900100 2", "900101 3"].map(str::to_owned).into();
    levels_become(&world, (both, [2.0, 2.0, 400.0].map(Some))).await;

    let mut leaves = files::school(1);
    leaves.id = "leaves".to_owned();
    leaves.time = "2026-11-20T09:00:00Z".parse().expect("a time");
    if let Data::SchoolRegistered(school) = &mut leaves.data {
        school.member_to = Some("2026-10-31".parse().expect("a day"));
    }
    let answer = world.client().send(&[leaves]).await.expect("an answer");
    assert_eq!(answer.accepted, 1, "{answer:#?}");
    let left = (vec!["900100 2".to_owned()], [1.0, 1.0, 200.0].map(Some));
    levels_become(&world, left.clone()).await;
    let world = world.restarted().await;
    levels_become(&world, left).await;
}

fn accredited(at: u32, level: &str) -> String {
    json!({
        "specversion": "1.0", "id": format!("level-{at}"), "source": "office", "type": "travel.accredited.v1",
        "time": "2026-11-19T09:00:00Z", "subject": files::urn(at).to_string(),
        "data": { "level": level, "awarded_on": "2026-11-18", "valid_until": "2028-11-17" },
    })
    .to_string()
}

/// The schools with a level, the number of schools of the trust, the number of them with a level, and the number of pupils.
type Levels = (Vec<String>, [Option<f64>; 3]);

/// Waits until publish's gauges of the present are these.
async fn levels_become(world: &Embedded, expected: Levels) {
    (world as &dyn Deployment).wait_until_settled().await;
    let mut waiting = Waiting::up_to(PATIENCE);
    while levels_now(world).await != expected {
        assert!(waiting.once_more().await, "{:?}", levels_now(world).await);
    }
}

async fn levels_now(world: &Embedded) -> Levels {
    let metrics = world.publish_metrics().await;
    let of_gauge = |name: &str| -> Vec<(String, f64)> {
        let samples = metrics.lines().filter_map(|line| line.split_once('{'));
        let samples = samples.filter(|(gauge, _)| *gauge == name);
        let sample = |(_, rest): (&str, &str)| {
            let (labels, value) = rest.split_once("} ")?;
            Some((labels.to_owned(), value.parse().ok()?))
        };
        samples.filter_map(sample).collect()
    };
    let trust = |name: &str| of_gauge(name).first().map(|(_, value)| *value);
    let urn = |(labels, level): (String, f64)| {
        let (_, rest) = labels.split_once("urn=\"").expect("a URN");
        format!("{} {level}", rest.split('"').next().expect("a URN"))
    };
    let levels = of_gauge("greenledger_school_stars_level")
        .into_iter()
        .map(urn);
    (
        levels.collect(),
        [
            trust("greenledger_trust_schools"),
            trust("greenledger_trust_schools_stars_engaged"),
            trust("greenledger_trust_roll"),
        ],
    )
}

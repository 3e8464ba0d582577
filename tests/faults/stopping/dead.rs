//! SIGTERM while events arrive: accepted events are processed. And a dead task or thread: no other one does its work, so
//! the process ends with an error code.

use super::{added, compared, send};
use crate::faults::report::report;
use crate::faults::sent::{self, Undisturbed};
use crate::flow::deployment::{Added, Deployment, Real};
use crate::flow::files;

/// A step of each task and thread, by failpoint.
const DEAD: [&str; 8] = [
    "aggregate.polled",
    "aggregate.merged",
    "aggregate.object.putting",
    "aggregate.merged-object.putting",
    "aggregate.deleting",
    "aggregate.emitting",
    "publish.followed",
    "publish.result.putting",
];

#[tokio::test(flavor = "multi_thread")]
async fn each_service_stops_without_loss_under_load_or_with_a_dead_task() {
    // A busy machine may take long to finish.
    let added = Added {
        top: "stop_seconds = 60\n".to_owned(),
        ..added()
    };
    let mut world = Real::start_with(&added).await;
    let mut undisturbed = Undisturbed::start().await;
    files::register(&world).await;
    let mut day = amid_a_load(&mut world, &mut undisturbed).await;
    for failpoint in DEAD {
        let of_publish = failpoint.starts_with("publish");
        let service = match of_publish {
            true => &mut world.publish,
            false => &mut world.aggregate,
        };
        service.kill9();
        service.start_to(&format!("{failpoint}=panic"));
        // It dies sooner or later: merged objects are deleted after all other steps.
        let mut waiting = crate::servers::Waiting::up_to(super::PATIENCE);
        loop {
            send(&world, day).await;
            day += 1;
            let service = match of_publish {
                true => &mut world.publish,
                false => &mut world.aggregate,
            };
            if service.is_dead() {
                let code = service.end().await;
                let is_an_error = code.is_some_and(|code| code != 0);
                assert!(is_an_error, "{failpoint}: {code:?}\n{}", service.log());
                service.restart().await;
                break;
            }
            let more = sent::pace(&mut waiting).await;
            assert!(more, "{failpoint}: lives on\n{}", service.log());
        }
    }
    let (took, differences) = compared(&world, &mut undisturbed, day).await;
    report("a dead task", DEAD.len(), Some(took), &differences);
}

/// Stops each service in turn, right after or while events are sent: all of them are processed.
async fn amid_a_load(world: &mut Real, undisturbed: &mut Undisturbed) -> u32 {
    let days = 18;
    let mut rounds = 0;
    for day in 0..days {
        let (client, events) = (world.client(), sent::day(day));
        let stopped = match day % 6 {
            1 => Some(&mut world.ingest),
            3 => Some(&mut world.aggregate),
            5 => Some(&mut world.publish),
            _ => None,
        };
        let sending = async { client.send(&events).await.expect("an answer") };
        let stopping = async {
            if let Some(service) = stopped {
                rounds += 1;
                service.terminate();
                assert_eq!(service.end().await, Some(0), "{}", service.log());
                service.restart().await;
            }
        };
        tokio::join!(sending, stopping);
    }
    assert!(world.aggregate.log().contains("writing the last rows"));
    let (took, differences) = compared(world, undisturbed, days).await;
    report("SIGTERM amid a load", rounds, Some(took), &differences);
    days
}

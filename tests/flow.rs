//! The flow from events to published figures: embedded, and as three processes on real servers.

mod authority;
mod by_hand;
mod delay;
pub mod deployment;
mod explain;
pub mod files;
mod grid;
mod guarded;
mod large;
mod moved;
mod new_trust;
mod rebuilt;
mod refused;
mod registered;
pub mod rejected;
mod scraped;
pub mod secure;
pub mod seen;
mod silent;
mod watched;

use deployment::{Deployment, Embedded, Real};
use seen::{ledger_rows, results};

/// The same two files give the same ledger rows, apart from their offsets, and byte-equal results, in one process on a
/// local folder or in three on Apache Kafka and an S3 service.
#[tokio::test(flavor = "multi_thread")]
async fn three_processes_on_real_servers_give_the_same_as_one_process() {
    let embedded = Embedded::start().await;
    let real = Real::start().await;
    for world in [&embedded as &dyn Deployment, &real] {
        files::register(world).await;
        files::import(world, files::day_rows()).await;
        files::import(world, files::half_hours()).await;
        world.wait_until_settled().await;
    }
    let rows = ledger_rows(&embedded.lake()).await;
    assert_eq!(
        rows.len(),
        24 + 10 + 24 + 22,
        "meter-days, schools and meters: {rows:#?}"
    );
    assert_eq!(rows, ledger_rows(&real.lake()).await);
    assert_eq!(results(&embedded.lake()).await, results(&real.lake()).await);
}

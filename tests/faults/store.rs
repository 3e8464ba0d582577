//! A store that fails over HTTP: a real S3 service and Azurite, behind a proxy.

mod matrix;
mod processes;
mod readers;
mod uploads;
mod zombie;

use crate::chance::Chance;
use crate::servers::proxy::{Call, Fate};
use crate::stores::faulty::Fault;

/// One of `one_of` requests goes wrong, in any way.
fn at_random(seed: u64, one_of: usize) -> impl Fn(&Call<'_>) -> Fate + Send + Sync + 'static {
    move |call| {
        let mut chance = Chance::new(seed ^ (call.number * 8 + call.operation as u64));
        if chance.below(one_of) == 0 {
            Fate::Fails(*chance.of(&Fault::ALL))
        } else {
            Fate::Passes
        }
    }
}

//! A store that fails over HTTP: a real S3 service and Azurite, behind a proxy.

mod matrix;
mod processes;
mod zombie;

use lake::LakeConfig;

use crate::chance::Chance;
use crate::faults::oracle::Differences;
use crate::faults::report::report;
use crate::servers::azurite::Azurite;
use crate::servers::proxy::{Call, Fate, Proxy};
use crate::servers::s3::S3;
use crate::stores::conformance::readers_during_compaction_see_the_union;
use crate::stores::faulty::{Fault, Operation};
use crate::stores::{conformance, on_azure, on_s3};

/// One of `one_of` requests fails, in any way.
fn at_random(seed: u64, one_of: usize) -> impl Fn(&Call<'_>) -> Fate + Send + Sync + 'static {
    move |call| {
        let mut chance = Chance::new(seed ^ (call.number * 8 + call.operation as u64));
        if chance.below(one_of) == 0 {
            Fate::Fails(*chance.pick(&Fault::ALL))
        } else {
            Fate::Passes
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_on_a_store_that_fails_see_every_row_while_objects_are_merged() {
    let (s3, azurite) = (S3::start().await, Azurite::start().await);
    for (name, store) in [("S3", on_s3(&s3)), ("Azure", on_azure(&azurite))] {
        let proxy = Proxy::in_front_of(&store.options["endpoint"]).await;
        proxy.plan(at_random(Chance::seed(), 20));
        let mut theirs = LakeConfig {
            patience_seconds: Some(60),
            ..store.clone()
        };
        let options = [
            ("endpoint", proxy.endpoint.as_str()),
            ("timeout", "1 second"),
        ];
        let options = options.map(|(name, value)| (name.to_owned(), value.to_owned()));
        theirs.options.extend(options);
        let (lake, theirs) = (store.open(), theirs.open());
        // A row too few or too many fails here.
        readers_during_compaction_see_the_union(&lake.expect("a lake"), &theirs.expect("a lake"))
            .await;
        let fault = format!("{name}: fails at random while readers meet a merge");
        report(&fault, proxy.injected(), None, &Differences::default());
    }
}

/// Each object is one request, even with 20 MB; stores accept 5 GB in one.
#[tokio::test(flavor = "multi_thread")]
async fn no_upload_in_parts_is_ever_begun() {
    let (s3, azurite) = (S3::start().await, Azurite::start().await);
    for (name, store) in [("S3", on_s3(&s3)), ("Azure", on_azure(&azurite))] {
        let proxy = Proxy::in_front_of(&store.options["endpoint"]).await;
        let LakeConfig { mut options, .. } = store.clone();
        options.insert("endpoint".to_owned(), proxy.endpoint.clone());
        let lake = LakeConfig { options, ..store }.open();
        conformance::check(&lake.expect("a lake")).await;
        let puts = proxy.calls(Operation::Create) as usize;
        let parts = proxy.multipart();
        let message = (parts > 0).then(|| format!("{parts} requests had to do with parts"));
        let found = Differences {
            messages: message.into_iter().collect(),
            ..Differences::default()
        };
        report(
            &format!("{name}: puts, none of them in parts"),
            puts,
            None,
            &found,
        );
    }
}

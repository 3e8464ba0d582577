//! Readers on a store that fails, while what they read is merged and deleted.

use lake::LakeConfig;

use super::at_random;
use crate::chance::Chance;
use crate::faults::oracle::Differences;
use crate::faults::report::report;
use crate::servers::azurite::Azurite;
use crate::servers::proxy::Proxy;
use crate::servers::s3::S3;
use crate::stores::conformance::readers_during_compaction_see_the_union;
use crate::stores::{on_azure, on_s3};

#[tokio::test(flavor = "multi_thread")]
async fn readers_on_a_store_that_fails_see_every_row_while_objects_are_merged() {
    let (s3, azurite) = (S3::start().await, Azurite::start().await);
    for (name, store) in [("S3", on_s3(&s3)), ("Azure", on_azure(&azurite))] {
        let proxy = Proxy::before(&store.options["endpoint"]).await;
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
        // A row too few or too many fails in here.
        readers_during_compaction_see_the_union(&lake.expect("a lake"), &theirs.expect("a lake"))
            .await;
        let fault = format!("{name}: fails at random while readers meet a merge");
        report(&fault, proxy.injected(), None, &Differences::default());
    }
}

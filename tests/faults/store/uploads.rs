//! Uploads in parts, which can be left half done: the lake begins none.

use lake::LakeConfig;

use crate::faults::oracle::Differences;
use crate::faults::report::report;
use crate::servers::azurite::Azurite;
use crate::servers::proxy::Proxy;
use crate::servers::s3::S3;
use crate::stores::faulty::Operation;
use crate::stores::{conformance, on_azure, on_s3};

/// Each object is one request, of 20 MB too; stores take 5 GB in one.
#[tokio::test(flavor = "multi_thread")]
async fn no_upload_in_parts_is_ever_begun() {
    let (s3, azurite) = (S3::start().await, Azurite::start().await);
    for (name, store) in [("S3", on_s3(&s3)), ("Azure", on_azure(&azurite))] {
        let proxy = Proxy::before(&store.options["endpoint"]).await;
        let LakeConfig { mut options, .. } = store.clone();
        options.insert("endpoint".to_owned(), proxy.endpoint.clone());
        let lake = LakeConfig { options, ..store }.open();
        conformance::check(&lake.expect("a lake")).await;
        let puts = proxy.calls(Operation::Create) as usize;
        let parts = proxy.multipart();
        let said = (parts > 0).then(|| format!("{parts} requests had to do with parts"));
        let found = Differences {
            said: said.into_iter().collect(),
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

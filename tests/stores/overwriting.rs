//! A store that takes a create-only put and overwrites what is there: some do, silently, and a lake on them loses rows.

use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use futures::stream::BoxStream;
use lake::{Lack, Lake, LakeError};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

#[derive(Debug, Default)]
struct Overwriting {
    inner: InMemory,
}

impl Display for Overwriting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store that overwrites")
    }
}

#[async_trait::async_trait]
impl ObjectStore for Overwriting {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        mut options: PutOptions,
    ) -> Result<PutResult> {
        options.mode = PutMode::Overwrite;
        self.inner.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(path, options).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

#[tokio::test]
async fn a_store_that_overwrites_is_refused_before_the_lake_is_founded() {
    let store = Arc::new(Overwriting::default());
    let lake = Lake::over(store, Duration::from_secs(1));
    let refused = lake
        .initialise("s3://bucket", 8)
        .await
        .expect_err("no lake");
    let lacks = matches!(
        refused,
        LakeError::Lacks {
            lack: Lack::Refusal,
            ..
        }
    );
    assert!(lacks, "{refused:?}");
    let error = refused.to_string();
    assert!(
        error.contains("s3://bucket overwrites an object"),
        "{error}"
    );
    let left = lake.list("").await.expect("a listing");
    assert!(left.is_empty(), "{left:?}");
}

//! A store with planned faults: a seed decides which calls of which operation fail, and how.

use std::fmt::{self, Debug, Display};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload,
    ObjectMeta, ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload,
    PutResult, Result,
};

/// The fault, as the store's client reports it after its retries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    TooManyRequests,
    InternalError,
    Unavailable,
    ConnectionReset,
    TimedOut,
    /// The body is cut: for a get and a list without an error, for a put with an error of the store.
    TruncatedBody,
    /// Several calls in a row fail.
    ForbiddenForAWhile,
    /// "A conflicting operation is under way", which the client reports as "already exists".
    Conflict,
    /// The request succeeds, and the answer is lost.
    AnswerLost,
    /// Every call is slow.
    Slow,
}

impl Fault {
    pub const ALL: [Fault; 10] = [
        Fault::TooManyRequests,
        Fault::InternalError,
        Fault::Unavailable,
        Fault::ConnectionReset,
        Fault::TimedOut,
        Fault::TruncatedBody,
        Fault::ForbiddenForAWhile,
        Fault::Conflict,
        Fault::AnswerLost,
        Fault::Slow,
    ];

    fn error(self, path: &Path) -> Error {
        let path = path.to_string();
        let source = format!("made to fail: {self:?}").into();
        match self {
            Fault::ForbiddenForAWhile => Error::PermissionDenied { path, source },
            Fault::Conflict => Error::AlreadyExists { path, source },
            _ => Error::Generic {
                store: "Faulty",
                source,
            },
        }
    }
}

/// The operation that fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Get,
    List,
    Create,
    Delete,
}

impl Operation {
    pub const ALL: [Operation; 4] = [
        Operation::Get,
        Operation::List,
        Operation::Create,
        Operation::Delete,
    ];
}

/// Which calls fail, and how.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub operation: Operation,
    pub fault: Fault,
    pub seed: u64,
}

/// One of so many calls fails, chosen by the seed.
const ONE_OF: u64 = 5;
/// With "for a while", so many calls in a row fail, and ten times as many succeed.
const WHILE: u64 = 5;
const SLOW: Duration = Duration::from_millis(4);

impl Plan {
    /// Whether call number `call` of the operation fails.
    pub fn fails(&self, call: u64) -> bool {
        match self.fault {
            Fault::Slow => true,
            Fault::ForbiddenForAWhile => (call + self.seed) % (11 * WHILE) < WHILE,
            _ => mixed(self.seed ^ mixed(call)).is_multiple_of(ONE_OF),
        }
    }
}

/// The finalizer of SplitMix64.
fn mixed(seed: u64) -> u64 {
    let seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let seed = (seed ^ (seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let seed = (seed ^ (seed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    seed ^ (seed >> 31)
}

/// The failing store.
#[derive(Clone)]
pub struct Faulty {
    inner: Arc<dyn ObjectStore>,
    fault: Arc<dyn Fn(Operation) -> Option<Fault> + Send + Sync>,
    injected: Arc<AtomicUsize>,
}

impl Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "faults of {}", self.inner)
    }
}

impl Debug for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

impl Faulty {
    pub fn new(inner: Arc<dyn ObjectStore>, plan: Plan) -> Self {
        let calls = AtomicUsize::new(0);
        Faulty::when(inner, move |operation| {
            let fails = operation == plan.operation
                && plan.fails(calls.fetch_add(1, Ordering::SeqCst) as u64);
            fails.then_some(plan.fault)
        })
    }

    /// A store that answers so many calls and then none, as for a process that is killed.
    pub fn dies_after(inner: Arc<dyn ObjectStore>, calls: usize) -> Self {
        let made = AtomicUsize::new(0);
        Faulty::when(inner, move |_| {
            (made.fetch_add(1, Ordering::SeqCst) >= calls).then_some(Fault::Unavailable)
        })
    }

    fn when(
        inner: Arc<dyn ObjectStore>,
        fault: impl Fn(Operation) -> Option<Fault> + Send + Sync + 'static,
    ) -> Self {
        Faulty {
            inner,
            fault: Arc::new(fault),
            injected: Arc::default(),
        }
    }

    /// The number of faults.
    pub fn injected(&self) -> usize {
        self.injected.load(Ordering::SeqCst)
    }

    /// The fault of the next call.
    async fn next(&self, operation: Operation) -> Option<Fault> {
        let fault = (self.fault)(operation)?;
        self.injected.fetch_add(1, Ordering::SeqCst);
        if fault == Fault::Slow {
            tokio::time::sleep(SLOW).await;
            return None;
        }
        Some(fault)
    }

    async fn delete_one(&self, path: Path) -> Result<Path> {
        match self.next(Operation::Delete).await {
            None => self.inner.delete(&path).await.map(|()| path),
            Some(Fault::AnswerLost) => {
                self.inner.delete(&path).await?;
                Err(Fault::AnswerLost.error(&path))
            }
            Some(fault) => Err(fault.error(&path)),
        }
    }
}

#[async_trait::async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        match self.next(Operation::Create).await {
            None => self.inner.put_opts(path, payload, options).await,
            Some(Fault::AnswerLost) => {
                self.inner.put_opts(path, payload, options).await?;
                Err(Fault::AnswerLost.error(path))
            }
            Some(fault) => Err(fault.error(path)),
        }
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let fault = self.next(Operation::Get).await;
        if let Some(fault) = fault.filter(|fault| *fault != Fault::TruncatedBody) {
            return Err(fault.error(path));
        }
        let mut found = self.inner.get_opts(path, options).await?;
        if fault.is_some() {
            let (meta, range, attributes) = (
                found.meta.clone(),
                found.range.clone(),
                found.attributes.clone(),
            );
            let half: Bytes = found.bytes().await?;
            let half = half.slice(..half.len() / 2);
            found = GetResult {
                payload: GetResultPayload::Stream(stream::iter([Ok(half)]).boxed()),
                meta,
                range,
                attributes,
            };
        }
        Ok(found)
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(path, ranges).await
    }

    fn delete_stream(
        &self,
        paths: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        let store = self.clone();
        paths
            .then(move |path| {
                let store = store.clone();
                async move { store.delete_one(path?).await }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (store, prefix) = (self.clone(), prefix.cloned());
        stream::once(async move {
            let fault = store.next(Operation::List).await;
            let found: Vec<_> = store.inner.list(prefix.as_ref()).collect().await;
            let Some(fault) = fault else {
                return stream::iter(found);
            };
            // A truncated listing is no valid XML, so nothing of it is used.
            let kept = if fault == Fault::TruncatedBody {
                found.len() / 2
            } else {
                0
            };
            let error = fault.error(&prefix.unwrap_or_default());
            let broken = found.into_iter().take(kept).chain([Err(error)]);
            stream::iter(broken.collect::<Vec<_>>())
        })
        .flatten()
        .boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        match self.next(Operation::List).await {
            None => self.inner.list_with_delimiter(prefix).await,
            Some(fault) => Err(fault.error(&prefix.cloned().unwrap_or_default())),
        }
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

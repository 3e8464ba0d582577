//! A store in memory; the test chooses the outcome of each request.

use std::fmt::{self, Debug, Display};
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, StreamExt};
use lake::Lake;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use tokio::sync::watch;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    Put,
    Get,
    List,
    Delete,
}

/// The outcome of a request.
pub enum Fate {
    Passes,
    /// The request is not carried out, and fails.
    Fails,
    /// The request is carried out, but fails.
    AnswerLost,
    /// The request fails, and is carried out when the test lets it arrive. For puts and deletes only.
    ArrivesLate,
    /// The request waits until this is true.
    Held(watch::Receiver<bool>),
    /// The request yields this many times, so that others in progress go first.
    Yields(usize),
}

type Plan = Box<dyn FnMut(Operation, &str) -> Fate + Send>;

/// A test's check after each change of an object.
type Observer = Arc<dyn Fn(&str) -> BoxFuture<'static, ()> + Send + Sync>;

/// A put, or a delete if there is no content, that has not arrived.
type Late = (Path, Option<PutPayload>);

/// All clones share the same store.
#[derive(Clone)]
pub struct TestStore(Arc<Inner>);

struct Inner {
    objects: Arc<InMemory>,
    plan: Mutex<Plan>,
    late: Mutex<Vec<Late>>,
    observer: Mutex<Option<Observer>>,
    /// How many requests are paused.
    paused: watch::Sender<usize>,
}

impl TestStore {
    pub fn new() -> Self {
        TestStore(Arc::new(Inner {
            objects: Arc::default(),
            plan: Mutex::new(Box::new(|_, _| Fate::Passes)),
            late: Mutex::default(),
            observer: Mutex::default(),
            paused: watch::Sender::new(0),
        }))
    }

    /// A lake whose requests get the planned outcomes, without retries.
    pub fn lake(&self) -> Lake {
        Lake::over(Arc::new(self.clone()), Duration::ZERO)
    }

    /// The same lake without faults.
    pub fn clean(&self) -> Lake {
        Lake::over(self.0.objects.clone(), Duration::ZERO)
    }

    pub fn plan(&self, plan: impl FnMut(Operation, &str) -> Fate + Send + 'static) {
        *self.0.plan.lock().unwrap() = Box::new(plan);
    }

    pub fn heal(&self) {
        self.plan(|_, _| Fate::Passes);
    }

    /// Carries out this many puts and deletes and fails every request after them, as if the process were killed.
    pub fn dies_after(&self, changes: usize) {
        let mut left = changes;
        self.plan(move |operation, _| match operation {
            _ if left == 0 => Fate::Fails,
            Operation::Get | Operation::List => Fate::Passes,
            Operation::Put | Operation::Delete => {
                left -= 1;
                Fate::Passes
            }
        });
    }

    pub fn observe(
        &self,
        observer: impl Fn(&str) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) {
        *self.0.observer.lock().unwrap() = Some(Arc::new(observer));
    }

    /// Waits until a request is paused.
    pub async fn until_paused(&self) {
        let mut paused = self.0.paused.subscribe();
        paused.wait_for(|paused| *paused > 0).await.unwrap();
    }

    /// Whether a request is paused. A request that is dropped while it is paused still counts.
    pub fn is_holding(&self) -> bool {
        *self.0.paused.borrow() > 0
    }

    /// How many puts and deletes have not arrived.
    pub fn late(&self) -> usize {
        self.0.late.lock().unwrap().len()
    }

    /// Lets one of the late puts and deletes arrive.
    pub async fn arrive(&self, number: usize) {
        let (path, payload) = self.0.late.lock().unwrap().remove(number);
        match payload {
            Some(payload) => {
                self.0.objects.put(&path, payload).await.unwrap();
            }
            None => {
                let _gone_already = self.0.objects.delete(&path).await;
            }
        }
        self.changed(&path).await;
    }

    async fn changed(&self, path: &Path) {
        let observer = self.0.observer.lock().unwrap().clone();
        if let Some(observer) = observer {
            observer(path.as_ref()).await;
        }
    }

    /// Waits as long as the plan for a request requires. Returns whether it is carried out and whether it fails.
    async fn meet(&self, operation: Operation, path: &Path, late: Option<Late>) -> (bool, bool) {
        let fate = (self.0.plan.lock().unwrap())(operation, path.as_ref());
        match fate {
            Fate::Passes => (true, false),
            Fate::Fails => (false, true),
            Fate::AnswerLost => (true, true),
            Fate::ArrivesLate => {
                self.0.late.lock().unwrap().extend(late);
                (false, true)
            }
            Fate::Held(mut released) => {
                self.0.paused.send_modify(|count| *count += 1);
                released.wait_for(|released| *released).await.unwrap();
                self.0.paused.send_modify(|count| *count -= 1);
                (true, false)
            }
            Fate::Yields(times) => {
                for _ in 0..times {
                    tokio::task::yield_now().await;
                }
                (true, false)
            }
        }
    }

    async fn delete_one(&self, path: Path) -> Result<Path> {
        let late = (path.clone(), None);
        let (done, fails) = self.meet(Operation::Delete, &path, Some(late)).await;
        let mut outcome = Ok(path.clone());
        if done {
            outcome = self.0.objects.delete(&path).await.map(|()| path.clone());
            self.changed(&path).await;
        }
        if fails { Err(failure()) } else { outcome }
    }
}

fn failure() -> Error {
    Error::Generic {
        store: "test",
        source: "made to fail".into(),
    }
}

impl Display for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store of the tests")
    }
}

impl Debug for TestStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}

#[async_trait::async_trait]
impl ObjectStore for TestStore {
    async fn put_opts(
        &self,
        path: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let late = (path.clone(), Some(payload.clone()));
        let (done, fails) = self.meet(Operation::Put, path, Some(late)).await;
        if !done {
            return Err(failure());
        }
        let put = self.0.objects.put_opts(path, payload, options).await;
        self.changed(path).await;
        if fails { Err(failure()) } else { put }
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.0.objects.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        match self.meet(Operation::Get, path, None).await {
            (_, true) => Err(failure()),
            (_, false) => self.0.objects.get_opts(path, options).await,
        }
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.0.objects.get_ranges(path, ranges).await
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
        let listed = async move {
            let path = prefix.clone().unwrap_or_default();
            match store.meet(Operation::List, &path, None).await {
                (_, true) => vec![Err(failure())],
                (_, false) => store.0.objects.list(prefix.as_ref()).collect().await,
            }
        };
        stream::once(listed).flat_map(stream::iter).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.0.objects.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.0.objects.copy_opts(from, to, options).await
    }
}

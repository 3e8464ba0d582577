//! Connections beyond the limit. They are accepted, so that probes are answered however many connections a client holds open.
//! Every other request on them waits until a connection below the limit ends.
//!
//! Only a few may wait at a time. Each new connection closes the one that has waited longest, so idle connections cannot keep a
//! probe out: a probe sends its request as soon as it is connected.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Stop;
use crate::health::PROBES;

/// How many connections may wait beyond the limit.
pub(super) const RESERVE: usize = 32;
/// How long a connection that is being closed may take to finish the answer it has begun.
const LAST_ANSWER: Duration = Duration::from_secs(1);

/// The slots for connections below the limit, and the connections that wait for one.
pub(super) struct Reserve {
    places: Arc<Semaphore>,
    /// How long a request waits for a slot.
    patience: Duration,
    next: AtomicU64,
    waiting: Mutex<VecDeque<(u64, Stop)>>,
}

/// A connection that was accepted beyond the limit.
pub(super) struct Waiting {
    number: u64,
    reserve: Arc<Reserve>,
    /// Set when a newer connection takes over this one's place among the waiting connections.
    pushed_out: Stop,
    is_asking: AtomicBool,
    /// Its slot below the limit, once it has one.
    place: Mutex<Option<OwnedSemaphorePermit>>,
}

impl Reserve {
    pub(super) fn new(places: usize, patience: Duration) -> Arc<Self> {
        Arc::new(Reserve {
            places: Arc::new(Semaphore::new(places.clamp(1, Semaphore::MAX_PERMITS))),
            patience,
            next: AtomicU64::new(0),
            waiting: Mutex::default(),
        })
    }

    /// A slot below the limit, if one is free.
    pub(super) fn place(&self) -> Option<OwnedSemaphorePermit> {
        self.places.clone().try_acquire_owned().ok()
    }

    /// A waiting place; if none is free, the connection that has waited longest loses its place.
    pub(super) fn wait(self: &Arc<Self>) -> Arc<Waiting> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let pushed_out = Stop::new();
        let mut waiting = self.waiting();
        waiting.push_back((number, pushed_out.clone()));
        if waiting.len() > RESERVE
            && let Some((_, longest)) = waiting.pop_front()
        {
            longest.cancel();
        }
        Arc::new(Waiting {
            number,
            reserve: self.clone(),
            pushed_out,
            is_asking: AtomicBool::new(false),
            place: Mutex::default(),
        })
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<(u64, Stop)>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    /// The routes, with the waiting rules of this connection applied.
    pub(super) fn guard(self: &Arc<Self>, routes: Router) -> Router {
        routes.layer(from_fn_with_state(self.clone(), answer))
    }

    /// Returns when the connection has to end.
    pub(super) async fn pushed_out(&self) {
        self.pushed_out.cancelled().await;
        if self.is_asking.load(Ordering::Relaxed) {
            tokio::time::sleep(LAST_ANSWER).await;
        }
        if self.has_place() {
            std::future::pending().await
        }
    }

    /// Waits for a slot; false if none became free in time.
    async fn take_place(&self) -> bool {
        if self.has_place() {
            return true;
        }
        let place = self.reserve.places.clone().acquire_owned();
        let place = tokio::select! {
            biased;
            place = tokio::time::timeout(self.reserve.patience, place) => place.ok().and_then(Result::ok),
            () = self.pushed_out.cancelled() => None,
        };
        let is_there = place.is_some();
        *self.own_place() = place;
        if is_there {
            self.leave();
        }
        is_there
    }

    fn has_place(&self) -> bool {
        self.own_place().is_some()
    }

    fn own_place(&self) -> MutexGuard<'_, Option<OwnedSemaphorePermit>> {
        self.place.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave(&self) {
        self.reserve
            .waiting()
            .retain(|(number, _)| *number != self.number);
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Answers a probe at once and then closes; answers any other request once the connection has a slot.
async fn answer(State(waiting): State<Arc<Waiting>>, request: Request, next: Next) -> Response {
    waiting.is_asking.store(true, Ordering::Relaxed);
    let is_probe = PROBES.contains(&request.uri().path());
    let is_last = !waiting.has_place() && (is_probe || !waiting.take_place().await);
    let mut response = match is_last && !is_probe {
        true => too_many(),
        false => next.run(request).await,
    };
    if is_last {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    waiting.is_asking.store(false, Ordering::Relaxed);
    response
}

fn too_many() -> Response {
    let again = [(header::RETRY_AFTER, HeaderValue::from_static("1"))];
    let why = "too many connections; send it again\n";
    (StatusCode::SERVICE_UNAVAILABLE, again, why).into_response()
}

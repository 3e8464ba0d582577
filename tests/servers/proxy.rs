//! An HTTP proxy in front of a store, with planned faults. It handles HTTP by hand, one request per connection, because it
//! has to break off in the middle of a message. It passes all headers on unchanged, including the host's, because they are
//! signed.

mod message;

use std::io;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::stores::faulty::{Fault, Operation};
use message::{Request, ask, break_off, cut_short, refusal};

/// A request on its way to the store.
pub struct Call<'a> {
    pub operation: Operation,
    /// The number of earlier requests of this operation.
    pub number: u64,
    /// Path and query.
    pub target: &'a str,
}

/// The fate of a request.
pub enum Fate {
    /// The request and its answer are passed on.
    Passes,
    /// The request fails.
    Fails(Fault),
    /// The request is passed on late.
    Slow(Duration),
    /// The request is passed on when this turns true.
    Held(watch::Receiver<bool>),
}

type Plan = Arc<dyn Fn(&Call<'_>) -> Fate + Send + Sync>;

/// A proxy; it stops listening when it is dropped.
pub struct Proxy {
    /// The endpoint for clients.
    pub endpoint: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    /// The host and port of the store.
    store: String,
    plan: Mutex<Plan>,
    calls: [AtomicU64; Operation::ALL.len()],
    injected: AtomicUsize,
    multipart: AtomicUsize,
}

/// The delay of requests to a slow store.
const SLOW: Duration = Duration::from_millis(20);

impl Proxy {
    /// A proxy in front of the store at `endpoint`; it passes everything on until a plan is set.
    pub async fn in_front_of(endpoint: &str) -> Proxy {
        let store = endpoint.strip_prefix("http://").expect("http");
        let (store, path) = store.split_once('/').unwrap_or((store, ""));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::new(Shared {
            store: store.to_owned(),
            plan: Mutex::new(Arc::new(|_: &Call<'_>| Fate::Passes)),
            calls: Default::default(),
            injected: AtomicUsize::default(),
            multipart: AtomicUsize::default(),
        });
        let endpoint = format!("http://{address}/{path}");
        Proxy {
            endpoint: endpoint.trim_end_matches('/').to_owned(),
            accepting: tokio::spawn(accept(listener, shared.clone())),
            shared,
        }
    }

    /// Sets the plan for every request from now on.
    pub fn plan(&self, plan: impl Fn(&Call<'_>) -> Fate + Send + Sync + 'static) {
        *self.shared.plan.lock().expect("a plan") = Arc::new(plan);
    }

    /// Passes everything on from now on.
    pub fn heal(&self) {
        self.plan(|_| Fate::Passes);
    }

    /// The number of requests that were not simply passed on.
    pub fn injected(&self) -> usize {
        self.shared.injected.load(Ordering::SeqCst)
    }

    /// The number of requests of an operation.
    pub fn calls(&self, operation: Operation) -> u64 {
        self.shared.calls[operation as usize].load(Ordering::SeqCst)
    }

    /// The number of all requests.
    pub fn all_calls(&self) -> u64 {
        Operation::ALL
            .map(|operation| self.calls(operation))
            .iter()
            .sum()
    }

    /// The number of requests of multipart uploads.
    pub fn multipart(&self) -> usize {
        self.shared.multipart.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Ends with the proxy.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            Ok((client, _)) = listener.accept() => {
                let shared = shared.clone();
                connections.spawn(async move {
                    // Either side may close the connection at any time.
                    let _broken = shared.serve(client).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

impl Shared {
    async fn serve(&self, mut client: TcpStream) -> io::Result<()> {
        let Some(request) = Request::read(&mut client).await? else {
            return Ok(());
        };
        let operation = request.operation();
        let number = self.calls[operation as usize].fetch_add(1, Ordering::SeqCst);
        let target = request.target();
        if request.is_of_an_upload_in_parts() {
            self.multipart.fetch_add(1, Ordering::SeqCst);
        }
        let plan = self.plan.lock().expect("a plan").clone();
        let fate = plan(&Call {
            operation,
            number,
            target,
        });
        if !matches!(fate, Fate::Passes) {
            self.injected.fetch_add(1, Ordering::SeqCst);
        }
        let odd = number % 2 == 1;
        match fate {
            Fate::Passes => {}
            Fate::Fails(Fault::Slow) => tokio::time::sleep(SLOW).await,
            Fate::Slow(delay) => tokio::time::sleep(delay).await,
            Fate::Held(mut released) => {
                let _proxy_gone = released.wait_for(|released| *released).await;
            }
            Fate::Fails(fault) => return self.fail(fault, odd, &request, client).await,
        }
        let answer = ask(&self.store, request.forwarded()).await?;
        client.write_all(&answer).await
    }

    /// Faults with two forms alternate, by whether the call is `odd`.
    async fn fail(
        &self,
        fault: Fault,
        odd: bool,
        request: &Request,
        mut client: TcpStream,
    ) -> io::Result<()> {
        let refused = match fault {
            Fault::TooManyRequests => refusal("429 Too Many Requests", "SlowDown"),
            Fault::InternalError => refusal("500 Internal Server Error", "InternalError"),
            Fault::Unavailable => refusal("503 Service Unavailable", "SlowDown"),
            Fault::ForbiddenForAWhile => refusal("403 Forbidden", "AccessDenied"),
            Fault::Conflict => refusal("409 Conflict", "OperationAborted"),
            Fault::ConnectionReset => return client.set_zero_linger(),
            Fault::TimedOut => {
                if odd {
                    ask(&self.store, request.forwarded()).await?;
                }
                // Until the client closes the connection.
                let _gone = client.read(&mut [0]).await;
                return Ok(());
            }
            Fault::TruncatedBody if request.carries_much() && !odd => {
                return break_off(&self.store, cut_short(request.forwarded())).await;
            }
            Fault::TruncatedBody => cut_short(ask(&self.store, request.forwarded()).await?),
            Fault::AnswerLost => {
                ask(&self.store, request.forwarded()).await?;
                if !odd {
                    return Ok(());
                }
                refusal("504 Gateway Timeout", "GatewayTimeout")
            }
            Fault::Slow => return Ok(()),
        };
        client.write_all(&refused).await
    }
}

//! The embedded broker: Kafka's protocol within this process, for the demo, for a small trust and for tests.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use bus::BusConfig;
use chassis::Stop;
use tansu_broker::broker::Broker;
use tansu_broker::coordinator::group::administrator::Controller;
use tansu_storage::StorageContainer;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use url::Url;

/// Where the embedded broker keeps its records.
#[derive(Debug, Clone)]
pub enum BrokerStore {
    /// In memory: gone with the process.
    Memory,
    /// In a SQLite file, which a killed process leaves whole.
    File(PathBuf),
}

/// The broker does not start.
#[derive(Debug, thiserror::Error)]
pub enum BrokerError {
    /// Its file cannot be named.
    #[error("cannot keep the broker's records in {path}: {why}")]
    Store {
        /// Which file.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// It ended instead of listening.
    #[error("the embedded broker did not start: {0}")]
    Start(String),
}

/// A broker that runs: its address, and its task, which ends by itself only when something is wrong.
pub struct RunningBroker {
    /// How to reach it.
    pub kafka: BusConfig,
    /// Says why it ended.
    pub task: JoinHandle<Result<(), String>>,
}

/// Starts the broker on a free port of the loopback interface and waits until it answers. It ends with `stop`.
pub async fn start_broker(store: &BrokerStore, stop: Stop) -> Result<RunningBroker, BrokerError> {
    let port = free_port()?;
    let said = |error: &dyn std::fmt::Display| BrokerError::Start(error.to_string());
    let listener = Url::parse(&format!("tcp://127.0.0.1:{port}")).map_err(|error| said(&error))?;
    let storage = match store {
        BrokerStore::Memory => Url::parse("memory://greenledger/").map_err(|error| said(&error))?,
        BrokerStore::File(path) => sqlite(path)?,
    };
    let mut broker = built(&listener, &storage).await?;
    let mut serving = tokio::spawn(async move {
        tokio::select! {
            served = broker.serve(tokio::time::Instant::now()) => served.map_err(|error| error.to_string()),
            () = stop.cancelled() => Ok(()),
        }
    });
    for _ in 0..200 {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port))
            .await
            .is_ok()
        {
            let kafka = BusConfig::at(format!("127.0.0.1:{port}"));
            return Ok(RunningBroker {
                kafka,
                task: serving,
            });
        }
        if serving.is_finished() {
            let ended = (&mut serving).await;
            return Err(BrokerError::Start(format!("{ended:?}")));
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err(BrokerError::Start(
        "it does not listen after 5 s".to_owned(),
    ))
}

type Embedded = Broker<Controller<StorageContainer>, StorageContainer>;

/// The broker over its storage. A file that is locked is waited for: the process that had it may still be ending.
async fn built(listener: &Url, storage: &Url) -> Result<Embedded, BrokerError> {
    for _ in 0..40 {
        let built = Embedded::builder()
            .node_id(111)
            .cluster_id("greenledger")
            .incarnation_id(uuid::Uuid::new_v4())
            .advertised_listener(listener.clone())
            .storage(storage.clone())
            .listener(listener.clone())
            .silent(true)
            .build()
            .await;
        match built.map_err(|error| error.to_string()) {
            Ok(broker) => return Ok(broker),
            Err(why) if why.contains("locked") => {
                tokio::time::sleep(Duration::from_millis(250)).await
            }
            Err(why) => return Err(BrokerError::Start(why)),
        }
    }
    Err(BrokerError::Start(
        "another process has its file; is the demo or `up` running on it?".to_owned(),
    ))
}

fn free_port() -> Result<u16, BrokerError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| BrokerError::Start(error.to_string()))
}

/// The broker reads its file's path from a URL, relative to the working directory and unescaped: so the path goes up to
/// the root and down again, in a URL without an authority, which leaves it as it is written.
fn sqlite(path: &Path) -> Result<Url, BrokerError> {
    let refuse = |why: String| BrokerError::Store {
        path: path.to_owned(),
        why,
    };
    let absolute = std::path::absolute(path).map_err(|error| refuse(error.to_string()))?;
    let here = std::env::current_dir().map_err(|error| refuse(error.to_string()))?;
    let text = absolute.to_str().filter(|text| !text.contains(['?', '#']));
    let down = text
        .and_then(|text| text.strip_prefix('/'))
        .ok_or_else(|| refuse("its name has characters a URL cannot carry".to_owned()))?;
    let up = "../".repeat(here.components().count().saturating_sub(1));
    let relative = if up.is_empty() {
        format!("./{down}")
    } else {
        format!("{up}{down}")
    };
    Url::parse(&format!("sqlite:{relative}")).map_err(|error| refuse(error.to_string()))
}

//! Starts the parts, and stops all of them when any ends.

use bus::{Bus, Log, ensure_topics};
use chassis::{Stop, bind, chain};
use lake::{LakeConfig, LakeError};
use publish::IngestUrl;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::UpConfig;
use super::folder::DataFolder;

/// The services, running.
pub struct Running {
    /// `http://127.0.0.1:8080`; `https:` with TLS.
    pub ingest: String,
    /// `http://127.0.0.1:8081`
    pub aggregate: String,
    /// `http://127.0.0.1:8082`
    pub publish: String,
    /// The bus with the topics they share.
    pub bus: Bus,
    /// One task, which ends when all parts have ended; dropping it ends all parts.
    ended: JoinSet<anyhow::Result<()>>,
}

/// The parts of one kind; each returns its name when it ends.
type Parts = JoinSet<anyhow::Result<&'static str>>;

/// Starts the services, and the log unless a Kafka is configured. They end with `stop`.
pub async fn start(config: &UpConfig, stop: Stop) -> anyhow::Result<Running> {
    let folder = DataFolder::take(&config.data_dir)?;
    let listeners = (
        bind(&config.listen.ingest).await?,
        bind(&config.listen.aggregate).await?,
        bind(&config.listen.publish).await?,
    );
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let ingest = url(scheme, &listeners.0)?;
    // Of an address such as 0.0.0.0 the name by which browsers reach it is not known.
    let is_local = listeners.0.local_addr()?.ip().is_loopback();
    let linked = is_local
        .then(|| IngestUrl::try_from(ingest.clone()).ok())
        .flatten();
    let (aggregate, publish) = (url("http", &listeners.1)?, url("http", &listeners.2)?);
    prove(&config.lake()).await?;
    let mut log_parts = Parts::new();
    let log_stop = Stop::new();
    let (bus, log) = match &config.kafka {
        Some(kafka) => (Bus::Kafka(kafka.clone()), None),
        None => {
            let log = start_log(&folder, &mut log_parts, &log_stop)?;
            (Bus::Log(log.clone()), Some(log))
        }
    };
    bus.check()?;
    if log.is_some() {
        ensure_topics(&bus, config.sharding).await?;
    }
    let mut services = Parts::new();
    let (mut part, its_stop) = (config.ingest(&bus), stop.child_token());
    let last_reads = || config.data_dir.join("last-reads.redb");
    part.services.last_reads.get_or_insert_with(last_reads);
    services.spawn(async move {
        let ended = ingest::run(part, listeners.0, its_stop).await;
        Ok(ended.map(|()| "ingest")?)
    });
    let (part, its_stop) = (config.aggregate(&bus), stop.child_token());
    services.spawn(async move {
        let ended = aggregate::run(part, listeners.1, its_stop).await;
        Ok(ended.map(|()| "aggregate")?)
    });
    let (mut part, its_stop) = (config.publish(&bus), stop.child_token());
    part.ingest_url = part.ingest_url.or(linked);
    services.spawn(async move {
        let ended = publish::run(part, listeners.2, its_stop).await;
        Ok(ended.map(|()| "publish")?)
    });
    let supervisor = Supervisor {
        services,
        log_parts,
        stop,
        log_stop,
        log,
        _folder: folder,
    };
    let mut ended = JoinSet::new();
    ended.spawn(supervisor.run());
    Ok(Running {
        ingest,
        aggregate,
        publish,
        bus,
        ended,
    })
}

/// How long to wait for a store that does not answer before the services start; aggregate keeps trying.
const PROVED_WITHIN_SECONDS: u64 = 2;

/// Checks that the lake's store has what a lake needs, before ingest accepts events that could not be kept.
async fn prove(lake: &LakeConfig) -> anyhow::Result<()> {
    let impatient = LakeConfig {
        patience_seconds: Some(PROVED_WITHIN_SECONDS),
        ..lake.clone()
    };
    match impatient.open()?.prove(&lake.url).await {
        Err(error @ LakeError::Store { .. }) => {
            tracing::warn!(error = chain(&error), "the store does not answer yet");
            Ok(())
        }
        proved => Ok(proved?),
    }
}

fn url(scheme: &str, listener: &TcpListener) -> std::io::Result<String> {
    let address = listener.local_addr()?;
    Ok(format!("{scheme}://{address}"))
}

/// Opens the log of the folder. Its parts end when `stop` is set, or when they fail.
fn start_log(folder: &DataFolder, parts: &mut Parts, stop: &Stop) -> anyhow::Result<Log> {
    let (log, server) = folder.open_log()?;
    let (failing, its_stop) = (log.clone(), stop.clone());
    parts.spawn(async move {
        match its_stop.run_until_cancelled(failing.failed()).await {
            Some(error) => Err(error.into()),
            None => Ok("the log"),
        }
    });
    let its_stop = stop.clone();
    parts.spawn(async move {
        match its_stop.run_until_cancelled(server.serve()).await {
            Some(error) => Err(error.into()),
            None => Ok("the log's socket"),
        }
    });
    Ok(log)
}

/// Waits for the parts to end.
struct Supervisor {
    services: Parts,
    log_parts: Parts,
    stop: Stop,
    /// Set when all services have ended: the log outlives them.
    log_stop: Stop,
    log: Option<Log>,
    _folder: DataFolder,
}

impl Supervisor {
    /// Returns when every part has ended: because `stop` was set, or because one part cannot go on, which stops the
    /// others. The latter is an error, whichever part it was.
    async fn run(mut self) -> anyhow::Result<()> {
        let mut outcome = Ok(());
        loop {
            let ended = tokio::select! {
                Some(ended) = self.services.join_next() => ended,
                Some(ended) = self.log_parts.join_next() => ended,
                else => break,
            };
            let ended = ended.map_err(anyhow::Error::from).and_then(|part| part);
            match ended {
                Ok(_) if self.stop.is_cancelled() => {}
                Ok(part) => outcome = Err(anyhow::anyhow!("{part} ended by itself")),
                Err(error) if outcome.is_ok() => outcome = Err(error),
                Err(error) => tracing::error!(error = chain(error.as_ref()), "while stopping"),
            }
            self.stop.cancel();
            if self.services.is_empty() {
                self.log_stop.cancel();
            }
        }
        if let Some(log) = &self.log {
            log.close().await;
        }
        outcome
    }
}

impl Running {
    /// Waits until everything has ended, and returns the error if `stop` was not the cause. The `stop` passed at the
    /// start is set by then, and as soon as any part has ended without being stopped.
    pub async fn ended(mut self) -> anyhow::Result<()> {
        match self.ended.join_next().await {
            Some(ended) => ended?,
            None => Ok(()),
        }
    }
}

//! The three services in one process, through the same `run` functions as by themselves.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use bus::BusConfig;
use chassis::{LogFormat, Sensitivity, Stop, TlsConfig, bind, chain};
use chrono::NaiveDate;
use events::{Sharding, Topic};
use lake::LakeConfig;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::broker::{BrokerStore, RunningBroker, start_broker};

/// What `greenledger up` is told; see `deploy/config/greenledger.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpConfig {
    /// The folder of the embedded broker's file and of a local lake.
    pub data_dir: PathBuf,
    /// Where each service listens.
    #[serde(default)]
    pub listen: Listen,
    /// Shards and partitions.
    #[serde(default = "for_a_trust")]
    pub sharding: Sharding,
    /// A broker of your own; without it one is embedded, its records in `data_dir`.
    #[serde(default)]
    pub kafka: Option<BusConfig>,
    /// Whether the embedded broker keeps its records in memory: for what can be sent again, such as a demo.
    #[serde(skip)]
    pub broker_in_memory: bool,
    /// A lake of your own; without it `data_dir/lake`.
    #[serde(default)]
    pub lake: Option<LakeConfig>,
    /// What is too much for ingest.
    #[serde(default)]
    pub limits: ingest::Limits,
    /// Who may send.
    #[serde(default)]
    pub tokens: Vec<ingest::Token>,
    /// A file with more of them, read again when it changes.
    #[serde(default)]
    pub tokens_file: Option<PathBuf>,
    /// TLS of ingest; without it HTTP is spoken in the clear.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Where ingest keeps what is accepted while a Kafka of your own is away.
    #[serde(default)]
    pub spool: Option<ingest::SpoolConfig>,
    /// When rows are written.
    #[serde(default)]
    pub flush: aggregate::FlushConfig,
    /// How figures are priced.
    #[serde(default)]
    pub factors: aggregate::FactorConfig,
    /// How figures are made, beside their factors.
    #[serde(default)]
    pub figures: aggregate::FigureConfig,
    /// The day figures are computed as of; today's unless set.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// Baselines of the trusts.
    #[serde(default)]
    pub trusts: BTreeMap<String, publish::TrustSettings>,
    /// Who may read the page, the API and the metrics of publish.
    #[serde(default)]
    pub access: publish::AccessConfig,
    /// How long changes are gathered before results are written.
    #[serde(default = "five")]
    pub results_every_seconds: u64,
    /// Exports made by themselves.
    #[serde(default)]
    pub schedules: Vec<publish::Schedule>,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds stopping may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
}

/// Where each service listens.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Listen {
    /// Ingest's HTTP API.
    pub ingest: String,
    /// Aggregate's health and metrics.
    pub aggregate: String,
    /// Publish's page, API and metrics.
    pub publish: String,
}

impl Default for Listen {
    fn default() -> Self {
        Listen::from_port(8080)
    }
}

impl Listen {
    /// Three ports of the loopback interface from `port` on; 0 takes any free ones.
    pub fn from_port(port: u16) -> Self {
        let at = |offset: u16| match port {
            0 => "127.0.0.1:0".to_owned(),
            port => format!("127.0.0.1:{}", port.saturating_add(offset)),
        };
        Listen {
            ingest: at(0),
            aggregate: at(1),
            publish: at(2),
        }
    }
}

fn for_a_trust() -> Sharding {
    Sharding {
        shards: 8,
        partitions: 4,
    }
}

fn five() -> u64 {
    5
}

impl UpConfig {
    /// Everything as it comes, in `data_dir`.
    pub fn in_folder(data_dir: PathBuf) -> Self {
        UpConfig {
            data_dir,
            listen: Listen::default(),
            sharding: for_a_trust(),
            kafka: None,
            broker_in_memory: false,
            lake: None,
            limits: ingest::Limits::default(),
            tokens: Vec::new(),
            tokens_file: None,
            tls: None,
            spool: None,
            flush: aggregate::FlushConfig::default(),
            factors: aggregate::FactorConfig::default(),
            figures: aggregate::FigureConfig::default(),
            as_of: None,
            trusts: BTreeMap::new(),
            access: publish::AccessConfig::default(),
            results_every_seconds: five(),
            schedules: Vec::new(),
            log_format: LogFormat::default(),
            stop_seconds: chassis::stop_seconds(),
        }
    }

    /// How much its file gives away.
    pub fn sensitivity(&self) -> Sensitivity {
        let hashes = !self.tokens.is_empty() || !self.access.tokens.is_empty();
        let kafka = self.kafka.as_ref().is_some_and(BusConfig::holds_password);
        let lake = self.lake.as_ref().is_some_and(LakeConfig::holds_password);
        Sensitivity::of(hashes, kafka || lake)
    }

    /// The lake it uses.
    pub fn lake(&self) -> LakeConfig {
        let local = || LakeConfig::at(self.data_dir.join("lake").display().to_string());
        self.lake.clone().unwrap_or_else(local)
    }

    /// Ingest's part.
    pub fn ingest(&self, kafka: &BusConfig) -> ingest::Config {
        ingest::Config {
            listen: self.listen.ingest.clone(),
            log_format: self.log_format,
            stop_seconds: self.stop_seconds,
            kafka: kafka.clone(),
            sharding: self.sharding,
            limits: self.limits.clone(),
            tokens: self.tokens.clone(),
            tokens_file: self.tokens_file.clone(),
            tls: self.tls.clone(),
            spool: self.spool.clone(),
        }
    }

    /// Aggregate's part.
    pub fn aggregate(&self, kafka: &BusConfig) -> aggregate::Config {
        aggregate::Config {
            listen: self.listen.aggregate.clone(),
            kafka: kafka.clone(),
            group: bus::GroupConfig::default(),
            sharding: self.sharding,
            lake: self.lake(),
            flush: self.flush.clone(),
            factors: self.factors.clone(),
            figures: self.figures.clone(),
            as_of: self.as_of,
            log_format: self.log_format,
            stop_seconds: self.stop_seconds,
        }
    }

    /// Publish's part.
    pub fn publish(&self, kafka: &BusConfig) -> publish::Config {
        publish::Config {
            listen: self.listen.publish.clone(),
            kafka: kafka.clone(),
            sharding: self.sharding,
            lake: self.lake(),
            trusts: self.trusts.clone(),
            access: self.access.clone(),
            results_every_seconds: self.results_every_seconds,
            schedules: self.schedules.clone(),
            log_format: self.log_format,
            stop_seconds: self.stop_seconds,
        }
    }
}

/// The file that says where the embedded broker listens, for commands run beside it.
const BROKER_ADDRESS: &str = "broker.address";

/// The broker embedded in the `up` or `demo` that runs on a data folder.
pub(crate) fn embedded_broker(data_dir: &Path) -> anyhow::Result<BusConfig> {
    let file = data_dir.join(BROKER_ADDRESS);
    let address = std::fs::read_to_string(&file).map_err(|error| {
        anyhow::anyhow!(
            "cannot read {}: {error}; is `greenledger up` running on it?",
            file.display()
        )
    })?;
    Ok(BusConfig::at(address.trim()))
}

/// The services, running.
pub struct Running {
    /// `http://127.0.0.1:8080`; `https:` with TLS.
    pub ingest: String,
    /// `http://127.0.0.1:8081`
    pub aggregate: String,
    /// `http://127.0.0.1:8082`
    pub publish: String,
    /// The broker they share.
    pub kafka: BusConfig,
    /// One task, which ends when everything has; everything ends when it is dropped.
    ended: JoinSet<anyhow::Result<()>>,
}

/// Starts the broker, if none is named, and the services. They end with `stop`.
pub async fn start(config: &UpConfig, stop: Stop) -> anyhow::Result<Running> {
    let lock = locked(&config.data_dir)?;
    let listeners = (
        bind(&config.listen.ingest).await?,
        bind(&config.listen.aggregate).await?,
        bind(&config.listen.publish).await?,
    );
    let url = |scheme: &str, listener: &TcpListener| {
        listener
            .local_addr()
            .map(|address| format!("{scheme}://{address}"))
    };
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let ingest = url(scheme, &listeners.0)?;
    let (aggregate, publish) = (url("http", &listeners.1)?, url("http", &listeners.2)?);
    let broker_stop = Stop::new();
    let mut services: JoinSet<anyhow::Result<&'static str>> = JoinSet::new();
    let kafka = match &config.kafka {
        Some(kafka) => kafka.clone(),
        None => {
            let RunningBroker { kafka, task } = embedded(config, &broker_stop).await?;
            services.spawn(async {
                match task.await? {
                    Ok(()) => Ok("the embedded broker"),
                    Err(why) => Err(anyhow::anyhow!("the embedded broker ended: {why}")),
                }
            });
            kafka
        }
    };
    let (part, its_stop) = (config.ingest(&kafka), stop.child_token());
    services.spawn(async move {
        Ok(ingest::run(part, listeners.0, its_stop)
            .await
            .map(|()| "ingest")?)
    });
    let (part, its_stop) = (config.aggregate(&kafka), stop.child_token());
    services.spawn(async move {
        Ok(aggregate::run(part, listeners.1, its_stop)
            .await
            .map(|()| "aggregate")?)
    });
    let (part, its_stop) = (config.publish(&kafka), stop.child_token());
    services.spawn(async move {
        Ok(publish::run(part, listeners.2, its_stop)
            .await
            .map(|()| "publish")?)
    });
    let mut ended = JoinSet::new();
    ended.spawn(all_ended(services, stop, broker_stop, lock));
    Ok(Running {
        ingest,
        aggregate,
        publish,
        kafka,
        ended,
    })
}

/// Ends when every service has: because it was told to, or because one of them cannot go on, which stops the others; the
/// broker, if there is one, last.
async fn all_ended(
    mut services: JoinSet<anyhow::Result<&'static str>>,
    stop: Stop,
    broker_stop: Stop,
    lock: File,
) -> anyhow::Result<()> {
    let mut outcome = Ok(());
    while let Some(ended) = services.join_next().await {
        let ended = ended
            .map_err(anyhow::Error::from)
            .and_then(|service| service);
        match ended {
            Ok(_) if stop.is_cancelled() => {}
            Ok(service) => outcome = Err(anyhow::anyhow!("{service} ended by itself")),
            Err(error) if outcome.is_ok() => outcome = Err(error),
            Err(error) => tracing::error!(error = chain(error.as_ref()), "while stopping"),
        }
        stop.cancel();
        if services.len() == 1 {
            broker_stop.cancel();
        }
    }
    drop(lock);
    outcome
}

/// A data folder has one owner: two brokers on one file would be two logs.
fn locked(data_dir: &Path) -> anyhow::Result<File> {
    let cannot = |what: &str, error: std::io::Error| {
        anyhow::anyhow!("cannot {what} {}: {error}", data_dir.display())
    };
    chassis::private::folder(data_dir)?;
    let lock = File::create(data_dir.join("lock")).map_err(|error| cannot("write to", error))?;
    lock.try_lock()
        .map_err(|_| anyhow::anyhow!("another greenledger runs on {}", data_dir.display()))?;
    Ok(lock)
}

/// Starts the embedded broker and makes it ready for new clients.
async fn embedded(config: &UpConfig, stop: &Stop) -> anyhow::Result<RunningBroker> {
    let store = match config.broker_in_memory {
        true => BrokerStore::Memory,
        false => BrokerStore::File(config.data_dir.join("broker.db")),
    };
    let broker = start_broker(&store, stop.clone()).await?;
    let kafka = &broker.kafka;
    // Once, before three services each find them missing.
    bus::ensure_topics(kafka, config.sharding).await?;
    // Its clients ended with it, in whatever way: none of the members it remembers will come back.
    bus::free_group(kafka, aggregate::GROUP, &Topic::LEDGER, config.sharding).await?;
    std::fs::write(config.data_dir.join(BROKER_ADDRESS), &kafka.brokers)?;
    Ok(broker)
}

impl Running {
    /// Waits until everything has ended, and says why if it was not told to. What was passed as `stop` is set by then, and as
    /// soon as anything has ended by itself.
    pub async fn ended(mut self) -> anyhow::Result<()> {
        match self.ended.join_next().await {
            Some(ended) => ended?,
            None => Ok(()),
        }
    }
}

//! The three services in one process, through the same `run` functions as the separate programs.

mod folder;
mod start;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bus::{Bus, KafkaConfig};
use chassis::{LogFormat, Sensitivity, TlsConfig};
use chrono::NaiveDate;
use events::Sharding;
use lake::LakeConfig;
use serde::Deserialize;

pub(crate) use self::folder::{bus_beside, reachable};
pub use self::start::{Running, start};

/// The configuration of `greenledger up`; see `deploy/config/greenledger.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UpConfig {
    /// The folder of the embedded log and of a local lake.
    pub data_dir: PathBuf,
    /// The listen addresses of the services.
    #[serde(default)]
    pub listen: Listen,
    /// Shards and partitions.
    #[serde(default = "for_a_trust")]
    pub sharding: Sharding,
    /// An external Kafka; without it the topics are a file in `data_dir`.
    #[serde(default)]
    pub kafka: Option<KafkaConfig>,
    /// An external lake; without it `data_dir/lake`.
    #[serde(default)]
    pub lake: Option<LakeConfig>,
    /// The limits of ingest.
    #[serde(default)]
    pub limits: ingest::Limits,
    /// The tokens of senders.
    #[serde(default)]
    pub tokens: Vec<ingest::Token>,
    /// A file with more tokens, read again when it changes.
    #[serde(default)]
    pub tokens_file: Option<PathBuf>,
    /// TLS of ingest; without it ingest serves plain HTTP.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Where ingest keeps accepted events while an external Kafka is away.
    #[serde(default)]
    pub spool: Option<ingest::SpoolConfig>,
    /// The MQTT broker to which gateways send.
    #[serde(default)]
    pub mqtt: Option<ingest::MqttConfig>,
    /// Formats of suppliers' files.
    #[serde(default)]
    pub files: ingest::FilesConfig,
    /// Payloads of services.
    #[serde(default)]
    pub services: ingest::ServicesConfig,
    /// When rows are written.
    #[serde(default)]
    pub flush: aggregate::FlushConfig,
    /// How figures are priced.
    #[serde(default)]
    pub factors: aggregate::FactorConfig,
    /// How figures are made, apart from their factors.
    #[serde(default)]
    pub figures: aggregate::FigureConfig,
    /// The day figures are computed as of; today's unless set.
    #[serde(default)]
    pub as_of: Option<NaiveDate>,
    /// The settings of trusts, such as their baselines.
    #[serde(default)]
    pub trusts: BTreeMap<String, publish::TrustSettings>,
    /// The tokens for the page, the API and the metrics of publish.
    #[serde(default)]
    pub access: publish::AccessConfig,
    /// What Prometheus scrapes where.
    #[serde(default)]
    pub metrics: publish::MetricsConfig,
    /// Where people send data: the page links there. Unless set, the address of ingest, if it is one of this machine.
    #[serde(default)]
    pub ingest_url: Option<publish::IngestUrl>,
    /// How long changes are gathered before results are written.
    #[serde(default = "five")]
    pub results_every_seconds: u64,
    /// Scheduled exports.
    #[serde(default)]
    pub schedules: Vec<publish::Schedule>,
    /// The receiver of the figures by event time.
    #[serde(default)]
    pub history: Option<publish::HistoryConfig>,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds a shutdown may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
}

/// The listen addresses of the services.
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
    /// The default configuration, in `data_dir`.
    pub fn in_folder(data_dir: PathBuf) -> Self {
        UpConfig {
            data_dir,
            listen: Listen::default(),
            sharding: for_a_trust(),
            kafka: None,
            lake: None,
            limits: ingest::Limits::default(),
            tokens: Vec::new(),
            tokens_file: None,
            tls: None,
            spool: None,
            mqtt: None,
            files: ingest::FilesConfig::default(),
            services: ingest::ServicesConfig::default(),
            flush: aggregate::FlushConfig::default(),
            factors: aggregate::FactorConfig::default(),
            figures: aggregate::FigureConfig::default(),
            as_of: None,
            trusts: BTreeMap::new(),
            access: publish::AccessConfig::default(),
            metrics: publish::MetricsConfig::default(),
            ingest_url: None,
            results_every_seconds: five(),
            schedules: Vec::new(),
            history: None,
            log_format: LogFormat::default(),
            stop_seconds: chassis::stop_seconds(),
        }
    }

    /// How sensitive the content of the configuration file is.
    pub fn sensitivity(&self) -> Sensitivity {
        let hashes = !self.tokens.is_empty() || !self.access.tokens.is_empty();
        let kafka = self.kafka.as_ref().is_some_and(KafkaConfig::holds_password);
        let lake = self.lake.as_ref().is_some_and(LakeConfig::holds_password);
        let mqtt = self.mqtt.as_ref();
        let mqtt = mqtt.is_some_and(ingest::MqttConfig::holds_password);
        let history = self.history.as_ref();
        let history = history.is_some_and(publish::HistoryConfig::holds_password);
        Sensitivity::of(hashes, kafka || lake || mqtt || history)
    }

    /// The lake it uses.
    pub fn lake(&self) -> LakeConfig {
        let local = || LakeConfig::at(self.data_dir.join("lake").display().to_string());
        self.lake.clone().unwrap_or_else(local)
    }

    /// The configuration of ingest.
    pub fn ingest(&self, bus: &Bus) -> ingest::Config {
        ingest::Config {
            listen: self.listen.ingest.clone(),
            log_format: self.log_format,
            stop_seconds: self.stop_seconds,
            bus: bus.clone(),
            sharding: self.sharding,
            limits: self.limits.clone(),
            tokens: self.tokens.clone(),
            tokens_file: self.tokens_file.clone(),
            tls: self.tls.clone(),
            spool: self.spool.clone(),
            mqtt: self.mqtt.clone(),
            files: self.files.clone(),
            services: self.services.clone(),
        }
    }

    /// The configuration of aggregate.
    pub fn aggregate(&self, bus: &Bus) -> aggregate::Config {
        aggregate::Config {
            listen: self.listen.aggregate.clone(),
            bus: bus.clone(),
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

    /// The configuration of publish.
    pub fn publish(&self, bus: &Bus) -> publish::Config {
        publish::Config {
            listen: self.listen.publish.clone(),
            bus: bus.clone(),
            sharding: self.sharding,
            lake: self.lake(),
            trusts: self.trusts.clone(),
            access: self.access.clone(),
            metrics: self.metrics,
            ingest_url: self.ingest_url.clone(),
            results_every_seconds: self.results_every_seconds,
            schedules: self.schedules.clone(),
            history: self.history.clone(),
            log_format: self.log_format,
            stop_seconds: self.stop_seconds,
        }
    }
}

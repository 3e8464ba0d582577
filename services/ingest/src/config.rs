//! The configuration of the service.

use std::path::PathBuf;

use bus::Bus;
use chassis::{LogFormat, Sensitivity, TlsConfig};
use events::Sharding;
use serde::Deserialize;

use crate::IngestError;
use crate::decode::files::Formats;
use crate::decode::services::Services;
use crate::last_reads::LastReads;
use crate::limits::Limits;
use crate::mqtt::{MqttConfig, MqttError};
use crate::spool::{SpoolConfig, SpoolError};
use crate::tokens::{Token, Tokens, token_label};

/// All settings of `ingest`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on, such as `127.0.0.1:8080`.
    pub listen: String,
    /// How log lines are written.
    #[serde(default)]
    pub log_format: LogFormat,
    /// How many seconds stopping may take; after that the process ends with code 1.
    #[serde(default = "chassis::stop_seconds")]
    pub stop_seconds: u64,
    /// How to reach Kafka.
    #[serde(rename = "kafka")]
    pub bus: Bus,
    /// How schools are distributed over shards and partitions: the same for every service of one lake.
    pub sharding: Sharding,
    /// Limits on requests, tokens and connections.
    #[serde(default)]
    pub limits: Limits,
    /// The senders' tokens, and what each may send. Without a token, no sender is accepted.
    #[serde(default)]
    pub tokens: Vec<Token>,
    /// A file with more tokens, which is read again when it changes.
    #[serde(default)]
    pub tokens_file: Option<PathBuf>,
    /// TLS, whose files are read again when they change; without it the service uses plain HTTP.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Where accepted requests are kept while the broker is away; without it the answer is 503 then.
    #[serde(default)]
    pub spool: Option<SpoolConfig>,
    /// The MQTT broker to which gateways send; without it nothing comes by MQTT.
    #[serde(default)]
    pub mqtt: Option<MqttConfig>,
    /// Formats of suppliers' files.
    #[serde(default)]
    pub files: FilesConfig,
    /// Payloads of services.
    #[serde(default)]
    pub services: ServicesConfig,
}

/// Formats of suppliers' files.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilesConfig {
    /// A folder with descriptions of further formats, a TOML file each; one with the name of a shipped format replaces it.
    #[serde(default)]
    pub formats: Option<PathBuf>,
}

/// Payloads of services.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicesConfig {
    /// A folder with descriptions of further services, a TOML file each; one with the name of a shipped service replaces it.
    #[serde(default)]
    pub descriptions: Option<PathBuf>,
    /// A file for the last reads of registers that come over HTTP; without it, services that send registers are refused.
    #[serde(default)]
    pub last_reads: Option<PathBuf>,
}

impl Config {
    /// Checks what deserialisation cannot: whether the tokens, the files, the limits and the sharding can be used.
    pub fn check(&self) -> Result<(), IngestError> {
        let tokens = self.all_tokens()?;
        if let Some(mqtt) = &self.mqtt {
            mqtt.check(&tokens).map_err(MqttError::from)?;
        }
        self.tls.as_ref().map_or(Ok(()), TlsConfig::check)?;
        self.limits.check()?;
        self.formats()?;
        self.services()?;
        if let Some(path) = &self.services.last_reads {
            LastReads::check(path)?;
        }
        if let Some(wrong) = self.spool.as_ref().and_then(SpoolConfig::wrong) {
            return Err(SpoolError::Config(wrong).into());
        }
        self.spool
            .as_ref()
            .map_or(Ok(()), SpoolConfig::check_private)?;
        Sharding::new(self.sharding.shards, self.sharding.partitions)?;
        Ok(())
    }

    /// The name of every token with its label in metrics, which do not show names.
    pub fn token_labels(&self) -> Result<Vec<(String, String)>, IngestError> {
        let tokens = self.all_tokens()?;
        let labelled = |name: &str| (name.to_owned(), token_label(name));
        Ok(tokens.names().map(labelled).collect())
    }

    /// The formats that are shipped, and the trust's own.
    pub fn formats(&self) -> Result<Formats, IngestError> {
        Ok(match &self.files.formats {
            Some(folder) => Formats::with_those_of(folder)?,
            None => Formats::shipped()?,
        })
    }

    /// The services whose payloads are known: those that are shipped, and the trust's own.
    pub(crate) fn services(&self) -> Result<Services, IngestError> {
        let services = match &self.services.descriptions {
            Some(folder) => Services::with_those_of(folder),
            None => Services::shipped(),
        };
        services.map_err(IngestError::Services)
    }

    /// The tokens of the configuration and the current tokens of the file.
    pub(crate) fn all_tokens(&self) -> Result<Tokens, IngestError> {
        Ok(Tokens::load(&self.tokens, self.tokens_file.as_deref())?)
    }
}

impl chassis::ServiceConfig for Config {
    fn listen(&self) -> &str {
        &self.listen
    }

    fn log_format(&self) -> LogFormat {
        self.log_format
    }

    fn stop_seconds(&self) -> u64 {
        self.stop_seconds
    }

    fn sensitivity(&self) -> Sensitivity {
        let mqtt = self.mqtt.as_ref().is_some_and(MqttConfig::holds_password);
        Sensitivity::of(!self.tokens.is_empty(), self.bus.holds_password() || mqtt)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use chassis::chain;

    /// Checks the error of `validate` for a configuration that ends like this.
    fn check(end: &str, wanted: &str) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ingest.toml");
        let file_of = |name: &str, mode| {
            let path = folder.path().join(name);
            std::fs::write(&path, "").unwrap();
            std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
            path.display().to_string()
        };
        let end = end.replace("EMPTY", &file_of("empty.toml", 0o600));
        let end = end.replace("SHARED", &file_of("shared.toml", 0o644));
        let begin =
            "listen = \"\"\nkafka.brokers = \"\"\nsharding = { shards = 8, partitions = 4 }\n";
        std::fs::write(&file, format!("{begin}{end}")).unwrap();
        let config: Config = chassis::read_config(&file).unwrap();
        let message = config.check().err().map(|error| chain(&error));
        let message = message.unwrap_or_default();
        match wanted {
            "" => assert_eq!(message, ""),
            _ => assert!(message.contains(wanted), "{message}"),
        }
    }

    #[test]
    fn an_unusable_setting_is_named_by_the_check() {
        check("", "");
        check("tokens_file = \"EMPTY\"", "empty.toml holds no token");
        check("tokens_file = \"nowhere.toml\"", "cannot read nowhere.toml");
        let tls = "[tls]\ncertificate = \"EMPTY\"\nkey = \"EMPTY\"\n";
        check(tls, "empty.toml holds no certificate");
        check(
            &format!("{tls}client_ca = \"no.pem\""),
            "cannot read no.pem",
        );
        check("limits.events_per_second = 0", "events_per_second");
        check("limits.burst_events = 0", "burst_events");
        check(
            "limits.max_in_flight_per_token = 0",
            "max_in_flight_per_token",
        );
        check("spool.path = \"no/folder/spool\"", "no folder no/folder");
        check("spool = { path = \"EMPTY\", max_bytes = 0 }", "max_bytes");
        check("spool.path = \"SHARED\"", "shared.toml has mode 0644");
        check("spool.path = \"spool\"", "");
        check("limits.max_header_bytes = 8191", "max_header_bytes");
        check("limits.events_per_second = 1", "");
    }
}

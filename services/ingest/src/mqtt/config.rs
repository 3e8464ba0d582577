//! The configuration of MQTT: the broker, and what is subscribed to.

use std::net::IpAddr;
use std::path::PathBuf;

use chassis::{PrivateError, Secret, SecretError};
use events::{LONGEST_TEXT, is_text};
use serde::Deserialize;
use url::Url;

use crate::last_reads::LastReads;
use crate::last_reads::LastReadsError;
use crate::mqtt::payload::Payload;
use crate::mqtt::topic;
use crate::tokens::Tokens;

/// The broker, and what is subscribed to.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MqttConfig {
    /// `mqtts://host:port`, or `mqtt://host:port` without TLS; port 8883 or 1883 unless stated.
    pub url: String,
    /// The name of the session that the broker keeps while ingest is away: the same after every restart, and different for
    /// every ingest of one broker.
    pub client_id: String,
    /// PEM: the authority of the broker's certificate; without it, those that the machine trusts.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// The user to log in as.
    #[serde(default)]
    pub username: Option<String>,
    /// The user's password.
    #[serde(default)]
    pub password: Option<Secret>,
    /// A file for the last reads of registers.
    pub state: PathBuf,
    /// How many seconds the connection may be idle before both sides make sure that it works.
    #[serde(default = "keep_alive")]
    pub keep_alive_seconds: u16,
    /// What is subscribed to. A message is read by the first that its topic matches.
    pub subscriptions: Vec<Subscription>,
}

fn keep_alive() -> u16 {
    30
}

/// Topics of one kind of sender.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subscription {
    /// A filter of topics: `+` stands for one level, `#` at the end for all levels that follow.
    pub topic: String,
    /// The name of the token by which the messages are judged.
    pub token: String,
    /// What the messages hold.
    pub payload: Payload,
}

/// Why the configuration of MQTT cannot be used. Quotes no secret.
#[derive(Debug, thiserror::Error)]
pub enum MqttConfigError {
    /// A value cannot be right.
    #[error("{0}")]
    Wrong(String),
    /// A subscription cannot be right.
    #[error("subscription {topic:?}: {why}")]
    Subscription {
        /// Its topic.
        topic: String,
        /// What is wrong.
        why: String,
    },
    /// The password cannot be had.
    #[error(transparent)]
    Password(#[from] SecretError),
    /// Others than its owner can read a file.
    #[error("cannot use a file that is not private")]
    Private(#[from] PrivateError),
    /// The last reads of registers cannot be kept where it says.
    #[error("cannot use state")]
    State(#[from] LastReadsError),
}

/// Where a broker is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) tls: bool,
}

impl MqttConfig {
    /// Checks what can be checked without the broker.
    pub(crate) fn check(&self, tokens: &Tokens) -> Result<(), MqttConfigError> {
        let wrong = |why: &str| Err(MqttConfigError::Wrong(why.to_owned()));
        let address = self.address()?;
        if !is_text(&self.client_id) {
            return wrong("client_id is 1 to 200 characters");
        }
        if self.ca.is_some() && !address.tls {
            return wrong("ca is of use with a url that begins with mqtts:// only");
        }
        if self.password.is_some() && self.username.is_none() {
            return wrong("password needs a username");
        }
        if self.keep_alive_seconds == 0 {
            return wrong("keep_alive_seconds is at least 1");
        }
        if self.subscriptions.is_empty() {
            return wrong("subscriptions is empty; name at least one");
        }
        for subscription in &self.subscriptions {
            let fault = |why: String| MqttConfigError::Subscription {
                topic: subscription.topic.clone(),
                why,
            };
            if !topic::is_filter(&subscription.topic) {
                let why = "a filter has + as a whole level only, and # as the last level only";
                return Err(fault(why.to_owned()));
            }
            if tokens.by_name(&subscription.token).is_none() {
                return Err(fault(format!(
                    "there is no token {:?}; name one of [[tokens]] or of tokens_file",
                    subscription.token
                )));
            }
            if let Some(why) = subscription.payload.wrong() {
                return Err(fault(why));
            }
        }
        self.credentials()?;
        Ok(LastReads::check(&self.state)?)
    }

    /// Where the broker is.
    pub(crate) fn address(&self) -> Result<Address, MqttConfigError> {
        let wrong = || {
            let why = "url is mqtts://host:port, or mqtt://host:port without TLS; the user and the password stand in keys of \
                       their own";
            MqttConfigError::Wrong(why.to_owned())
        };
        let url = Url::parse(&self.url).map_err(|_| wrong())?;
        let tls = match url.scheme() {
            "mqtts" => true,
            "mqtt" => false,
            _ => return Err(wrong()),
        };
        let bare = url.username().is_empty() && url.password().is_none();
        let host = url.host_str().filter(|host| !host.is_empty() && bare);
        let host = host.ok_or_else(wrong)?.trim_matches(['[', ']']).to_owned();
        let port = url.port().unwrap_or(if tls { 8883 } else { 1883 });
        Ok(Address { host, port, tls })
    }

    /// The user and the password.
    pub(crate) fn credentials(&self) -> Result<Option<(String, String)>, MqttConfigError> {
        let Some(user) = &self.username else {
            return Ok(None);
        };
        let password = self.password.as_ref().map(Secret::value).transpose()?;
        Ok(Some((user.clone(), password.unwrap_or_default())))
    }

    /// Whether it holds a password in plain text.
    pub fn holds_password(&self) -> bool {
        self.password.as_ref().is_some_and(Secret::is_plain)
    }

    /// Whether a password would travel in the clear to another machine.
    pub(crate) fn exposes_password(&self) -> bool {
        let is_local = |host: &str| {
            host == "localhost" || host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
        };
        let remote = |address: Address| !address.tls && !is_local(&address.host);
        self.password.is_some() && self.address().is_ok_and(remote)
    }
}

/// The source of the events that come by a topic: the topic itself, or a hash in place of a long end.
pub(crate) fn source(topic: &str) -> String {
    const HASHED: usize = 16;
    let source = format!("mqtt:{topic}");
    if is_text(&source) {
        return source;
    }
    let hash = crate::tokens::token_sha256(topic);
    let readable = source.chars().filter(|letter| !letter.is_control());
    let beginning: String = readable.take(LONGEST_TEXT - HASHED - 1).collect();
    format!("{beginning}-{}", hash.get(..HASHED).unwrap_or(&hash))
}

#[cfg(test)]
mod tests;

//! `[history]`: to which receiver the figures are written by event time.

use std::collections::BTreeMap;

use chassis::Secret;
use chrono::NaiveDate;
use serde::Deserialize;
use url::Url;

/// `[history]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryConfig {
    /// Where to write: `http://127.0.0.1:9090/api/v1/write`.
    pub url: String,
    /// The version of the protocol that the receiver speaks.
    #[serde(default)]
    pub protocol: Protocol,
    /// How publish logs in.
    #[serde(default)]
    pub auth: Auth,
    /// Further headers, such as the tenant's.
    #[serde(default)]
    pub headers: BTreeMap<String, Secret>,
    /// How often publish looks for what is new.
    #[serde(default = "minute")]
    pub every_seconds: u64,
    /// The first month that is written; all that is in the ledger unless set.
    #[serde(default)]
    pub from: Option<NaiveDate>,
    /// How many days a day or month has to be over before its figures are written for the first time.
    #[serde(default = "one")]
    pub settle_days: u32,
    /// How many days back the receiver accepts samples; without a limit unless set.
    #[serde(default)]
    pub out_of_order_days: Option<u32>,
}

/// The version of remote write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub enum Protocol {
    /// `prometheus.WriteRequest`.
    #[default]
    #[serde(rename = "1.0")]
    V1,
    /// `io.prometheus.write.v2.Request`.
    #[serde(rename = "2.0")]
    V2,
}

/// How publish logs in to the receiver.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "lowercase")]
pub enum Auth {
    /// Not at all.
    #[default]
    None,
    /// A user and a password.
    Basic {
        /// The user.
        username: String,
        /// The password.
        password: Secret,
    },
    /// A token.
    Bearer {
        /// The token.
        token: Secret,
    },
    /// Client credentials of OAuth 2.0.
    OAuth2 {
        /// The client's id.
        client_id: String,
        /// Its secret.
        client_secret: Secret,
        /// Where tokens are issued.
        token_url: String,
        /// The scopes to ask for, separated by spaces.
        #[serde(default)]
        scope: Option<String>,
    },
}

impl HistoryConfig {
    /// Checks what can be checked without the receiver. The error names the setting and quotes no secret.
    pub(crate) fn check(&self) -> Result<(), String> {
        check_url("url", &self.url)?;
        if let Auth::OAuth2 { token_url, .. } = &self.auth {
            check_url("auth.oauth2.token_url", token_url)?;
        }
        match self.every_seconds {
            0 => Err("every_seconds is at least 1".to_owned()),
            _ => Ok(()),
        }
    }

    /// Whether the configuration itself holds a secret. A tenant's name in a header is none; a key belongs in a file.
    pub fn holds_password(&self) -> bool {
        match &self.auth {
            Auth::None => false,
            Auth::Basic {
                password: secret, ..
            }
            | Auth::Bearer { token: secret }
            | Auth::OAuth2 {
                client_secret: secret,
                ..
            } => secret.is_plain(),
        }
    }
}

fn check_url(name: &str, text: &str) -> Result<(), String> {
    let wanted =
        format!("{name} is http:// or https://, a host and a path, without a user or password");
    let url = Url::parse(text).map_err(|_| wanted.clone())?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let names_user = !url.username().is_empty() || url.password().is_some();
    match is_web && !names_user {
        true => Ok(()),
        false => Err(wanted),
    }
}

fn minute() -> u64 {
    60
}

fn one() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, expected: Result<(), &str>) {
        let read = toml::from_str::<HistoryConfig>(toml).map_err(|error| error.to_string());
        let checked = read.and_then(|config| config.check());
        match expected {
            Ok(()) => assert_eq!(checked, Ok(()), "{toml}"),
            Err(part) => {
                let why = checked.unwrap_err();
                assert!(why.contains(part), "{toml}: {why}");
                assert!(!why.contains("hunter2"), "{why}");
            }
        }
    }

    #[test]
    fn what_cannot_be_a_receiver_is_refused_and_the_setting_named() {
        let url = "url = \"https://mimir.example/api/v1/push\"\n";
        check(url, Ok(()));
        check(&format!("{url}protocol = \"2.0\""), Ok(()));
        check(&format!("{url}protocol = \"3.0\""), Err("unknown variant"));
        check(&format!("{url}every_seconds = 0"), Err("every_seconds"));
        check("url = \"mimir:9009\"", Err("url is http:// or https://"));
        check(
            "url = \"https://a:hunter2@mimir.example/\"",
            Err("without a user"),
        );
        let basic = "[auth.basic]\nusername = \"u\"\npassword = { env = \"P\" }";
        check(&format!("{url}{basic}"), Ok(()));
        check(
            &format!("{url}[auth.bearer]\ntoken = {{ file = \"/t\" }}"),
            Ok(()),
        );
        let oauth = "[auth.oauth2]\nclient_id = \"c\"\nclient_secret = { env = \"S\" }\n";
        let token_url = "token_url = \"https://login.example/token\"";
        check(&format!("{url}{oauth}{token_url}"), Ok(()));
        check(
            &format!("{url}{oauth}token_url = \"login\""),
            Err("auth.oauth2.token_url"),
        );
        check(&format!("{url}{oauth}"), Err("token_url"));
    }

    #[test]
    fn a_secret_in_the_configuration_makes_it_worth_protecting() {
        let of = |auth: &str| {
            let text = format!("url = \"http://h/\"\n[auth.bearer]\ntoken = {auth}");
            toml::from_str::<HistoryConfig>(&text)
                .unwrap()
                .holds_password()
        };
        assert!(of("\"hunter2\""));
        assert!(!of("{ env = \"TOKEN\" }"));
    }
}

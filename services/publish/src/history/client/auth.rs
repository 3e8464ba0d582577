//! Logging in to the receiver.

use std::time::{Duration, Instant};

use reqwest::RequestBuilder;
use serde::Deserialize;

use super::super::error::HistoryError;
use crate::config::Auth;

/// A token is renewed so long before it expires.
const BEFORE: Duration = Duration::from_secs(30);
/// How long a token counts whose issuer does not say how long.
const UNSTATED: u64 = 300;

/// A token of OAuth, once there is one.
#[derive(Default)]
pub(super) struct Login {
    token: Option<Token>,
}

struct Token {
    text: String,
    until: Instant,
}

/// What an issuer answers.
#[derive(Deserialize)]
struct Issued {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl Login {
    /// Forgets a token that the receiver does not accept. Returns whether there was one.
    pub(super) fn forget(&mut self) -> bool {
        self.token.take().is_some()
    }

    /// The request with its credentials. Secrets are read each time, so that a new one counts without a restart.
    pub(super) async fn sign(
        &mut self,
        request: RequestBuilder,
        auth: &Auth,
        http: &reqwest::Client,
    ) -> Result<RequestBuilder, HistoryError> {
        Ok(match auth {
            Auth::None => request,
            Auth::Basic { username, password } => {
                let password = password.value().map_err(HistoryError::Secret)?;
                request.basic_auth(username, Some(password))
            }
            Auth::Bearer { token } => {
                request.bearer_auth(token.value().map_err(HistoryError::Secret)?)
            }
            Auth::OAuth2 { .. } => request.bearer_auth(self.token(auth, http).await?),
        })
    }

    async fn token(&mut self, auth: &Auth, http: &reqwest::Client) -> Result<String, HistoryError> {
        let known = self
            .token
            .as_ref()
            .filter(|token| Instant::now() < token.until);
        if let Some(token) = known {
            return Ok(token.text.clone());
        }
        let issued = issue(auth, http).await?;
        let lasts = Duration::from_secs(issued.expires_in.unwrap_or(UNSTATED));
        self.token = Some(Token {
            text: issued.access_token.clone(),
            until: Instant::now() + lasts.saturating_sub(BEFORE),
        });
        Ok(issued.access_token)
    }
}

async fn issue(auth: &Auth, http: &reqwest::Client) -> Result<Issued, HistoryError> {
    let Auth::OAuth2 {
        client_id,
        client_secret,
        token_url,
        scope,
    } = auth
    else {
        return Err(HistoryError::Token("no client is configured".to_owned()));
    };
    let mut form = vec![("grant_type", "client_credentials")];
    form.extend(scope.as_deref().map(|scope| ("scope", scope)));
    let secret = client_secret.value().map_err(HistoryError::Secret)?;
    let request = http.post(token_url).basic_auth(client_id, Some(secret));
    let unreached = |error: reqwest::Error| HistoryError::Unreached(error.without_url());
    let answer = request.form(&form).send().await.map_err(unreached)?;
    let status = answer.status();
    if status.is_server_error() {
        return Err(HistoryError::Busy(status));
    }
    if !status.is_success() {
        return Err(HistoryError::Token(status.to_string()));
    }
    let issued = answer.json().await;
    issued.map_err(|_| HistoryError::Token("its answer holds no access_token".to_owned()))
}

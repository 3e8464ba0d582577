//! Opens a store from a URL.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::prefix::PrefixStore;
use object_store::{ClientOptions, ObjectStore, RetryConfig};
use serde::Deserialize;
use url::Url;

use crate::local::Local;
use crate::{Lake, LakeError};

/// Where the lake is.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LakeConfig {
    /// `file:///var/lib/greenledger`, a path, `s3://bucket/prefix`, `az://container/prefix` or `memory:`.
    pub url: String,
    /// Options of an S3-compatible or Azure store, such as `endpoint`, `region` and `account_name`. Prefer to leave credentials
    /// in the environment (`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, `AZURE_STORAGE_ACCOUNT_KEY`) or to the machine's
    /// own role.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// How long a failed store operation is retried before the service gives up. If unset: three minutes after "too many
    /// requests" and the store's own errors, and ten seconds after any other error that may be temporary.
    #[serde(default)]
    pub patience_seconds: Option<u64>,
}

/// Prints only the names of the options: a value may be a key.
impl fmt::Debug for LakeConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LakeConfig")
            .field("url", &self.url)
            .field("options", &self.options.keys())
            .field("patience_seconds", &self.patience_seconds)
            .finish()
    }
}

impl LakeConfig {
    /// The lake at `url`, with every other setting at its default.
    pub fn at(url: impl Into<String>) -> Self {
        LakeConfig {
            url: url.into(),
            options: BTreeMap::new(),
            patience_seconds: None,
        }
    }

    /// Whether an option holds a secret key of the store.
    pub fn holds_password(&self) -> bool {
        let words = ["secret", "key", "token", "sas", "password"];
        let secret = |name: &String| words.iter().any(|word| name.contains(word));
        self.options.keys().any(secret)
    }

    /// Opens the lake. Nothing is read or written yet, except that a local folder is created.
    ///
    /// ```
    /// use lake::{LakeConfig, LakeError, Put};
    ///
    /// # tokio::runtime::Runtime::new().unwrap().block_on(async {
    /// let lake = LakeConfig::at("memory:").open()?;
    /// assert_eq!(lake.create("notes/1", "first".into()).await?, Put::Created);
    /// // An object is only ever created.
    /// assert_eq!(lake.create("notes/1", "second".into()).await?, Put::Exists);
    /// assert_eq!(lake.read("notes/1").await?.as_deref(), Some(b"first".as_slice()));
    /// assert_eq!(lake.list("notes").await?, ["notes/1"]);
    /// # Ok::<(), LakeError>(())
    /// # }).unwrap();
    /// ```
    pub fn open(&self) -> Result<Lake, LakeError> {
        let lake = self.lake()?;
        Ok(match self.patience() {
            Some(patience) => lake.patient_for(patience),
            None => lake,
        })
    }

    fn lake(&self) -> Result<Lake, LakeError> {
        let refuse = |why: String| LakeError::Open {
            url: self.url.clone(),
            why,
        };
        match Url::parse(&self.url) {
            Ok(url) if url.scheme() == "s3" => self.bucket(&url).map_err(refuse),
            Ok(url) if url.scheme() == "az" => self.container(&url).map_err(refuse),
            Ok(url) if url.scheme() == "memory" => Ok(Lake::new(Arc::new(InMemory::new()), None)),
            Ok(url) if url.scheme() == "file" => {
                let folder = url
                    .to_file_path()
                    .map_err(|()| refuse("not a folder".to_owned()))?;
                local(folder).map_err(refuse)
            }
            Ok(url) => Err(refuse(format!("no store is called {}:", url.scheme()))),
            Err(_not_a_url) => local(PathBuf::from(&self.url)).map_err(refuse),
        }
    }

    fn bucket(&self, url: &Url) -> Result<Lake, String> {
        let mut builder = AmazonS3Builder::from_env()
            .with_url(url.as_str())
            .with_client_options(client())
            .with_retry(self.retry());
        for (name, value) in &self.options {
            let key = name
                .parse()
                .map_err(|_| format!("no option of S3 is called {name:?}"))?;
            builder = builder.with_config(key, value);
        }
        let store = builder.build().map_err(|error| error.to_string())?;
        Ok(under(Arc::new(store), url))
    }

    fn container(&self, url: &Url) -> Result<Lake, String> {
        let container = url.host_str().unwrap_or_default();
        let mut builder = MicrosoftAzureBuilder::from_env()
            .with_container_name(container)
            .with_client_options(client())
            .with_retry(self.retry());
        for (name, value) in &self.options {
            let key = name
                .parse()
                .map_err(|_| format!("no option of Azure is called {name:?}"))?;
            builder = builder.with_config(key, value);
        }
        let store = builder.build().map_err(|error| error.to_string())?;
        Ok(under(Arc::new(store), url))
    }

    fn patience(&self) -> Option<Duration> {
        self.patience_seconds.map(Duration::from_secs)
    }

    /// The store's client signs a request once and reuses the signature for all its retries, and a signature expires. So the
    /// client's own retries are kept within its default limit; for anything longer the lake sends a new request.
    fn retry(&self) -> RetryConfig {
        let usual = RetryConfig::default();
        let patience = self.patience().unwrap_or(usual.retry_timeout);
        RetryConfig {
            retry_timeout: patience.min(usual.retry_timeout),
            ..usual
        }
    }
}

fn client() -> ClientOptions {
    ClientOptions::new().with_allow_http(true)
}

/// The lake in a bucket, under the path of its URL.
fn under(store: Arc<dyn ObjectStore>, url: &Url) -> Lake {
    let prefix = url.path().trim_matches('/').to_owned();
    let store = if prefix.is_empty() {
        store
    } else {
        Arc::new(PrefixStore::new(store, prefix))
    };
    Lake::new(store, None)
}

fn local(folder: PathBuf) -> Result<Lake, String> {
    let message = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(message)?;
    let folder = folder.canonicalize().map_err(message)?;
    let store = LocalFileSystem::new_with_prefix(&folder).map_err(|error| error.to_string())?;
    Ok(Lake::new(Arc::new(store), Some(Local::new(folder))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_option_is_printed() {
        let mut config = LakeConfig::at("s3://bucket/prefix");
        let options = [("region", "eu-west-2"), ("secret_access_key", "s3cr3t")];
        config.options = options
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert!(config.holds_password());
        let printed = format!("{config:?}");
        assert!(printed.contains("secret_access_key"), "{printed}");
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
}

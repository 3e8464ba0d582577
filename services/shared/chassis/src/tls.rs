//! TLS by rustls: certificate and key from PEM files, and whose certificates a sender may show.

mod expiry;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::Deserialize;
use tokio_rustls::TlsAcceptor;

use crate::{PrivateError, Stop, private};

/// Where certificates and keys are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM: the service's certificate, then those between it and its authority's.
    pub certificate: PathBuf,
    /// PEM: the key of the certificate.
    pub key: PathBuf,
    /// PEM: the authorities whose certificates senders may show. Without it none is asked for.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
    /// Whether a sender without a certificate is turned away. One that shows a wrong certificate always is.
    #[serde(default = "required")]
    pub client_required: bool,
}

fn required() -> bool {
    true
}

/// Why TLS cannot be spoken. Names files and never what stands in them.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Others than its owner can read the key.
    #[error("cannot use the private key")]
    Key(#[from] PrivateError),
    /// It holds something else.
    #[error("{path} holds no {what} in PEM")]
    Pem {
        /// Which file.
        path: PathBuf,
        /// What it should hold.
        what: &'static str,
    },
    /// The key is of another certificate, or one of a kind that is not spoken.
    #[error("cannot use {certificate} with {key}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// Why.
        #[source]
        source: rustls::Error,
    },
    /// The authorities of senders cannot be used.
    #[error("cannot use {path} as authorities of senders: {why}")]
    Authorities {
        /// Which file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// Rustls itself.
    #[error("cannot set up TLS")]
    Setup(#[source] rustls::Error),
}

impl TlsConfig {
    /// The files, to be looked at for changes.
    pub fn files(&self) -> Vec<PathBuf> {
        let own = [&self.certificate, &self.key];
        own.into_iter().chain(&self.client_ca).cloned().collect()
    }

    /// Whether the files can be used as they are now.
    pub fn check(&self) -> Result<(), TlsError> {
        self.load().map(|_| ())
    }

    /// The first end of any certificate in each file, in seconds since 1970.
    fn expiries(&self) -> Result<Vec<Expiry>, TlsError> {
        let own = [("certificate", &self.certificate)];
        let senders = self.client_ca.iter().map(|path| ("client_ca", path));
        let files = own.into_iter().chain(senders);
        let first = |(what, path): (_, &PathBuf)| {
            let ends = certificates(path)?;
            let ends = ends.iter().filter_map(|one| expiry::not_after(one));
            Ok(ends.min().map(|at| Expiry { what, at }))
        };
        files.filter_map(|file| first(file).transpose()).collect()
    }

    fn load(&self) -> Result<ServerConfig, TlsError> {
        // Named, because a process that links two providers has no default.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Setup)?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(path) => {
                let roots = Arc::new(authorities(path)?);
                let mut verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                if !self.client_required {
                    verifier = verifier.allow_unauthenticated();
                }
                let verifier = verifier.build();
                builder.with_client_cert_verifier(verifier.map_err(|error| unfit(path, &error))?)
            }
        };
        let chain = certificates(&self.certificate)?;
        let key = read(&self.key)?;
        private::check(&self.key)?;
        let key = PrivateKeyDer::from_pem_slice(&key);
        let key = key.map_err(|error| no_pem(&self.key, "private key", &error))?;
        let mut config = builder
            .with_single_cert(chain, key)
            .map_err(|source| TlsError::Pair {
                certificate: self.certificate.clone(),
                key: self.key.clone(),
                source,
            })?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// When certificates of a file can be used no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// Whose: `certificate` or `client_ca`, as the configuration calls the file.
    pub what: &'static str,
    /// In seconds since 1970.
    pub at: i64,
}

fn read(path: &Path) -> Result<Vec<u8>, TlsError> {
    std::fs::read(path).map_err(|source| TlsError::Read {
        path: path.to_owned(),
        source,
    })
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&read(path)?).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        Ok(_) => Err(no_pem(path, "certificate", &PemError::NoItemsFound)),
        Err(error) => Err(no_pem(path, "certificate", &error)),
    }
}

/// The parser's own words may quote the file, which may be a key: they are left out.
fn no_pem(path: &Path, what: &'static str, _why: &PemError) -> TlsError {
    TlsError::Pem {
        path: path.to_owned(),
        what,
    }
}

fn authorities(path: &Path) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots
            .add(certificate)
            .map_err(|error| unfit(path, &error))?;
    }
    Ok(roots)
}

fn unfit(path: &Path, why: &dyn std::error::Error) -> TlsError {
    TlsError::Authorities {
        path: path.to_owned(),
        why: why.to_string(),
    }
}

/// TLS as it is spoken now; every copy is the same one.
#[derive(Clone)]
pub struct Tls {
    config: TlsConfig,
    current: Arc<Mutex<Current>>,
}

struct Current {
    rustls: Arc<ServerConfig>,
    expiries: Vec<Expiry>,
    /// Set when another takes its place.
    replaced: Stop,
}

impl Tls {
    /// With the files as they are now.
    pub fn load(config: &TlsConfig) -> Result<Self, TlsError> {
        let current = Current {
            rustls: Arc::new(config.load()?),
            expiries: config.expiries()?,
            replaced: Stop::new(),
        };
        Ok(Tls {
            config: config.clone(),
            current: Arc::new(Mutex::new(current)),
        })
    }

    /// Reads the files again. New connections are shown what they hold now, and old ones end with the request they are
    /// in; if they cannot be used, everything stays as it was.
    pub fn reload(&self) -> Result<(), TlsError> {
        let (rustls, expiries) = (Arc::new(self.config.load()?), self.config.expiries()?);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (current.rustls, current.expiries) = (rustls, expiries);
        std::mem::replace(&mut current.replaced, Stop::new()).cancel();
        Ok(())
    }

    /// Until when what is spoken with now can be used.
    pub fn expiries(&self) -> Vec<Expiry> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.expiries.clone()
    }

    /// What takes the next connection in, and what is set when another takes its place.
    pub(crate) fn acceptor(&self) -> (TlsAcceptor, Stop) {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (
            TlsAcceptor::from(current.rustls.clone()),
            current.replaced.clone(),
        )
    }
}

#[cfg(test)]
mod tests;

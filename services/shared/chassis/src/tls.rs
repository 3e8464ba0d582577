//! TLS by rustls: the certificate and key from PEM files, and the authorities whose certificates senders may present.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::{Error as PemError, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde::Deserialize;
use tokio_rustls::TlsAcceptor;
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::{PrivateError, Stop, private};

/// Where certificates and keys are.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// PEM: the service's certificate, then the intermediate certificates up to its authority's.
    pub certificate: PathBuf,
    /// PEM: the key of the certificate.
    pub key: PathBuf,
    /// PEM: the authorities whose certificates senders may present. Without it, no certificate is requested.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
    /// Whether a sender without a certificate is rejected. A sender with an invalid certificate is always rejected.
    #[serde(default = "required")]
    pub client_required: bool,
}

fn required() -> bool {
    true
}

/// Why TLS cannot be set up. Names files and never quotes their content.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read.
    #[error("cannot read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// Users other than its owner can read the key.
    #[error("cannot use the private key")]
    Key(#[from] PrivateError),
    /// The file does not hold what it should.
    #[error("{path} holds no {what} in PEM")]
    Pem {
        /// The file.
        path: PathBuf,
        /// The expected content.
        what: &'static str,
    },
    /// The key belongs to another certificate, or is of an unsupported kind.
    #[error("cannot use {certificate} with {key}")]
    Pair {
        /// The certificate's file.
        certificate: PathBuf,
        /// The key's file.
        key: PathBuf,
        /// The cause.
        #[source]
        source: rustls::Error,
    },
    /// The authorities for senders' certificates cannot be used.
    #[error("cannot use {path} as authorities of senders: {why}")]
    Authorities {
        /// The file.
        path: PathBuf,
        /// The cause.
        why: String,
    },
    /// An error from rustls itself.
    #[error("cannot set up TLS")]
    Setup(#[source] rustls::Error),
}

impl TlsConfig {
    /// The files to watch for changes.
    pub fn files(&self) -> Vec<PathBuf> {
        let own = [&self.certificate, &self.key];
        own.into_iter().chain(&self.client_ca).cloned().collect()
    }

    /// Checks whether the files can be used as they are now.
    pub fn check(&self) -> Result<(), TlsError> {
        self.load().map(|_| ())
    }

    /// The earliest expiry of any certificate in each file, in seconds since 1970.
    fn expiries(&self) -> Result<Vec<Expiry>, TlsError> {
        let own = [("certificate", &self.certificate)];
        let senders = self.client_ca.iter().map(|path| ("client_ca", path));
        let files = own.into_iter().chain(senders);
        let first = |(what, path): (_, &PathBuf)| {
            let ends = certificates(path)?;
            let ends = ends.iter().filter_map(|one| not_after(one));
            Ok(ends.min().map(|at| Expiry { what, at }))
        };
        files.filter_map(|file| first(file).transpose()).collect()
    }

    fn load(&self) -> Result<ServerConfig, TlsError> {
        // The provider is named, because a process that links two providers has no default.
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

/// The time at which the certificates of a file expire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry {
    /// The file, by its configuration key: `certificate` or `client_ca`.
    pub what: &'static str,
    /// The expiry in seconds since 1970.
    pub at: i64,
}

/// The last second in which a certificate is valid, counted from 1970.
fn not_after(certificate: &[u8]) -> Option<i64> {
    let (_, certificate) = X509Certificate::from_der(certificate).ok()?;
    Some(certificate.validity().not_after.timestamp())
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

/// The parser's own message may quote the file, which may be a key: it is left out.
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

/// The TLS settings in use; all copies share them.
#[derive(Clone)]
pub struct Tls {
    config: TlsConfig,
    current: Arc<Mutex<Current>>,
}

struct Current {
    rustls: Arc<ServerConfig>,
    expiries: Vec<Expiry>,
    /// Set when newer settings replace these.
    replaced: Stop,
}

impl Tls {
    /// Loads the settings from the current files.
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

    /// Reads the files again. New connections use the new content, and old connections end after their current request. If the
    /// files cannot be used, nothing changes.
    pub fn reload(&self) -> Result<(), TlsError> {
        let (rustls, expiries) = (Arc::new(self.config.load()?), self.config.expiries()?);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        (current.rustls, current.expiries) = (rustls, expiries);
        std::mem::replace(&mut current.replaced, Stop::new()).cancel();
        Ok(())
    }

    /// Until when the certificates in use are valid.
    pub fn expiries(&self) -> Vec<Expiry> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.expiries.clone()
    }

    /// The acceptor for the next connection, and the signal that is set when newer settings replace it.
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

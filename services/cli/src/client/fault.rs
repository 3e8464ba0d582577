//! Classifies connection faults by the types of the errors, never by their texts.

use std::error::Error;
use std::io::ErrorKind;
use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Why a connection failed or broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// No process listens at the address.
    Refused,
    /// No machine has this name.
    UnknownHost,
    /// TLS could not be negotiated, or a certificate was not accepted.
    Tls,
    /// The request timed out.
    TimeOut,
    /// The connection broke, or failed for another reason.
    Broken,
}

impl Fault {
    pub(super) fn of(error: &reqwest::Error) -> Self {
        let mut cause: Option<&(dyn Error + 'static)> = Some(error);
        while let Some(error) = cause {
            if let Some(fault) = known(error) {
                return fault;
            }
            cause = error.source();
        }
        match error.is_timeout() {
            true => Fault::TimeOut,
            false => Fault::Broken,
        }
    }

    /// Whether a retry may succeed with nothing changed here: a wrong name or certificate seldom does.
    pub(super) fn may_pass(self) -> bool {
        matches!(self, Fault::Refused | Fault::TimeOut | Fault::Broken)
    }

    /// The fault in words, to follow the address.
    pub(super) fn text(self) -> &'static str {
        match self {
            Fault::Refused => "the connection is refused",
            Fault::UnknownHost => "the host name is not known",
            Fault::Tls => "TLS failed",
            Fault::TimeOut => "no answer in time",
            Fault::Broken => "the connection broke off",
        }
    }

    /// What the operator should check.
    pub(super) fn hint(self) -> &'static str {
        match self {
            Fault::Refused => "check that ingest runs, and the port of --url or GREENLEDGER_URL",
            Fault::UnknownHost => "check the host of --url or GREENLEDGER_URL, and DNS",
            Fault::Tls => {
                "check that ingest speaks TLS there, that --ca names the authority of its certificate, and that \
                 --certificate is one it accepts"
            }
            Fault::TimeOut => "check the network in between, and that ingest is not overloaded",
            Fault::Broken => {
                "check the network in between, and that --url or GREENLEDGER_URL is that of an ingest"
            }
        }
    }
}

fn known(error: &(dyn Error + 'static)) -> Option<Fault> {
    if error.is::<UnknownHost>() {
        return Some(Fault::UnknownHost);
    }
    if error.is::<rustls::Error>() {
        return Some(Fault::Tls);
    }
    let io = error.downcast_ref::<std::io::Error>()?;
    // `source` of an I/O error skips the error it wraps.
    if let Some(fault) = io.get_ref().and_then(|inner| known(inner)) {
        return Some(fault);
    }
    match io.kind() {
        ErrorKind::ConnectionRefused => Some(Fault::Refused),
        ErrorKind::TimedOut => Some(Fault::TimeOut),
        _ => None,
    }
}

/// The system's name resolution, with its own error type.
pub(super) struct Names;

/// A name without an address.
#[derive(Debug, thiserror::Error)]
#[error("cannot look the host name up")]
struct UnknownHost(#[source] std::io::Error);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let addresses: Vec<SocketAddr> = found.map_err(UnknownHost)?.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

//! Certificates for tests, generated on the spot.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};
use tempfile::TempDir;

use crate::TlsConfig;

/// A certificate authority that only the test trusts.
pub(crate) struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, in PEM.
pub(crate) struct Issued {
    pub(crate) certificate: String,
    pub(crate) key: String,
    pub(crate) der: Vec<u8>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "an authority of the tests");
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    pub(crate) fn pem(&self) -> String {
        self.0.pem()
    }

    /// A certificate for a server or a sender of this name.
    pub(crate) fn issue(&self, name: &str) -> Issued {
        self.issue_until(name, 2100)
    }

    /// The same, valid until a year begins.
    pub(crate) fn issue_until(&self, name: &str, year: i32) -> Issued {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 1, 1);
        params.extended_key_usages = vec![
            ExtendedKeyUsagePurpose::ServerAuth,
            ExtendedKeyUsagePurpose::ClientAuth,
        ];
        let certificate = params.signed_by(&key, &self.0).unwrap();
        Issued {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            der: certificate.der().to_vec(),
        }
    }
}

/// A folder with a server's certificate and key, and the certificate authority of senders.
pub(crate) fn folder_with(authority: &Authority, client_required: bool) -> (TempDir, TlsConfig) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let server = authority.issue("localhost");
    std::fs::write(at("server.pem"), server.certificate).unwrap();
    std::fs::write(at("server.key"), server.key).unwrap();
    share(&at("server.key"), 0o600);
    std::fs::write(at("senders.pem"), authority.pem()).unwrap();
    let config = TlsConfig {
        certificate: at("server.pem"),
        key: at("server.key"),
        client_ca: Some(at("senders.pem")),
        client_required,
    };
    (folder, config)
}

/// Sets a file's mode.
pub(crate) fn share(path: &Path, mode: u32) {
    std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

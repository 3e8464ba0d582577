//! A certificate authority for tests, and its certificates.

use chrono::{Datelike, Days, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, date_time_ymd,
};
use reqwest::{Certificate, Client, Identity};

pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// PEM.
pub struct Issued {
    pub certificate: String,
    pub key: String,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "an authority of the tests");
        let key = KeyPair::generate().expect("a key");
        Authority(CertifiedIssuer::self_signed(params, key).expect("an authority"))
    }

    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// For the service or a sender, on this machine.
    pub fn issue(&self, usage: ExtendedKeyUsagePurpose) -> Issued {
        self.issue_for(usage, Days::new(365))
    }

    /// The same, for so many days.
    pub fn issue_for(&self, usage: ExtendedKeyUsagePurpose, days: Days) -> Issued {
        let ends = Utc::now().date_naive() + days;
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(["127.0.0.1".to_owned()]).expect("parameters");
        params.extended_key_usages = vec![usage];
        params.not_after = date_time_ymd(ends.year(), ends.month() as u8, ends.day() as u8);
        Issued {
            certificate: params.signed_by(&key, &self.0).expect("signed").pem(),
            key: key.serialize_pem(),
        }
    }

    /// A client that trusts this authority and no other, and shows this certificate.
    pub fn client(&self, shown: Option<&Issued>) -> Client {
        let root = Certificate::from_pem(self.pem().as_bytes()).expect("a certificate");
        let client = Client::builder()
            .use_rustls_tls()
            .tls_built_in_root_certs(false)
            .add_root_certificate(root);
        let client = match shown {
            None => client,
            Some(Issued { certificate, key }) => {
                let both = format!("{certificate}{key}");
                client.identity(Identity::from_pem(both.as_bytes()).expect("an identity"))
            }
        };
        client.build().expect("a client")
    }
}

//! Connects and logs in. The password travels over TLS only, unless the server is this machine.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail, ensure};
use async_imap::Client;
use chassis::private;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::Mailbox;

/// The environment variable of the password.
const PASSWORD: &str = "GREENLEDGER_MAIL_PASSWORD";

/// A connection, with TLS or without.
pub trait Connection: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}

impl<C: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Connection for C {}

pub type Session = async_imap::Session<Box<dyn Connection>>;

/// Who logs in, and where.
pub struct Login {
    pub mailbox: Mailbox,
    password: String,
    tls: TlsConnector,
}

impl Login {
    /// Reads the password and the certificates.
    pub fn new(
        mailbox: Mailbox,
        password_file: Option<&Path>,
        ca: Option<&Path>,
    ) -> anyhow::Result<Self> {
        Ok(Login {
            mailbox,
            password: password(password_file)?,
            tls: connector(ca)?,
        })
    }

    /// A session, logged in.
    pub async fn open(&self) -> anyhow::Result<Session> {
        let Mailbox {
            user, host, port, ..
        } = &self.mailbox;
        let client = self
            .connect()
            .await
            .with_context(|| format!("cannot reach the mail server {host}:{port}"))?;
        let session = client.login(user, &self.password).await;
        session.map_err(|(error, _)| {
            anyhow::Error::new(error).context(format!(
                "the mail server {host} does not accept {user}; check the user and {PASSWORD} or --password-file"
            ))
        })
    }

    async fn connect(&self) -> anyhow::Result<Client<Box<dyn Connection>>> {
        let host = self.mailbox.host.trim_matches(['[', ']']);
        let plain = TcpStream::connect((host, self.mailbox.port)).await?;
        if self.mailbox.over_tls {
            let stream = self.over_tls(plain).await?;
            let mut client = Client::new(stream);
            greeted(&mut client).await?;
            return Ok(client);
        }
        let mut client = Client::new(plain);
        greeted(&mut client).await?;
        match client.run_command_and_check_ok("STARTTLS", None).await {
            Ok(()) => Ok(Client::new(self.over_tls(client.into_inner()).await?)),
            Err(_) if self.mailbox.is_local() => Ok(Client::new(
                Box::new(client.into_inner()) as Box<dyn Connection>
            )),
            Err(error) => {
                bail!("it offers no TLS ({error}); write imaps:// if it has a port for TLS")
            }
        }
    }

    async fn over_tls(&self, plain: TcpStream) -> anyhow::Result<Box<dyn Connection>> {
        let host = self.mailbox.host.trim_matches(['[', ']']);
        let name = ServerName::try_from(host.to_owned())?;
        let stream = self.tls.connect(name, plain).await;
        let stream = stream.context("TLS failed; --mail-ca names an authority of your own")?;
        Ok(Box::new(stream))
    }
}

async fn greeted<C: Connection>(client: &mut Client<C>) -> anyhow::Result<()> {
    let greeting = client.read_response().await?;
    ensure!(greeting.is_some(), "it ends the connection at once");
    Ok(())
}

fn password(file: Option<&Path>) -> anyhow::Result<String> {
    let Some(path) = file else {
        return std::env::var(PASSWORD).with_context(|| {
            format!("put the password into {PASSWORD}, or name a file with --password-file")
        });
    };
    private::check(path)?;
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}

fn connector(ca: Option<&Path>) -> anyhow::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = ca {
        let unfit = || format!("{} holds no certificate in PEM", path.display());
        for certificate in CertificateDer::pem_file_iter(path).with_context(unfit)? {
            roots.add(certificate.with_context(unfit)?)?;
        }
    }
    // The provider is named, because a process that links two providers has no default.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

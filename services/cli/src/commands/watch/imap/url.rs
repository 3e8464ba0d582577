//! `imaps://user@host/FOLDER`

use std::fmt;

use anyhow::{Context, bail, ensure};
use percent_encoding::percent_decode_str;
use reqwest::Url;

/// A folder of a user on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub user: String,
    pub host: String,
    pub port: u16,
    /// Whether the connection begins with TLS; otherwise it changes to TLS at once.
    pub over_tls: bool,
    pub folder: String,
}

impl Mailbox {
    pub fn parse(text: &str) -> anyhow::Result<Self> {
        let url = Url::parse(text).context("an inbox is written imaps://user@host/FOLDER")?;
        let (over_tls, port) = match url.scheme() {
            "imaps" => (true, 993),
            "imap" => (false, 143),
            _ => bail!("an inbox is written imaps://user@host/FOLDER, or maildir:FOLDER"),
        };
        // The text is not quoted: it holds a password.
        ensure!(
            url.password().is_none(),
            "other users of the machine see a password on the command line; put it into GREENLEDGER_MAIL_PASSWORD, or name a \
             file with --password-file"
        );
        let decoded = |text: &str| {
            percent_decode_str(text)
                .decode_utf8()
                .map(|text| text.into_owned())
        };
        let user = decoded(url.username())?;
        let folder = decoded(url.path().trim_start_matches('/'))?;
        let host = url.host_str().unwrap_or_default().to_owned();
        ensure!(
            !user.is_empty() && !host.is_empty(),
            "an inbox is written imaps://user@host/FOLDER, with %40 for an @ in the user's name"
        );
        ensure!(folder.is_ascii(), "name a folder of ASCII letters");
        Ok(Mailbox {
            user,
            host,
            port: url.port().unwrap_or(port),
            over_tls,
            folder: match folder.is_empty() {
                true => "INBOX".to_owned(),
                false => folder,
            },
        })
    }

    /// Whether the server is this machine, so that what is sent to it does not pass a network.
    pub fn is_local(&self) -> bool {
        let address = self
            .host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>();
        self.host == "localhost" || address.is_ok_and(|address| address.is_loopback())
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.over_tls { "imaps" } else { "imap" };
        let Mailbox {
            user,
            host,
            port,
            folder,
            ..
        } = self;
        write!(f, "{scheme}://{user}@{host}:{port}/{folder}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_is_read_from_its_address() {
        let check = |text: &str, wanted: &str| {
            assert_eq!(Mailbox::parse(text).unwrap().to_string(), wanted);
        };
        check(
            "imaps://meters@mail.example/Suppliers",
            "imaps://meters@mail.example:993/Suppliers",
        );
        check(
            "imaps://a%40b.example@mail.example",
            "imaps://a@b.example@mail.example:993/INBOX",
        );
        check(
            "imap://m@127.0.0.1:1143/In/Files",
            "imap://m@127.0.0.1:1143/In/Files",
        );
        let error = |text: &str| Mailbox::parse(text).unwrap_err().to_string();
        assert!(error("imaps://mail.example/INBOX").contains("imaps://user@host"));
        assert!(error("https://m@mail.example").contains("imaps://user@host"));
        let of_password = error("imaps://m:s3cret@mail.example/INBOX");
        assert!(
            of_password.contains("GREENLEDGER_MAIL_PASSWORD"),
            "{of_password}"
        );
        assert!(!of_password.contains("s3cret"));
        assert!(Mailbox::parse("imap://m@localhost").unwrap().is_local());
        assert!(!Mailbox::parse("imap://m@mail.example").unwrap().is_local());
    }
}

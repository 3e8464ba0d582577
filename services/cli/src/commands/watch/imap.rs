//! A folder of an IMAP server. Its messages are fetched whole; what is handled is moved to the folders `Done` and `Refused`.

mod connection;
mod url;

use std::io::Write;
use std::time::Duration;

use anyhow::Context;
use async_imap::error::Error;
use futures::TryStreamExt;
use tempfile::NamedTempFile;
use tokio::time::timeout;

pub use self::connection::Login;
use self::connection::Session;
pub use self::url::Mailbox;
use super::Verdict;
use super::message::Reports;
use super::place::{Arrivals, Arrived, Fetched, Place};

/// How long the server may take over one command.
const PATIENCE: Duration = Duration::from_secs(120);

/// A folder on a server.
pub struct Imap {
    login: Login,
    reports: Reports,
    /// None until there is something to do, and after a fault.
    open: Option<Open>,
    /// The head of the last message fetched.
    head: Vec<u8>,
}

/// The folder, selected.
struct Open {
    session: Session,
    /// Makes the numbers of messages unique over time.
    validity: u32,
    can_move: bool,
    can_expunge_one: bool,
}

impl Imap {
    pub fn new(login: Login, reports: Reports) -> Self {
        Imap {
            login,
            reports,
            open: None,
            head: Vec::new(),
        }
    }

    /// The numbers of the messages, and what makes them unique over time.
    async fn numbers(&mut self) -> anyhow::Result<(u32, Vec<u32>)> {
        let list = async |open: &mut Open| {
            // Without it, a server need not tell of new messages.
            open.session.noop().await?;
            let found = open.session.uid_search("UNDELETED").await?;
            Ok((open.validity, found))
        };
        let (validity, found) = self.on("list messages", list).await?;
        let mut numbers: Vec<u32> = found.into_iter().collect();
        numbers.sort_unstable();
        Ok((validity, numbers))
    }

    /// Does something with the folder. After a fault, the next call connects again.
    async fn on<T>(
        &mut self,
        what: &'static str,
        action: impl AsyncFnOnce(&mut Open) -> Result<T, Error>,
    ) -> anyhow::Result<T> {
        let doing = async {
            let mut open = match self.open.take() {
                Some(open) => open,
                None => self.select().await?,
            };
            let done = action(&mut open).await;
            let done = done.with_context(|| format!("the mail server cannot {what}"))?;
            self.open = Some(open);
            Ok(done)
        };
        timeout(PATIENCE, doing)
            .await
            .with_context(|| format!("the mail server takes too long to {what}"))?
    }

    async fn select(&self) -> anyhow::Result<Open> {
        let mut session = self.login.open().await?;
        let able = session.capabilities().await?;
        for verdict in [Verdict::Done, Verdict::Refused] {
            match session.create(folder_of(verdict)).await {
                // It is there already.
                Ok(()) | Err(Error::No(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let folder = &self.login.mailbox.folder;
        let selected = session.select(folder).await;
        let selected =
            selected.with_context(|| format!("the mail server cannot open the folder {folder}"))?;
        Ok(Open {
            can_move: able.has_str("MOVE"),
            can_expunge_one: able.has_str("UIDPLUS"),
            validity: selected.uid_validity.unwrap_or_default(),
            session,
        })
    }
}

impl Place for Imap {
    fn name(&self) -> String {
        self.login.mailbox.to_string()
    }

    async fn arrived(&mut self) -> anyhow::Result<Arrivals> {
        // The server may have ended a connection that was idle.
        let was_open = self.open.is_some();
        let numbers = match self.numbers().await {
            Err(_) if was_open => self.numbers().await,
            numbers => numbers,
        };
        let (validity, numbers) = numbers?;
        let whole = numbers.into_iter().map(|number| Arrived {
            name: format!("{validity}-{number}"),
            tag: number.to_string(),
        });
        Ok(Arrivals {
            whole: whole.collect(),
            is_settling: false,
        })
    }

    async fn fetch(&mut self, arrived: &Arrived) -> anyhow::Result<Option<Fetched>> {
        let fetch = async |open: &mut Open| {
            // `PEEK` does not mark it as read.
            let messages = open.session.uid_fetch(&arrived.tag, "BODY.PEEK[]").await?;
            let messages: Vec<_> = messages.try_collect().await?;
            let body = messages.iter().find_map(|message| message.body());
            Ok(body.map(<[u8]>::to_vec))
        };
        let Some(body) = self.on("fetch a message", fetch).await? else {
            return Ok(None);
        };
        let mut file = NamedTempFile::new()?;
        file.write_all(&body)?;
        self.head = body;
        Ok(Some(Fetched::copied(file)))
    }

    async fn report(
        &mut self,
        arrived: &Arrived,
        verdict: Verdict,
        report: &str,
    ) -> anyhow::Result<String> {
        self.reports
            .write(&arrived.name, &self.head, verdict, report)?;
        Ok(folder_of(verdict).to_owned())
    }

    async fn put_away(&mut self, arrived: &Arrived, _: Verdict, to: &str) -> anyhow::Result<()> {
        let number = &arrived.tag;
        let moved = async |open: &mut Open| {
            let session = &mut open.session;
            if open.can_move {
                return session.uid_mv(number, to).await;
            }
            session.uid_copy(number, to).await?;
            let deleted = session
                .uid_store(number, "+FLAGS.SILENT (\\Deleted)")
                .await?;
            let _flags: Vec<_> = deleted.try_collect().await?;
            // Without UIDPLUS there is only a command that removes every message marked as deleted.
            if open.can_expunge_one {
                let removed = session.uid_expunge(number).await?;
                let _numbers: Vec<_> = removed.try_collect().await?;
            }
            Ok(())
        };
        self.on("move a message", moved).await
    }

    async fn wait(&mut self, longest: Duration, _: bool) {
        tokio::time::sleep(longest).await;
    }
}

fn folder_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Done => "Done",
        Verdict::Refused => "Refused",
    }
}

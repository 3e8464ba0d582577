//! Serves the log to commands that run beside the process that holds it: a socket in the file system, for its owner only.

use std::fs;
use std::io::Error;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::io::{AsyncWriteExt, BufReader, BufWriter};
use tokio::net::{UnixListener, UnixStream};

use super::frames;
use super::frames::{Answer, Request};
use super::writer::{Append, Write};
use super::{Log, LogError};
use crate::{Bus, snapshot};

const OWNER_ONLY: u32 = 0o600;

/// Answers commands that run beside this process.
pub struct LogServer {
    log: Log,
    listener: UnixListener,
    socket: PathBuf,
}

impl LogServer {
    /// Listens at `socket`; replaces a socket that a killed process left behind.
    pub fn bind(log: Log, socket: &Path) -> Result<Self, LogError> {
        let refuse = |error: Error| LogError::Listen {
            socket: socket.to_owned(),
            why: error.to_string(),
        };
        // The file of the log is locked, so no other process answers at its socket.
        let _was_not_there = fs::remove_file(socket);
        let listener = UnixListener::bind(socket).map_err(refuse)?;
        let permissions = fs::Permissions::from_mode(OWNER_ONLY);
        fs::set_permissions(socket, permissions).map_err(refuse)?;
        Ok(LogServer {
            log,
            listener,
            socket: socket.to_owned(),
        })
    }

    /// Answers requests until it is dropped or its socket fails.
    pub async fn serve(self) -> LogError {
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let log = self.log.clone();
                    tokio::spawn(async move {
                        if let Err(error) = answer(&log, stream).await {
                            tracing::debug!(%error, "a command beside this process left");
                        }
                    });
                }
                Err(error) => {
                    return LogError::Listen {
                        socket: self.socket.clone(),
                        why: error.to_string(),
                    };
                }
            }
        }
    }
}

impl Drop for LogServer {
    fn drop(&mut self) {
        let _gone_already = fs::remove_file(&self.socket);
    }
}

/// Answers the one request of a connection.
async fn answer(log: &Log, mut stream: UnixStream) -> Result<(), Error> {
    let (reading, writing) = stream.split();
    let (mut reading, mut writing) = (BufReader::new(reading), BufWriter::new(writing));
    let request: Request = frames::take_json(&mut reading).await?;
    let answered = match request {
        Request::Snapshot { topic } => match snapshot(&Bus::Log(log.clone()), topic).await {
            Ok(records) => {
                frames::put_json(&mut writing, &Answer::Snapshot).await?;
                for record in &records {
                    frames::put(&mut writing, &frames::stored_frame(record)).await?;
                }
                frames::put(&mut writing, &[]).await?;
                return writing.flush().await;
            }
            Err(error) => Err(error.to_string()),
        },
        Request::Append => {
            let records = frames::take_records(&mut reading).await?;
            let partitions = log.0.progress.partitions();
            let appended = match Append::of(&records, partitions) {
                Ok(append) => log.write(|done| Write::Append(append, done)).await,
                Err(error) => Err(error),
            };
            appended
                .map(Answer::Appended)
                .map_err(|error| error.to_string())
        }
        Request::Committed {
            group,
            topics,
            partition,
        } => log
            .committed(&group, &topics, partition)
            .map(|commits| Answer::Committed(commits.into_iter().map(Into::into).collect()))
            .map_err(|error| error.to_string()),
        Request::Uncommitted { group, topics } => log
            .uncommitted(&group, &topics)
            .map(Answer::Uncommitted)
            .map_err(|error| error.to_string()),
        Request::Ends { topics } => Ok(Answer::Ends(log.ends(&topics))),
    };
    frames::put_json(&mut writing, &answered.unwrap_or_else(Answer::Refused)).await?;
    writing.flush().await
}

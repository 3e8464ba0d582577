//! The log of another process on this machine, for a command that runs beside that process.

use std::io::Error;
use std::path::{Path, PathBuf};

use events::{Place, Topic};
use tokio::io::{AsyncWriteExt, BufReader, BufWriter};
use tokio::net::UnixStream;

use super::LogError;
use super::frames;
use super::frames::{Answer, Request};
use crate::{Commit, Record, StoredRecord};

/// Sends requests to the process that holds the log; a new connection for each request. Cheap to clone.
#[derive(Debug, Clone)]
pub struct LogClient {
    socket: PathBuf,
}

impl LogClient {
    /// A client that connects to `socket`.
    pub fn at(socket: impl Into<PathBuf>) -> Self {
        LogClient {
            socket: socket.into(),
        }
    }

    /// The path of the socket.
    pub fn socket(&self) -> &Path {
        &self.socket
    }

    /// Whether a process answers at the socket.
    pub fn is_answered(&self) -> bool {
        std::os::unix::net::UnixStream::connect(&self.socket).is_ok()
    }

    pub(crate) async fn snapshot(&self, topic: Topic) -> Result<Vec<StoredRecord>, LogError> {
        let (answer, records) = self.send(&Request::Snapshot { topic }, &[]).await?;
        match answer {
            Answer::Snapshot => Ok(records),
            other => Err(refused(other)),
        }
    }

    pub(crate) async fn append(&self, records: &[Record]) -> Result<Vec<Place>, LogError> {
        match self.send(&Request::Append, records).await? {
            (Answer::Appended(places), _) => Ok(places),
            (other, _) => Err(refused(other)),
        }
    }

    pub(crate) async fn committed(
        &self,
        group: &str,
        topics: &[Topic],
        partition: i32,
    ) -> Result<Vec<Commit>, LogError> {
        let request = Request::Committed {
            group: group.to_owned(),
            topics: topics.to_vec(),
            partition,
        };
        match self.send(&request, &[]).await? {
            (Answer::Committed(commits), _) => Ok(commits.into_iter().map(Into::into).collect()),
            (other, _) => Err(refused(other)),
        }
    }

    pub(crate) async fn uncommitted(&self, group: &str, topics: &[Topic]) -> Result<i64, LogError> {
        let request = Request::Uncommitted {
            group: group.to_owned(),
            topics: topics.to_vec(),
        };
        match self.send(&request, &[]).await? {
            (Answer::Uncommitted(records), _) => Ok(records),
            (other, _) => Err(refused(other)),
        }
    }

    pub(crate) async fn ends(&self, topics: &[Topic]) -> Result<Vec<(Topic, Place)>, LogError> {
        let request = Request::Ends {
            topics: topics.to_vec(),
        };
        match self.send(&request, &[]).await? {
            (Answer::Ends(ends), _) => Ok(ends),
            (other, _) => Err(refused(other)),
        }
    }

    async fn send(
        &self,
        request: &Request,
        records: &[Record],
    ) -> Result<(Answer, Vec<StoredRecord>), LogError> {
        let answer = self.exchange(request, records).await;
        answer.map_err(|error| LogError::Unreachable {
            socket: self.socket.clone(),
            why: error.to_string(),
        })
    }

    async fn exchange(
        &self,
        request: &Request,
        records: &[Record],
    ) -> Result<(Answer, Vec<StoredRecord>), Error> {
        let mut stream = UnixStream::connect(&self.socket).await?;
        let (reading, writing) = stream.split();
        let (mut reading, mut writing) = (BufReader::new(reading), BufWriter::new(writing));
        frames::put_json(&mut writing, request).await?;
        if matches!(request, Request::Append) {
            for record in records {
                frames::put(&mut writing, &frames::record_frame(record)).await?;
            }
            frames::put(&mut writing, &[]).await?;
        }
        writing.flush().await?;
        let answer: Answer = frames::take_json(&mut reading).await?;
        let records = match answer {
            Answer::Snapshot => frames::take_records(&mut reading).await?,
            _ => Vec::new(),
        };
        Ok((answer, records))
    }
}

fn refused(answer: Answer) -> LogError {
    match answer {
        Answer::Refused(why) => LogError::Refused(why),
        other => LogError::Refused(format!("it answered {other:?}")),
    }
}

//! The protocol between a command and the process that holds the log. A frame is a length (u32, little-endian) and that many
//! bytes. A request is a frame of JSON; an append also has a frame for each record. An answer is a frame of JSON and a frame
//! for each record. An empty frame ends the records.

use std::io::{Error, ErrorKind};

use events::{Place, Topic};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use super::codec;
use crate::{Commit, Record, StoredRecord};

/// The largest frame: a record with its envelope.
const LARGEST: u32 = 2 << 20;

/// A command's request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Request {
    /// Asks for every record of a topic.
    Snapshot {
        topic: Topic,
    },
    /// Appends the records that follow.
    Append,
    Committed {
        group: String,
        topics: Vec<Topic>,
        partition: i32,
    },
    Uncommitted {
        group: String,
        topics: Vec<Topic>,
    },
    Ends {
        topics: Vec<Topic>,
    },
}

/// The answer to a request.
#[derive(Debug, Serialize, Deserialize)]
pub(super) enum Answer {
    /// Records follow.
    Snapshot,
    Appended(Vec<Place>),
    Committed(Vec<Committed>),
    Uncommitted(i64),
    Ends(Vec<(Topic, Place)>),
    Refused(String),
}

/// A commit in its transfer format.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Committed {
    topic: Topic,
    next: Place,
    note: String,
}

impl From<Commit> for Committed {
    fn from(Commit { topic, next, note }: Commit) -> Self {
        Committed { topic, next, note }
    }
}

impl From<Committed> for Commit {
    fn from(Committed { topic, next, note }: Committed) -> Self {
        Commit { topic, next, note }
    }
}

/// A record in its transfer format: its topic's number, partition and offset (-1 if not assigned yet), then the file format.
pub(super) fn record_frame(record: &Record) -> Vec<u8> {
    let place = (record.partition.unwrap_or(-1), -1);
    framed(record.topic, place, &codec::encode(&record.into(), 0))
}

/// The same for a record that was read.
pub(super) fn stored_frame(record: &StoredRecord) -> Vec<u8> {
    let place = (record.place.partition, record.place.offset);
    framed(record.topic, place, &codec::encode(&record.into(), 0))
}

fn framed(topic: Topic, (partition, offset): (i32, i64), bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![super::tables::number(topic)];
    frame.extend(partition.to_le_bytes());
    frame.extend(offset.to_le_bytes());
    frame.extend(bytes);
    frame
}

/// Decodes the record of a frame.
pub(super) fn to_stored(frame: &[u8]) -> Result<StoredRecord, Error> {
    let read = || {
        let (topic, rest) = frame.split_first()?;
        let (partition, rest) = rest.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let place = Place {
            partition: i32::from_le_bytes(*partition),
            offset: i64::from_le_bytes(*offset),
        };
        codec::decode(rest, *super::TOPICS.get(usize::from(*topic))?, place)
    };
    read().ok_or_else(|| Error::new(ErrorKind::InvalidData, "a frame is no record"))
}

pub(super) async fn put(to: &mut (impl AsyncWrite + Unpin), frame: &[u8]) -> Result<(), Error> {
    to.write_u32_le(frame.len() as u32).await?;
    to.write_all(frame).await
}

pub(super) async fn put_json(
    to: &mut (impl AsyncWrite + Unpin),
    value: &impl Serialize,
) -> Result<(), Error> {
    put(to, &serde_json::to_vec(value)?).await
}

pub(super) async fn take(from: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Error> {
    let length = from.read_u32_le().await?;
    if length > LARGEST {
        return Err(Error::new(ErrorKind::InvalidData, "a frame is too large"));
    }
    let mut frame = vec![0; length as usize];
    from.read_exact(&mut frame).await?;
    Ok(frame)
}

pub(super) async fn take_json<T: for<'de> Deserialize<'de>>(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<T, Error> {
    Ok(serde_json::from_slice(&take(from).await?)?)
}

/// Reads the records up to the empty frame.
pub(super) async fn take_records(
    from: &mut (impl AsyncRead + Unpin),
) -> Result<Vec<StoredRecord>, Error> {
    let mut records = Vec::new();
    loop {
        let frame = take(from).await?;
        if frame.is_empty() {
            return Ok(records);
        }
        records.push(to_stored(&frame)?);
    }
}

//! Records: to be produced, and read.

use events::{Place, Topic};
use rdkafka::message::{BorrowedMessage, Headers, Message};

/// A record to be produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The topic to append to.
    pub topic: Topic,
    /// The partition; if `None`, the key decides.
    pub partition: Option<i32>,
    /// Its key.
    pub key: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its value; `None` deletes the key from a compacted topic.
    pub payload: Option<Vec<u8>>,
}

/// A record in the adapter's buffer. Read it in place: it is gone when the poll returns.
pub struct Incoming<'a> {
    /// Its topic.
    pub topic: Topic,
    place: Place,
    source: Source<'a>,
}

enum Source<'a> {
    Kafka(&'a BorrowedMessage<'a>),
    Log(&'a StoredRecord),
}

impl<'a> Incoming<'a> {
    pub(crate) fn of_kafka(topic: Topic, place: Place, message: &'a BorrowedMessage<'a>) -> Self {
        Incoming {
            topic,
            place,
            source: Source::Kafka(message),
        }
    }

    pub(crate) fn of_log(record: &'a StoredRecord) -> Self {
        Incoming {
            topic: record.topic,
            place: record.place,
            source: Source::Log(record),
        }
    }

    /// Its partition and offset in the topic.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Its key.
    pub fn key(&self) -> &[u8] {
        match self.source {
            Source::Kafka(message) => message.key().unwrap_or_default(),
            Source::Log(record) => record.key.as_bytes(),
        }
    }

    /// Its value; `None` if the record deletes its key.
    pub fn payload(&self) -> Option<&[u8]> {
        match self.source {
            Source::Kafka(message) => message.payload(),
            Source::Log(record) => record.payload.as_deref(),
        }
    }

    /// Calls `visit` with each header's name and value.
    pub fn headers(&self, mut visit: impl FnMut(&str, &[u8])) {
        match self.source {
            Source::Kafka(message) => {
                for header in message.headers().into_iter().flat_map(Headers::iter) {
                    visit(header.key, header.value.unwrap_or_default());
                }
            }
            Source::Log(record) => {
                for (name, value) in &record.headers {
                    visit(name, value.as_bytes());
                }
            }
        }
    }

    pub(crate) fn to_stored(&self) -> StoredRecord {
        let mut headers = Vec::new();
        self.headers(|name, value| {
            headers.push((name.to_owned(), String::from_utf8_lossy(value).into_owned()));
        });
        StoredRecord {
            topic: self.topic,
            place: self.place(),
            key: String::from_utf8_lossy(self.key()).into_owned(),
            headers,
            payload: self.payload().map(<[u8]>::to_vec),
        }
    }
}

/// A record that was read, with owned data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its topic.
    pub topic: Topic,
    /// Its partition and offset.
    pub place: Place,
    /// Its key.
    pub key: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its value; `None` if the record deletes its key.
    pub payload: Option<Vec<u8>>,
}

impl StoredRecord {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_str())
    }
}

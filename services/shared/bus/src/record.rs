//! A record on its way to Kafka, and one on its way back.

use events::{Place, Topic};
use rdkafka::message::{BorrowedMessage, Headers, Message};

/// A record to be produced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where to.
    pub topic: Topic,
    /// Which partition; without one, the key decides.
    pub partition: Option<i32>,
    /// Its key.
    pub key: String,
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its value; none deletes the key from a compacted topic.
    pub payload: Option<Vec<u8>>,
}

/// A record that lies in the client's buffer: read it where it is, it is gone when the poll returns.
pub struct Incoming<'a> {
    /// Its topic.
    pub topic: Topic,
    message: &'a BorrowedMessage<'a>,
}

impl<'a> Incoming<'a> {
    pub(crate) fn new(message: &'a BorrowedMessage<'a>) -> Option<Self> {
        Topic::parse(message.topic()).map(|topic| Incoming { topic, message })
    }

    /// Where it stands in the log.
    pub fn place(&self) -> Place {
        Place {
            partition: self.message.partition(),
            offset: self.message.offset(),
        }
    }

    /// Its key.
    pub fn key(&self) -> &[u8] {
        self.message.key().unwrap_or_default()
    }

    /// Its value; none if it deletes its key.
    pub fn payload(&self) -> Option<&[u8]> {
        self.message.payload()
    }

    /// Calls `visit` with each header's name and value.
    pub fn headers(&self, mut visit: impl FnMut(&str, &[u8])) {
        if let Some(headers) = self.message.headers() {
            for header in headers.iter() {
                visit(header.key, header.value.unwrap_or_default());
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

/// A record read from Kafka, owned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its topic.
    pub topic: Topic,
    /// Where it stands.
    pub place: Place,
    /// Its key.
    pub key: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its value; none if it deletes its key.
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

//! How a record is written in the file and on the socket:
//! time (ms, i64) · flags (1: has a payload) · key · header count (u16) · name and value of each · payload.
//! Numbers are little-endian; a text is its length (u32) and its bytes.

use events::{Place, Topic};

use crate::{Record, StoredRecord};

const HAS_PAYLOAD: u8 = 1;

/// A record to be written, before it has a place.
pub(super) struct Unplaced<'a> {
    pub(super) topic: Topic,
    /// The partition; if `None`, the key decides.
    pub(super) partition: Option<i32>,
    pub(super) key: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    pub(super) payload: Option<&'a [u8]>,
}

impl<'a> From<&'a Record> for Unplaced<'a> {
    fn from(record: &'a Record) -> Self {
        let headers = record.headers.iter();
        Unplaced {
            topic: record.topic,
            partition: record.partition,
            key: &record.key,
            headers: headers
                .map(|(name, value)| (*name, value.as_str()))
                .collect(),
            payload: record.payload.as_deref(),
        }
    }
}

impl<'a> From<&'a StoredRecord> for Unplaced<'a> {
    fn from(record: &'a StoredRecord) -> Self {
        let headers = record.headers.iter();
        let partition = record.place.partition;
        Unplaced {
            topic: record.topic,
            partition: (partition >= 0).then_some(partition),
            key: &record.key,
            headers: headers
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect(),
            payload: record.payload.as_deref(),
        }
    }
}

/// Encodes a record.
pub(super) fn encode(record: &Unplaced<'_>, time_ms: i64) -> Vec<u8> {
    let payload = record.payload.unwrap_or_default();
    let mut bytes = Vec::with_capacity(64 + record.key.len() + payload.len());
    bytes.extend(time_ms.to_le_bytes());
    bytes.push(if record.payload.is_some() {
        HAS_PAYLOAD
    } else {
        0
    });
    put(&mut bytes, record.key);
    bytes.extend((record.headers.len() as u16).to_le_bytes());
    for (name, value) in &record.headers {
        put(&mut bytes, name);
        put(&mut bytes, value);
    }
    bytes.extend(payload);
    bytes
}

fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
}

/// When a record was appended, in milliseconds since 1970; `None` if the bytes are too short for a record.
pub(super) fn time_ms(bytes: &[u8]) -> Option<i64> {
    Some(i64::from_le_bytes(*bytes.first_chunk()?))
}

/// Decodes a record; `None` if the bytes are not a record.
pub(super) fn decode(bytes: &[u8], topic: Topic, place: Place) -> Option<StoredRecord> {
    let mut rest = Rest(bytes.get(8..)?);
    let flags = rest.number::<1>()?[0];
    let key = rest.text()?;
    let count = u16::from_le_bytes(rest.number()?);
    let mut headers = Vec::with_capacity(count.into());
    for _ in 0..count {
        headers.push((rest.text()?, rest.text()?));
    }
    Some(StoredRecord {
        topic,
        place,
        key,
        headers,
        payload: (flags & HAS_PAYLOAD != 0).then(|| rest.0.to_vec()),
    })
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (number, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*number)
    }

    fn text(&mut self) -> Option<String> {
        let length = u32::from_le_bytes(self.number()?) as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_decoded_as_it_was_encoded_and_a_part_of_one_is_not() {
        let place = Place {
            partition: 3,
            offset: 9,
        };
        let headers = vec![("ce_id", "ä 1".to_owned()), ("ce_source", String::new())];
        for payload in [None, Some(Vec::new()), Some(vec![0, 255, 10])] {
            let record = Record {
                topic: Topic::Waste,
                partition: Some(3),
                key: "100371".to_owned(),
                headers: headers.clone(),
                payload,
            };
            let bytes = encode(&(&record).into(), -5);
            assert_eq!(time_ms(&bytes), Some(-5));
            let read = decode(&bytes, Topic::Waste, place).expect("a record");
            let names = headers
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()));
            assert_eq!(read.headers, names.collect::<Vec<_>>());
            assert_eq!((&read.key, &read.payload), (&record.key, &record.payload));
            let cut = bytes.len() - record.payload.map_or(0, |payload| payload.len()) - 1;
            assert_eq!(decode(&bytes[..cut], Topic::Waste, place), None);
        }
    }
}

//! The format of records in the spool: one line of JSON each.

use std::borrow::Cow;
use std::str::Utf8Error;

use bus::{Record, StoredRecord};
use chrono::{DateTime, Utc};
use events::Topic;
use serde::{Deserialize, Serialize};

use super::file::Row;
use crate::records::header_name;

/// As much of a request as stands in one row of the file, in bytes. A row takes a power of two of pages of the disk, so one
/// just below 64 KiB wastes little.
const ROW: usize = 60 << 10;

/// A record, written.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line<'a> {
    topic: Topic,
    partition: Option<i32>,
    key: Cow<'a, str>,
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    payload: Option<Cow<'a, str>>,
}

impl<'a> Line<'a> {
    /// Converts a record. All kept data is text, so this never fails for records that ingest creates.
    pub(crate) fn of(record: &'a Record) -> Result<Self, Utf8Error> {
        let headers = record.headers.iter();
        Ok(Line {
            topic: record.topic,
            partition: record.partition,
            key: Cow::Borrowed(&record.key),
            headers: headers
                .map(|(name, value)| (Cow::Borrowed(*name), Cow::Borrowed(value.as_str())))
                .collect(),
            payload: text(record.payload.as_deref())?,
        })
    }

    /// A record that was read from Kafka.
    pub(crate) fn of_stored(record: &'a StoredRecord) -> Result<Self, Utf8Error> {
        let headers = record.headers.iter();
        Ok(Line {
            topic: record.topic,
            partition: Some(record.place.partition),
            key: Cow::Borrowed(&record.key),
            headers: headers
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), Cow::Borrowed(value.as_str())))
                .collect(),
            payload: text(record.payload.as_deref())?,
        })
    }

    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }

    pub(crate) fn read(text: &str) -> serde_json::Result<Line<'static>> {
        serde_json::from_str(text)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(header, _)| header == name)
            .map(|(_, value)| value.as_ref())
    }

    pub(crate) fn payload(&self) -> Option<&[u8]> {
        self.payload.as_deref().map(str::as_bytes)
    }

    /// The identity of a registration's event; `None` for records of other topics.
    pub(crate) fn identity(&self) -> Option<String> {
        let of_register = self.topic == Topic::Register;
        let (source, id) = (self.header("ce_source")?, self.header("ce_id")?);
        of_register.then(|| format!("{source}\n{id}"))
    }

    /// The record; `None` if it has a header that this service never writes.
    fn into_record(self) -> Option<Record> {
        let headers = self.headers.into_iter();
        Some(Record {
            topic: self.topic,
            partition: self.partition,
            key: self.key.into_owned(),
            headers: headers
                .map(|(name, value)| Some((header_name(&name)?, value.into_owned())))
                .collect::<Option<_>>()?,
            payload: self.payload.map(|text| text.into_owned().into_bytes()),
        })
    }
}

fn text(payload: Option<&[u8]>) -> Result<Option<Cow<'_, str>>, Utf8Error> {
    payload
        .map(|bytes| std::str::from_utf8(bytes).map(Cow::Borrowed))
        .transpose()
}

/// Packs the lines of a request into rows for the spool.
pub(crate) fn rows(lines: &[String], at: DateTime<Utc>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for line in lines {
        let has_room = |row: &&mut Row| row.text.len() + line.len() < ROW;
        match rows.last_mut().filter(has_room) {
            Some(row) => {
                row.records += 1;
                row.text.push('\n');
                row.text.push_str(line);
            }
            None => rows.push(Row {
                at,
                records: 1,
                text: line.clone(),
            }),
        }
    }
    rows
}

/// The records of a row; `None` if it holds data that this service never writes.
pub(crate) fn records(row: &Row) -> Option<Vec<Record>> {
    let read = |line| Line::read(line).ok().and_then(Line::into_record);
    row.text.lines().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::{Stamp, of_event};
    use crate::testing::{MPAN, meter_registered, now};
    use events::Sharding;

    fn back(records: &[Record]) -> Vec<Record> {
        let lines: Vec<String> = records
            .iter()
            .map(|record| Line::of(record).unwrap().to_json().unwrap())
            .collect();
        let rows = rows(&lines, now());
        assert!(
            rows.iter()
                .all(|row| row.text.len() < ROW || row.records == 1)
        );
        let count: u32 = rows.iter().map(|row| row.records).sum();
        assert_eq!(count as usize, records.len());
        rows.iter()
            .flat_map(|row| super::records(row).unwrap())
            .collect()
    }

    #[test]
    fn a_record_comes_back_as_it_was() {
        let stamp = Stamp {
            token: "tester",
            received: now(),
            sharding: Sharding::new(8, 4).unwrap(),
        };
        let event = meter_registered(100_001, MPAN, "2026-01-01", "2018-01-01", None);
        let event = of_event(&stamp, &event).unwrap();
        let tombstone = Record {
            topic: Topic::Rejected,
            partition: None,
            key: "00ff".to_owned(),
            headers: Vec::new(),
            payload: None,
        };
        let awkward = Record {
            payload: Some("{\"a\": \"line\nbreak, \u{2028}, \\u0000 and £\"}".into()),
            headers: vec![("ce_id", "two\nlines \"quoted\"".to_owned())],
            ..tombstone.clone()
        };
        let large = Record {
            payload: Some(vec![b'x'; 3 * ROW]),
            ..tombstone.clone()
        };
        let all = [event.clone(), tombstone, awkward, large, event];
        assert_eq!(back(&all), all);
        let many = vec![all[0].clone(); 500];
        assert_eq!(back(&many), many);
        assert_eq!(back(&[]), []);
    }
}

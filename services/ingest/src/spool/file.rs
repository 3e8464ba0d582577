//! The spool's file: requests in the order of arrival, and a copy of the register. Independent of record formats and Kafka.

use chrono::{DateTime, Utc};
use redb::{Database, DatabaseError, Error, ReadableDatabase, ReadableTable, TableDefinition};

/// By request and part of it: receive time, number of records, and the records.
const ROWS: TableDefinition<'_, (u64, u32), (i64, u32, &[u8])> = TableDefinition::new("records.v1");
/// Registrations by source and id.
const REGISTER: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("register.v1");
/// Facts that hold once they are recorded.
const MARKS: TableDefinition<'_, &str, ()> = TableDefinition::new("marks.v1");
/// The key in [`MARKS`] for: the copy of the register was complete.
const REGISTER_WHOLE: &str = "register-whole";

/// Some records of one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// When the records were received.
    pub(crate) at: DateTime<Utc>,
    /// The number of records.
    pub(crate) records: u32,
    /// The records, one per line.
    pub(crate) text: String,
}

/// How much the spool holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Contents {
    pub(super) records: u64,
    /// The size of the rows' text, in bytes: the file is larger.
    pub(super) bytes: u64,
    /// When the first of the records was received.
    pub(super) oldest: Option<DateTime<Utc>>,
}

/// How the file is opened.
pub(super) type Open = Box<dyn Fn() -> Result<Database, DatabaseError> + Send>;

/// The file. After an error it has to be reopened; the next use does that.
pub(super) struct File {
    open: Open,
    opened: Option<Opened>,
}

struct Opened {
    database: Database,
    contents: Contents,
}

impl File {
    pub(super) fn open(open: Open) -> Result<Self, Error> {
        let mut file = File { open, opened: None };
        file.with(|_| Ok(()))?;
        Ok(file)
    }

    fn with<T>(
        &mut self,
        process: impl FnOnce(&mut Opened) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut opened = match self.opened.take() {
            Some(opened) => opened,
            None => Opened::new((self.open)()?)?,
        };
        let done = process(&mut opened)?;
        self.opened = Some(opened);
        Ok(done)
    }

    pub(super) fn contents(&mut self) -> Result<Contents, Error> {
        self.with(|opened| Ok(opened.contents))
    }

    /// Appends a request, and adds its registrations to the copy of the register. On return, both are on the disk.
    pub(super) fn append(
        &mut self,
        rows: &[Row],
        registrations: &[(String, String)],
    ) -> Result<Contents, Error> {
        self.with(|opened| {
            let writing = opened.database.begin_write()?;
            {
                let mut table = writing.open_table(ROWS)?;
                let last = table.last()?.map(|(key, _)| key.value().0);
                let request = last.map_or(0, |last| last + 1);
                for (part, row) in (0..).zip(rows) {
                    let value = (row.at.timestamp_millis(), row.records, row.text.as_bytes());
                    table.insert((request, part), value)?;
                }
                let _any_new = remember(&mut writing.open_table(REGISTER)?, registrations)?;
            }
            writing.commit()?;
            rows.iter().for_each(|row| opened.contents.add(row));
            Ok(opened.contents)
        })
    }

    /// The first rows, each with the number of its request: at least one if there is any, and no more than fit `most` bytes.
    pub(super) fn first(&mut self, most: usize) -> Result<Vec<(u64, Row)>, Error> {
        self.with(|opened| {
            let table = opened.database.begin_read()?.open_table(ROWS)?;
            let (mut rows, mut bytes) = (Vec::new(), 0);
            for entry in table.iter()? {
                let (key, value) = entry?;
                let row = row(value.value())?;
                bytes += row.text.len();
                if bytes > most && !rows.is_empty() {
                    break;
                }
                rows.push((key.value().0, row));
            }
            Ok(rows)
        })
    }

    /// Removes the first `count` rows.
    pub(super) fn remove_first(&mut self, count: usize) -> Result<Contents, Error> {
        self.with(|opened| {
            let writing = opened.database.begin_write()?;
            let mut contents = opened.contents;
            {
                let mut table = writing.open_table(ROWS)?;
                for _ in 0..count {
                    if let Some((_, value)) = table.pop_first()? {
                        let (_, records, text) = value.value();
                        contents.records -= u64::from(records);
                        contents.bytes -= text.len() as u64;
                    }
                }
                let first = table.first()?.map(|(_, value)| value.value().0);
                contents.oldest = first.and_then(DateTime::from_timestamp_millis);
            }
            writing.commit()?;
            opened.contents = contents;
            Ok(contents)
        })
    }

    /// Adds registrations to the copy of the register; of several with one source and id, the first stands.
    pub(super) fn remember(&mut self, registrations: &[(String, String)]) -> Result<(), Error> {
        self.with(|opened| {
            let writing = opened.database.begin_write()?;
            let any_new = remember(&mut writing.open_table(REGISTER)?, registrations)?;
            match any_new {
                true => writing.commit()?,
                false => writing.abort()?,
            }
            Ok(())
        })
    }

    /// The copy of the register, and whether it was ever complete.
    pub(super) fn register(&mut self) -> Result<(Vec<String>, bool), Error> {
        self.with(|opened| {
            let reading = opened.database.begin_read()?;
            let mut registrations = Vec::new();
            for entry in reading.open_table(REGISTER)?.iter()? {
                registrations.push(text(entry?.1.value())?);
            }
            let whole = reading.open_table(MARKS)?.get(REGISTER_WHOLE)?.is_some();
            Ok((registrations, whole))
        })
    }

    /// Records that the copy of the register is complete.
    pub(super) fn register_whole(&mut self) -> Result<(), Error> {
        self.with(|opened| {
            let writing = opened.database.begin_write()?;
            writing.open_table(MARKS)?.insert(REGISTER_WHOLE, ())?;
            Ok(writing.commit()?)
        })
    }
}

impl Opened {
    /// Creates the tables if they do not exist, and counts their content.
    fn new(database: Database) -> Result<Self, Error> {
        let writing = database.begin_write()?;
        let mut contents = Contents::default();
        {
            let table = writing.open_table(ROWS)?;
            for entry in table.iter()? {
                contents.add(&row(entry?.1.value())?);
            }
            writing.open_table(REGISTER)?;
            writing.open_table(MARKS)?;
        }
        writing.commit()?;
        Ok(Opened { database, contents })
    }
}

impl Contents {
    fn add(&mut self, row: &Row) {
        self.records += u64::from(row.records);
        self.bytes += row.text.len() as u64;
        self.oldest = self.oldest.or(Some(row.at));
    }
}

fn remember(
    table: &mut redb::Table<'_, &'static [u8], &'static [u8]>,
    registrations: &[(String, String)],
) -> Result<bool, Error> {
    let mut any_new = false;
    for (identity, registration) in registrations {
        if table.get(identity.as_bytes())?.is_none() {
            table.insert(identity.as_bytes(), registration.as_bytes())?;
            any_new = true;
        }
    }
    Ok(any_new)
}

fn row((at, records, bytes): (i64, u32, &[u8])) -> Result<Row, Error> {
    let at = DateTime::from_timestamp_millis(at);
    Ok(Row {
        at: at.ok_or_else(|| Error::Corrupted("a row of no time".to_owned()))?,
        records,
        text: text(bytes)?,
    })
}

fn text(bytes: &[u8]) -> Result<String, Error> {
    let text = std::str::from_utf8(bytes).map(str::to_owned);
    text.map_err(|error| Error::Corrupted(error.to_string()))
}

#[cfg(test)]
mod tests;

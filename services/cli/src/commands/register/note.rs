//! What a reader should know about a comparison, beside the differences.

use std::fmt;

use chrono::NaiveDate;
use events::{MeterId, Roll, Urn};

/// Something that is in doubt, or was left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A table without the columns of a list.
    TableLeftAlone(String),
    /// Columns that no field is read from.
    ColumnsNotRead { table: String, columns: Vec<String> },
    /// The pupils that would be registered are those of a spring census.
    SpringCensus(NaiveDate),
    /// Pupils of the same census day are registered with another source.
    OtherRoll { urn: Urn, stated: Roll, known: Roll },
    /// Schools of the file that are closed and were never registered.
    ClosedSchools(usize),
    /// A school whose membership has ended, and that the file has in the trust.
    SchoolLeft { urn: Urn, until: NaiveDate },
    /// A meter whose registration has ended, and that the list has.
    MeterEnded { meter: MeterId, until: NaiveDate },
    /// New meters whose first day is that of their school's membership.
    FirstDayOfMembership(usize),
    /// A number that is the registered one without its leading zeros.
    LeadingZeros {
        stated: MeterId,
        registered: MeterId,
    },
    /// An MPRN that may be mistyped.
    CheckDigits { meter: MeterId, doubt: &'static str },
    /// Nothing ends, because a list could not be read in full.
    NothingEnded(List),
    /// A school or meter that is not in its list, but whose registration begins after the day on which it would end.
    BeginsLater { what: String, from: NaiveDate },
}

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    Schools,
    Meters,
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::TableLeftAlone(table) => {
                write!(
                    f,
                    "{table}: left alone, because it has no column with the meters' numbers or none with their schools"
                )
            }
            Note::ColumnsNotRead { table, columns } => {
                write!(
                    f,
                    "{table}: not read: {}; --column says what a column states",
                    columns.join(", ")
                )
            }
            Note::SpringCensus(day) => write!(
                f,
                "the pupils of this file are those of the spring census of {day}, which GIAS has; carbon per pupil is divided by \
                 those of the autumn census where they are registered"
            ),
            Note::OtherRoll { urn, stated, known } => write!(
                f,
                "{urn}: {} pupils on {} are not sent, because {} are registered for that day with the source {:?}; \
                 --roll-source {:?} replaces them",
                stated.pupils, stated.census_date, known.pupils, known.source, known.source
            ),
            Note::ClosedSchools(count) => write!(
                f,
                "{count} of the trust's schools in the file are closed and were never registered; they are left alone"
            ),
            Note::SchoolLeft { urn, until } => write!(
                f,
                "{urn} is in the file, but its membership is registered to have ended on {until}; --member-from {urn}=DATE \
                 registers that it joined again"
            ),
            Note::MeterEnded { meter, until } => write!(
                f,
                "{meter} is in the list, but it is registered until {until} only; a first day after that in its row registers \
                 it again"
            ),
            Note::FirstDayOfMembership(count) => write!(
                f,
                "{count} new meters without a first day in their row begin with their school's membership; --meters-from or a \
                 column of first days says otherwise"
            ),
            Note::LeadingZeros { stated, registered } => write!(
                f,
                "{stated} is taken for {registered}, whose leading zeros a spreadsheet removes"
            ),
            Note::CheckDigits { meter, doubt } => write!(f, "{meter}: {doubt}"),
            Note::NothingEnded(list) => write!(
                f,
                "no {} ends, because the list could not be read in full: mend what is named above first",
                match list {
                    List::Schools => "school",
                    List::Meters => "meter",
                }
            ),
            Note::BeginsLater { what, from } => write!(
                f,
                "{what} is not in the list, but does not end, because it is registered from {from} on only"
            ),
        }
    }
}

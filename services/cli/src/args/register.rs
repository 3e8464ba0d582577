//! The arguments of `greenledger register`.

use std::path::PathBuf;
use std::str::FromStr;

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use events::{Urn, Written};

use super::{Ingest, day};

/// `greenledger register`
#[derive(Debug, Subcommand)]
pub enum RegisterCommand {
    /// Show what files of schools and meters would change in the register. Nothing is sent.
    Diff {
        /// The files.
        #[command(flatten)]
        files: RegisterFiles,
    },
    /// Register what the files state otherwise than the register, and nothing else.
    Apply {
        /// The files.
        #[command(flatten)]
        files: RegisterFiles,
        /// Do not ask before sending.
        #[arg(long)]
        yes: bool,
    },
}

/// The files that a register is compared with, and what they do not say.
#[derive(Debug, Args)]
pub struct RegisterFiles {
    /// The schools: establishment fields of Get Information About Schools (GIAS), as CSV or XLSX.
    #[arg(long, value_name = "FILE", required_unless_present = "meters")]
    pub schools: Option<PathBuf>,
    /// Take the schools of this trust: its group UID, in the column `Trusts (code)`. [default: the file's only trust]
    #[arg(long, value_name = "UID", requires = "schools")]
    pub trust: Option<String>,
    /// Take only this school; may be repeated.
    #[arg(
        long,
        value_name = "URN",
        requires = "schools",
        conflicts_with = "missing_ended"
    )]
    pub urn: Vec<Urn>,
    /// The trust's id in the register, which is the one in the token's scope. [default: its UID]
    #[arg(long, value_name = "ID", requires = "schools")]
    pub trust_id: Option<String>,
    /// The first day as a member of the trust, which GIAS does not state: of every school that is not registered yet, such as
    /// 2019-09-01, or of one, such as 100371=2019-09-01. May be repeated.
    #[arg(long, value_name = "[URN=]DATE", requires = "schools", value_parser = member_from)]
    pub member_from: Vec<MemberFrom>,
    /// What is registered as the source of the numbers of pupils.
    #[arg(
        long,
        value_name = "TEXT",
        requires = "schools",
        default_value = "GIAS"
    )]
    pub roll_source: String,
    /// The meters: CSV or XLSX with a row for each.
    #[arg(long, value_name = "FILE")]
    pub meters: Option<PathBuf>,
    /// The column of a field of meters, where its header has no usual name, such as --column mpan="Supply no". The fields are
    /// meter, mpan, mprn, serial, urn, school, fuel, from, to, name, unit, direction, capacity and calorific-value. May be
    /// repeated.
    #[arg(long, value_name = "FIELD=HEADER", requires = "meters", value_parser = column)]
    pub column: Vec<NamedColumn>,
    /// The first day of new meters whose row states none. [default: the first day of their school's membership]
    #[arg(long, value_name = "DATE", requires = "meters", value_parser = day)]
    pub meters_from: Option<NaiveDate>,
    /// The files are complete: what is registered and not in them ended on this day. Without it nothing ends that the files
    /// do not end.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub missing_ended: Option<NaiveDate>,
    /// Where ingest is.
    #[command(flatten)]
    pub ingest: Ingest,
}

/// The first day of membership of one school, or of all that are new.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MemberFrom {
    /// The school; none means all that are new.
    pub urn: Option<Urn>,
    /// The first day.
    pub day: NaiveDate,
}

fn member_from(text: &str) -> Result<MemberFrom, String> {
    let (urn, date) = match text.split_once('=') {
        Some((urn, date)) => {
            let urn = urn
                .parse()
                .map_err(|error: events::UrnError| error.to_string());
            (Some(urn?), date)
        }
        None => (None, text),
    };
    let day = NaiveDate::read(date).ok_or_else(|| NaiveDate::RULE.to_owned())?;
    Ok(MemberFrom { urn, day })
}

/// A field of a list of meters, and the header of its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedColumn {
    /// The field.
    pub field: MeterField,
    /// The header.
    pub header: String,
}

fn column(text: &str) -> Result<NamedColumn, String> {
    let (field, header) = text
        .split_once('=')
        .ok_or("it is written FIELD=HEADER, such as mpan=\"Supply no\"")?;
    Ok(NamedColumn {
        field: field.parse()?,
        header: header.trim().to_owned(),
    })
}

/// What a column of a list of meters states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MeterField {
    /// The number, of whichever numbering.
    Meter,
    /// The MPAN.
    Mpan,
    /// The MPRN.
    Mprn,
    /// The serial number.
    Serial,
    /// The school's URN.
    Urn,
    /// The school's name, or its URN.
    School,
    /// What the meter measures.
    Fuel,
    /// Its first day at the school.
    From,
    /// Its last day there.
    To,
    /// What people call it.
    Name,
    /// The unit of its numbers.
    Unit,
    /// Import or export.
    Direction,
    /// The most it can measure in a half-hour, in kWh.
    Capacity,
    /// Gross calorific value in MJ/m³.
    CalorificValue,
}

impl MeterField {
    /// Every field.
    pub const ALL: [MeterField; 14] = [
        MeterField::Meter,
        MeterField::Mpan,
        MeterField::Mprn,
        MeterField::Serial,
        MeterField::Urn,
        MeterField::School,
        MeterField::Fuel,
        MeterField::From,
        MeterField::To,
        MeterField::Name,
        MeterField::Unit,
        MeterField::Direction,
        MeterField::Capacity,
        MeterField::CalorificValue,
    ];

    /// Its spelling in `--column`.
    pub fn as_str(self) -> &'static str {
        match self {
            MeterField::Meter => "meter",
            MeterField::Mpan => "mpan",
            MeterField::Mprn => "mprn",
            MeterField::Serial => "serial",
            MeterField::Urn => "urn",
            MeterField::School => "school",
            MeterField::Fuel => "fuel",
            MeterField::From => "from",
            MeterField::To => "to",
            MeterField::Name => "name",
            MeterField::Unit => "unit",
            MeterField::Direction => "direction",
            MeterField::Capacity => "capacity",
            MeterField::CalorificValue => "calorific-value",
        }
    }
}

impl FromStr for MeterField {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|field| field.as_str() == text);
        known.ok_or_else(|| {
            let names = Self::ALL.map(MeterField::as_str).join(", ");
            format!("there is no field {text:?}; the fields are {names}")
        })
    }
}

//! Notes that a reader needs beside a footprint's figures. Code decides by the variant; only this module contains the wording.

use std::fmt;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, Quantity, kilowatt_hours};
use serde::{Deserialize, Serialize};

use crate::factor_source::FactorSource;
use crate::item::Item;
use crate::period::Days;
use crate::roll_doubt::RollDoubt;

/// One thing to know beside the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "about", rename_all = "snake_case")]
pub enum Note {
    /// A line is priced by the factor of an earlier year.
    StandInFactor {
        /// The line.
        item: Item,
        /// The year that has no factor.
        year: i32,
        /// The year of the factor.
        factor_year: i32,
        /// Whether the line has days of other years too.
        of_a_blend: bool,
    },
    /// The energy in a line is counted by the table of an earlier year.
    StandInContent {
        /// The line.
        item: Item,
        /// The year that has no table.
        year: i32,
        /// The year of the table.
        factor_year: i32,
    },
    /// Factors, or contents, of a year were not read in the official workbook.
    ProvisionalFactors {
        /// The year.
        factor_year: i32,
        /// The lines, each once.
        items: Vec<Item>,
    },
    /// A line is priced with a factor of the trust's own, or its energy counted with one.
    OwnFactor {
        /// The line.
        item: Item,
        /// Whether emissions or energy.
        counts: Counts,
        /// The source in the trust's table.
        source: FactorSource,
    },
    /// The factors of several years are blended by days.
    BlendedFactors {
        /// The years.
        years: Vec<i32>,
    },
    /// Electricity was exported on days on which no generation was read.
    UnreadGeneration {
        /// How many days.
        days: i64,
        /// What was exported on them, in milliwatt-hours.
        exported: Quantity,
    },
    /// On some days more was exported than the panels are known to have made.
    ExportOverGeneration {
        /// How much more, in milliwatt-hours.
        excess: Quantity,
    },
    /// The school was a member of the trust for a part of the period.
    PartMembership {
        /// From its first to its last day of membership.
        member: Days,
        /// How many days the period has.
        of_days: i64,
    },
    /// Another trust has registered the school for the same days.
    DisputedMembership {
        /// The other trust.
        days: Days,
        /// Whether they count with this trust.
        counts_here: bool,
    },
    /// The pupils are those of another census than the one wanted.
    OtherCensus {
        /// The day of the census.
        date: NaiveDate,
        /// The source of the count.
        source: String,
        /// The census wanted: `autumn`.
        wanted: String,
        /// The academic year it was wanted for; none for the last twelve months.
        year: Option<AcademicYear>,
    },
    /// The share of people whose commuting is counted.
    Commuting {
        /// The audience.
        audience: Audience,
        /// The share, in whole percent.
        percent: u64,
        /// School days a year.
        days_a_year: i64,
    },
    /// Shared cars are counted by half.
    SharedCars,
    /// The walk of park and stride is left out.
    ParkAndStride,
    /// The rolls of surveyed groups cannot be right.
    GroupRolls {
        /// The reason.
        doubt: RollDoubt,
    },
}

/// The quantity that a factor gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// The emissions of a line.
    Emissions,
    /// The energy in it.
    Energy,
}

impl Note {
    /// Whether it is about a line of this item.
    pub fn is_about(&self, item: Item) -> bool {
        match self {
            Note::StandInFactor { item: own, .. }
            | Note::StandInContent { item: own, .. }
            | Note::OwnFactor { item: own, .. } => *own == item,
            Note::ProvisionalFactors { items, .. } => items.contains(&item),
            Note::Commuting { .. } | Note::SharedCars | Note::ParkAndStride => item.is_commuting(),
            Note::UnreadGeneration { .. } | Note::ExportOverGeneration { .. } => {
                item == Item::Solar
            }
            Note::BlendedFactors { .. }
            | Note::PartMembership { .. }
            | Note::DisputedMembership { .. }
            | Note::OtherCensus { .. }
            | Note::GroupRolls { .. } => false,
        }
    }
}

/// As a sentence without its full stop.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Note::StandInFactor {
                item,
                year,
                factor_year,
                of_a_blend,
            } => {
                let item = item.label();
                match of_a_blend {
                    true => write!(f, "{item} is priced for {year} with the {factor_year} factor")?,
                    false => write!(f, "{item} is priced with the {factor_year} factor")?,
                }
                write!(f, ", because that of {year} is not yet published")
            }
            Note::StandInContent {
                item,
                year,
                factor_year,
            } => write!(
                f,
                "the energy in {} is by the {factor_year} table, because that of {year} is not yet published",
                item.label()
            ),
            Note::ProvisionalFactors { factor_year, items } => {
                write!(
                    f,
                    "the {factor_year} factors of {} are provisional, not from the DESNZ workbook",
                    Item::list(items)
                )
            }
            Note::OwnFactor {
                item,
                counts: Counts::Emissions,
                source,
            } => write!(f, "{} is priced with {source}", item.label()),
            Note::OwnFactor {
                item,
                counts: Counts::Energy,
                source,
            } => write!(f, "the energy in {} is counted with {source}", item.label()),
            Note::BlendedFactors { years } => {
                let years: Vec<String> = years.iter().map(ToString::to_string).collect();
                write!(f, "factors are blended by days: {}", years.join(" and "))
            }
            Note::UnreadGeneration { days, exported } => write!(
                f,
                "solar used on site leaves out {days} day{} on which {:.0} kWh were exported and no generation was read",
                if *days == 1 { "" } else { "s" },
                kilowatt_hours(*exported)
            ),
            Note::ExportOverGeneration { excess } => write!(
                f,
                "on some days {:.0} kWh more were exported than the panels are known to have made: of these days nothing counts as \
                 used on site",
                kilowatt_hours(*excess)
            ),
            Note::PartMembership { member, of_days } => write!(
                f,
                "a member of the trust on {} of {of_days} days, {} to {}: only these are counted, and pupils by their share",
                member.count(),
                member.from,
                member.to
            ),
            Note::DisputedMembership { days, counts_here } => write!(
                f,
                "another trust has registered the school from {} to {} too: these days count {}, where the registration is older",
                days.from,
                days.to,
                if *counts_here { "here" } else { "there" }
            ),
            Note::OtherCensus {
                date,
                source,
                wanted,
                year,
            } => {
                let period = year.map_or("the last twelve months".to_owned(), |year| year.to_string());
                write!(
                    f,
                    "pupils are those of {date} ({source}), because no {wanted} census of {period} is registered"
                )
            }
            Note::Commuting {
                audience,
                percent,
                days_a_year,
            } => write!(
                f,
                "commuting is that of the {percent}% of {} {}",
                people(*audience),
                commuting(*days_a_year)
            ),
            Note::SharedCars => f.write_str(
                "commuting by a shared car counts half its kilometres: a car is taken to be shared by two",
            ),
            Note::ParkAndStride => f.write_str(
                "commuting by park and stride counts the way less 0.8 km each way, which are walked",
            ),
            Note::GroupRolls { doubt } => write!(f, "{doubt}"),
        }
    }
}

/// `pupils` or `staff`.
pub fn people(audience: Audience) -> &'static str {
    match audience {
        Audience::Pupil => "pupils",
        Audience::Staff => "staff",
    }
}

/// How commuting is counted; the text follows the name of the audience.
pub fn commuting(days_a_year: i64) -> String {
    format!(
        "who stated their distance and whose mode of travel is shown, there and back on {days_a_year} school days a \
         year; it is not scaled up to the others"
    )
}

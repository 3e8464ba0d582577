//! A footprint: what is known of one school over one period, as aggregate emits it and publish shows it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use events::{
    AcademicYear, Audience, Fuel, Grams, InitiativeKind, MeterId, MilligramsCo2e, Mode, Phase,
    Quantity, Roll, StarsLevel, TrustRef, Urn,
};
use serde::{Deserialize, Serialize};

/// One school of one trust over one period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Footprint {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Its phase.
    pub phase: Phase,
    /// The trust it belongs to in this period.
    pub trust: TrustRef,
    /// Over which days.
    pub period: Period,
    /// The days of the period on which the school was a member of the trust.
    pub member: Days,
    /// The factors it was priced with.
    pub factor_set: FactorSetRef,
    /// Every priced or unpriced quantity. The totals below are exactly their sums.
    pub lines: Vec<Line>,
    /// Statutory gross total: the sum of the priced statutory lines.
    pub gross: MilligramsCo2e,
    /// Sum of the priced voluntary lines, never added to the gross.
    pub voluntary: MilligramsCo2e,
    /// Why the figures are not complete, one sentence each; empty when they are.
    pub incomplete: Vec<String>,
    /// What a reader has to be told beside the figures, such as a factor of another year standing in.
    pub notes: Vec<String>,
    /// The pupils the ratio divides by.
    pub pupils: Option<Roll>,
    /// All meters together.
    pub coverage: Coverage,
    /// Each meter by itself.
    pub meters: Vec<MeterFigures>,
    /// Energy by calendar month and use, in order.
    pub months: Vec<MonthFigures>,
    /// Waste collected.
    pub waste: WasteFigures,
    /// Travel.
    pub travel: TravelFigures,
    /// Offsets, by topic, up to which this footprint is computed: the next to be read.
    pub position: BTreeMap<String, i64>,
}

impl Footprint {
    /// The key it has in Kafka: trust, URN and period.
    pub fn key(&self) -> String {
        key(&self.trust.id, self.urn, self.period)
    }

    /// Tonnes CO2e per pupil: statutory gross over the roll, location-based. None without pupils, and none when nothing
    /// is priced: that is not known, and not zero.
    pub fn tonnes_per_pupil(&self) -> Option<f64> {
        let is_priced = |line: &Line| line.block == Block::Statutory && line.price.is_some();
        let roll = self.pupils.as_ref().filter(|roll| roll.pupils > 0)?;
        let known = self.lines.iter().any(is_priced);
        known.then(|| self.gross.tonnes() / f64::from(roll.pupils))
    }

    /// Whether this was computed from no more of the log than `other`, and from less of it somewhere.
    pub fn is_older_than(&self, other: &Footprint) -> bool {
        let at = |footprint: &Footprint, topic: &str| {
            footprint.position.get(topic).copied().unwrap_or(0)
        };
        let topics = || self.position.keys().chain(other.position.keys());
        topics().all(|topic| at(self, topic) <= at(other, topic))
            && topics().any(|topic| at(self, topic) < at(other, topic))
    }
}

/// The key of a footprint in Kafka.
pub(crate) fn key(trust: &str, urn: Urn, period: Period) -> String {
    format!("{trust}/{urn}/{}", period.key())
}

/// The days a footprint is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Period {
    /// An academic year, of which only the days before `as_of` have passed.
    AcademicYear {
        /// Which.
        year: AcademicYear,
        /// The day from which on nothing is expected yet.
        as_of: NaiveDate,
    },
    /// The twelve months that end with `as_of`.
    #[serde(rename = "trailing-12-months")]
    Trailing {
        /// The last day, of which no half-hour is expected yet.
        as_of: NaiveDate,
    },
}

impl Period {
    /// `2025-26` or `trailing-12-months`.
    pub fn key(self) -> String {
        match self {
            Period::AcademicYear { year, .. } => year.path(),
            Period::Trailing { .. } => "trailing-12-months".to_owned(),
        }
    }

    /// As people read it.
    pub fn label(self) -> String {
        match self {
            Period::AcademicYear { year, .. } if self.is_whole() => year.to_string(),
            Period::AcademicYear { year, .. } => format!("{year} so far"),
            Period::Trailing { .. } => {
                format!("12 months to {}", self.days().to.format("%-d %B %Y"))
            }
        }
    }

    /// Its first and last day, all of them, passed or not.
    pub fn days(self) -> Days {
        match self {
            Period::AcademicYear { year, .. } => Days {
                from: year.first_day(),
                to: year.last_day(),
            },
            Period::Trailing { as_of } => {
                let a_year_before = as_of.checked_sub_months(chrono::Months::new(12));
                Days {
                    from: a_year_before
                        .and_then(|day| day.succ_opt())
                        .unwrap_or(as_of),
                    to: as_of,
                }
            }
        }
    }

    /// The day from which on nothing is expected yet.
    pub fn as_of(self) -> NaiveDate {
        match self {
            Period::AcademicYear { as_of, .. } | Period::Trailing { as_of } => as_of,
        }
    }

    /// Whether it is a year. A part-year is never shown as one.
    pub fn is_whole(self) -> bool {
        match self {
            Period::AcademicYear { year, as_of } => year.last_day() < as_of,
            Period::Trailing { .. } => true,
        }
    }

    /// The calendar year with most of its days, whose factors price it (the majority rule).
    pub fn majority_year(self) -> i32 {
        use chrono::Datelike;
        let Days { from, to } = self.days();
        let turn = NaiveDate::from_ymd_opt(to.year(), 1, 1).unwrap_or(to);
        let (before, after) = ((turn - from).num_days(), (to - turn).num_days() + 1);
        if before > after {
            from.year()
        } else {
            to.year()
        }
    }
}

/// A run of days, both ends included; empty when `to` is before `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Days {
    /// The days in both.
    pub fn and(self, other: Days) -> Days {
        Days {
            from: self.from.max(other.from),
            to: self.to.min(other.to),
        }
    }

    /// How many.
    pub fn count(self) -> i64 {
        ((self.to - self.from).num_days() + 1).max(0)
    }

    /// Whether `day` is one of them.
    pub fn contains(self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// From `from` on without end, or to `to`.
    pub fn from_until(from: NaiveDate, to: Option<NaiveDate>) -> Days {
        Days {
            from,
            to: to.unwrap_or(NaiveDate::MAX),
        }
    }
}

/// Which factors priced a footprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorSetRef {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its rows, the first 16 hexadecimal digits.
    pub hash: String,
    /// How the year of the factors was chosen: `majority`.
    pub method: String,
    /// The year so chosen.
    pub year: i32,
}

/// Where a line belongs. The statutory block is what SECR asks for; the voluntary one stands apart and is never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Counted in the gross total.
    Statutory,
    /// Shown apart.
    Voluntary,
    /// Below the gross line: exported electricity.
    BelowLine,
}

/// A quantity, and its price in carbon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Statutory or not.
    pub block: Block,
    /// Greenhouse Gas Protocol scope, 1 to 3.
    pub scope: u8,
    /// What: `gas`, `electricity`, `solar`, `minibus_diesel`, `landfill` …; a closed set, fit for a label.
    pub item: String,
    /// Millionths of `unit`.
    pub quantity: Quantity,
    /// `kWh`, `litres`, `miles`, `tonnes` …
    pub unit: String,
    /// The energy in it, in milliwatt-hours, where SECR counts it.
    pub energy: Option<Quantity>,
    /// The factor, and with it the carbon; none leaves the line unpriced and the footprint incomplete.
    pub price: Option<Price>,
}

/// What one factor makes of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Quantity times factor, rounded once to the milligram.
    pub co2e: MilligramsCo2e,
    /// kg CO2e per unit.
    pub factor: f64,
    /// The year of the factor row: another than the set's when an earlier year stood in.
    pub year: i32,
    /// The row, in the table's own words.
    pub row: String,
    /// Where the row was read.
    pub provenance: String,
}

/// How much of what was expected has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Half-hours that should have been measured by now.
    pub expected: i64,
    /// Half-hours that were, estimates included.
    pub present: i64,
    /// Of those present, estimated by the supplier.
    pub estimated: i64,
    /// Of those present, spread from a longer interval.
    pub spread: i64,
    /// Days of the period on which a meter was expected to report.
    pub days_expected: i64,
    /// Days on which at least one half-hour of any meter came.
    pub days_present: i64,
    /// When the last half-hour that came ended.
    pub last_reading: Option<DateTime<Utc>>,
}

impl Coverage {
    /// Present over expected; none where nothing is expected.
    pub fn ratio(&self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }

    /// Estimated over present; none where nothing is present.
    pub fn estimated_ratio(&self) -> Option<f64> {
        (self.present > 0).then(|| self.estimated as f64 / self.present as f64)
    }
}

/// One meter over the period.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeterFigures {
    /// Which.
    pub meter: MeterId,
    /// What it measures.
    pub fuel: Fuel,
    /// Active import, in milliwatt-hours (gas in m³ converted).
    pub import: Quantity,
    /// Active export, in milliwatt-hours.
    pub export: Quantity,
    /// Its half-hours.
    pub coverage: Coverage,
}

/// One use in one calendar month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthFigures {
    /// `2026-03`.
    pub month: String,
    /// `electricity`, `gas`, `solar` or `export`.
    pub item: String,
    /// Milliwatt-hours.
    pub energy: Quantity,
}

/// Waste over the period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct WasteFigures {
    /// By stream and route, in order.
    pub streams: Vec<WasteStream>,
    /// Everything.
    pub total: Grams,
    /// Recycled, composted or digested.
    pub recycled: Grams,
    /// To landfill.
    pub landfill: Grams,
    /// Of the total, not weighed.
    pub estimated: Grams,
}

impl WasteFigures {
    /// Dry recycling, food and garden over the total.
    pub fn recycling_ratio(&self) -> Option<f64> {
        (self.total.0 > 0).then(|| self.recycled.0 as f64 / self.total.0 as f64)
    }

    /// Everything but landfill over the total; energy from waste counts as diverted, not as recycled.
    pub fn diversion_ratio(&self) -> Option<f64> {
        (self.total.0 > 0).then(|| 1.0 - self.landfill.0 as f64 / self.total.0 as f64)
    }
}

/// One stream by one route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WasteStream {
    /// `residual`, `paper_and_card`, `food` … by EWC code.
    pub stream: String,
    /// `landfill`, `energy_from_waste`, `recycling`, `composting`, `anaerobic_digestion`, `other`.
    pub route: String,
    /// How much.
    pub weight: Grams,
    /// Collections.
    pub collections: u32,
}

/// Travel over the period.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TravelFigures {
    /// The latest survey of every group, added up, per audience.
    pub surveys: BTreeMap<Audience, SurveyFigures>,
    /// Initiatives delivered, by kind.
    pub delivered: BTreeMap<InitiativeKind, u32>,
    /// Initiatives planned, by kind.
    pub planned: BTreeMap<InitiativeKind, u32>,
    /// The STARS level that holds on the last passed day of the period.
    pub stars: Option<StarsFigures>,
}

/// An accreditation in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StarsFigures {
    /// The level.
    pub level: StarsLevel,
    /// The last day it holds.
    pub valid_until: NaiveDate,
}

/// Hands-up surveys added up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SurveyFigures {
    /// How many could have answered.
    pub roll: u32,
    /// How many did.
    pub responses: u32,
    /// How they came.
    pub current: BTreeMap<Mode, u32>,
    /// How they would rather.
    pub preferred: BTreeMap<Mode, u32>,
}

impl SurveyFigures {
    /// Share of the current responses that `counts` picks.
    pub fn share(&self, counts: impl Fn(Mode) -> bool) -> Option<f64> {
        let picked: u32 = self
            .current
            .iter()
            .filter(|(mode, _)| counts(**mode))
            .map(|(_, n)| n)
            .sum();
        (self.responses > 0).then(|| f64::from(picked) / f64::from(self.responses))
    }

    /// Responses over roll.
    pub fn response_ratio(&self) -> Option<f64> {
        (self.roll > 0).then(|| f64::from(self.responses) / f64::from(self.roll))
    }
}

/// Walking, scooting and cycling: what STARS calls green modes.
pub fn is_active(mode: Mode) -> bool {
    matches!(mode, Mode::Walk | Mode::Scoot | Mode::Cycle)
}

/// Active modes, and car share, park and stride, bus and rail.
pub fn is_sustainable(mode: Mode) -> bool {
    is_active(mode)
        || matches!(
            mode,
            Mode::CarShare | Mode::ParkAndStride | Mode::PublicBus | Mode::SchoolBus | Mode::Rail
        )
}

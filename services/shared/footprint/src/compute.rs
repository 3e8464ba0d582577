//! Computes footprints from school histories: gathers quantities, prices them, adds them up and assembles the figures.

mod activity_data;
mod assemble;
mod by_time;
mod disclosures;
mod evidence;
mod gaps;
mod market;
mod meters;
mod price;
mod quantities;
mod solar;
mod sufficiency;
mod travel;
mod update;
mod waste_collections;

pub use by_time::{FactorsOf, MeterHalfHours, MonthOfUse, month_of_use};
pub use update::{Computed, Update, update};

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use events::{AcademicYear, Roll, Urn};
use polars::prelude::{PolarsError, PolarsResult};
use serde::{Deserialize, Serialize};

use crate::anomaly_limits::AnomalyLimits;
use crate::csv_table::TableError;
use crate::factors;
use crate::factors::{FactorSet, Factors, Fallback};
use crate::line::{FactorSetRef, YearChoice, YearRule};
use crate::message::{Footprint, key};
use crate::period::{Days, Period};
use crate::school_history::{Membership, Register, SchoolHistory};
use crate::sufficiency::LeastCoverage;
use crate::temperatures::Temperatures;

/// The choices for computing figures.
pub struct Method {
    /// The factors.
    pub factors: Factors,
    /// The fallback for a missing factor.
    pub fallback: Fallback,
    /// Which year's factors price a period.
    pub year_choice: YearChoice,
    /// Which census counts the pupils.
    pub census: Census,
    /// The least share of the expected half-hours that a claim needs of every fuel.
    pub least_coverage: LeastCoverage,
    /// The limits from which readings count as odd.
    pub anomaly_limits: AnomalyLimits,
    /// The temperatures for estimating gaps in gas, if there are any.
    pub temperatures: Temperatures,
}

/// Which census counts the pupils of an academic year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Census {
    /// October's, at the beginning of the academic year: what published SECR reports use.
    #[default]
    Autumn,
    /// January's, which Get Information About Schools shows.
    Spring,
    /// May's.
    Summer,
}

/// Figures that cannot be computed: a bug in this program, never a fault in the data.
#[derive(Debug, thiserror::Error)]
#[error("cannot compute footprints")]
pub struct ComputeError(#[from] PolarsError);

/// A school and the log offsets, by topic, up to which its history is complete.
pub struct Subject<'a> {
    /// The school.
    pub urn: Urn,
    /// Its history.
    pub history: &'a SchoolHistory,
    /// Offsets by topic: the next to be read.
    pub position: &'a BTreeMap<String, i64>,
}

/// The input of one footprint: a school, a membership and a period.
struct Frame<'a> {
    subject: &'a Subject<'a>,
    register: &'a Register,
    membership: &'a Membership,
    period: Period,
    /// Days of the period on which the school is a member.
    member: Days,
    /// The first day of that membership.
    joined: NaiveDate,
    /// Of those, the days before `as_of`: the only days that are counted, and on which readings are expected. Empty on the
    /// first day.
    counted: Days,
    /// The same plus the current day, which only shows when the last data arrived.
    seen: Days,
    roll: Option<Roll>,
}

impl Frame<'_> {
    /// The calendar year whose factors price a day, if each day is priced by the year it falls in; none if all days of the
    /// period are priced alike.
    fn own_year(&self, day: NaiveDate) -> Option<i32> {
        match self.period {
            Period::AcademicYear { .. } => None,
            Period::Trailing { .. } => Some(day.year()),
        }
    }

    /// The counted days in runs that are priced alike, each with its calendar year from [`Frame::own_year`].
    fn priced_runs(&self) -> Vec<(Days, Option<i32>)> {
        let Days { from, to } = self.counted;
        let mut runs = Vec::new();
        let mut begins = from;
        while begins <= to {
            let year = self.own_year(begins);
            let ends = year.and_then(|year| NaiveDate::from_ymd_opt(year, 12, 31));
            let run = Days {
                from: begins,
                to: ends.map_or(to, |ends| ends.min(to)),
            };
            runs.push((run, year));
            let Some(next) = run.to.succ_opt() else { break };
            begins = next;
        }
        runs
    }
}

/// The footprints of some schools, as of a day: for every trust they belong to, each academic year with data, and the trailing
/// twelve months.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use events::{EventType, Place};
/// use footprint::ledger::{Identity, LedgerEvent, Origin};
/// use footprint::{Method, SchoolEvent, SchoolHistory, Subject, footprints};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let urn = "100371".parse()?;
/// // A row of the ledger for each event.
/// let row = |offset: i64, kind, day: &str, data: &str| LedgerEvent {
///     urn,
///     kind,
///     day: day.parse().unwrap(),
///     issued: 0,
///     identity: Identity { source: "example".into(), id: offset.to_string().into() },
///     data: data.into(),
///     origin: Origin { received: 0, place: Place { partition: 0, offset }, token: "example".into() },
/// };
/// let rows = [
///     row(0, EventType::SchoolRegistered, "2019-09-01", r#"{
///         "name": "Oak School", "phase": "primary", "member_from": "2019-09-01",
///         "trust": { "id": "harbour", "name": "Harbour Learning Trust" }
///     }"#),
///     row(1, EventType::ActivityRecorded, "2024-10-01", r#"{
///         "activity": "gas_oil", "quantity": 1000, "unit": "litre", "from": "2024-10-01", "to": "2024-10-31"
///     }"#),
/// ];
/// let mut history = SchoolHistory::default();
/// for row in &rows {
///     history.add(row.identity.clone(), SchoolEvent::of(row)?);
/// }
///
/// let subject = Subject { urn, history: &history, position: &BTreeMap::new() };
/// let footprints = footprints(&[subject], &Method::published()?, "2025-09-01".parse()?)?;
/// let year = footprints.iter().find(|footprint| footprint.period.key() == "2024-25");
/// let year = year.ok_or("no figures of the year")?;
/// assert_eq!(year.gross.to_string(), "2755.410 kg CO2e");
/// // There is no meter, so the total is not the school's whole footprint.
/// assert!(!year.is_complete());
/// # Ok(())
/// # }
/// ```
pub fn footprints(
    subjects: &[Subject<'_>],
    method: &Method,
    as_of: NaiveDate,
) -> Result<Vec<Footprint>, ComputeError> {
    let registers: Vec<Register> = subjects
        .iter()
        .map(|subject| Register::of(subject.history))
        .collect();
    let frames: Vec<Frame<'_>> = subjects
        .iter()
        .zip(&registers)
        .flat_map(|(subject, register)| frames(subject, register, as_of, method.census))
        .collect();
    Ok(computed(&frames, method)?)
}

fn computed(frames: &[Frame<'_>], method: &Method) -> PolarsResult<Vec<Footprint>> {
    let meters: Vec<_> = frames.iter().map(meters::figures).collect();
    let quantities = quantities::quantities(frames, &meters);
    let lines = price::lines(&quantities, frames, method)?;
    let totals = price::totals(&lines, frames.len())?;
    let travel = travel::figures(frames)?;
    let rows = price::rows(&lines, frames.len())?;
    Ok(assemble::footprints(
        frames, meters, rows, totals, travel, method,
    ))
}

/// All keys that footprints of a school may ever have had, including ended memberships: keys that are no longer used have to be
/// deleted.
pub fn possible_keys(urn: Urn, history: &SchoolHistory, as_of: NaiveDate) -> BTreeSet<String> {
    let memberships = Register::of(history).memberships;
    let trusts = memberships
        .iter()
        .map(|membership| membership.school.trust.id.as_str());
    let periods = periods(history, as_of);
    trusts
        .flat_map(|trust| periods.iter().map(move |period| key(trust, urn, *period)))
        .collect()
}

/// The academic years with figures, the current year, and the trailing twelve months.
fn periods(history: &SchoolHistory, as_of: NaiveDate) -> Vec<Period> {
    let mut years: Vec<AcademicYear> = history
        .days_touched()
        .flat_map(|days| AcademicYear::of(days.from).until(days.to.min(as_of)))
        .collect();
    years.push(AcademicYear::of(as_of));
    years.sort_unstable();
    years.dedup();
    let by_year = years
        .into_iter()
        .map(|year| Period::AcademicYear { year, as_of });
    by_year.chain([Period::Trailing { as_of }]).collect()
}

fn frames<'a>(
    subject: &'a Subject<'a>,
    register: &'a Register,
    as_of: NaiveDate,
    census: Census,
) -> Vec<Frame<'a>> {
    let mut periods = periods(subject.history, as_of);
    if let Some(first) = subject.history.first_day_beside_surveys() {
        // Data of future days does not remove a year that has begun.
        let first = first.min(yesterday(as_of));
        periods.retain(|period| period.days().to >= first);
    }
    let mut frames = Vec::new();
    for membership in &register.memberships {
        for period in &periods {
            // A school that has yet to join has no figures. If another trust's days lie in the middle of the membership, a
            // period counts the last run.
            let member = membership.days.iter().rev();
            let member = member
                .map(|run| (*run, period.days().and(*run)))
                .find(|(_, member)| member.count() > 0 && member.from <= as_of);
            if let Some((run, member)) = member {
                let counted = Days {
                    from: member.from,
                    to: member.to.min(yesterday(as_of)),
                };
                let roll = register
                    .roll(&membership.school.trust.id, *period, census)
                    .cloned();
                frames.push(Frame {
                    subject,
                    register,
                    membership,
                    period: *period,
                    member,
                    joined: run.from,
                    counted,
                    seen: Days {
                        from: member.from,
                        to: last_seen(*period).min(run.to),
                    },
                    roll,
                });
            }
        }
    }
    frames
}

fn yesterday(as_of: NaiveDate) -> NaiveDate {
    as_of.pred_opt().unwrap_or(as_of)
}

/// The last day of which the period can have readings: `as_of`, or the end of an academic year that ended before.
fn last_seen(period: Period) -> NaiveDate {
    match period {
        Period::AcademicYear { year, as_of } => year.last_day().min(as_of),
        Period::Trailing { as_of } => as_of,
    }
}

impl Frame<'_> {
    /// The key of its footprint.
    fn key(&self) -> String {
        key(
            &self.membership.school.trust.id,
            self.subject.urn,
            self.period,
        )
    }

    /// The academic year of the last day counted; on the first day of a year, that year.
    fn last_year(&self) -> AcademicYear {
        AcademicYear::of(self.counted.to.max(self.counted.from))
    }
}

impl Census {
    /// Whether a count is from this census: those of 2018 to 2026 were held from October to December, in January, and in May.
    pub(crate) fn is_of(self, roll: &Roll) -> bool {
        let month = roll.census_date.month();
        match self {
            Census::Autumn => month >= 9,
            Census::Spring => month <= 3,
            Census::Summer => (4..9).contains(&month),
        }
    }

    /// The census's name in sentences.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Census::Autumn => "autumn",
            Census::Spring => "spring",
            Census::Summer => "summer",
        }
    }
}

impl Method {
    /// The factors that ship with the program, and the default of every other choice.
    pub fn published() -> Result<Self, TableError> {
        Ok(Method {
            factors: FactorSet::desnz()?.into(),
            fallback: Fallback::default(),
            year_choice: YearChoice::default(),
            census: Census::default(),
            least_coverage: LeastCoverage::default(),
            anomaly_limits: AnomalyLimits::default(),
            temperatures: Temperatures::default(),
        })
    }

    fn factor_set(&self, trust: &str, period: Period) -> FactorSetRef {
        let set = self.factors.of(trust);
        FactorSetRef {
            name: set.name.clone(),
            version: set.version.clone(),
            hash: set.hash.clone(),
            method: self.year_rule(period),
            years: self.factor_years(period),
        }
    }

    /// How the year of the factors of a period is chosen.
    fn year_rule(&self, period: Period) -> YearRule {
        match period {
            Period::AcademicYear { .. } => self.year_choice.into(),
            Period::Trailing { .. } => YearRule::OwnYear,
        }
    }

    /// The calendar years whose factors price a period, in order.
    fn factor_years(&self, period: Period) -> Vec<i32> {
        match self.year_rule(period) {
            YearRule::Majority => vec![period.majority_year()],
            YearRule::Blended | YearRule::OwnYear => {
                let years = factors::by_year(period.days()).into_iter();
                years.map(|(year, _)| year).collect()
            }
        }
    }
}

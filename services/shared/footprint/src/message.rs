//! A footprint: the figures of one school over one period, as aggregate emits them and publish shows them.

mod finding;
mod gaps;
mod meters;
mod recycling;
mod travel;
mod waste;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{
    EvidenceKind, EvidenceStatus, GridRegion, MICRO, MeterId, MilligramsCo2e, Phase, Roll,
    TrustRef, Urn,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::completeness::Lack;
use crate::line::{Block, FactorSetRef, Line};
use crate::note::Note;
use crate::period::{Days, Period};
use crate::sufficiency::Sufficiency;
pub use finding::{
    Contradicted, DayKind, EventName, Finding, FindingKind, MovedTo, Odd, RegisterRatio,
};
pub use gaps::{EstimateBasis, GapEstimate, GapMethod, GapTotals};
pub use meters::{Coverage, MeterFigures, MonthFigures, named_meter};
pub use recycling::{RecyclingLack, SimplerRecycling};
pub use travel::{
    StarsFigures, SurveyFigures, TravelFigures, is_active, is_car, is_sustainable, picked,
};
pub use waste::{WasteFigures, WasteStream};

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
    /// The registered region of the grid; none if none is registered. No figure of the footprint depends on it.
    #[serde(default)]
    pub grid_region: Option<GridRegion>,
    /// The period.
    pub period: Period,
    /// The days of the period on which the school was a member of the trust.
    pub member: Days,
    /// The first day of that membership, in the period or before it.
    pub joined: NaiveDate,
    /// The factors it was priced with.
    pub factor_set: FactorSetRef,
    /// Every priced or unpriced quantity. The totals below are exactly their sums.
    pub lines: Vec<Line>,
    /// Statutory gross total: the sum of the priced statutory lines.
    pub gross: MilligramsCo2e,
    /// Sum of the priced voluntary lines, never added to the gross.
    pub voluntary: MilligramsCo2e,
    /// What the statutory figures lack, apart from what a claim lacks; if both are empty, the figures are complete.
    pub lacks: Vec<Lack>,
    /// Whether there is enough data for a claim, and what is missing.
    pub sufficiency: Sufficiency,
    /// What the voluntary total lacks.
    pub lacks_voluntary: Vec<Lack>,
    /// Notes that a reader needs beside the figures, such as a factor of another year standing in.
    pub notes: Vec<Note>,
    /// The census that the ratio's pupils are of.
    pub roll: Option<Roll>,
    /// The pupils that the ratio is divided by, in millionths: the pupils on the roll times the days of membership over the
    /// days of the period, rounded once.
    pub pupil_millionths: Option<i64>,
    /// All meters together, without those that only measure energy flowing back to the grid: they show nothing about use.
    pub coverage: Coverage,
    /// Each meter by itself.
    pub meters: Vec<MeterFigures>,
    /// The odd readings.
    pub findings: Vec<Finding>,
    /// The estimates for gaps, per meter: never a part of any figure above.
    pub estimates: Vec<GapEstimate>,
    /// Energy by calendar month and use, in order.
    pub months: Vec<MonthFigures>,
    /// Waste collected.
    pub waste: WasteFigures,
    /// Travel.
    pub travel: TravelFigures,
    /// Evidence for the targets of the trust's plan, filed by the last passed day of the period.
    pub evidence: Vec<EvidenceFigures>,
    /// The log offsets, by topic, up to which this footprint is computed: the next to be read. The entry [`LOG`] holds the
    /// number of the log; it is left out for the first log.
    pub position: BTreeMap<String, i64>,
}

/// The entry for the log's number beside the topics: it grows by one each time a log is recreated and counts from 0 again.
pub const LOG: &str = "log";

/// The header on a school's last record after events were merged: when ingest received the first of them. It is not part of the
/// figures, which do not depend on when their events arrived.
pub const RECEIVED: &str = "received";

impl Footprint {
    /// Whether nothing is known to be missing from the statutory figures, and enough data has come.
    pub fn is_complete(&self) -> bool {
        self.lacks.is_empty() && self.sufficiency.is_enough()
    }

    /// Why the statutory figures are not complete, one sentence each without its full stop; empty if they are.
    pub fn incomplete(&self) -> Vec<String> {
        let lacks = self.lacks.iter().map(ToString::to_string);
        self.sufficiency.reason().into_iter().chain(lacks).collect()
    }
}

impl Footprint {
    /// The key it has in Kafka: trust, URN and period.
    pub fn key(&self) -> String {
        key(&self.trust.id, self.urn, self.period)
    }

    /// The pupils that the ratio is divided by.
    pub fn pupils_in_ratio(&self) -> Option<f64> {
        self.pupil_millionths
            .map(|millionths| millionths as f64 / MICRO as f64)
    }

    /// Tonnes CO2e per pupil, to be shown as the school's figure and compared with others: none unless there is enough data.
    pub fn tonnes_per_pupil(&self) -> Option<f64> {
        self.known_tonnes_per_pupil()
            .filter(|_| self.sufficiency.is_enough())
    }

    /// Tonnes CO2e per pupil from the data received, if that is not enough: to be shown small and compared with nothing.
    pub fn partial_tonnes_per_pupil(&self) -> Option<f64> {
        self.known_tonnes_per_pupil()
            .filter(|_| !self.sufficiency.is_enough())
    }

    /// Whether the school belongs to the trust on the last day of the period that has passed. A school that has left counts in
    /// the sums of the period by its days, but not in the current number of schools or levels.
    pub fn is_still_member(&self) -> bool {
        let yesterday = self.period.as_of().pred_opt().unwrap_or_default();
        let last_day = self.period.days().to.min(yesterday);
        self.member.to >= last_day
    }

    /// The statutory gross received divided by the pupils, location-based, whether the data is enough or not. None without
    /// pupils, and none if nothing is priced: then it is unknown, not zero.
    pub fn known_tonnes_per_pupil(&self) -> Option<f64> {
        let is_priced = |line: &Line| line.block == Block::Statutory && line.price.is_some();
        let pupils = self.pupils_in_ratio().filter(|pupils| *pupils > 0.0)?;
        let known = self.lines.iter().any(is_priced);
        known.then(|| self.gross.tonnes() / pupils)
    }

    /// A meter's name and number, as people read them.
    pub fn meter_label(&self, meter: &MeterId) -> String {
        let known = self.meters.iter().find(|known| known.meter == *meter);
        known.map_or_else(|| meter.to_string(), MeterFigures::label)
    }

    /// The coverage of the half-hours that a line is made of, for the channel it counts; none for a line without meters.
    pub fn coverage_of(&self, line: &Line) -> Option<Coverage> {
        let measured = meters::measured(line.item)?;
        let of_fuel = self
            .meters
            .iter()
            .filter(|meter| measured.fuel.is_none_or(|fuel| fuel == meter.fuel));
        let mut coverage = Coverage::default();
        for of_meter in of_fuel.filter_map(|meter| meter.coverage_of(measured.channel)) {
            coverage.take_in(of_meter);
        }
        Some(coverage)
    }

    /// Whether this was computed from no more of the log than `other`, and from less of it in some topic; or from an earlier
    /// log than `other`, whose offsets cannot be compared with the later log's.
    pub fn is_older_than(&self, other: &Footprint) -> bool {
        let at = |footprint: &Footprint, topic: &str| {
            footprint.position.get(topic).copied().unwrap_or(0)
        };
        let (log, log_of_other) = (at(self, LOG), at(other, LOG));
        if log != log_of_other {
            return log < log_of_other;
        }
        let topics = || self.position.keys().chain(other.position.keys());
        topics().all(|topic| at(self, topic) <= at(other, topic))
            && topics().any(|topic| at(self, topic) < at(other, topic))
    }
}

/// The key of a footprint in Kafka.
pub(crate) fn key(trust: &str, urn: Urn, period: Period) -> String {
    format!("{trust}/{urn}/{}", period.key())
}

/// A piece of evidence for a target of the trust's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EvidenceFigures {
    /// The number of the target.
    pub kpi: u8,
    /// What kind of evidence.
    pub kind: EvidenceKind,
    /// Its title.
    pub title: String,
    /// Its status.
    pub status: EvidenceStatus,
    /// Its date.
    pub dated: NaiveDate,
    /// The last day it counts; none if it does not expire.
    pub expires: Option<NaiveDate>,
    /// Where it can be read.
    pub link: Option<String>,
}

/// Whether a requirement is fulfilled.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is fulfilled.
    Met,
    /// It is not fulfilled.
    NotMet,
    /// There is no evidence either way.
    #[default]
    NotEvidenced,
}

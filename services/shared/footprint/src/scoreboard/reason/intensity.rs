//! Why a carbon intensity meets its limit or not.

use super::super::limit::Limit;
use crate::baseline::AtBaseline;
use crate::completeness::Lack;
use crate::sufficiency::Missing;
use crate::trust_sufficiency::TrustSufficiency;

/// A clause about the carbon intensity.
#[derive(Debug, Clone, PartialEq)]
pub enum IntensityReason {
    /// There is too little data to compare.
    NotEnoughData(TooLittle),
    /// The intensity from what has come.
    PartialIntensity(f64),
    /// There is no intensity to compare with the limit.
    NoIntensity(Limit),
    /// What the figure lacks, where there is none.
    Lacks(Lacking),
    /// The intensity and the limit.
    Against {
        /// Tonnes CO2e per pupil as reported.
        ratio: f64,
        /// The same at the factors of the baseline, and their year, if every line has one.
        at_baseline: Option<(i32, f64)>,
        /// The limit.
        limit: Limit,
    },
    /// The intensity of a part-year.
    SoFar(f64),
    /// A part-year is not compared with a target of a whole year.
    PartYear {
        /// Days that have passed.
        passed: i64,
        /// Days of the year.
        of: i64,
    },
    /// The figure is not complete.
    Incomplete(Lacking),
    /// The figure does not cover the whole year.
    NotWholeYear(Uncovered),
    /// The half-hours that are missing, and the intensity with an estimate of them.
    HalfHours {
        /// Half-hours that were expected.
        expected: i64,
        /// Of them missing.
        missing: i64,
        /// The intensity with an estimate for them, where it decides.
        with_gaps: Option<WithGaps>,
    },
    /// The reported intensity meets the target, and that at the factors of the baseline does not.
    MissesAtConstantFactors,
    /// With an estimate for the missing half-hours, the intensity at the factors of the baseline would miss the target.
    GapsMissAtConstantFactors(WithGaps),
    /// The intensity cannot be compared at the factors of the baseline.
    NotComparable(AtBaseline),
    /// The electricity factor fell in 2026, partly by a change of method.
    FactorFellByMethod,
}

/// The data that a comparison lacks.
#[derive(Debug, Clone, PartialEq)]
pub enum TooLittle {
    /// Of one school.
    School(Vec<Missing>),
    /// Of the trust.
    Trust(Box<TrustSufficiency>),
}

/// The first thing that a figure lacks.
#[derive(Debug, Clone, PartialEq)]
pub struct Lacking {
    /// The first.
    pub first: LackOf,
    /// How many more there are.
    pub more: usize,
}

/// A thing that a figure lacks.
#[derive(Debug, Clone, PartialEq)]
pub enum LackOf {
    /// Of one school.
    School(Lack),
    /// Of the trust, as [`crate::TrustFigures`] words it.
    Trust(String),
}

/// Why a figure does not cover the whole year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncovered {
    /// Some schools had no meter on some of the days.
    SchoolsWithoutMeter {
        /// How many.
        count: usize,
        /// Of all.
        of: usize,
    },
    /// The school was a member on some of the days only.
    PartMember {
        /// On how many days.
        days: i64,
        /// Of how many.
        of: i64,
    },
    /// The school had no meter on some days.
    NoMeter {
        /// On how many.
        days: i64,
    },
}

/// An intensity with an estimate for the missing half-hours, against a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WithGaps {
    /// Tonnes CO2e per pupil.
    pub ratio: f64,
    /// The limit.
    pub limit: Limit,
}

//! The wording of the reasons about the carbon intensity.

use std::fmt;

use super::super::limit::Limit;
use super::super::reason::{IntensityReason, LackOf, Lacking, TooLittle, Uncovered, WithGaps};
use super::distinct_decimals;
use crate::sufficiency::wording::clauses;

const UNIT: &str = "tCO2e per pupil";

/// `0.217 tCO2e per pupil`
pub(in super::super) fn intensity(ratio: f64) -> String {
    format!("{ratio:.3} {UNIT}")
}

impl fmt::Display for IntensityReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
        IntensityReason::NotEnoughData(lacks) => {
            let lacks = match lacks {
                TooLittle::School(missing) => clauses(missing),
                TooLittle::Trust(sufficiency) => sufficiency.clauses(),
            };
            write!(f, "not enough data: {}", lacks.join("; "))
        }
        IntensityReason::PartialIntensity(ratio) => {
            let known = intensity(*ratio);
            write!(f, "what has come makes {known} and is not compared")
        }
        IntensityReason::NoIntensity(limit) => {
            write!(f, "there is no figure to compare with the target, {limit}")
        }
        IntensityReason::Lacks(lacks) => write!(f, "{lacks}"),
        IntensityReason::Against {
            ratio,
            at_baseline,
            limit,
        } => against(f, *ratio, *at_baseline, *limit),
        IntensityReason::SoFar(ratio) => write!(f, "{} so far", intensity(*ratio)),
        IntensityReason::PartYear { passed, of } => write!(
            f,
            "{passed} of {of} days have passed, and the target is for a whole year"
        ),
        IntensityReason::Incomplete(lacks) => write!(f, "the figure is not complete: {lacks}"),
        IntensityReason::NotWholeYear(part) => write!(f, "the figure is not of a whole year: {part}"),
        IntensityReason::HalfHours {
            expected,
            missing,
            with_gaps,
        } => {
            match (expected, missing) {
                (0, _) => f.write_str("no half-hours were expected")?,
                (_, 0) => f.write_str("no half-hour is missing")?,
                (expected, missing) => {
                    // Never rounded down to nothing.
                    let percent = (*missing as f64 / *expected as f64 * 100.0).max(0.1);
                    write!(f, "{percent:.1}% of the half-hours are missing")?;
                }
            }
            let Some(WithGaps { ratio, limit }) = with_gaps else {
                return Ok(());
            };
            let (most, _) = distinct_decimals(*ratio, limit.value(), 3);
            let outcome = match limit.is_kept_by(*ratio) {
                true => "still meet",
                false => "miss",
            };
            write!(
                f,
                ", and with the estimated missing use it would be {most} and {outcome} the target"
            )
        }
        IntensityReason::MissesAtConstantFactors => {
            f.write_str("met as reported, not at constant factors")
        }
        IntensityReason::GapsMissAtConstantFactors(WithGaps { ratio, limit }) => {
            let (most, _) = distinct_decimals(*ratio, limit.value(), 3);
            write!(
                f,
                "with the estimated missing use it would be {most} at the factors of the baseline and miss the \
                 target"
            )
        }
        IntensityReason::NotComparable(at_baseline) => {
            f.write_str(&at_baseline.lacks().unwrap_or_default())
        }
        IntensityReason::FactorFellByMethod => f.write_str(
            "the electricity factor fell in 2026, partly by a change of method: what that takes off is not a saving",
        ),
    }
    }
}

/// The figure and the limit, with enough decimals to tell them apart, and the figure at the baseline's factors beside it.
fn against(
    f: &mut fmt::Formatter<'_>,
    ratio: f64,
    at_baseline: Option<(i32, f64)>,
    limit: Limit,
) -> fmt::Result {
    let (figure, target) = distinct_decimals(ratio, limit.value(), 3);
    write!(f, "{figure} {UNIT}")?;
    if let Some((factor_year, ratio)) = at_baseline {
        let (figure, _) = distinct_decimals(ratio, limit.value(), 3);
        write!(
            f,
            " ({figure} at the {factor_year} factors of the baseline)"
        )?;
    }
    match limit {
        Limit::AtMost(_, year) => write!(f, " against at most {target} for {year}"),
        Limit::Below(_) => write!(f, " against the baseline of {target}"),
    }
}

/// The requirement, in full.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Limit::AtMost(most, year) => write!(f, "at most {most:.3} {UNIT} for {year}"),
            Limit::Below(baseline) => write!(f, "below the baseline of {baseline:.3} {UNIT}"),
        }
    }
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.first {
            LackOf::School(lack) => write!(f, "{lack}")?,
            LackOf::Trust(reason) => f.write_str(reason)?,
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, ", and {more} more"),
        }
    }
}

impl fmt::Display for Uncovered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Uncovered::SchoolsWithoutMeter { count, of } => write!(
                f,
                "{count} of {of} schools had no meter registered on some of the days"
            ),
            Uncovered::PartMember { days, of } => {
                write!(f, "the school was in the trust on {days} of {of} days only")
            }
            Uncovered::NoMeter { days } => write!(f, "no meter was registered on {days} days"),
        }
    }
}

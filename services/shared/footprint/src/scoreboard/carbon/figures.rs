//! An intensity of a trust or a school, and the data behind it.

use std::borrow::Cow;

use events::MilligramsCo2e;

use super::super::reason::{LackOf, Lacking, TooLittle, Uncovered};
use super::super::{ScoreInputs, last_passed_day};
use crate::baseline::{AtBaseline, Baseline};
use crate::item::Item;
use crate::line::Line;
use crate::message::{Footprint, GapEstimate, GapTotals};
use crate::period::{Days, Period};

/// An intensity, and the data behind it.
pub(super) struct Figures {
    pub(super) period: Period,
    /// The ratio from the data received.
    pub(super) known: Option<f64>,
    /// The same at the factors of the baseline.
    pub(super) at_baseline: AtBaseline,
    /// What is missing, if there is not enough data.
    pub(super) not_enough: Option<TooLittle>,
    pupils: Option<f64>,
    pub(super) lacks: Option<Lacking>,
    /// Half-hours that were expected but not received.
    pub(super) missing: i64,
    pub(super) expected: i64,
    present: i64,
    /// Of the missing half-hours, the estimated ones, and their carbon.
    estimated: (i64, MilligramsCo2e),
    /// The same at the factors of the baseline.
    estimated_at_baseline: (i64, MilligramsCo2e),
    /// Why it does not cover the whole year, if it does not.
    pub(super) part: Option<Uncovered>,
    /// Whether electricity is priced with a factor of 2026 or later, which was not known when earlier years' targets were set.
    /// [DESNZ-2026]
    pub(super) by_method: bool,
}

pub(super) fn trust_figures(inputs: &ScoreInputs<'_>) -> Figures {
    let trust = inputs.trust;
    let sum = |of: fn(&Footprint) -> i64| trust.schools.iter().map(|school| of(school)).sum();
    let expected: i64 = sum(|school| school.coverage.expected);
    let present: i64 = sum(|school| school.coverage.present);
    let estimates = || trust.schools.iter().flat_map(|school| &school.estimates);
    let without = trust.schools.iter().filter(|school| unmetered(school) > 0);
    let part = match without.count() {
        0 => None,
        count => Some(Uncovered::SchoolsWithoutMeter {
            count,
            of: trust.schools.len(),
        }),
    };
    Figures {
        period: trust.period,
        known: trust.known_tonnes_per_pupil,
        at_baseline: inputs.baseline.intensity_of(trust.schools.iter().copied()),
        not_enough: (!trust.sufficiency.is_enough())
            .then(|| TooLittle::Trust(Box::new(trust.sufficiency.clone()))),
        pupils: trust.pupils,
        lacks: first_of(trust.incomplete, |reason| LackOf::Trust(reason.clone())),
        missing: (expected - present).max(0),
        expected,
        present,
        estimated: estimated(estimates().map(Cow::Borrowed)),
        estimated_at_baseline: estimated_at(&inputs.baseline, estimates()),
        part,
        by_method: trust.schools.iter().any(|school| by_method(school)),
    }
}

pub(super) fn school_figures(school: &Footprint, inputs: &ScoreInputs<'_>) -> Figures {
    let passed = passed(school.period);
    let away = passed.count() - school.member.and(passed).count();
    let unmetered = unmetered(school);
    let part = match () {
        () if away > 0 => Some(Uncovered::PartMember {
            days: passed.count() - away,
            of: passed.count(),
        }),
        () if unmetered > 0 => Some(Uncovered::NoMeter { days: unmetered }),
        () => None,
    };
    let coverage = &school.coverage;
    Figures {
        period: school.period,
        known: school.known_tonnes_per_pupil(),
        at_baseline: inputs.baseline.intensity_of([school]),
        not_enough: (!school.sufficiency.is_enough())
            .then(|| TooLittle::School(school.sufficiency.missing.clone())),
        pupils: school.pupils_in_ratio(),
        lacks: first_of(&school.lacks, |lack| LackOf::School(lack.clone())),
        missing: (coverage.expected - coverage.present).max(0),
        expected: coverage.expected,
        present: coverage.present,
        estimated: estimated(school.estimates.iter().map(Cow::Borrowed)),
        estimated_at_baseline: estimated_at(&inputs.baseline, &school.estimates),
        part,
        by_method: by_method(school),
    }
}

fn by_method(school: &Footprint) -> bool {
    let of_2026 = |line: &Line| line.price.as_ref().is_some_and(|price| price.year >= 2026);
    let mut electricity = school
        .lines
        .iter()
        .filter(|line| line.item == Item::Electricity);
    electricity.any(of_2026)
}

fn first_of<T>(reasons: &[T], lack: impl Fn(&T) -> LackOf) -> Option<Lacking> {
    let (first, rest) = reasons.split_first()?;
    Some(Lacking {
        first: lack(first),
        more: rest.len(),
    })
}

/// The days of a period that have passed.
pub(super) fn passed(period: Period) -> Days {
    Days {
        to: last_passed_day(period),
        ..period.days()
    }
}

/// Days of membership on which no meter was expected to report: the use on them is in no figure.
fn unmetered(school: &Footprint) -> i64 {
    let days = school.member.and(passed(school.period)).count();
    (days - school.coverage.days_expected).max(0)
}

/// The estimated half-hours, and their carbon; none of either if a part of the estimate has no factor.
fn estimated<'a>(estimates: impl Iterator<Item = Cow<'a, GapEstimate>>) -> (i64, MilligramsCo2e) {
    let estimates: Vec<_> = estimates.collect();
    let totals = GapTotals::of(estimates.iter().map(AsRef::as_ref));
    totals
        .and_then(|totals| Some((totals.half_hours, totals.co2e?)))
        .unwrap_or_default()
}

/// The same at the factors of the baseline; none of either if figures cannot be computed at them.
fn estimated_at<'a>(
    baseline: &Baseline,
    estimates: impl IntoIterator<Item = &'a GapEstimate>,
) -> (i64, MilligramsCo2e) {
    let year = baseline.comparable_factor_year();
    let at = |year| {
        let priced = estimates.into_iter().map(|one| Cow::Owned(one.at(year)));
        estimated(priced)
    };
    year.map(at).unwrap_or_default()
}

impl Figures {
    /// The intensity including the missing half-hours: with their estimate, or, if there is none, with the average of the
    /// received half-hours. That average is rather too high than too low, because it also scales up the lines without meters.
    pub(super) fn with_gaps(&self) -> Option<f64> {
        self.filled(self.known?, self.estimated)
    }

    /// The same at the factors of the baseline.
    pub(super) fn at_baseline_with_gaps(&self) -> Option<f64> {
        let ratio = self.at_baseline.tonnes_per_pupil()?;
        self.filled(ratio, self.estimated_at_baseline)
    }

    fn filled(&self, ratio: f64, (half_hours, co2e): (i64, MilligramsCo2e)) -> Option<f64> {
        let pupils = self.pupils.filter(|pupils| *pupils > 0.0)?;
        let rest = (self.missing - half_hours).max(0);
        let at_average = match (rest, self.present) {
            (0, _) => 0.0,
            (_, 0) => return None,
            (rest, present) => ratio * rest as f64 / present as f64,
        };
        Some(ratio + co2e.tonnes() / pupils + at_average)
    }
}

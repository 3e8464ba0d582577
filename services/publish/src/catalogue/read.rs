//! How a figure is read of a school and of a trust.

use std::cell::OnceCell;

use footprint::{AtBaseline, Baseline, Footprint};

use crate::rollup::{Totals, TrustView};
use crate::travel::Travel;

/// Whose figure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    School,
    Trust,
}

impl Whose {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Whose::School => "school",
            Whose::Trust => "trust",
        }
    }
}

/// How a figure is read; a figure is only of those of whom it can be read.
#[derive(Debug)]
pub(crate) enum Read<Out> {
    /// Of the sums of a school and of those of a trust.
    Sum(fn(&Totals) -> Out),
    School(fn(&School<'_>) -> Out),
    Trust(fn(&TrustView) -> Out),
    /// Of both, each in its own way.
    Each(fn(&School<'_>) -> Out, fn(&TrustView) -> Out),
}

impl<Out> Read<Out> {
    pub(crate) fn of_school(&self, school: &School<'_>) -> Option<Out> {
        match self {
            Read::Sum(read) => Some(read(&school.totals)),
            Read::School(read) | Read::Each(read, _) => Some(read(school)),
            Read::Trust(_) => None,
        }
    }

    pub(crate) fn of_trust(&self, trust: &TrustView) -> Option<Out> {
        match self {
            Read::Sum(read) => Some(read(&trust.totals)),
            Read::Trust(read) | Read::Each(_, read) => Some(read(trust)),
            Read::School(_) => None,
        }
    }

    pub(crate) fn is_of(&self, whose: Whose) -> bool {
        match self {
            Read::Sum(_) | Read::Each(..) => true,
            Read::School(_) => whose == Whose::School,
            Read::Trust(_) => whose == Whose::Trust,
        }
    }
}

/// A school over one period, with all that its figures are read from.
pub(crate) struct School<'a> {
    pub footprint: &'a Footprint,
    pub totals: Totals,
    baseline: &'a Baseline,
    /// Computed on demand: no column needs it.
    travel: OnceCell<Travel<'a>>,
}

impl<'a> School<'a> {
    pub(crate) fn new(footprint: &'a Footprint, baseline: &'a Baseline) -> Self {
        School {
            footprint,
            totals: Totals::of([footprint]),
            baseline,
            travel: OnceCell::new(),
        }
    }

    pub(super) fn travel(&self) -> &Travel<'a> {
        self.travel.get_or_init(|| Travel::of(self.footprint))
    }

    /// The intensity at the factors of the trust's baseline; none unless there is an intensity to stand beside.
    pub(super) fn at_baseline(&self) -> Option<AtBaseline> {
        self.footprint.tonnes_per_pupil()?;
        Some(self.baseline.intensity_of([self.footprint]))
    }
}

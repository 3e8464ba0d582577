//! Which factor prices a line of a period: that of one calendar year, or a blend of two.

use chrono::NaiveDate;

use super::{Factor, FactorRow, FactorSet, Fallback};
use crate::factor_source::FactorSource;
use crate::line::{BlendPart, OfYear, YearChoice};
use crate::period::{Days, Period};

/// The factor of a line.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// kg CO2e per unit.
    pub value: f64,
    /// The year of the row; for blended factors the last.
    pub year: i32,
    /// The year that was wanted; for blended factors the one with most of the period's days.
    pub wanted: i32,
    /// The parts of a blend; empty for a factor of one year.
    pub blend: Vec<BlendPart>,
    /// The source of the row; blended factors list each source once, and quantities that are zero by method have none.
    pub sources: Vec<FactorSource>,
}

impl Chosen {
    fn of(factor: Factor, wanted: i32) -> Self {
        Chosen {
            value: factor.value,
            year: factor.year,
            wanted,
            blend: Vec::new(),
            sources: vec![factor.source],
        }
    }

    /// The parts of the blend, year by year.
    pub(crate) fn by_year(&self) -> Vec<OfYear<'_>> {
        OfYear::by_year(self.wanted, self.year, &self.sources, &self.blend)
    }
}

impl YearChoice {
    /// The calendar years whose factors price a period.
    pub(crate) fn years(self, period: Period) -> Vec<i32> {
        match self {
            YearChoice::Majority => vec![period.majority_year()],
            YearChoice::Blended => {
                let years = by_year(period.days()).into_iter();
                years.map(|(year, _)| year).collect()
            }
        }
    }
}

impl FactorSet {
    /// The factor of a row over a period, by the two ways DESNZ permits: the factor of the calendar year with most of the
    /// period's days, or those of every calendar year it touches, weighted by days. None if any of them is missing.
    pub fn choose(
        &self,
        row: &FactorRow,
        period: Period,
        choice: YearChoice,
        fallback: Fallback,
    ) -> Option<Chosen> {
        match choice {
            YearChoice::Majority => {
                let wanted = period.majority_year();
                let factor = self.find(row, wanted, fallback)?;
                Some(Chosen::of(factor, wanted))
            }
            YearChoice::Blended => {
                let blended = self.blended(row, period.days(), fallback)?;
                Some(Chosen {
                    wanted: period.majority_year(),
                    ..blended
                })
            }
        }
    }

    /// The factor of a row for days of one calendar year. If nothing is published for that year yet, the last published year's
    /// factor is used, whatever `fallback` says: otherwise the trailing months would have no figure until the middle of every
    /// year.
    pub(crate) fn choose_for(
        &self,
        row: &FactorRow,
        year: i32,
        fallback: Fallback,
    ) -> Option<Chosen> {
        let factor = self.find(row, self.published_by(year), fallback)?;
        Some(Chosen::of(factor, year))
    }

    /// The year, or the last year before it with published factors.
    pub(crate) fn published_by(&self, year: i32) -> i32 {
        let last = self.published.keys().next_back();
        last.map_or(year, |(last, _)| year.min(*last))
    }

    fn blended(&self, row: &FactorRow, days: Days, fallback: Fallback) -> Option<Chosen> {
        let mut blend = Vec::new();
        let mut sources: Vec<FactorSource> = Vec::new();
        for (year, days) in by_year(days) {
            let factor = self.find(row, year, fallback)?;
            blend.push(BlendPart {
                year,
                factor_year: factor.year,
                days,
                factor: factor.value,
                source: Some(factor.source.clone()),
            });
            if !sources.contains(&factor.source) {
                sources.push(factor.source);
            }
        }
        let weighted: f64 = blend
            .iter()
            .map(|part| part.days as f64 * part.factor)
            .sum();
        Some(Chosen {
            value: weighted / days.count() as f64,
            year: blend.last()?.factor_year,
            wanted: blend.last()?.year,
            sources,
            blend,
        })
    }
}

/// The number of days that fall into each calendar year.
pub(crate) fn by_year(days: Days) -> Vec<(i32, i64)> {
    use chrono::Datelike;
    let of = |year: i32| {
        let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(days.from);
        let last = NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(days.to);
        let part = days.and(Days {
            from: first,
            to: last,
        });
        (year, part.count())
    };
    (days.from.year()..=days.to.year()).map(of).collect()
}

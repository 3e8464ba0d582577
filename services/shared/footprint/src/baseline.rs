//! The baseline of a carbon intensity, and the intensity at the baseline's factors. A fall caused by factors is not a fall: the
//! electricity factor of 2026 alone takes 8% off the intensity of a school whose use has not changed.

use std::fmt;
use std::str::FromStr;

use events::{AcademicYear, MICRO, MilligramsCo2e};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::item::Item;
use crate::line::{Block, Line};
use crate::message::Footprint;

/// The value that a trust's carbon intensity is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct Baseline {
    /// Tonnes CO2e per pupil and year.
    pub tco2e_per_pupil: f64,
    /// How it was made; none if that is not stated, and then no figure can be computed on the same basis.
    pub basis: Option<BaselineBasis>,
}

/// How a baseline was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct BaselineBasis {
    /// Its year, as it was published: `2024/25` or `2024`.
    #[schema(value_type = String)]
    pub year: BaselineYear,
    /// What it counts.
    pub scope: BaselineScope,
    /// The year of the UK Government's conversion factors that priced it.
    pub factor_year: i32,
}

/// The year of a baseline in its published form: `2024/25` or `2024`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum BaselineYear {
    /// An academic year.
    Academic(AcademicYear),
    /// A calendar year.
    Calendar(i32),
}

/// Text that is not the year of a baseline.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "the year of a baseline is an academic year such as 2024/25 or a calendar year such as 2024; got {0:?}"
)]
pub struct BaselineYearError(pub String);

/// What a baseline counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineScope {
    /// The same as the carbon intensity: the statutory gross of SECR, location-based, business travel included.
    StatutoryGross,
    /// Scopes 1 and 2 alone.
    #[serde(rename = "scopes-1-and-2")]
    Scopes1And2,
}

/// A carbon intensity at the factors of the baseline.
#[derive(Debug, Clone, PartialEq)]
pub enum AtBaseline {
    /// Every line has a factor of that year.
    Whole {
        /// The year of the factors.
        factor_year: i32,
        /// Tonnes CO2e per pupil.
        tonnes_per_pupil: f64,
    },
    /// Some lines have no factor of that year; their emissions are left out, so this is less than the whole.
    Partial {
        /// The year of the factors.
        factor_year: i32,
        /// Tonnes CO2e per pupil, over the lines with a factor.
        tonnes_per_pupil: f64,
        /// The lines without a factor, by item.
        unpriced: Vec<Item>,
    },
    /// The baseline does not say which factors it was priced with.
    BasisNotStated,
    /// The baseline counts something other than the intensity does.
    OtherScope(BaselineScope),
    /// There are no pupils or no priced lines, so there is no intensity at any factors.
    NothingKnown,
}

impl From<f64> for Baseline {
    fn from(tco2e_per_pupil: f64) -> Self {
        Baseline {
            tco2e_per_pupil,
            basis: None,
        }
    }
}

impl Baseline {
    /// The year of the factors at which figures can be compared with it: none if it does not state that year, and none if it
    /// counts something else.
    pub fn comparable_factor_year(&self) -> Option<i32> {
        let counts_the_same = |basis: &BaselineBasis| basis.scope == BaselineScope::StatutoryGross;
        Some(self.basis.filter(counts_the_same)?.factor_year)
    }

    /// The combined intensity of some schools at the baseline's factors, from the data received. It covers the schools whose
    /// pupils and emissions are known, like the reported intensity.
    pub fn intensity_of<'a>(&self, schools: impl IntoIterator<Item = &'a Footprint>) -> AtBaseline {
        let factor_year = match (self.basis, self.comparable_factor_year()) {
            (None, _) => return AtBaseline::BasisNotStated,
            (Some(basis), None) => return AtBaseline::OtherScope(basis.scope),
            (Some(_), Some(year)) => year,
        };
        let mut sum = (MilligramsCo2e(0), 0_i64);
        let mut unpriced: Vec<Item> = Vec::new();
        let in_ratio = |school: &&Footprint| school.known_tonnes_per_pupil().is_some();
        for school in schools.into_iter().filter(in_ratio) {
            sum.1 += school.pupil_millionths.unwrap_or_default();
            for line in statutory(school) {
                match line.co2e_at(factor_year) {
                    Some(co2e) => sum.0 += co2e,
                    None if unpriced.contains(&line.item) => {}
                    None => unpriced.push(line.item),
                }
            }
        }
        let (gross, pupil_millionths) = sum;
        if pupil_millionths == 0 {
            return AtBaseline::NothingKnown;
        }
        let tonnes_per_pupil = gross.tonnes() / (pupil_millionths as f64 / MICRO as f64);
        unpriced.sort_unstable();
        match unpriced.is_empty() {
            true => AtBaseline::Whole {
                factor_year,
                tonnes_per_pupil,
            },
            false => AtBaseline::Partial {
                factor_year,
                tonnes_per_pupil,
                unpriced,
            },
        }
    }
}

fn statutory(school: &Footprint) -> impl Iterator<Item = &Line> {
    let lines = school.lines.iter();
    lines.filter(|line| line.block == Block::Statutory)
}

impl AtBaseline {
    /// The intensity, if it covers everything that the reported one covers.
    pub fn tonnes_per_pupil(&self) -> Option<f64> {
        match self {
            AtBaseline::Whole {
                tonnes_per_pupil, ..
            } => Some(*tonnes_per_pupil),
            _ => None,
        }
    }

    /// The text shown in its place, or what it lacks; none if it is whole, and none if there is no figure.
    pub fn lacks(&self) -> Option<String> {
        match self {
            AtBaseline::Whole { .. } | AtBaseline::NothingKnown => None,
            AtBaseline::Partial {
                factor_year,
                tonnes_per_pupil,
                unpriced,
            } => Some(format!(
                "more than {tonnes_per_pupil:.3} tCO2e per pupil at the {factor_year} factors of the baseline, which have none \
                 for {}",
                Item::list(unpriced)
            )),
            AtBaseline::BasisNotStated => Some(
                "not comparable at constant factors: the baseline does not say its factors"
                    .to_owned(),
            ),
            AtBaseline::OtherScope(scope) => Some(format!(
                "not comparable at constant factors: the baseline counts {}, the intensity the statutory gross",
                scope.name()
            )),
        }
    }
}

impl BaselineScope {
    /// The text for readers.
    pub fn name(self) -> &'static str {
        match self {
            BaselineScope::StatutoryGross => "statutory gross",
            BaselineScope::Scopes1And2 => "scopes 1 and 2",
        }
    }
}

impl fmt::Display for Baseline {
    /// `0.24 tCO2e per pupil (2024/25, statutory gross, 2025 factors)`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tCO2e per pupil (", self.tco2e_per_pupil)?;
        match &self.basis {
            Some(basis) => write!(
                f,
                "{}, {}, {} factors)",
                basis.year,
                basis.scope.name(),
                basis.factor_year
            ),
            None => write!(f, "its year, scope and factors are not stated)"),
        }
    }
}

impl fmt::Display for BaselineYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BaselineYear::Academic(year) => year.fmt(f),
            BaselineYear::Calendar(year) => year.fmt(f),
        }
    }
}

impl FromStr for BaselineYear {
    type Err = BaselineYearError;
    fn from_str(text: &str) -> Result<Self, BaselineYearError> {
        let calendar = || {
            let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| four_digits)
        };
        let academic = text.parse().ok().map(BaselineYear::Academic);
        academic
            .or_else(|| calendar().map(BaselineYear::Calendar))
            .ok_or_else(|| BaselineYearError(text.to_owned()))
    }
}

impl TryFrom<String> for BaselineYear {
    type Error = BaselineYearError;
    fn try_from(text: String) -> Result<Self, BaselineYearError> {
        text.parse()
    }
}

impl From<BaselineYear> for String {
    fn from(year: BaselineYear) -> String {
        year.to_string()
    }
}

#[cfg(test)]
mod tests;

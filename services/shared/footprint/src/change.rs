//! What changed from one year to the next, and by what: by what was used, or by the factors alone.
//!
//! Of a line that both years have, Q being its quantity, F its factor and C its carbon, each of the current or the prior
//! year: method is Cc less Qc × Fp rounded to the milligram, activity the rest of Cc - Cp. So the two are exactly the
//! change, and a change of factor is never taken for one of use.

mod lines;
mod sum;
mod trust;

use events::{MilligramsCo2e, Quantity, Urn};
use serde::{Deserialize, Serialize};

use crate::message::Footprint;
use crate::period::Period;

pub use trust::{Changes, SchoolChange, changes};

/// How the statutory gross of one year became that of the next. Exactly:
/// `current - prior = activity + method + joined - left + uncompared`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Gross of the year before.
    pub prior: MilligramsCo2e,
    /// Gross of the year.
    pub current: MilligramsCo2e,
    /// What comes of other quantities, at the factors of the year before.
    pub activity: MilligramsCo2e,
    /// What comes of other factors, on the quantities of the year. A fall of it saves nothing.
    pub method: MilligramsCo2e,
    /// What lines that cannot be compared add to the gross, or take from it: neither activity nor method.
    pub uncompared: MilligramsCo2e,
    /// Schools that have figures of the year only.
    pub joined: Vec<Mover>,
    /// Schools that have figures of the year before only.
    pub left: Vec<Mover>,
    /// Schools that were members for a part of either year: a part of their activity is membership.
    pub part_members: Vec<PartMember>,
    /// The lines that were compared, by scope, item and unit.
    pub by_item: Vec<ItemChange>,
    /// The lines that cannot be, in the order of schools, scopes, items and units.
    pub not_comparable: Vec<NotComparable>,
    /// Half-hours behind the year before.
    pub prior_half_hours: HalfHours,
    /// Half-hours behind the year: what is missing of either looks like less activity.
    pub current_half_hours: HalfHours,
}

/// A school that joined or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mover {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Its gross in the year it was a member; none where nothing is priced.
    pub gross: Option<MilligramsCo2e>,
}

/// A school that was no member for all of both years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartMember {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Its days of membership in the year before.
    pub prior_days: i64,
    /// Its days of membership in the year.
    pub current_days: i64,
}

/// One item's part of the change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemChange {
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// `gas`, `electricity` …
    pub item: String,
    /// The unit of its quantities.
    pub unit: String,
    /// The year before; none where it has no such line.
    pub prior: Option<Side>,
    /// The year; none where it has no such line.
    pub current: Option<Side>,
    /// What comes of another quantity.
    pub activity: MilligramsCo2e,
    /// What comes of another factor.
    pub method: MilligramsCo2e,
}

/// One item in one year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Millionths of the unit.
    pub quantity: Quantity,
    /// Its carbon.
    pub co2e: MilligramsCo2e,
    /// kg CO2e per unit; none where schools were priced with different ones.
    pub factor: Option<f64>,
    /// The years of the factors, in order.
    pub factor_years: Vec<i32>,
}

/// A line that cannot be compared with the other year's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotComparable {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// What.
    pub item: String,
    /// The unit of its quantity.
    pub unit: String,
    /// Why not.
    pub why: Incomparable,
    /// Its carbon in the year before, where it is known.
    pub prior: Option<MilligramsCo2e>,
    /// Its carbon in the year, where it is known.
    pub current: Option<MilligramsCo2e>,
}

/// Why a line cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Incomparable {
    /// It has no price in the year before.
    UnpricedBefore,
    /// It has no price in the year.
    UnpricedNow,
    /// A meter was registered in the year before, and nothing came from it: that is missing, and not nothing used.
    SilentBefore,
    /// A meter is registered in the year, and nothing came from it.
    SilentNow,
    /// The school has no priced figure at all of the year before.
    NothingBefore,
    /// The school has no priced figure at all of the year.
    NothingNow,
}

/// Half-hours that should have been measured, and that were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HalfHours {
    /// That should have been.
    pub expected: i64,
    /// That were.
    pub present: i64,
}

impl Change {
    /// How one school's gross of a year became that of a later one; none unless both are whole academic years.
    pub fn between(current: &Footprint, prior: &Footprint) -> Option<Change> {
        let comparable = is_whole_year(current.period) && is_whole_year(prior.period);
        comparable.then(|| lines::compared(current, prior))
    }

    /// A school that has figures of the year only; none unless it is a whole academic year.
    pub fn of_joined(current: &Footprint) -> Option<Change> {
        is_whole_year(current.period).then(|| Change {
            current: current.gross,
            joined: vec![Mover::of(current)],
            current_half_hours: HalfHours::of(current),
            ..Change::default()
        })
    }

    /// A school that has figures of the year before only; none unless it is a whole academic year.
    pub fn of_left(prior: &Footprint) -> Option<Change> {
        is_whole_year(prior.period).then(|| Change {
            prior: prior.gross,
            left: vec![Mover::of(prior)],
            prior_half_hours: HalfHours::of(prior),
            ..Change::default()
        })
    }

    /// The gross of the schools that joined.
    pub fn joined_co2e(&self) -> MilligramsCo2e {
        self.joined.iter().filter_map(|mover| mover.gross).sum()
    }

    /// The gross that schools took along.
    pub fn left_co2e(&self) -> MilligramsCo2e {
        self.left.iter().filter_map(|mover| mover.gross).sum()
    }

    /// The whole change of the gross.
    pub fn total(&self) -> MilligramsCo2e {
        MilligramsCo2e(self.current.0 - self.prior.0)
    }
}

impl ItemChange {
    /// Current less prior carbon: exactly activity and method together.
    pub fn total(&self) -> MilligramsCo2e {
        self.activity + self.method
    }
}

impl Mover {
    fn of(school: &Footprint) -> Self {
        Mover {
            urn: school.urn,
            school: school.school.clone(),
            gross: lines::has_figures(school).then_some(school.gross),
        }
    }
}

impl HalfHours {
    fn of(school: &Footprint) -> Self {
        HalfHours {
            expected: school.coverage.expected,
            present: school.coverage.present,
        }
    }

    /// Present over expected; none where nothing is expected.
    pub fn ratio(self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }
}

fn is_whole_year(period: Period) -> bool {
    matches!(period, Period::AcademicYear { .. }) && period.is_whole()
}

#[cfg(test)]
mod tests;

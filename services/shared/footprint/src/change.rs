//! The change from one year to the next, split by cause: a change of use, or a change of factors alone.
//!
//! For a line that both years have, let Q be its quantity, F its factor and C its carbon, each of the current (c) or prior (p)
//! year. The method part is Cc less Qc × Fp rounded to the milligram; the activity part is the rest of Cc - Cp. So the two add
//! up exactly to the change, and a change of factor is never taken for a change of use.

mod lines;
mod sum;
mod trust;

use events::{MilligramsCo2e, Quantity, Urn};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::item::Item;
use crate::message::Footprint;
use crate::period::Period;

pub use trust::{Changes, SchoolChange, changes};

/// How the statutory gross of one year became that of the next, in milligrams of CO2e. Exactly: `current - prior = activity + method + joined - left +
/// uncompared`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// Gross of the year before.
    pub prior: MilligramsCo2e,
    /// Gross of the year.
    pub current: MilligramsCo2e,
    /// The change due to other quantities, at the factors of the year before.
    pub activity: MilligramsCo2e,
    /// The change due to other factors, on the quantities of the year. A fall here does not save any emissions.
    pub method: MilligramsCo2e,
    /// The change due to lines that cannot be compared: neither activity nor method.
    pub uncompared: MilligramsCo2e,
    /// Schools that have figures only for the year.
    pub joined: Vec<Mover>,
    /// Schools that have figures only for the year before.
    pub left: Vec<Mover>,
    /// Schools that were members for a part of either year: a part of their activity is due to membership.
    pub part_members: Vec<PartMember>,
    /// The lines that were compared, by scope, item and unit.
    pub by_item: Vec<ItemChange>,
    /// The lines that cannot be compared, in the order of schools, scopes, items and units.
    pub not_comparable: Vec<NotComparable>,
    /// Half-hours behind the year before.
    pub prior_half_hours: HalfHours,
    /// Half-hours behind the year. Half-hours missing in either year look like less activity.
    pub current_half_hours: HalfHours,
}

/// A school that joined or left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeMover)]
pub struct Mover {
    /// The school's URN.
    pub urn: Urn,
    /// The school's name.
    pub school: String,
    /// Its gross in the year it was a member; none if nothing is priced.
    pub gross: Option<MilligramsCo2e>,
}

/// A school that was not a member for the whole of both years.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangePartMember)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeItem)]
pub struct ItemChange {
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// `gas`, `electricity` …
    pub item: Item,
    /// The unit of its quantities.
    pub unit: String,
    /// The year before; none if it has no such line.
    pub prior: Option<Side>,
    /// The year; none if it has no such line.
    pub current: Option<Side>,
    /// The change due to another quantity.
    pub activity: MilligramsCo2e,
    /// The change due to another factor.
    pub method: MilligramsCo2e,
}

/// One item in one year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeSide)]
pub struct Side {
    /// Millionths of the unit.
    pub quantity: Quantity,
    /// Its carbon.
    pub co2e: MilligramsCo2e,
    /// kg CO2e per unit; none if schools were priced with different factors.
    pub factor: Option<f64>,
    /// The years of the factors, in order.
    pub factor_years: Vec<i32>,
}

/// A line that cannot be compared with the other year's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeNotComparable)]
pub struct NotComparable {
    /// The school's URN.
    pub urn: Urn,
    /// Its name.
    pub school: String,
    /// Greenhouse Gas Protocol scope.
    pub scope: u8,
    /// The line's item.
    pub item: Item,
    /// The unit of its quantity.
    pub unit: String,
    /// The reason.
    pub why: Incomparable,
    /// Its carbon in the year before, where it is known.
    pub prior: Option<MilligramsCo2e>,
    /// Its carbon in the year, where it is known.
    pub current: Option<MilligramsCo2e>,
}

/// Why a line cannot be compared: it has no price, a meter has sent nothing, or the school has no priced figure at all, in the year
/// before or in the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Incomparable {
    /// It has no price in the year before.
    UnpricedBefore,
    /// It has no price in the year.
    UnpricedNow,
    /// A meter was registered in the year before but sent nothing: its data is missing, which does not mean zero use.
    SilentBefore,
    /// A meter is registered in the year but sent nothing.
    SilentNow,
    /// The school has no priced figure at all for the year before.
    NothingBefore,
    /// The school has no priced figure at all for the year.
    NothingNow,
}

/// Expected and received half-hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ChangeHalfHours)]
pub struct HalfHours {
    /// Expected half-hours.
    pub expected: i64,
    /// Received half-hours.
    pub present: i64,
}

impl Change {
    /// How one school's gross of a year became that of a later one; none unless both are whole academic years.
    pub fn between(current: &Footprint, prior: &Footprint) -> Option<Change> {
        let comparable = is_whole_year(current.period) && is_whole_year(prior.period);
        comparable.then(|| lines::compared(current, prior))
    }

    /// A school that has figures only for the year; none unless it is a whole academic year.
    pub fn of_joined(current: &Footprint) -> Option<Change> {
        is_whole_year(current.period).then(|| Change {
            current: current.gross,
            joined: vec![Mover::of(current)],
            current_half_hours: HalfHours::of(current),
            ..Change::default()
        })
    }

    /// A school that has figures only for the year before; none unless it is a whole academic year.
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

    /// The gross of the schools that left.
    pub fn left_co2e(&self) -> MilligramsCo2e {
        self.left.iter().filter_map(|mover| mover.gross).sum()
    }

    /// The whole change of the gross.
    pub fn total(&self) -> MilligramsCo2e {
        MilligramsCo2e(self.current.0 - self.prior.0)
    }
}

impl ItemChange {
    /// Current less prior carbon: exactly the sum of activity and method.
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

    /// Present over expected; none if nothing is expected.
    pub fn ratio(self) -> Option<f64> {
        (self.expected > 0).then(|| self.present as f64 / self.expected as f64)
    }
}

fn is_whole_year(period: Period) -> bool {
    matches!(period, Period::AcademicYear { .. }) && period.is_whole()
}

#[cfg(test)]
mod tests;

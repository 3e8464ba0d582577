//! The SECR report of a trust over an academic year, in the order of the DfE's guidance for academy trusts, and checks
//! that can be run on any published table.
//!
//! Sources: SI 2018/1155; HM Government Environmental Reporting Guidelines, March 2019; Department for Education,
//! Streamlined Energy and Carbon Reporting for academy trusts.

mod basis;
mod check;
mod figure;
mod make;
mod rows;
mod statements;
mod text;
mod year;

use footprint::change::Change;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use basis::{Basis, NoBasis};
pub use check::{Warning, WarningKind, check};
pub use figure::Figure;
pub use make::{NoReport, report, years};
pub(crate) use make::{group, of_views};
pub(crate) use rows::{Cell, ShownRow, Style, shown};
pub use text::{text, warnings};
pub use year::{
    BelowGross, Energy, Intensity, Scope1, Scope2, Scope3, UsedFactor, Voluntary, VoluntaryLine,
    Year,
};

/// A report: a column per year, newest first, and the statements beside it. A value that is not known is null, never 0.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrReport)]
pub struct Report {
    /// The title of the report, with the days it covers.
    pub title: String,
    /// The name of the organisation that reports.
    pub organisation: String,
    /// The trust's id; none in a table that others published.
    #[serde(default)]
    pub trust: Option<String>,
    /// What the report counts.
    #[serde(default)]
    pub basis: Basis,
    /// The year and the one before; tables of others may have more.
    pub years: Vec<Year>,
    /// How the gross changed from the year before to the year; none if the two cannot be compared.
    #[serde(default)]
    pub change: Option<Change>,
    /// The statements, in order.
    #[serde(default)]
    pub texts: Vec<Text>,
    /// What did not agree when the report was made.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// One statement of the report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SecrText)]
pub struct Text {
    /// The heading of the statement.
    pub heading: String,
    /// The text, one entry a paragraph.
    pub paragraphs: Vec<String>,
}

#[cfg(test)]
mod tests;

//! Charts as inline SVG, each with a title, a description, and a table for readers who prefer text.

mod axis;
mod monthly;
mod revisions;
mod small;

pub(super) use axis::Axis;
pub(super) use monthly::months;
pub(super) use revisions::revisions;
pub(super) use small::{gauge, mini, spark};

/// The drawing width, chosen so that its letters are readable at the width of a phone and of half a page.
pub(super) const WIDTH: f64 = 440.0;
/// The left margin, with the numbers of the axis.
pub(super) const LEFT: f64 = 46.0;
pub(super) const TOP: f64 = 8.0;
pub(super) const BOTTOM: f64 = 150.0;
pub(super) const HEIGHT: f64 = 178.0;

use crate::rollup::EnergyUse;

/// The CSS class with the colour of a use.
pub(super) fn class(energy: EnergyUse) -> &'static str {
    match energy {
        EnergyUse::Electricity => "elec",
        EnergyUse::Gas => "gas",
        EnergyUse::Solar => "solar",
        EnergyUse::Export => "export",
        EnergyUse::Other => "other",
    }
}

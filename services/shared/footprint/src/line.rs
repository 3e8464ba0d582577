//! Quantities and their price in carbon.

use std::collections::BTreeMap;

use events::{MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::factor_source::FactorSource;
use crate::item::Item;

/// The factors that priced a footprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactorSetRef {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its rows, the first 16 hexadecimal digits.
    pub hash: String,
    /// How the year of the factors is chosen.
    pub method: YearRule,
    /// The calendar years of the wanted factors, in order.
    pub years: Vec<i32>,
}

impl FactorSetRef {
    /// The factors in words: `the factors of 2026 by the majority rule`.
    pub fn text(&self) -> String {
        let years: Vec<String> = self.years.iter().map(ToString::to_string).collect();
        format!(
            "the factors of {}, {}",
            years.join(" and "),
            self.method.text()
        )
    }
}

/// How the year of the factors of a period is chosen. For an academic year, `majority` is the calendar year with most of its days,
/// and `blended` every calendar year it touches, weighted by days. For the trailing twelve months, `own-year` prices each day by
/// its own calendar year.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum YearRule {
    /// For an academic year: the factors of the calendar year with most of its days.
    Majority,
    /// For an academic year: the factors of every calendar year it touches, weighted by days.
    Blended,
    /// For the trailing months: each day by the factors of its calendar year. By the majority rule, all of the months would
    /// switch to another year's factors overnight, in July.
    OwnYear,
}

impl YearRule {
    /// The spelling in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            YearRule::Majority => "majority",
            YearRule::Blended => "blended",
            YearRule::OwnYear => "own-year",
        }
    }

    /// In words, after the years.
    pub fn text(self) -> &'static str {
        match self {
            YearRule::Majority => "by the majority rule",
            YearRule::Blended => "blended by days",
            YearRule::OwnYear => "each day by its own calendar year",
        }
    }
}

impl From<YearChoice> for YearRule {
    fn from(choice: YearChoice) -> Self {
        match choice {
            YearChoice::Majority => YearRule::Majority,
            YearChoice::Blended => YearRule::Blended,
        }
    }
}

/// Which year's factors price an academic year: the two ways DESNZ permits.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum YearChoice {
    /// The factors of the calendar year with most of its days.
    #[default]
    Majority,
    /// The factors of every calendar year it touches, weighted by days.
    Blended,
}

/// The block of a line, in the order of the report. `statutory` is what SECR asks for, counted in the gross total; `below_line` is
/// exported electricity; `voluntary` is shown separately and never added; `market_based` is the location-based electricity once
/// more, at the emissions of its supply contracts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Counted in the gross total.
    Statutory,
    /// Below the gross line: exported electricity.
    BelowLine,
    /// Shown separately, and never added.
    Voluntary,
    /// Shown beside the location-based electricity: the same kilowatt-hours at the emissions of their supply contracts.
    MarketBased,
}

impl Block {
    /// All of them.
    pub const ALL: [Block; 4] = [
        Block::Statutory,
        Block::BelowLine,
        Block::Voluntary,
        Block::MarketBased,
    ];

    /// The spelling in labels and columns.
    pub fn as_str(self) -> &'static str {
        match self {
            Block::Statutory => "statutory",
            Block::BelowLine => "below_line",
            Block::Voluntary => "voluntary",
            Block::MarketBased => "market_based",
        }
    }
}

/// A quantity, and its price in carbon.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Line {
    /// Statutory or not.
    pub block: Block,
    /// Greenhouse Gas Protocol scope, 1 to 3.
    pub scope: u8,
    /// What it measures.
    pub item: Item,
    /// Millionths of `unit`.
    pub quantity: Quantity,
    /// `kWh`, `litres`, `miles`, `tonnes` …
    pub unit: String,
    /// The energy in it, in milliwatt-hours, if SECR counts it.
    pub energy: Option<Quantity>,
    /// How the energy follows from the quantity, if it is not the same.
    pub energy_from: Option<String>,
    /// The factor and the carbon; if none, the line is unpriced and the footprint incomplete.
    pub price: Option<Price>,
    /// For a statutory line, its factor in each year that has factors: kg CO2e per unit. A year without such a row is missing
    /// here, without a fallback. Empty if no row prices the line, and outside the statutory block.
    pub factor_by_year: BTreeMap<i32, f64>,
}

impl Line {
    /// Its carbon at the factors of a year; none if that year has no factor for it.
    pub fn co2e_at(&self, year: i32) -> Option<MilligramsCo2e> {
        let factor = self.factor_by_year.get(&year)?;
        Some(co2e(self.quantity, *factor))
    }
}

/// Millionths of a unit times kg per unit, in milligrams, rounded once to the nearest: no quantity is negative.
pub(crate) fn co2e(quantity: Quantity, kg_per_unit: f64) -> MilligramsCo2e {
    MilligramsCo2e((quantity as f64 * kg_per_unit + 0.5) as i64)
}

/// The result of pricing a line with one factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Price {
    /// Quantity times factor, rounded once to the milligram.
    pub co2e: MilligramsCo2e,
    /// kg CO2e per unit.
    pub factor: f64,
    /// The year of the factor row: differs from the wanted year when an earlier year stood in; for blended factors the last.
    pub year: i32,
    /// The wanted year of the factor; for blended factors the one with most of the period's days.
    pub wanted_year: i32,
    /// The parts of a blended factor; empty for a factor of one year.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blend: Vec<BlendPart>,
    /// The row, in the table's own words.
    pub row: String,
    /// The source of the row; blended factors list each source once, and quantities that are zero by method have none.
    pub sources: Vec<FactorSource>,
}

/// A calendar year, and the factor that priced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfYear<'a> {
    /// The wanted year of the factor.
    pub year: i32,
    /// The year of the factor: differs if an earlier year stood in.
    pub factor_year: i32,
    /// The source of its row; none if it is zero by method.
    pub source: Option<&'a FactorSource>,
}

impl<'a> OfYear<'a> {
    /// The parts of a blended factor, or the one year of a factor that is not blended.
    pub(crate) fn by_year(
        wanted: i32,
        factor_year: i32,
        sources: &'a [FactorSource],
        blend: &'a [BlendPart],
    ) -> Vec<Self> {
        let whole = OfYear {
            year: wanted,
            factor_year,
            source: sources.first(),
        };
        let part = |part: &'a BlendPart| OfYear {
            year: part.year,
            factor_year: part.factor_year,
            source: part.source.as_ref(),
        };
        match blend {
            [] => vec![whole],
            parts => parts.iter().map(part).collect(),
        }
    }
}

impl Price {
    /// The sources of its factor, as text: each source once.
    pub fn provenance(&self) -> String {
        let sources: Vec<String> = self.sources.iter().map(ToString::to_string).collect();
        sources.join("; ")
    }

    /// The parts of its factor, year by year.
    pub fn by_year(&self) -> Vec<OfYear<'_>> {
        OfYear::by_year(self.wanted_year, self.year, &self.sources, &self.blend)
    }
}

/// One year's part of a blended factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BlendPart {
    /// The calendar year of the days.
    pub year: i32,
    /// The year of the factor: differs if an earlier year stood in.
    pub factor_year: i32,
    /// Days of the period in it.
    pub days: i64,
    /// kg CO2e per unit.
    pub factor: f64,
    /// The source of that year's row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub source: Option<FactorSource>,
}

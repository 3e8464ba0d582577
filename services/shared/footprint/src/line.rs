//! Quantities and their price in carbon.

use std::collections::BTreeMap;

use events::{MilligramsCo2e, Quantity};
use serde::{Deserialize, Serialize};

use crate::factor_source::FactorSource;

/// Which factors priced a footprint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactorSetRef {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its rows, the first 16 hexadecimal digits.
    pub hash: String,
    /// How the year of the factors is chosen.
    pub method: YearRule,
    /// The calendar years whose factors are wanted, in order.
    pub years: Vec<i32>,
}

impl FactorSetRef {
    /// Which factors, in words: `the factors of 2026 by the majority rule`.
    pub fn said(&self) -> String {
        let years: Vec<String> = self.years.iter().map(ToString::to_string).collect();
        format!(
            "the factors of {}, {}",
            years.join(" and "),
            self.method.said()
        )
    }
}

/// How the year of the factors of a period is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum YearRule {
    /// Of an academic year: those of the calendar year with most of its days.
    Majority,
    /// Of an academic year: those of every calendar year it touches, weighted by days.
    Blended,
    /// Of the trailing months: every day by its own calendar year's. By the majority the whole of them would take on another
    /// year's factors overnight, in July.
    OwnYear,
}

impl YearRule {
    /// As it is written in figures.
    pub fn as_str(self) -> &'static str {
        match self {
            YearRule::Majority => "majority",
            YearRule::Blended => "blended",
            YearRule::OwnYear => "own-year",
        }
    }

    /// In words, after the years.
    pub fn said(self) -> &'static str {
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
    /// Those of the calendar year with most of its days.
    #[default]
    Majority,
    /// Those of every calendar year it touches, weighted by days.
    Blended,
}

/// Where a line belongs, in the order of the report. The statutory block is what SECR asks for; the voluntary one stands
/// apart and is never added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Counted in the gross total.
    Statutory,
    /// Below the gross line: exported electricity.
    BelowLine,
    /// Shown apart.
    Voluntary,
    /// Beside the location-based electricity: the same kilowatt-hours at what their supply contracts emit.
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

    /// As labels and columns have it.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Statutory or not.
    pub block: Block,
    /// Greenhouse Gas Protocol scope, 1 to 3.
    pub scope: u8,
    /// What: `gas`, `electricity`, `solar`, `minibus_diesel`, `landfill` …; a closed set, fit for a label.
    pub item: String,
    /// Millionths of `unit`.
    pub quantity: Quantity,
    /// `kWh`, `litres`, `miles`, `tonnes` …
    pub unit: String,
    /// The energy in it, in milliwatt-hours, where SECR counts it.
    pub energy: Option<Quantity>,
    /// How the energy follows from the quantity, where it is not the same.
    pub energy_from: Option<String>,
    /// The factor, and with it the carbon; none leaves the line unpriced and the footprint incomplete.
    pub price: Option<Price>,
    /// Of a statutory line what prices it in each year that there are factors of: kg CO2e per unit. A year without one has no
    /// such row, and nothing stands in for it. Empty where no row prices it, and outside the statutory block.
    pub factor_by_year: BTreeMap<i32, f64>,
}

impl Line {
    /// What it would emit at the factors of a year; none where that year has none for it.
    pub fn co2e_at(&self, year: i32) -> Option<MilligramsCo2e> {
        let factor = self.factor_by_year.get(&year)?;
        Some(co2e(self.quantity, *factor))
    }
}

/// Millionths of a unit times kg per unit, in milligrams, rounded once to the nearest: no quantity is negative.
pub(crate) fn co2e(quantity: Quantity, kg_per_unit: f64) -> MilligramsCo2e {
    MilligramsCo2e((quantity as f64 * kg_per_unit + 0.5) as i64)
}

/// What one factor makes of a line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Price {
    /// Quantity times factor, rounded once to the milligram.
    pub co2e: MilligramsCo2e,
    /// kg CO2e per unit.
    pub factor: f64,
    /// The year of the factor row: another than the wanted one when an earlier year stood in; of blended factors the last.
    pub year: i32,
    /// The year whose factor was wanted; of blended factors the one with most of the period's days.
    pub wanted_year: i32,
    /// What a blended factor is made of; empty for one year's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blend: Vec<BlendPart>,
    /// The row, in the table's own words.
    pub row: String,
    /// Where the row was read; of blended factors each source once, and none of what is zero by method.
    pub sources: Vec<FactorSource>,
}

/// A calendar year, and the factor that priced it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfYear<'a> {
    /// The year whose factor was wanted.
    pub year: i32,
    /// The year of the factor: another where an earlier year stood in.
    pub factor_year: i32,
    /// Where its row was read; none of what is zero by method.
    pub source: Option<&'a FactorSource>,
}

impl<'a> OfYear<'a> {
    pub(crate) fn of(
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
    /// Where its factor was read, as text: each source once.
    pub fn provenance(&self) -> String {
        let sources: Vec<String> = self.sources.iter().map(ToString::to_string).collect();
        sources.join("; ")
    }

    /// What its factor is made of, year by year.
    pub fn by_year(&self) -> Vec<OfYear<'_>> {
        OfYear::of(self.wanted_year, self.year, &self.sources, &self.blend)
    }
}

/// One year's part of a blended factor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BlendPart {
    /// The calendar year of the days.
    pub year: i32,
    /// The year of the factor: another where an earlier year stood in.
    pub factor_year: i32,
    /// Days of the period in it.
    pub days: i64,
    /// kg CO2e per unit.
    pub factor: f64,
    /// Where the row of that year was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<FactorSource>,
}

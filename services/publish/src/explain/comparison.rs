//! The same ledger priced in two ways, side by side.

use footprint::{Block, FactorSetRef, Footprint, Item, Line};
use serde::Serialize;

use super::Amount;
use crate::format;

/// One footprint beside another of the same school, period and ledger, priced with other factors.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The factors of the first footprint.
    pub factor_set: FactorSetRef,
    /// The factors of the other footprint.
    pub other_set: FactorSetRef,
    /// Line by line, in the order of the first footprint.
    pub lines: Vec<LineComparison>,
    /// The gross totals in kg CO2e.
    pub gross: Pair,
    /// The voluntary totals in kg CO2e.
    pub voluntary: Pair,
    /// t CO2e per pupil of the first and of the other.
    pub tonnes_per_pupil: (Option<f64>, Option<f64>),
}

/// A line priced in two ways.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineComparison {
    /// The block the line belongs to.
    pub block: Block,
    /// The item of the line.
    pub item: Item,
    /// As people read it.
    pub label: String,
    /// The quantity, in `unit`: the same in both, because it comes from the ledger.
    pub quantity: Amount,
    /// Its unit.
    pub unit: String,
    /// The price by the first factors; none if it has no price.
    pub one: Option<Priced>,
    /// The price by the other factors; none if it has no price.
    pub other: Option<Priced>,
    /// The other's kg CO2e less the first's; none if either has no price.
    pub difference: Option<Amount>,
}

/// One price of a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Priced {
    /// kg CO2e per unit.
    pub factor: f64,
    /// The year of the factor row; for blended factors, the last year.
    pub year: i32,
    /// Where the row was read.
    pub provenance: String,
    /// In kg CO2e.
    pub kg_co2e: Amount,
}

/// Two totals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// The total by the first factors.
    pub one: Amount,
    /// The total by the other factors.
    pub other: Amount,
    /// The other total less the first.
    pub difference: Amount,
}

/// Compares `other` with `one`. A line that only one of them has is listed without a price in the other.
pub fn compare(one: &Footprint, other: &Footprint) -> Comparison {
    let mut unmatched: Vec<&Line> = other.lines.iter().collect();
    let mut lines = Vec::new();
    for line in &one.lines {
        let same = unmatched
            .iter()
            .position(|candidate| is_same(line, candidate));
        let beside = same.map(|place| unmatched.remove(place));
        lines.push(beside_each_other(line, Some(line), beside));
    }
    lines.extend(
        unmatched
            .into_iter()
            .map(|line| beside_each_other(line, None, Some(line))),
    );
    Comparison {
        factor_set: one.factor_set.clone(),
        other_set: other.factor_set.clone(),
        lines,
        gross: pair(one.gross.0, other.gross.0),
        voluntary: pair(one.voluntary.0, other.voluntary.0),
        tonnes_per_pupil: (one.tonnes_per_pupil(), other.tonnes_per_pupil()),
    }
}

/// Lines of supply contracts share a name: their quantity distinguishes them, and no factor changes it.
fn is_same(one: &Line, other: &Line) -> bool {
    (one.block, one.scope, &one.item, &one.unit, one.quantity)
        == (
            other.block,
            other.scope,
            &other.item,
            &other.unit,
            other.quantity,
        )
}

fn beside_each_other(named: &Line, one: Option<&Line>, other: Option<&Line>) -> LineComparison {
    let (one, other) = (one.and_then(priced), other.and_then(priced));
    LineComparison {
        block: named.block,
        item: named.item,
        label: format::item(named.item),
        quantity: Amount(named.quantity),
        unit: named.unit.clone(),
        difference: one
            .as_ref()
            .zip(other.as_ref())
            .map(|(one, other)| Amount(other.kg_co2e.0 - one.kg_co2e.0)),
        one,
        other,
    }
}

fn priced(line: &Line) -> Option<Priced> {
    let price = line.price.as_ref()?;
    Some(Priced {
        factor: price.factor,
        year: price.year,
        provenance: price.provenance(),
        kg_co2e: price.co2e.into(),
    })
}

fn pair(one: i64, other: i64) -> Pair {
    Pair {
        one: Amount(one),
        other: Amount(other),
        difference: Amount(other - one),
    }
}

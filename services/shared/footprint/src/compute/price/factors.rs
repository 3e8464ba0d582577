//! Prices every kind of quantity in every footprint.

use std::collections::BTreeMap;
use std::sync::Arc;

use polars::prelude::*;

use super::super::{Frame, Method};
use crate::compute::activity_data::{ActivityData, Pricing};
use crate::emission_sources::Energy;
use crate::factor_source::FactorSource;
use crate::factors::{Chosen, FactorRow, OtherMethod};

/// The price of the quantities of one footprint that share a row and an energy content.
#[derive(Debug, Clone)]
pub(in super::super) struct PriceOf {
    /// The row or contract, in words.
    pub row: String,
    /// The calendar year of the factor, if each day is priced by the year it falls in.
    pub year: Option<i32>,
    /// If none, the line stays unpriced.
    pub factor: Option<Chosen>,
    /// The factors of the row by their year; none if no row prices it.
    pub factor_by_year: Arc<BTreeMap<i32, f64>>,
    /// The earlier year's factor, if it must not stand in for the missing one.
    pub not_standing_in: Option<OtherMethod>,
    /// Whether the quantity is energy itself.
    same: bool,
    /// The energy content; none if there is no energy to count, or if its factor is missing.
    pub content: Option<Content>,
    /// The row of the missing energy content.
    pub missing_content: Option<String>,
}

/// An energy content.
#[derive(Debug, Clone)]
pub(in super::super) struct Content {
    /// kWh per unit of the line.
    kwh_per_unit: f64,
    /// In words.
    pub text: String,
    /// The row, or rows, that it comes from.
    pub chosen: Chosen,
}

type Key = (usize, String, String, Option<i32>);

/// Factors by year, for each trust and row; the entries without a row are for quantities that are zero by method.
type ByYear<'a> = BTreeMap<(&'a str, Option<FactorRow>), Arc<BTreeMap<i32, f64>>>;

/// All prices, with a number each, so that tables are joined by number and not by text.
pub(super) struct Prices {
    numbers: BTreeMap<Key, u32>,
    all: Vec<PriceOf>,
}

pub(super) fn priced(quantities: &[ActivityData], frames: &[Frame<'_>], method: &Method) -> Prices {
    let mut prices = Prices {
        numbers: BTreeMap::new(),
        all: Vec::new(),
    };
    let mut needed: BTreeMap<Key, &ActivityData> = BTreeMap::new();
    for quantity in quantities {
        needed.entry(key(quantity)).or_insert(quantity);
    }
    let mut by_year = ByYear::new();
    for (key, quantity) in needed {
        if let Some(frame) = frames.get(quantity.frame) {
            prices.numbers.insert(key, prices.all.len() as u32);
            let factor_by_year = factor_by_year(quantity, frame, method, &mut by_year);
            prices
                .all
                .push(price(quantity, frame, method, factor_by_year));
        }
    }
    prices
}

/// Looked up once for each trust and row, because schools share them.
fn factor_by_year<'a>(
    quantity: &ActivityData,
    frame: &Frame<'a>,
    method: &Method,
    known: &mut ByYear<'a>,
) -> Arc<BTreeMap<i32, f64>> {
    let row = match &quantity.pricing {
        Pricing::Row(row) => Some(*row),
        Pricing::Free => None,
        Pricing::Contract { .. } | Pricing::NoRow => return Arc::default(),
    };
    let trust = frame.membership.school.trust.id.as_str();
    let set = method.factors.of(trust);
    let factors = known.entry((trust, row));
    factors
        .or_insert_with(|| Arc::new(set.by_year(row.as_ref())))
        .clone()
}

fn key(quantity: &ActivityData) -> Key {
    let energy = match quantity.energy {
        Energy::NotCounted => String::new(),
        Energy::Quantity => "=".to_owned(),
        Energy::Content { row, per_unit } => format!("{} {per_unit}", row.name()),
    };
    (
        quantity.frame,
        row_name(&quantity.pricing),
        energy,
        year(quantity),
    )
}

/// The calendar year whose factors price a quantity, if each day is priced by the year it falls in; none if no row prices it.
fn year(quantity: &ActivityData) -> Option<i32> {
    match quantity.pricing {
        Pricing::Row(_) => quantity.year,
        Pricing::Free | Pricing::Contract { .. } | Pricing::NoRow => None,
    }
}

/// The factor of a row over a footprint's period, or for its days of one calendar year.
pub(in super::super) fn chosen(
    row: &FactorRow,
    year: Option<i32>,
    frame: &Frame<'_>,
    method: &Method,
) -> Option<Chosen> {
    let set = method.factors.of(&frame.membership.school.trust.id);
    match year {
        Some(year) => set.choose_for(row, year, method.fallback),
        None => set.choose(row, frame.period, method.year_choice, method.fallback),
    }
}

fn row_name(pricing: &Pricing) -> String {
    match pricing {
        Pricing::Row(row) => row.name(),
        Pricing::Free => "zero by method".to_owned(),
        Pricing::Contract {
            name,
            factor,
            evidence,
        } => format!("contract {name}, {factor} kg per kWh ({evidence})"),
        Pricing::NoRow => "row that fits".to_owned(),
    }
}

fn price(
    quantity: &ActivityData,
    frame: &Frame<'_>,
    method: &Method,
    factor_by_year: Arc<BTreeMap<i32, f64>>,
) -> PriceOf {
    let set = method.factors.of(&frame.membership.school.trust.id);
    let year = year(quantity);
    let choose = |row: &FactorRow| chosen(row, year, frame, method);
    let given = |value: f64, source: Option<FactorSource>| Chosen {
        value,
        year: frame.period.majority_year(),
        wanted: frame.period.majority_year(),
        blend: Vec::new(),
        sources: source.into_iter().collect(),
    };
    let factor = match &quantity.pricing {
        Pricing::Row(row) => choose(row),
        Pricing::Free => Some(given(0.0, None)),
        Pricing::Contract {
            factor, evidence, ..
        } => {
            let source = FactorSource::Contract(evidence.clone());
            Some(given(*factor, Some(source)))
        }
        Pricing::NoRow => None,
    };
    let not_standing_in = match &quantity.pricing {
        Pricing::Row(row) if factor.is_none() => match year {
            Some(year) => set.not_standing_in_for(row, year, method.fallback),
            None => set.not_standing_in(row, frame.period, method.year_choice, method.fallback),
        },
        _ => None,
    };
    let (content, missing_content) = match &quantity.energy {
        Energy::Content { row, per_unit } => match choose(row) {
            Some(chosen) => (Some(content(&row.name(), *per_unit, chosen)), None),
            None => (None, Some(row.name())),
        },
        _ => (None, None),
    };
    PriceOf {
        row: row_name(&quantity.pricing),
        year,
        factor,
        factor_by_year,
        not_standing_in,
        same: quantity.energy == Energy::Quantity,
        content,
        missing_content,
    }
}

fn content(row: &str, per_unit: f64, chosen: Chosen) -> Content {
    let times = if per_unit == 1.0 {
        String::new()
    } else {
        format!(" \u{d7} {per_unit} km per mile")
    };
    // Blended factors list all their years, once and in order.
    let mut years: Vec<String> = chosen
        .by_year()
        .iter()
        .map(|of| of.factor_year.to_string())
        .collect();
    years.dedup();
    Content {
        kwh_per_unit: chosen.value * per_unit,
        text: format!("{}{times} ({row}, {})", chosen.value, years.join(" and ")),
        chosen,
    }
}

impl Prices {
    pub(super) fn number_of(&self, quantity: &ActivityData) -> u32 {
        self.numbers
            .get(&key(quantity))
            .copied()
            .unwrap_or(u32::MAX)
    }

    pub(super) fn get(&self, number: u32) -> Option<&PriceOf> {
        self.all.get(number as usize)
    }

    /// `price, factor, same, content`.
    pub(super) fn frame(&self) -> PolarsResult<DataFrame> {
        let factors = self
            .all
            .iter()
            .map(|price| Some(price.factor.as_ref()?.value));
        let contents = self
            .all
            .iter()
            .map(|price| Some(price.content.as_ref()?.kwh_per_unit));
        DataFrame::new(
            self.all.len(),
            vec![
                Column::new(
                    "price".into(),
                    (0..self.all.len() as u32).collect::<Vec<_>>(),
                ),
                Column::new("factor".into(), factors.collect::<Vec<_>>()),
                Column::new(
                    "same".into(),
                    self.all.iter().map(|price| price.same).collect::<Vec<_>>(),
                ),
                Column::new("content".into(), contents.collect::<Vec<_>>()),
            ],
        )
    }
}

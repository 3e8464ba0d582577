//! Whether the ledger's rows add up to the figure.

use std::collections::BTreeMap;

use ::events::Quantity;
use footprint::{Footprint, Item};
use serde::Serialize;
use utoipa::ToSchema;

use super::meter_input::MeterInput;
use super::meters::MeterAnswer;
use super::{Amount, EventAnswer};
use crate::explain::figure_name::Figure;

/// A number of the footprint beside the one that the ledger's rows give now. They differ for a moment when events have
/// arrived that are not in the ledger yet, or that the footprint does not count yet.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ExplanationCheck)]
pub struct Check {
    /// What is compared.
    pub what: String,
    /// The value in the footprint.
    pub figure: Amount,
    /// The value from the ledger's rows.
    pub ledger: Amount,
    /// The unit of both.
    pub unit: String,
    /// Whether they are the same to the last digit.
    pub agrees: bool,
}

impl Check {
    fn new(what: String, figure: Amount, ledger: Amount, unit: &str) -> Self {
        Check {
            what,
            figure,
            ledger,
            unit: unit.to_owned(),
            agrees: figure == ledger,
        }
    }
}

/// Compares the sum of a meter's months, if all of them were requested.
pub(super) fn of_meters(input: &MeterInput<'_>, meters: &[MeterAnswer]) -> Vec<Check> {
    let question = input.question;
    if question.month.is_some() || question.day.is_some() {
        return Vec::new();
    }
    let with_months = meters.iter().filter(|meter| !meter.months.is_empty());
    with_months
        .map(|meter| {
            let months = meter.months.iter().filter_map(|month| month.energy);
            let ledger = Amount(months.map(|energy| energy.0).sum());
            let what = format!(
                "the months of {}, channel {}, added up",
                meter.meter,
                meter.channel.as_str()
            );
            Check::new(what, meter.energy, ledger, "kWh")
        })
        .collect()
}

/// Compares the sum of the events that count.
pub(super) fn of_events(
    footprint: &Footprint,
    figure: &Figure<'_>,
    events: &[EventAnswer],
) -> Vec<Check> {
    let sum = |unit: &str| {
        let of_unit = events
            .iter()
            .filter(|event| event.counts && event.unit.as_deref() == Some(unit));
        Amount(
            of_unit
                .filter_map(|event| event.quantity)
                .map(|part| part.0)
                .sum(),
        )
    };
    match figure {
        Figure::Waste => {
            let what = "the collections that count, added up".to_owned();
            vec![Check::new(
                what,
                footprint.waste.total.into(),
                sum("tonnes"),
                "tonnes",
            )]
        }
        Figure::Lines(lines) if events.iter().any(|event| event.quantity.is_some()) => {
            // In the trailing months an item has a line for each calendar year.
            let mut quantities: BTreeMap<(Item, &str), Quantity> = BTreeMap::new();
            for line in lines {
                *quantities.entry((line.item, &line.unit)).or_default() += line.quantity;
            }
            let check = |((item, unit), quantity): ((Item, &str), Quantity)| {
                let what = format!("the events of {item} that count, added up");
                Check::new(what, Amount(quantity), sum(unit), unit)
            };
            quantities.into_iter().map(check).collect()
        }
        _ => Vec::new(),
    }
}

//! Waste collected by contractors from a school: its waste figures, and the quantities that are priced.

use std::collections::BTreeMap;

use events::{Data, Fill, Grams, WasteCollected, WeightBasis};

use super::{Frame, evidence};
use crate::compute::activity_data::{ActivityData, Pricing};
use crate::emission_sources::Energy;
use crate::item::Item;
use crate::line::Block;
use crate::message::{WasteFigures, WasteStream};
use crate::simpler_recycling;
use crate::simpler_recycling::{Employer, Load};
use crate::waste;
use crate::waste::{Fraction, Route, Stream};

/// The law gives micro-firms more time; no trust of schools is one.
const EMPLOYER: Employer = Employer::TenOrMore;

/// The collections on a footprint's days, each as a quantity of its stream by its route: tonnes in millionths are grams. A load
/// that was contaminated or refused is priced by its actual treatment, like any other.
pub(super) fn quantities<'a>(
    number: usize,
    frame: &'a Frame<'_>,
) -> impl Iterator<Item = ActivityData> + use<'a> {
    collections(frame).filter(is_load).map(move |waste| {
        let (stream, route) = (
            waste::stream(waste.ewc),
            waste::route(waste.ewc, waste.treatment),
        );
        ActivityData {
            frame: number,
            block: Block::Voluntary,
            scope: 3,
            item: Item::Waste(stream, route),
            unit: "tonnes",
            pricing: waste::factor_row(waste.ewc, route).map_or(Pricing::NoRow, Pricing::Row),
            year: frame.own_year(waste.collected_on),
            quantity: weight(waste).0,
            energy: Energy::NotCounted,
        }
    })
}

/// The waste figures of a footprint.
pub(super) fn figures(frame: &Frame<'_>) -> WasteFigures {
    let mut figures = WasteFigures::default();
    let mut streams: BTreeMap<(Stream, Route), (Grams, u32)> = BTreeMap::new();
    for waste in collections(frame) {
        figures.missed_lifts += waste.missed_lifts.unwrap_or(0);
        if !is_load(&waste) {
            continue;
        }
        let route = waste::route(waste.ewc, waste.treatment);
        add(&mut figures, waste, route);
        let (sum, count) = streams
            .entry((waste::stream(waste.ewc), route))
            .or_default();
        *sum += weight(waste);
        *count += 1;
    }
    let stream = |((stream, route), (weight, collections))| WasteStream {
        stream,
        route,
        weight,
        collections,
    };
    figures.streams = streams.into_iter().map(stream).collect();
    figures.simpler_recycling = simpler_recycling::judge(
        EMPLOYER,
        frame.counted,
        &collections(frame)
            .filter(is_load)
            .map(load)
            .collect::<Vec<_>>(),
        &evidence::filed(frame),
    );
    figures
}

fn add(figures: &mut WasteFigures, waste: &WasteCollected, route: Route) {
    let weight = weight(waste);
    let mut when = |is_so: bool, sum: fn(&mut WasteFigures) -> &mut Grams| {
        if is_so {
            *sum(figures) += weight;
        }
    };
    let code = waste::waste_code(waste.ewc);
    let is_dry = fraction(waste).is_dry();
    when(true, |figures| &mut figures.total);
    when(route.is_recycling(), |figures| &mut figures.recycled);
    when(route == Route::Landfill, |figures| &mut figures.landfill);
    when(route == Route::Unknown, |figures| {
        &mut figures.unknown_route
    });
    when(waste.basis != WeightBasis::Weighed, |figures| {
        &mut figures.estimated
    });
    when(code.is_some_and(|code| code.hazardous), |figures| {
        &mut figures.hazardous
    });
    when(is_dry, |figures| &mut figures.dry_recycling);
    if let Some(kg) = waste.contaminated_kg.filter(|_| is_dry) {
        figures.inspected += weight;
        figures.contaminated += grams(kg);
    }
    figures.rejected_loads += u32::from(waste.rejected);
    figures.heavy_loads += u32::from(waste.fill() != Fill::Plausible);
}

/// The collections on the days counted, without corrected tickets.
fn collections<'a>(frame: &Frame<'a>) -> impl Iterator<Item = &'a WasteCollected> + use<'a> {
    let counted = frame.counted;
    let history = frame.subject.history;
    history
        .counted()
        .filter_map(move |(_, school_event)| match &school_event.data {
            Data::WasteCollected(waste) if counted.contains(waste.collected_on) => Some(waste),
            _ => None,
        })
}

/// A ticket that only reports that a bin was not emptied has no weight, and is not a load.
fn is_load(waste: &&WasteCollected) -> bool {
    weight(waste).0 > 0
}

fn load(waste: &WasteCollected) -> Load {
    Load {
        day: waste.collected_on,
        fraction: fraction(waste),
        refused: waste.rejected,
    }
}

fn fraction(waste: &WasteCollected) -> Fraction {
    waste::waste_code(waste.ewc).map_or(Fraction::Unasked, |code| code.fraction)
}

fn weight(waste: &WasteCollected) -> Grams {
    grams(waste.weight_kg)
}

fn grams(kg: f64) -> Grams {
    Grams((kg * 1000.0).round() as i64)
}

#[cfg(test)]
mod tests;

//! Every quantity of every footprint, each with the use it is.

use events::{
    ActivityRecorded, Channel, Data, Fuel, Grams, Quantity, WeightBasis, micro_from_decimal,
};

use super::Frame;
use super::meters::Metered;
use crate::factors::FactorRow;
use crate::message::{Block, Days};
use crate::uses::{self, Use};
use crate::waste;

/// One quantity of one footprint.
pub(super) struct Gathered {
    /// Which footprint.
    pub frame: usize,
    pub block: Block,
    pub scope: u8,
    pub item: String,
    pub unit: &'static str,
    /// The factor; none where no row fits, or where `free` says it is zero by method.
    pub row: Option<FactorRow>,
    pub free: bool,
    /// Millionths of the unit.
    pub quantity: Quantity,
    /// Milliwatt-hours.
    pub energy: Option<Quantity>,
    /// What waste figures need beside the line.
    pub waste: Option<Collected>,
}

/// One collection of waste.
pub(super) struct Collected {
    pub stream: &'static str,
    pub route: waste::Route,
    pub weight: Grams,
    pub weighed: bool,
}

pub(super) fn quantities(frames: &[Frame<'_>], meters: &[Metered]) -> Vec<Gathered> {
    let mut all = Vec::new();
    for (number, (frame, metered)) in frames.iter().zip(meters).enumerate() {
        metered_energy(number, metered, &mut all);
        for (_, fact) in frame.subject.story.counted() {
            match &fact.data {
                Data::ActivityRecorded(activity) => all.extend(recorded(number, activity, frame)),
                Data::WasteCollected(waste) if frame.counted.contains(waste.collected_on) => {
                    all.push(collected(number, waste));
                }
                _ => {}
            }
        }
    }
    all
}

fn metered_energy(frame: usize, metered: &Metered, all: &mut Vec<Gathered>) {
    let total = |fuel: Fuel, channel: Channel| -> Option<Quantity> {
        let mut months = metered
            .months
            .iter()
            .filter(|((_, f, c), _)| (*f, *c) == (fuel, channel))
            .map(|(_, energy)| *energy)
            .peekable();
        months.peek()?;
        Some(months.sum())
    };
    let mut push = |what: &Use, quantity: Quantity| all.push(gathered(frame, what, quantity));
    if let Some(gas) = total(Fuel::Gas, Channel::AI) {
        push(&uses::GAS, gas);
    }
    if let Some(electricity) = total(Fuel::Electricity, Channel::AI) {
        push(&uses::ELECTRICITY, electricity);
        push(&uses::GRID_LOSSES, electricity);
    }
    let export = total(Fuel::Electricity, Channel::AE).filter(|energy| *energy > 0);
    if let Some(export) = export {
        push(&uses::EXPORT, export);
    }
    if let Some(generated) = total(Fuel::Solar, Channel::AI) {
        push(&uses::SOLAR, (generated - export.unwrap_or(0)).max(0));
    }
}

fn gathered(frame: usize, what: &Use, quantity: Quantity) -> Gathered {
    Gathered {
        frame,
        block: what.block,
        scope: what.scope,
        item: what.item.to_owned(),
        unit: what.unit,
        row: what.row,
        free: what.row.is_none(),
        quantity,
        energy: what
            .kwh_per_unit
            .map(|kwh| (quantity as f64 * kwh).round() as Quantity),
        waste: None,
    }
}

/// The part of a recorded quantity that falls into the footprint's days, shared evenly by days and so that the parts of
/// all periods add up to the whole: each is the difference of two shares counted from the first day.
fn recorded(frame: usize, activity: &ActivityRecorded, of: &Frame<'_>) -> Option<Gathered> {
    let whole = Days {
        from: activity.from,
        to: activity.to,
    };
    let part = whole.and(of.counted);
    let what = uses::of_activity(activity.activity, activity.unit)?;
    let quantity = micro_from_decimal(activity.quantity).ok()?;
    if part.count() == 0 {
        return None;
    }
    let share_before =
        |days: i64| i128::from(quantity) * i128::from(days) / i128::from(whole.count());
    let skipped = (part.from - whole.from).num_days();
    let share = share_before(skipped + part.count()) - share_before(skipped);
    Some(gathered(frame, &what, share as Quantity))
}

fn collected(frame: usize, waste: &events::WasteCollected) -> Gathered {
    let stream = waste::stream(waste.ewc);
    let route = waste::route(stream, waste.treatment);
    let weight = (waste.weight_kg * 1000.0).round() as i64;
    Gathered {
        frame,
        block: Block::Voluntary,
        scope: 3,
        item: format!("waste_{}_{}", stream.name, route.as_str()),
        unit: "tonnes",
        row: waste::factor_row(stream, route),
        free: false,
        quantity: weight,
        energy: None,
        waste: Some(Collected {
            stream: stream.name,
            route,
            weight: Grams(weight),
            weighed: waste.basis == WeightBasis::Weighed,
        }),
    }
}

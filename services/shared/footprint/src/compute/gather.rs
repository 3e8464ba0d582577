//! Every quantity of every footprint, each with the use it is.

use events::{ActivityRecorded, Channel, Data, Fuel, Quantity, micro_from_decimal};

use super::meters::Metered;
use super::{Frame, collected, market, travel};
use crate::factors::FactorRow;
use crate::message::{Block, Days};
use crate::uses::{self, Energy, Use};

/// One quantity of one footprint.
pub(super) struct Gathered {
    /// Which footprint.
    pub frame: usize,
    pub block: Block,
    pub scope: u8,
    pub item: String,
    pub unit: &'static str,
    pub pricing: Pricing,
    /// Millionths of the unit.
    pub quantity: Quantity,
    pub energy: Energy,
}

/// What prices a quantity.
#[derive(Debug, Clone)]
pub(super) enum Pricing {
    /// A row of the factor table.
    Row(FactorRow),
    /// Zero by method.
    Free,
    /// What a contract says: its name, kg CO2e per unit and what proves it.
    Contract {
        name: String,
        factor: f64,
        evidence: String,
    },
    /// The table has nothing that fits.
    NoRow,
}

pub(super) fn quantities(frames: &[Frame<'_>], meters: &[Metered]) -> Vec<Gathered> {
    let mut all = Vec::new();
    for (number, (frame, metered)) in frames.iter().zip(meters).enumerate() {
        metered_energy(number, metered, &mut all);
        all.extend(market::lines(number, frame));
        all.extend(collected::quantities(number, frame));
        all.extend(travel::quantities(number, frame));
        for (_, fact) in frame.subject.story.counted() {
            if let Data::ActivityRecorded(activity) = &fact.data {
                all.extend(recorded(number, activity, frame).into_iter().flatten());
            }
        }
    }
    all
}

fn metered_energy(frame: usize, metered: &Metered, all: &mut Vec<Gathered>) {
    let imported = |of| metered.total(|fuel, channel| (fuel, channel) == (of, Channel::AI));
    let mut push = |what: &Use, quantity: Quantity| all.extend(gathered(frame, what, quantity));
    if let Some(gas) = imported(Fuel::Gas) {
        push(&uses::GAS, gas);
    }
    if let Some(electricity) = imported(Fuel::Electricity) {
        push(&uses::ELECTRICITY, electricity);
    }
    if let Some(export) = metered.exported().filter(|energy| *energy > 0) {
        push(&uses::EXPORT, export);
    }
    if let Some(own_use) = metered.solar.own_use {
        push(&uses::SOLAR, own_use);
    }
}

/// The quantity as the use it is, and as what it is besides upstream of the site.
fn gathered(
    frame: usize,
    what: &Use,
    quantity: Quantity,
) -> impl Iterator<Item = Gathered> + use<> {
    let one = move |what: &Use| Gathered {
        frame,
        block: what.block,
        scope: what.scope,
        item: what.item.to_owned(),
        unit: what.unit,
        pricing: what.row.map_or(Pricing::Free, Pricing::Row),
        quantity,
        energy: what.energy,
    };
    let upstream = what.upstream().iter().map(one);
    std::iter::once(one(what)).chain(upstream)
}

/// The part of a recorded quantity that falls into the footprint's days, shared evenly by days and so that the parts of
/// all periods add up to the whole: each is the difference of two shares counted from the first day.
fn recorded(
    frame: usize,
    activity: &ActivityRecorded,
    of: &Frame<'_>,
) -> Option<impl Iterator<Item = Gathered>> {
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

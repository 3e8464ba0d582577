//! Every quantity of every footprint, each with its emission source.

use events::{ActivityRecorded, Channel, Data, Fuel, Quantity, micro_from_decimal};

use super::activity_data::{ActivityData, Pricing};
use super::meters::Metered;
use super::{Frame, market, travel, waste_collections};
use crate::emission_sources;
use crate::emission_sources::EmissionSource;
use crate::period::Days;

pub(super) fn quantities(frames: &[Frame<'_>], meters: &[Metered]) -> Vec<ActivityData> {
    let mut all = Vec::new();
    for (number, (frame, metered)) in frames.iter().zip(meters).enumerate() {
        metered_energy(number, frame, metered, &mut all);
        all.extend(market::lines(number, frame));
        all.extend(waste_collections::quantities(number, frame));
        all.extend(travel::quantities(number, frame));
        for (_, school_event) in frame.subject.history.counted() {
            if let Data::ActivityRecorded(activity) = &school_event.data {
                recorded(number, activity, frame, &mut all);
            }
        }
    }
    all
}

fn metered_energy(
    number: usize,
    frame: &Frame<'_>,
    metered: &Metered,
    all: &mut Vec<ActivityData>,
) {
    let mut push = |what: &EmissionSource, year: Option<i32>, quantity: Quantity| {
        all.extend(gathered(number, what, year, quantity));
    };
    let imported = [
        (Fuel::Gas, emission_sources::GAS),
        (Fuel::Electricity, emission_sources::ELECTRICITY),
    ];
    for (of, what) in imported {
        let by_year =
            metered.total_by_year(frame, |fuel, channel| (fuel, channel) == (of, Channel::AI));
        for (year, quantity) in by_year {
            push(&what, year, quantity);
        }
    }
    let export = metered.total_by_year(frame, |_, channel| channel == Channel::AE);
    for (year, quantity) in export.into_iter().filter(|(_, energy)| *energy > 0) {
        push(&emission_sources::EXPORT, year, quantity);
    }
    // These are zero by method, whatever the year.
    if let Some(own_use) = metered.solar.own_use {
        push(&emission_sources::SOLAR, None, own_use);
    }
}

/// The quantity as its use on site, and again as its use upstream of the site.
fn gathered(
    frame: usize,
    what: &EmissionSource,
    year: Option<i32>,
    quantity: Quantity,
) -> impl Iterator<Item = ActivityData> + use<> {
    let one = move |what: &EmissionSource| ActivityData {
        frame,
        block: what.block,
        scope: what.scope,
        item: what.item,
        unit: what.unit,
        pricing: what.row.map_or(Pricing::Free, Pricing::Row),
        year,
        quantity,
        energy: what.energy,
    };
    let upstream = what.upstream().iter().map(one);
    std::iter::once(one(what)).chain(upstream)
}

/// The parts of a recorded quantity that fall into the footprint's days, split evenly by days. The parts of all periods add up
/// to the whole, because each is the difference of two shares counted from the first day.
fn recorded(
    number: usize,
    activity: &ActivityRecorded,
    frame: &Frame<'_>,
    all: &mut Vec<ActivityData>,
) {
    let (Some(what), Ok(quantity)) = (
        emission_sources::of_activity(activity.activity, activity.unit),
        micro_from_decimal(activity.quantity),
    ) else {
        return;
    };
    let whole = Days {
        from: activity.from,
        to: activity.to,
    };
    let share_before =
        |days: i64| i128::from(quantity) * i128::from(days) / i128::from(whole.count());
    for (run, year) in frame.priced_runs() {
        let part = whole.and(run);
        if part.count() > 0 {
            let skipped = (part.from - whole.from).num_days();
            let share = share_before(skipped + part.count()) - share_before(skipped);
            all.extend(gathered(number, &what, year, share as Quantity));
        }
    }
}

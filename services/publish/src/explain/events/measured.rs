//! Waste and recorded activities: the contribution of each event to a line.

use events::Data;
use footprint::{Days, Footprint, Line};

use super::super::{Amount, ExplainError};
use super::{EventAnswer, answer, counts, yields};
use crate::explain::contribution::{partial_footprints, quantity};
use crate::explain::source_events::{SourceEvent, register};

/// The events that contribute to these lines, with how much, and those that would have if they had not been replaced.
/// Each goes through the arithmetic alone, so that its contribution is exactly its part of the whole.
pub(in super::super) fn of_lines(
    footprint: &Footprint,
    lines: &[&Line],
    all: &[SourceEvent],
    counted: Days,
) -> Result<Vec<EventAnswer>, ExplainError> {
    let adds = |told: &&SourceEvent| match &told.school_event.data {
        Data::WasteCollected(waste) => counted.contains(waste.collected_on),
        Data::ActivityRecorded(activity) => {
            let (from, to) = (activity.from, activity.to);
            counted.and(Days { from, to }).count() > 0
        }
        _ => false,
    };
    let added: Vec<&SourceEvent> = all.iter().filter(adds).collect();
    let of_register = register(all);
    let histories: Vec<_> = added
        .iter()
        .map(|told| {
            let mut history = of_register.clone();
            history.add(told.row.identity.clone(), told.school_event.clone());
            history
        })
        .collect();
    let mut answers = Vec::new();
    for (told, part) in added.iter().zip(partial_footprints(footprint, &histories)?) {
        let share = part.as_ref().and_then(|part| {
            let mut shares = lines.iter().map(|line| (line, quantity(part, line)));
            shares.find_map(|(line, share)| Some((line, share?)))
        });
        let Some((line, share)) = share else { continue };
        let verdict = counts(match told.replaces() {
            Some(_) => "counts instead of the event it replaces",
            None => "counts",
        });
        let mut one = answer(told, counted, verdict);
        one.quantity = Some(Amount(share));
        one.unit = Some(line.unit.clone());
        answers.push(one);
    }
    Ok(answers)
}

/// Every collection of the days counted, in tonnes.
pub(in super::super) fn waste(all: &[SourceEvent], counted: Days) -> Vec<EventAnswer> {
    let collected = all.iter().filter_map(|told| match &told.school_event.data {
        Data::WasteCollected(waste) if counted.contains(waste.collected_on) => Some((told, waste)),
        _ => None,
    });
    collected
        .map(|(told, waste)| {
            let verdict = match waste.weight_kg > 0.0 {
                true => counts("counts"),
                false => yields("nothing was collected"),
            };
            let mut one = answer(told, counted, verdict);
            // Tonnes in millionths are grams, the unit of the figures.
            one.quantity = Some(Amount((waste.weight_kg * 1000.0).round() as i64));
            one.unit = Some("tonnes".to_owned());
            one
        })
        .collect()
}

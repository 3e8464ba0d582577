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
    let adds = |event: &&SourceEvent| match &event.school_event.data {
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
        .map(|event| {
            let mut history = of_register.clone();
            history.add(event.row.identity.clone(), event.school_event.clone());
            history
        })
        .collect();
    let mut answers = Vec::new();
    for (event, part) in added.iter().zip(partial_footprints(footprint, &histories)?) {
        let share = part.as_ref().and_then(|part| {
            let mut shares = lines.iter().map(|line| (line, quantity(part, line)));
            shares.find_map(|(line, share)| Some((line, share?)))
        });
        let Some((line, share)) = share else { continue };
        let verdict = counts(match event.replaces() {
            Some(_) => "counts instead of the event it replaces",
            None => "counts",
        });
        let mut entry = answer(event, counted, verdict);
        entry.quantity = Some(Amount(share));
        entry.unit = Some(line.unit.clone());
        answers.push(entry);
    }
    Ok(answers)
}

/// Every collection of the days counted, in tonnes.
pub(in super::super) fn waste(all: &[SourceEvent], counted: Days) -> Vec<EventAnswer> {
    let collected = all
        .iter()
        .filter_map(|event| match &event.school_event.data {
            Data::WasteCollected(waste) if counted.contains(waste.collected_on) => {
                Some((event, waste))
            }
            _ => None,
        });
    collected
        .map(|(event, waste)| {
            let verdict = match waste.weight_kg > 0.0 {
                true => counts("counts"),
                false if waste.withdrawn => yields("it was taken back"),
                false => yields("nothing was collected"),
            };
            let mut entry = answer(event, counted, verdict);
            // Tonnes in millionths are grams, the unit of the figures.
            entry.quantity = Some(Amount((waste.weight_kg * 1000.0).round() as i64));
            entry.unit = Some("tonnes".to_owned());
            entry
        })
        .collect()
}

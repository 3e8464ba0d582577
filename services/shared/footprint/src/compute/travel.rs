//! Travel: the figures from surveys, initiatives and awards, and commuting among the voluntary lines.

mod commuting;
mod counted_surveys;
mod initiatives;
mod surveys;

#[cfg(test)]
mod tests;

use events::Data;
use polars::prelude::PolarsResult;

use super::Frame;
use crate::message::{StarsFigures, TravelFigures};
use crate::note::Note;

pub(super) use commuting::{left_out, quantities};

/// The travel figures of each footprint.
pub(super) fn figures(frames: &[Frame<'_>]) -> PolarsResult<Vec<TravelFigures>> {
    let surveys = surveys::figures(frames)?;
    let figures = frames.iter().zip(surveys).map(|(frame, surveys)| {
        let initiatives = initiatives::counts(frame);
        TravelFigures {
            surveys: surveys.now,
            delivered: initiatives.delivered,
            planned: initiatives.planned,
            participants: initiatives.participants,
            stars: level(frame),
            earlier: surveys.earlier,
            roll_doubts: surveys::roll_doubts(frame),
        }
    });
    Ok(figures.collect())
}

/// The notes beside travel figures.
pub(super) fn notes(frame: &Frame<'_>) -> Vec<Note> {
    let doubts = surveys::roll_doubts(frame).into_iter();
    let doubts = doubts.map(|doubt| Note::GroupRolls { doubt });
    commuting::notes(frame).into_iter().chain(doubts).collect()
}

/// The highest level in force on the last counted day, whenever it was awarded; of several awards of one level, the one that is
/// valid longest.
fn level(frame: &Frame<'_>) -> Option<StarsFigures> {
    let on = frame.counted.to;
    let awards = frame.subject.history.school_events();
    let in_force = awards.filter_map(|(_, school_event)| match &school_event.data {
        Data::TravelAccredited(award) if award.awarded_on <= on && on <= award.valid_until => {
            Some((award.level, award.valid_until))
        }
        _ => None,
    });
    let (level, valid_until) = in_force.max()?;
    Some(StarsFigures { level, valid_until })
}

//! What one part of a school's history contributes to the figures.
//!
//! There is no second calculation for the parts of a figure: a history with only the register and one event, or one
//! meter's days, goes through the same arithmetic as the whole, and the result is that part.

use std::collections::BTreeMap;

use events::Quantity;
use footprint::{Footprint, Line, Method, SchoolHistory, Subject, footprints};

use super::ExplainError;

/// The footprint that each of these histories gives for the school, trust and period of `of`; none if it gives none.
/// Prices use the factors that ship with the program, so only quantities of the result may be used.
pub(super) fn partial_footprints(
    of: &Footprint,
    histories: &[SchoolHistory],
) -> Result<Vec<Option<Footprint>>, ExplainError> {
    // The position distinguishes the footprints, which are all of one school.
    let positions: Vec<BTreeMap<String, i64>> = (0..histories.len())
        .map(|number| BTreeMap::from([(PART.to_owned(), number as i64)]))
        .collect();
    let subjects: Vec<Subject<'_>> = histories
        .iter()
        .zip(&positions)
        .map(|(history, position)| Subject {
            urn: of.urn,
            history,
            position,
        })
        .collect();
    let method = Method::published()?;
    let mut parts: Vec<Option<Footprint>> = vec![None; histories.len()];
    for part in footprints(&subjects, &method, of.period.as_of())? {
        let number = part.position.get(PART).copied().unwrap_or(-1);
        let is_same = part.trust.id == of.trust.id && part.period == of.period;
        let place = usize::try_from(number).ok().filter(|_| is_same);
        if let Some(place) = place.and_then(|place| parts.get_mut(place)) {
            *place = Some(part);
        }
    }
    Ok(parts)
}

const PART: &str = "part";

/// The quantity of a line that a part contributes; none if the part has no such line.
pub(super) fn quantity(part: &Footprint, line: &Line) -> Option<Quantity> {
    let same = |other: &&Line| {
        (other.block, other.scope, &other.item, &other.unit)
            == (line.block, line.scope, &line.item, &line.unit)
    };
    part.lines
        .iter()
        .filter(same)
        .map(|line| line.quantity)
        .reduce(|sum, quantity| sum + quantity)
}

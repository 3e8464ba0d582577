//! The notes that belong beside a figure.

use std::collections::BTreeSet;

use footprint::{Footprint, Item, Lack, Line, Note};

use crate::explain::figure_name::Figure;
use crate::rollup::disclosures::lacks_of_one;

/// Why the figure is not complete: all reasons for a total; for a line, only the reasons about that line.
pub(super) fn incomplete(footprint: &Footprint, figure: &Figure<'_>) -> Vec<String> {
    match figure {
        Figure::Lines(lines) => lacks_of_one(of_lines(footprint, lines)),
        Figure::Intensity => {
            let mut reasons = footprint.sufficiency.details();
            reasons.extend(lacks_of_one(&footprint.lacks));
            reasons
        }
        Figure::Gross | Figure::Pupils | Figure::Coverage => lacks_of_one(&footprint.lacks),
        Figure::Voluntary => lacks_of_one(&footprint.lacks_voluntary),
        _ => Vec::new(),
    }
}

/// The reasons why these lines are incomplete.
pub(super) fn of_lines<'a>(
    footprint: &'a Footprint,
    lines: &[&Line],
) -> impl Iterator<Item = &'a Lack> {
    let items: BTreeSet<Item> = lines.iter().map(|line| line.item).collect();
    let all = footprint.lacks.iter().chain(&footprint.lacks_voluntary);
    all.filter(move |lack| lack.item().is_some_and(|item| items.contains(&item)))
}

/// The notes beside the figure, selected in the same way.
pub(super) fn notes(footprint: &Footprint, figure: &Figure<'_>) -> Vec<Note> {
    match figure {
        Figure::Lines(lines) => footprint
            .notes
            .iter()
            .filter(|note| lines.iter().any(|line| note.is_about(line.item)))
            .cloned()
            .collect(),
        Figure::Intensity
        | Figure::Gross
        | Figure::Voluntary
        | Figure::Pupils
        | Figure::Coverage => footprint.notes.clone(),
        _ => Vec::new(),
    }
}

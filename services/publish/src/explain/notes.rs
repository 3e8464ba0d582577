//! What has to be said of a figure.

use std::collections::BTreeSet;

use footprint::{Footprint, Lack, Line};

use crate::explain::figure_name::Figure;
use crate::rollup::disclosures::lacks_of_one;

/// Why the figure is not complete: all reasons for a total, and for a line those that are of it.
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

/// What these lines lack.
pub(super) fn of_lines<'a>(
    footprint: &'a Footprint,
    lines: &[&Line],
) -> impl Iterator<Item = &'a Lack> {
    let items: BTreeSet<String> = lines.iter().map(|line| line.item.clone()).collect();
    let all = footprint.lacks.iter().chain(&footprint.lacks_voluntary);
    all.filter(move |lack| lack.item().is_some_and(|item| items.contains(item)))
}

/// What stands beside it, chosen alike.
pub(super) fn notes(footprint: &Footprint, figure: &Figure<'_>) -> Vec<String> {
    let notes = &footprint.notes;
    match figure {
        Figure::Lines(lines) => {
            let of_line = notes
                .iter()
                .filter(|note| is_about(note, lines, &footprint.lines));
            of_line.cloned().collect()
        }
        Figure::Intensity
        | Figure::Gross
        | Figure::Voluntary
        | Figure::Pupils
        | Figure::Coverage => notes.clone(),
        _ => Vec::new(),
    }
}

/// Whether a sentence is about one of the lines. Sentences have the names of lines with spaces for their underscores.
fn is_about(sentence: &str, lines: &[&Line], all: &[Line]) -> bool {
    let about = named(sentence, all);
    let of_all_commuting = about.is_empty() && sentence.starts_with("commuting");
    lines.iter().any(|line| {
        about.contains(line.item.as_str())
            || of_all_commuting && line.item.starts_with("commuting_")
    })
}

/// The lines that a sentence names. The longest names are looked for first and taken out, so that what is said of
/// `wtt_electricity` is not said of `electricity`.
fn named<'a>(sentence: &str, all: &'a [Line]) -> BTreeSet<&'a str> {
    let spaced = |text: &str| format!(" {} ", text.replace(|c: char| !c.is_alphanumeric(), " "));
    let mut left = spaced(sentence);
    let mut items: Vec<&str> = all.iter().map(|line| line.item.as_str()).collect();
    items.sort_by_key(|item| std::cmp::Reverse(item.len()));
    let mut found = BTreeSet::new();
    for item in items {
        let name = spaced(item);
        if left.contains(&name) {
            left = left.replace(&name, "  ");
            found.insert(item);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use footprint::Block;

    use super::*;

    #[test]
    fn what_is_said_of_one_line_is_not_said_of_another_whose_name_is_in_it() {
        let line = |item: &str| Line {
            block: Block::Statutory,
            scope: 1,
            item: item.to_owned(),
            quantity: 1,
            unit: "kWh".to_owned(),
            energy: None,
            energy_from: None,
            factor_by_year: Default::default(),
            price: None,
        };
        let all = ["gas", "wtt_gas", "minibus_diesel", "commuting_pupil_car"].map(line);
        let check = |sentence: &str, items: &[&str]| {
            let found: Vec<_> = named(sentence, &all).into_iter().collect();
            assert_eq!(found, items, "{sentence}");
        };
        check("wtt gas is not priced", &["wtt_gas"]);
        check("the factors of gas, wtt gas were read", &["gas", "wtt_gas"]);
        check("minibus_diesel is not priced", &["minibus_diesel"]);
        let of_all = "commuting is that of the 69% of pupils";
        check(of_all, &[]);
        assert!(is_about(of_all, &[&all[3]], &all) && !is_about(of_all, &[&all[0]], &all));
    }
}

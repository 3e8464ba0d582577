//! Turns reasons into sentences.

use chrono::NaiveDate;

/// The most names in one sentence.
const NAMES: usize = 3;

/// Joins clauses to one sentence: a capital, semicolons, a full stop.
pub(super) fn sentence(clauses: &[String]) -> String {
    let text = clauses.join("; ");
    let mut letters = text.trim_end_matches('.').chars();
    let first = letters.next().map(char::to_uppercase);
    first
        .into_iter()
        .flatten()
        .chain(letters)
        .chain(['.'])
        .collect()
}

/// `A, B and C`, or `A, B, C and 4 more`.
pub(super) fn some_of(names: &[&str]) -> String {
    let (shown, rest) = names.split_at(names.len().min(NAMES));
    match (shown, rest.len()) {
        ([], _) => String::new(),
        ([only], 0) => (*only).to_owned(),
        ([first @ .., last], 0) => format!("{} and {last}", first.join(", ")),
        (shown, more) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `31 October 2026`
pub(super) fn day(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// A figure and its limit with as many decimals as it takes to tell them apart, at least `places`: a figure that just misses a
/// target must not look as if it had reached it.
pub(super) fn apart(figure: f64, limit: f64, places: usize) -> (String, String) {
    let mut written = (format!("{figure:.places$}"), format!("{limit:.places$}"));
    for places in places + 1..=9 {
        if written.0 != written.1 || figure == limit {
            break;
        }
        written = (format!("{figure:.places$}"), format!("{limit:.places$}"));
    }
    written
}

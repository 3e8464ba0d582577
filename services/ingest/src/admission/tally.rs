//! What a note on a whole file counts. A sender of a large file in parts adds the tallies of its parts up, so that each note is
//! said once.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a note on a file counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "of", rename_all = "kebab-case")]
#[schema(as = NoteTally)]
pub enum Tally {
    /// Rows that the format leaves alone.
    RowsLeftAlone {
        /// How many, by the text that says so; at most fifty texts.
        rows: BTreeMap<String, u64>,
        /// How many with further texts.
        others: u64,
    },
    /// Rows whose values do not add up to the total that they state.
    Totals {
        /// The first five, in sentences.
        rows: Vec<String>,
        /// How many further ones.
        others: u64,
    },
}

/// The most texts that a tally holds.
const TEXTS: usize = 50;
/// The most texts or rows that a sentence names; the others are counted.
const NAMED: usize = 5;

impl Tally {
    /// Of rows that are left alone, by the text that says so; none if there are none.
    pub(crate) fn left_alone(rows: &BTreeMap<String, usize>) -> Option<Self> {
        let mut all = Tally::RowsLeftAlone {
            rows: BTreeMap::new(),
            others: 0,
        };
        let rows_of = |(text, rows): (&String, &usize)| Tally::RowsLeftAlone {
            rows: BTreeMap::from([(text.clone(), *rows as u64)]),
            others: 0,
        };
        for more in rows.iter().map(rows_of) {
            all.add(more);
        }
        (!rows.is_empty()).then_some(all)
    }

    /// Of rows that do not add up, in sentences; none if there are none.
    pub(crate) fn totals(rows: &[String]) -> Option<Self> {
        let named: Vec<String> = rows.iter().take(NAMED).cloned().collect();
        (!rows.is_empty()).then(|| Tally::Totals {
            others: (rows.len() - named.len()) as u64,
            rows: named,
        })
    }

    /// Adds what another part of the file counts. Returns false, and adds nothing, if that is something else.
    pub fn add(&mut self, other: Tally) -> bool {
        match (self, other) {
            (
                Tally::RowsLeftAlone { rows, others },
                Tally::RowsLeftAlone {
                    rows: more,
                    others: more_others,
                },
            ) => {
                *others += more_others;
                for (text, count) in more {
                    let is_full = rows.len() == TEXTS;
                    match rows.get_mut(&text) {
                        Some(rows) => *rows += count,
                        None if is_full => *others += count,
                        None => drop(rows.insert(text, count)),
                    }
                }
                true
            }
            (
                Tally::Totals { rows, others },
                Tally::Totals {
                    rows: more,
                    others: more_others,
                },
            ) => {
                rows.extend(more);
                *others += more_others + rows.len().saturating_sub(NAMED) as u64;
                rows.truncate(NAMED);
                true
            }
            _ => false,
        }
    }

    /// The sentence of the note.
    pub fn text(&self) -> String {
        match self {
            Tally::RowsLeftAlone { rows, others } => {
                let count = rows.values().sum::<u64>() + others;
                let named = rows.iter().take(NAMED);
                let named: Vec<_> = named
                    .map(|(text, rows)| format!("{text} ({rows})"))
                    .collect();
                let others = others + rows.values().skip(NAMED).sum::<u64>();
                let more = match others {
                    0 => String::new(),
                    others => format!(" and others ({others})"),
                };
                let rows = if count == 1 { "row is" } else { "rows are" };
                format!(
                    "{count} {rows} left alone, as the format says: {}{more}",
                    named.join(", ")
                )
            }
            Tally::Totals { rows, others } => {
                let more = match others {
                    0 => String::new(),
                    others => format!("; and {others} more"),
                };
                format!(
                    "values do not add up to the total beside them, and which is wrong is not known: {}{more}",
                    rows.join("; ")
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_alone(rows: &[(&str, usize)]) -> Tally {
        let rows = rows.iter().map(|(text, rows)| ((*text).to_owned(), *rows));
        Tally::left_alone(&rows.collect()).unwrap()
    }

    #[test]
    fn tallies_of_parts_add_up_to_that_of_the_whole() {
        let mut all = left_alone(&[("RE", 3)]);
        assert!(all.add(left_alone(&[("RE", 4), ("RI", 1)])));
        assert_eq!(all, left_alone(&[("RE", 7), ("RI", 1)]));
        let wanted = "8 rows are left alone, as the format says: RE (7), RI (1)";
        assert_eq!(all.text(), wanted);
        let rows = |from: usize, to: usize| -> Vec<String> {
            (from..to).map(|line| format!("line {line}")).collect()
        };
        let mut off = Tally::totals(&rows(0, 4)).unwrap();
        assert!(!all.add(off.clone()));
        assert!(off.add(Tally::totals(&rows(4, 12)).unwrap()));
        assert_eq!(off, Tally::totals(&rows(0, 12)).unwrap());
        assert!(off.text().ends_with("line 4; and 7 more"), "{}", off.text());
    }

    #[test]
    fn many_texts_are_counted_and_not_all_named() {
        let many: Vec<String> = (10..80).map(|at| at.to_string()).collect();
        let many: Vec<(&str, usize)> = many.iter().map(|text| (text.as_str(), 2)).collect();
        let text = left_alone(&many).text();
        assert!(text.starts_with("140 rows are left alone"), "{text}");
        assert!(text.ends_with("14 (2) and others (130)"), "{text}");
        assert_eq!(Tally::left_alone(&BTreeMap::new()), None);
    }
}

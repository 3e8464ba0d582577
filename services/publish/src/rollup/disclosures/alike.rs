//! Notes and missing data of footprints that differ only in the lines they are about.

use events::Audience;
use footprint::{Item, Lack, Note, note};

use crate::format;

/// The content of a note, without the lines it is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Lines priced by the factor of an earlier year.
    StandInFactor {
        year: i32,
        factor_year: i32,
        of_a_blend: bool,
    },
    /// Lines whose energy content comes from the table of an earlier year.
    StandInContent { year: i32, factor_year: i32 },
    /// Lines priced by provisional factors of a year.
    ProvisionalFactors(i32),
    /// Lines that are not priced, and why.
    Unpriced(String),
    /// Commuting of an audience, with its school days a year; the subjects are shares of people.
    Commuting(Audience, i64),
    /// Lines that were left out, and why.
    LeftOut(String),
}

/// A note or a piece of missing data, split into kind and subjects.
pub(super) struct Alike {
    pub kind: Kind,
    pub subjects: Vec<Subject>,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// A line.
    Line(Item),
    /// A share of people, in whole percent.
    Percent(u64),
}

impl Subject {
    /// As it is named within a sentence.
    pub(super) fn named(self) -> String {
        match self {
            Subject::Line(item) => format::in_a_sentence(item),
            Subject::Percent(percent) => percent.to_string(),
        }
    }
}

impl Alike {
    /// Lines that lack the same thing are named together.
    pub(super) fn of_lack(lack: &Lack) -> Option<Self> {
        let why = lack.why();
        let (kind, item) = match lack {
            Lack::Factor { item, .. } => (Kind::Unpriced(why), item),
            Lack::TooFewPeople { item } => (Kind::LeftOut(why), item),
            _ => return None,
        };
        Some(Alike {
            kind,
            subjects: vec![Subject::Line(*item)],
        })
    }

    /// Lines with the same note are named together.
    pub(super) fn of_note(note: &Note) -> Option<Self> {
        let (kind, subjects) = match note {
            Note::StandInFactor {
                item,
                year,
                factor_year,
                of_a_blend,
            } => {
                let kind = Kind::StandInFactor {
                    year: *year,
                    factor_year: *factor_year,
                    of_a_blend: *of_a_blend,
                };
                (kind, vec![Subject::Line(*item)])
            }
            Note::StandInContent {
                item,
                year,
                factor_year,
            } => {
                let kind = Kind::StandInContent {
                    year: *year,
                    factor_year: *factor_year,
                };
                (kind, vec![Subject::Line(*item)])
            }
            Note::ProvisionalFactors { factor_year, items } => {
                let lines = items.iter().copied().map(Subject::Line);
                (Kind::ProvisionalFactors(*factor_year), lines.collect())
            }
            Note::Commuting {
                audience,
                percent,
                days_a_year,
            } => {
                let share = Subject::Percent(*percent);
                (Kind::Commuting(*audience, *days_a_year), vec![share])
            }
            _ => return None,
        };
        Some(Alike { kind, subjects })
    }
}

impl Kind {
    /// Whether it is the same at every school with the line, because it follows from the factor table: then no schools
    /// are named.
    pub(super) fn is_of_the_table(&self) -> bool {
        matches!(
            self,
            Kind::StandInFactor { .. } | Kind::StandInContent { .. } | Kind::ProvisionalFactors(_)
        )
    }

    /// The sentence about several lines.
    pub(super) fn sentence(&self, named: &[String]) -> String {
        let named = named.join(", ");
        match self {
            Kind::StandInFactor {
                year,
                factor_year,
                of_a_blend,
            } => {
                let part = match of_a_blend {
                    true => format!(" for {year}"),
                    false => String::new(),
                };
                format!(
                    "Priced{part} with the {factor_year} factor, because that of {year} is not yet published: {named}"
                )
            }
            Kind::StandInContent { year, factor_year } => format!(
                "Energy by the {factor_year} table, because that of {year} is not yet published: {named}"
            ),
            Kind::ProvisionalFactors(year) => {
                format!(
                    "The {year} factors of {named} are provisional, not from the DESNZ workbook"
                )
            }
            Kind::Unpriced(why) => format!("Not priced, {why}: {named}"),
            Kind::LeftOut(why) => format!("Left out, because {why}: {named}"),
            Kind::Commuting(audience, days) => format!(
                "commuting is that of the {named}% of {} {}",
                note::people(*audience),
                note::commuting(*days)
            ),
        }
    }
}

/// The range from the least to the largest of the shares, which are sorted.
pub(super) fn range<'a>(shares: impl DoubleEndedIterator<Item = &'a Subject> + Clone) -> String {
    let named = |share: Option<&Subject>| share.map(|share| share.named()).unwrap_or_default();
    let (least, most) = (
        named(shares.clone().next()),
        named(shares.clone().next_back()),
    );
    match least == most {
        true => least,
        false => format!("{least}% to {most}"),
    }
}

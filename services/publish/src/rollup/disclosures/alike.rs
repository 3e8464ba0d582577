//! Sentences of footprints that say the same of different lines.

use footprint::Lack;

/// What a sentence says, without what it says it of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// `priced with the 2025 factor, because none of 2026 is known`
    StandIn(String),
    /// `by the 2025 table, because none of 2026 is known`: of energy.
    EnergyStandIn(String),
    /// The year whose factors were read second-hand.
    SecondHand(String),
    /// A line that is not priced, and why.
    Unpriced(String),
    /// Who, and on what days: of their shares.
    Commuting(String, String),
    /// Why a line was left out.
    LeftOut(String),
}

/// A sentence taken apart.
pub(super) struct Alike {
    pub kind: Kind,
    /// The lines as `items` are written, or percentages.
    pub subjects: Vec<String>,
}

const SECOND_HAND: &str = " were read second-hand, not from the official workbook";
const COMMUTING: &str = "commuting is that of the ";

impl Alike {
    /// Lines that lack the same thing are told of together.
    pub(super) fn of_lack(lack: &Lack) -> Option<Self> {
        let why = lack.why();
        let (kind, item) = match lack {
            Lack::Factor { item, .. } => (Kind::Unpriced(why), item),
            Lack::TooFewPeople { item } => (Kind::LeftOut(why), item),
            _ => return None,
        };
        Some(Alike {
            kind,
            subjects: vec![item.clone()],
        })
    }

    pub(super) fn of(sentence: &str) -> Option<Self> {
        let one = |kind: Kind, item: &str| Alike {
            kind,
            subjects: vec![item.replace(' ', "_")],
        };
        if let Some(rest) = sentence.strip_prefix(COMMUTING) {
            let (percent, rest) = rest.split_once("% of ")?;
            let (people, how) = rest.split_once(' ')?;
            return Some(Alike {
                kind: Kind::Commuting(people.to_owned(), how.to_owned()),
                subjects: vec![format!("{:>3}", percent.parse::<u64>().ok()?)],
            });
        }
        if let Some(rest) = sentence.strip_suffix(SECOND_HAND) {
            let (year, items) = rest.strip_prefix("the ")?.split_once(" factors of ")?;
            return Some(Alike {
                kind: Kind::SecondHand(year.to_owned()),
                subjects: items
                    .split(", ")
                    .map(|item| item.replace(' ', "_"))
                    .collect(),
            });
        }
        if !sentence.ends_with(" is known") {
            return None;
        }
        if let Some((item, how)) = sentence
            .strip_prefix("the energy in ")
            .and_then(|rest| rest.split_once(" is by the "))
        {
            return Some(one(Kind::EnergyStandIn(how.to_owned()), item));
        }
        let (item, how) = sentence.split_once(" is priced ")?;
        Some(one(Kind::StandIn(how.to_owned()), item))
    }
}

impl Kind {
    /// Whether it is the same at every school that has the line, so that schools need not be named.
    pub(super) fn is_of_the_table(&self) -> bool {
        matches!(
            self,
            Kind::StandIn(_) | Kind::EnergyStandIn(_) | Kind::SecondHand(_)
        )
    }

    /// The sentence, of several lines.
    pub(super) fn told(&self, named: &[String]) -> String {
        let named = named.join(", ");
        match self {
            Kind::StandIn(how) => format!("Priced {how}: {named}"),
            Kind::EnergyStandIn(how) => format!("Energy by the {how}: {named}"),
            Kind::SecondHand(year) => format!("The {year} factors of {named}{SECOND_HAND}"),
            Kind::Unpriced(why) => format!("Not priced, {why}: {named}"),
            Kind::LeftOut(why) => format!("Left out, because {why}: {named}"),
            Kind::Commuting(people, how) => format!("{COMMUTING}{named}% of {people} {how}"),
        }
    }
}

/// The shares are padded, so that they are in the order of their numbers.
pub(super) fn commuting<'a>(
    shares: impl DoubleEndedIterator<Item = &'a String> + Clone,
    people: &str,
    how: &str,
) -> String {
    let (least, most) = (shares.clone().next(), shares.clone().next_back());
    let shares = match (least.map(|one| one.trim()), most.map(|one| one.trim())) {
        (Some(least), Some(most)) if least != most => format!("{least}% to {most}"),
        (least, _) => least.unwrap_or_default().to_owned(),
    };
    Kind::Commuting(people.to_owned(), how.to_owned()).told(&[shares])
}

//! What schools have to say of their figures, each thing once with the schools it is said of.

mod alike;

use std::collections::{BTreeMap, BTreeSet};

use footprint::{Footprint, Lack};

use self::alike::{Alike, Kind};
use crate::format;

/// So many schools are named; of more it is said how many they are.
const NAMED: usize = 3;

/// What some footprints say, gathered: a note that all fifteen schools have is one note, and so are notes that differ only
/// in the line they are about.
#[derive(Default)]
struct Said {
    schools: BTreeSet<String>,
    /// By sentence, the schools that say it, in their order.
    plain: BTreeMap<String, Vec<String>>,
    /// By kind of sentence, what it is said of, and by whom.
    alike: BTreeMap<Kind, BTreeMap<String, Vec<String>>>,
}

/// What a trust has to say, with its schools.
pub(super) fn of<'a>(
    footprints: &[&'a Footprint],
    what: impl Fn(&'a Footprint) -> &'a [String],
) -> Vec<String> {
    let mut said = Said::default();
    for footprint in footprints {
        said.schools.insert(footprint.urn.to_string());
        for one in what(footprint) {
            said.take(one, Some(&footprint.school));
        }
    }
    said.told()
}

/// What the figures of a trust lack, with its schools.
pub(super) fn lacks_of<'a>(
    footprints: &[&'a Footprint],
    what: impl Fn(&'a Footprint) -> &'a [Lack],
) -> Vec<String> {
    let mut said = Said::default();
    for footprint in footprints {
        said.schools.insert(footprint.urn.to_string());
        for one in what(footprint) {
            said.take_lack(one, Some(&footprint.school));
        }
    }
    said.told()
}

/// What the figures of one school lack, as people read it.
pub(crate) fn lacks_of_one<'a>(lacks: impl IntoIterator<Item = &'a Lack>) -> Vec<String> {
    let mut said = Said::default();
    for one in lacks {
        said.take_lack(one, None);
    }
    said.told()
}

/// What one school has to say, as people read it.
pub(crate) fn by_one(sentences: &[String]) -> Vec<String> {
    let mut said = Said::default();
    for one in sentences {
        said.take(one, None);
    }
    said.told()
}

impl Said {
    fn take(&mut self, sentence: &str, school: Option<&str>) {
        self.add(Alike::of(sentence), || sentence.to_owned(), school);
    }

    fn take_lack(&mut self, lack: &Lack, school: Option<&str>) {
        self.add(Alike::of_lack(lack), || lack.to_string(), school);
    }

    fn add(&mut self, alike: Option<Alike>, said: impl Fn() -> String, school: Option<&str>) {
        let Some(alike) = alike else {
            add(self.plain.entry(said()).or_default(), school);
            return;
        };
        let of_kind = self.alike.entry(alike.kind).or_default();
        for subject in alike.subjects {
            add(of_kind.entry(subject).or_default(), school);
        }
    }

    fn told(self) -> Vec<String> {
        let plain = self.plain.iter().map(|(what, schools)| {
            if schools.is_empty() {
                return what.clone();
            }
            format!("{}: {what}", self.who(schools))
        });
        let alike = self
            .alike
            .iter()
            .map(|(kind, subjects)| self.of_kind(kind, subjects));
        alike.chain(plain).collect()
    }

    /// `all 15 schools`, `5 of 15 schools`, or their names.
    fn who(&self, schools: &[String]) -> String {
        match schools.len() {
            count if count <= NAMED => schools.join(", "),
            count if count == self.schools.len() => format!("all {count} schools"),
            count => format!("{count} of {} schools", self.schools.len()),
        }
    }

    fn of_kind(&self, kind: &Kind, subjects: &BTreeMap<String, Vec<String>>) -> String {
        let of_schools: BTreeSet<&String> = subjects.values().flatten().collect();
        let of_schools: Vec<String> = of_schools.into_iter().cloned().collect();
        if let Kind::Commuting(people, how) = kind {
            let said = alike::commuting(subjects.keys(), people, how);
            if of_schools.is_empty() {
                return said;
            }
            return format!("{}: {said}", self.who(&of_schools));
        }
        let named = |(subject, schools): (&String, &Vec<String>)| {
            let subject = format::in_a_sentence(subject);
            if kind.is_of_the_table() || schools.is_empty() {
                return subject;
            }
            format!("{subject} ({})", self.who(schools))
        };
        let named: Vec<String> = subjects.iter().map(named).collect();
        kind.told(&named)
    }
}

/// Schools come one after the other.
fn add(schools: &mut Vec<String>, school: Option<&str>) {
    if let Some(school) = school
        && schools.last().map(String::as_str) != Some(school)
    {
        schools.push(school.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn of_schools(notes: &[&[&str]]) -> Vec<String> {
        let schools: Vec<Footprint> = (0..notes.len())
            .zip(notes)
            .map(|(number, notes)| Footprint {
                notes: notes.iter().map(|note| (*note).to_owned()).collect(),
                ..fixtures::school(number)
            })
            .collect();
        let schools: Vec<&Footprint> = schools.iter().collect();
        of(&schools, |school| &school.notes)
    }

    #[test]
    fn notes_that_differ_only_in_the_line_they_are_about_are_one_note() {
        let told = of_schools(&[
            &[
                "lpg is priced with the 2025 factor, because none of 2026 is known",
                "the 2026 factors of gas, wtt gas were read second-hand, not from the official workbook",
            ],
            &[
                "staff car is priced with the 2025 factor, because none of 2026 is known",
                "the 2026 factors of gas, waste residual landfill were read second-hand, not from the official workbook",
            ],
        ]);
        assert_eq!(
            told,
            [
                "Priced with the 2025 factor, because none of 2026 is known: LPG, staff cars on business",
                "The 2026 factors of gas, residual waste (landfill), well to tank of gas were read second-hand, not from the \
                 official workbook",
            ]
        );
    }

    #[test]
    fn shares_that_differ_by_school_are_told_from_the_least_to_the_most() {
        let of = |percent| {
            format!(
                "commuting is that of the {percent}% of pupils who told how far they come, there and back on 190 school \
                 days a year; it is not scaled up to the others"
            )
        };
        let (low, high) = (of(8), of(71));
        let (first, second) = (fixtures::school(0).school, fixtures::school(1).school);
        assert_eq!(
            of_schools(&[&[&high], &[&low]]),
            [format!(
                "{first}, {second}: commuting is that of the 8% to 71% of pupils who told how far they come, there and \
                 back on 190 school days a year; it is not scaled up to the others"
            )]
        );
        assert_eq!(by_one(&[of(8)]), [of(8)]);
    }

    #[test]
    fn what_is_said_of_few_people_names_its_line_in_words() {
        let said = Lack::TooFewPeople {
            item: "commuting_pupil_public_bus".to_owned(),
        };
        let told = "Left out, because it would tell how fewer than five come: commuting of pupils by public bus";
        assert_eq!(lacks_of_one([&said]), [told]);
        let school = Footprint {
            lacks_voluntary: vec![said],
            ..fixtures::school(0)
        };
        assert_eq!(
            lacks_of(&[&school], |school| &school.lacks_voluntary),
            [format!("{told} ({})", school.school)]
        );
    }

    #[test]
    fn what_is_said_otherwise_is_said_as_it_is() {
        let told = of_schools(&[&["a member of the trust on 5 of 365 days"], &[]]);
        let school = fixtures::school(0).school;
        assert_eq!(
            told,
            [format!("{school}: a member of the trust on 5 of 365 days")]
        );
    }
}

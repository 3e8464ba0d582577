//! The notes and missing data of schools' figures, each listed once with its schools.

mod alike;

use std::collections::{BTreeMap, BTreeSet};

use footprint::{Footprint, Lack, Note};

use self::alike::{Alike, Kind, Subject};

/// The most schools that are named; if there are more, only their number is given.
const NAMED: usize = 3;

/// Notes and missing data of footprints, merged: a note shared by all fifteen schools becomes one note, and so do notes
/// that differ only in the line they are about.
#[derive(Default)]
struct Gathered {
    schools: BTreeSet<String>,
    /// The schools of each sentence, in their order.
    plain: BTreeMap<String, Vec<String>>,
    /// By kind, the lines that are concerned, and the schools of each.
    alike: BTreeMap<Kind, BTreeMap<Subject, Vec<String>>>,
}

/// The notes of a trust, with its schools.
pub(super) fn notes_of(footprints: &[&Footprint]) -> Vec<String> {
    let mut gathered = Gathered::default();
    for footprint in footprints {
        gathered.schools.insert(footprint.urn.to_string());
        for note in &footprint.notes {
            gathered.add_note(note, Some(&footprint.school));
        }
    }
    gathered.sentences()
}

/// The data missing from the figures of a trust, with its schools.
pub(super) fn lacks_of<'a>(
    footprints: &[&'a Footprint],
    what: impl Fn(&'a Footprint) -> &'a [Lack],
) -> Vec<String> {
    let mut gathered = Gathered::default();
    for footprint in footprints {
        gathered.schools.insert(footprint.urn.to_string());
        for lack in what(footprint) {
            gathered.add_lack(lack, Some(&footprint.school));
        }
    }
    gathered.sentences()
}

/// The data missing from the figures of one school, in sentences for people.
pub(crate) fn lacks_of_one<'a>(lacks: impl IntoIterator<Item = &'a Lack>) -> Vec<String> {
    let mut gathered = Gathered::default();
    for lack in lacks {
        gathered.add_lack(lack, None);
    }
    gathered.sentences()
}

/// The notes of one school, in sentences for people.
pub(crate) fn notes_of_one(notes: &[Note]) -> Vec<String> {
    let mut gathered = Gathered::default();
    for note in notes {
        gathered.add_note(note, None);
    }
    gathered.sentences()
}

impl Gathered {
    fn add_note(&mut self, note: &Note, school: Option<&str>) {
        self.add(Alike::of_note(note), || note.to_string(), school);
    }

    fn add_lack(&mut self, lack: &Lack, school: Option<&str>) {
        self.add(Alike::of_lack(lack), || lack.to_string(), school);
    }

    fn add(&mut self, alike: Option<Alike>, sentence: impl Fn() -> String, school: Option<&str>) {
        let Some(alike) = alike else {
            add(self.plain.entry(sentence()).or_default(), school);
            return;
        };
        let of_kind = self.alike.entry(alike.kind).or_default();
        for subject in alike.subjects {
            add(of_kind.entry(subject).or_default(), school);
        }
    }

    fn sentences(self) -> Vec<String> {
        let plain = self.plain.iter().map(|(what, schools)| {
            if schools.is_empty() {
                return what.clone();
            }
            format!("{}: {what}", self.school_names(schools))
        });
        let alike = self
            .alike
            .iter()
            .map(|(kind, subjects)| self.of_kind(kind, subjects));
        alike.chain(plain).collect()
    }

    /// `all 15 schools`, `5 of 15 schools`, or their names.
    fn school_names(&self, schools: &[String]) -> String {
        match schools.len() {
            count if count <= NAMED => schools.join(", "),
            count if count == self.schools.len() => format!("all {count} schools"),
            count => format!("{count} of {} schools", self.schools.len()),
        }
    }

    fn of_kind(&self, kind: &Kind, subjects: &BTreeMap<Subject, Vec<String>>) -> String {
        let of_schools: BTreeSet<&String> = subjects.values().flatten().collect();
        let of_schools: Vec<String> = of_schools.into_iter().cloned().collect();
        if let Kind::Commuting(..) = kind {
            let sentence = kind.sentence(&[alike::range(subjects.keys())]);
            if of_schools.is_empty() {
                return sentence;
            }
            return format!("{}: {sentence}", self.school_names(&of_schools));
        }
        let named = |(subject, schools): (&Subject, &Vec<String>)| {
            let subject = subject.named();
            if kind.is_of_the_table() || schools.is_empty() {
                return subject;
            }
            format!("{subject} ({})", self.school_names(schools))
        };
        let named: Vec<String> = subjects.iter().map(named).collect();
        kind.sentence(&named)
    }
}

/// Adds a school unless it was the last one added: the notes of a school come one after the other.
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

    fn of_schools(notes: &[&[Note]]) -> Vec<String> {
        let schools: Vec<Footprint> = (0..notes.len())
            .zip(notes)
            .map(|(number, notes)| Footprint {
                notes: notes.to_vec(),
                ..fixtures::school(number)
            })
            .collect();
        notes_of(&schools.iter().collect::<Vec<_>>())
    }

    #[test]
    fn notes_that_differ_only_in_the_line_they_are_about_are_one_note() {
        let stands_in = |item: &str| Note::StandInFactor {
            item: fixtures::item(item),
            year: 2026,
            factor_year: 2025,
            of_a_blend: false,
        };
        let provisional = |items: &[&str]| Note::ProvisionalFactors {
            factor_year: 2026,
            items: items.iter().map(|item| fixtures::item(item)).collect(),
        };
        let notes = of_schools(&[
            &[stands_in("lpg"), provisional(&["gas", "wtt_gas"])],
            &[
                stands_in("staff_car"),
                provisional(&["gas", "waste_residual_landfill"]),
            ],
        ]);
        assert_eq!(
            notes,
            [
                "Priced with the 2025 factor, because that of 2026 is not yet published: LPG, staff cars on business",
                "The 2026 factors of gas, residual waste (landfill), well to tank of gas are provisional, not from the DESNZ \
                 workbook",
            ]
        );
    }

    #[test]
    fn shares_that_differ_by_school_are_shown_from_the_least_to_the_most() {
        let of = |percent| Note::Commuting {
            audience: events::Audience::Pupil,
            percent,
            days_a_year: 190,
        };
        let (first, second) = (fixtures::school(0).school, fixtures::school(1).school);
        assert_eq!(
            of_schools(&[&[of(71)], &[of(8)]]),
            [format!(
                "{first}, {second}: commuting is that of the 8% to 71% of pupils who stated their distance and whose mode of \
                 travel is shown, there and back on 190 school days a year; it is not scaled up to the others"
            )]
        );
        assert_eq!(notes_of_one(&[of(8)]), [of(8).to_string()]);
    }

    #[test]
    fn a_note_about_few_people_names_its_line_in_words() {
        let lack = Lack::TooFewPeople {
            item: fixtures::item("commuting_pupil_public_bus"),
        };
        let sentence = "Left out, because it would show how fewer than five people travel: commuting of pupils by public bus";
        assert_eq!(lacks_of_one([&lack]), [sentence]);
        let school = Footprint {
            lacks_voluntary: vec![lack],
            ..fixtures::school(0)
        };
        assert_eq!(
            lacks_of(&[&school], |school| &school.lacks_voluntary),
            [format!("{sentence} ({})", school.school)]
        );
    }

    #[test]
    fn a_note_of_no_line_names_its_school() {
        let notes = of_schools(&[&[Note::SharedCars], &[]]);
        let school = fixtures::school(0).school;
        assert_eq!(notes, [format!("{school}: {}", Note::SharedCars)]);
    }
}

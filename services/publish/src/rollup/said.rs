//! What schools have to say of their figures, each thing once with the schools it is said of.

use std::collections::BTreeMap;

use footprint::Footprint;

/// So many schools are named; of more it is said how many they are.
const NAMED: usize = 3;

/// What some footprints say, gathered: a note that all fifteen schools have is one note.
#[derive(Default)]
pub(super) struct Said {
    schools: usize,
    by: BTreeMap<String, Vec<String>>,
}

impl Said {
    pub(super) fn of<'a>(
        footprints: &[&'a Footprint],
        what: impl Fn(&'a Footprint) -> &'a [String],
    ) -> Vec<String> {
        let mut said = Said::default();
        for footprint in footprints {
            said.schools += 1;
            for one in what(footprint) {
                let schools = said.by.entry(one.clone()).or_default();
                if schools.last() != Some(&footprint.school) {
                    schools.push(footprint.school.clone());
                }
            }
        }
        said.told()
    }

    fn told(self) -> Vec<String> {
        let who = |schools: &[String]| match schools.len() {
            count if count <= NAMED => schools.join(", "),
            count if count == self.schools => format!("all {count} schools"),
            count => format!("{count} of {} schools", self.schools),
        };
        self.by
            .iter()
            .map(|(what, schools)| format!("{}: {what}", who(schools)))
            .collect()
    }
}

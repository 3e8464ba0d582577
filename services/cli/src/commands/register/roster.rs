//! The schools that a list of meters may name: those that are registered, and those of the file of schools.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Rule, Urn};

use super::cells::{Fault, comparable};

/// The schools by URN and name.
#[derive(Debug, Default)]
pub struct Roster {
    schools: BTreeMap<Urn, Entry>,
    by_name: BTreeMap<String, Vec<Urn>>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    member_from: Option<NaiveDate>,
}

impl Roster {
    /// Adds a school, under each name that it has.
    pub fn add(&mut self, urn: Urn, name: &str, member_from: Option<NaiveDate>) {
        let entry = self.schools.entry(urn).or_insert(Entry {
            name: name.to_owned(),
            member_from,
        });
        entry.member_from = entry.member_from.or(member_from);
        let urns = self.by_name.entry(comparable(name)).or_default();
        if !urns.contains(&urn) {
            urns.push(urn);
        }
    }

    /// The school of a URN or of a name. Fails if there is none, or several have the name.
    pub fn find(&self, text: &str) -> Result<Urn, Fault> {
        if let Ok(urn) = text.parse::<Urn>() {
            let hint = "no school with this URN is registered or in the file of schools: register it first, or add --schools";
            return match self.schools.contains_key(&urn) {
                true => Ok(urn),
                false => Err((Rule::UnknownSchool, hint.to_owned())),
            };
        }
        match self.by_name.get(&comparable(text)).map(Vec::as_slice) {
            Some([urn]) => Ok(*urn),
            Some(several) => {
                let urns: Vec<String> = several.iter().map(ToString::to_string).collect();
                let hint = format!(
                    "{} schools have this name; enter the URN, {}",
                    urns.len(),
                    urns.join(" or ")
                );
                Err((Rule::Conflict, hint))
            }
            None => {
                let hint = "no school of this name is registered or in the file of schools; enter its URN, or the name as it is there";
                Err((Rule::UnknownSchool, hint.to_owned()))
            }
        }
    }

    /// The name of a school, with its URN.
    pub fn label(&self, urn: Urn) -> String {
        match self.schools.get(&urn) {
            Some(entry) => format!("{} ({urn})", entry.name),
            None => urn.to_string(),
        }
    }

    /// The first day of a school's membership of its trust.
    pub fn member_from(&self, urn: Urn) -> Option<NaiveDate> {
        self.schools.get(&urn)?.member_from
    }
}

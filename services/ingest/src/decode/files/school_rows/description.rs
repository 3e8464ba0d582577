//! The descriptions of rows about schools, as TOML.

mod check;

use std::collections::BTreeMap;

use events::{
    Audience, Container, Ewc, InitiativeKind, InitiativeStatus, Mode, Treatment, Urn, WeightBasis,
};
use serde::Deserialize;

use crate::decode::files::description::{Date, Header, Kind, OneOrMore, Only};

/// What rows about schools report.
#[derive(Debug, Clone)]
pub(crate) enum SchoolRows {
    Waste(Box<Waste>),
    Survey(Box<Survey>),
    Initiatives(Box<Initiatives>),
}

/// A row for each collection.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Waste {
    #[serde(rename = "kind")]
    _kind: Kind,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) header: Header,
    pub(crate) school: School,
    /// The day of the collection.
    pub(crate) date: Date,
    pub(crate) waste: Texts<Ewc>,
    pub(crate) weight: Weight,
    pub(crate) unit: Option<Named<WeightUnit>>,
    pub(crate) basis: Option<Named<WeightBasis>>,
    pub(crate) treatment: Option<Texts<Treatment>>,
    pub(crate) container: Option<Bin>,
    pub(crate) lifts: Option<Lifts>,
    /// The number of the ticket, which names one collection.
    pub(crate) reference: Option<Of>,
    /// Which rows take their collection back.
    pub(crate) withdrawn: Option<Withdrawn>,
    #[serde(default)]
    pub(crate) only: Vec<Only>,
}

/// A row for each group and mode of travel.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Survey {
    #[serde(rename = "kind")]
    _kind: Kind,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) header: Header,
    pub(crate) school: School,
    /// The day of the survey.
    pub(crate) date: Date,
    pub(crate) audience: Named<Audience>,
    /// The class, year group or staff room.
    pub(crate) group: Of,
    pub(crate) mode: Texts<Mode>,
    /// How many people.
    pub(crate) count: Of,
    pub(crate) question: Named<Question>,
    /// The size of the group.
    pub(crate) roll: Of,
    #[serde(default)]
    pub(crate) only: Vec<Only>,
}

/// A row for each initiative.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Initiatives {
    #[serde(rename = "kind")]
    _kind: Kind,
    pub(crate) title: String,
    #[serde(default)]
    pub(crate) header: Header,
    pub(crate) school: School,
    /// The initiative's own title.
    pub(crate) name: Of,
    /// Which count it adds to.
    pub(crate) counts_as: Named<InitiativeKind>,
    pub(crate) category: Of,
    pub(crate) status: Named<InitiativeStatus>,
    /// The first day.
    pub(crate) date: Date,
    /// The last day, written like the first.
    pub(crate) end: Option<Of>,
    pub(crate) participants: Option<Of>,
    #[serde(default)]
    pub(crate) only: Vec<Only>,
}

/// A column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Of {
    pub(crate) column: OneOrMore,
}

/// The school of a row: its URN, one of these names of its sites, or its name as it is registered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct School {
    pub(crate) column: OneOrMore,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, Urn>,
}

/// A column with codes, or with texts that stand for codes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Deserialize<'de>")]
pub(crate) struct Texts<T> {
    pub(crate) column: OneOrMore,
    #[serde(default = "BTreeMap::new")]
    pub(crate) names: BTreeMap<String, T>,
}

/// The same for every row, or by the text in a column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound = "T: Deserialize<'de>")]
pub(crate) struct Named<T> {
    pub(crate) is: Option<T>,
    pub(crate) column: Option<OneOrMore>,
    #[serde(default = "BTreeMap::new")]
    pub(crate) names: BTreeMap<String, T>,
}

/// The weight of a row, or what a litre of each waste weighs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weight {
    pub(crate) column: Option<OneOrMore>,
    /// The weight is this, times the size of the bin, times the lifts.
    #[serde(default)]
    pub(crate) kg_per_litre: BTreeMap<String, f64>,
}

/// The unit of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum WeightUnit {
    #[serde(rename = "kg")]
    Kilogram,
    #[serde(rename = "t")]
    Tonne,
}

/// The bin: texts that stand for bins, or a size in litres.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Bin {
    pub(crate) column: OneOrMore,
    /// The code of bins whose column holds their size.
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) names: BTreeMap<String, Container>,
}

/// How many bins were emptied, and how many were not.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lifts {
    pub(crate) column: OneOrMore,
    pub(crate) missed: Option<OneOrMore>,
}

/// A column with one of these texts in rows of collections that are taken back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawn {
    pub(crate) column: OneOrMore,
    pub(crate) texts: Vec<String>,
}

/// What a count of a survey answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Question {
    /// How people travel.
    Current,
    /// How they would prefer to.
    Preferred,
}

impl SchoolRows {
    /// Reads a description of this kind, or says what is wrong with it.
    pub(crate) fn read(kind: Kind, text: &str) -> Result<Self, String> {
        fn of<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, String> {
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())
        }
        let rows = match kind {
            Kind::Readings => return Err("kind: not one of rows about schools".to_owned()),
            Kind::Waste => SchoolRows::Waste(of(text)?),
            Kind::TravelSurvey => SchoolRows::Survey(of(text)?),
            Kind::TravelInitiative => SchoolRows::Initiatives(of(text)?),
        };
        rows.check()?;
        Ok(rows)
    }

    pub(crate) fn title(&self) -> &str {
        match self {
            SchoolRows::Waste(rows) => &rows.title,
            SchoolRows::Survey(rows) => &rows.title,
            SchoolRows::Initiatives(rows) => &rows.title,
        }
    }

    pub(crate) fn header(&self) -> &Header {
        match self {
            SchoolRows::Waste(rows) => &rows.header,
            SchoolRows::Survey(rows) => &rows.header,
            SchoolRows::Initiatives(rows) => &rows.header,
        }
    }

    pub(crate) fn school(&self) -> &School {
        match self {
            SchoolRows::Waste(rows) => &rows.school,
            SchoolRows::Survey(rows) => &rows.school,
            SchoolRows::Initiatives(rows) => &rows.school,
        }
    }

    pub(crate) fn only(&self) -> &[Only] {
        match self {
            SchoolRows::Waste(rows) => &rows.only,
            SchoolRows::Survey(rows) => &rows.only,
            SchoolRows::Initiatives(rows) => &rows.only,
        }
    }

    pub(crate) fn date(&self) -> &Date {
        match self {
            SchoolRows::Waste(rows) => &rows.date,
            SchoolRows::Survey(rows) => &rows.date,
            SchoolRows::Initiatives(rows) => &rows.date,
        }
    }

    /// The columns with days.
    pub(crate) fn days(&self) -> Vec<&OneOrMore> {
        let end = match self {
            SchoolRows::Initiatives(rows) => rows.end.as_ref(),
            _ => None,
        };
        let end = end.map(|end| &end.column);
        std::iter::once(&self.date().column).chain(end).collect()
    }

    /// Every column that the rows have, except those of filters.
    pub(crate) fn columns(&self) -> Vec<&OneOrMore> {
        let mut columns = vec![&self.school().column];
        columns.extend(self.days());
        match self {
            SchoolRows::Waste(rows) => {
                columns.push(&rows.waste.column);
                columns.extend(&rows.weight.column);
                columns.extend(rows.unit.iter().filter_map(|unit| unit.column.as_ref()));
                columns.extend(rows.basis.iter().filter_map(|basis| basis.column.as_ref()));
                columns.extend(rows.treatment.iter().map(|treatment| &treatment.column));
                columns.extend(rows.container.iter().map(|container| &container.column));
                columns.extend(rows.lifts.iter().map(|lifts| &lifts.column));
                columns.extend(rows.lifts.iter().filter_map(|lifts| lifts.missed.as_ref()));
                columns.extend(rows.reference.iter().map(|reference| &reference.column));
                columns.extend(rows.withdrawn.iter().map(|withdrawn| &withdrawn.column));
            }
            SchoolRows::Survey(rows) => {
                columns.extend(&rows.audience.column);
                columns.extend([&rows.group.column, &rows.mode.column, &rows.count.column]);
                columns.extend(&rows.question.column);
                columns.push(&rows.roll.column);
            }
            SchoolRows::Initiatives(rows) => {
                columns.push(&rows.name.column);
                columns.extend(&rows.counts_as.column);
                columns.push(&rows.category.column);
                columns.extend(&rows.status.column);
                columns.extend(rows.participants.iter().map(|people| &people.column));
            }
        }
        columns
    }
}

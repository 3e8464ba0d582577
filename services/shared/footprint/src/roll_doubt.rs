//! Rolls of surveyed groups that cannot be right compared with the school's.

use std::fmt;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// More pupils on the rolls of surveyed groups than the school has. The surveys are counted unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RollDoubt {
    /// One group alone has more than the school.
    Group {
        /// The group, as its survey calls it.
        group: String,
        /// Pupils on its roll.
        pupils: u64,
        /// The school's pupils.
        school_pupils: u32,
        /// The census that counted them.
        census_date: NaiveDate,
    },
    /// No single group has more than the school, but all together do.
    Groups {
        /// Pupils on their rolls.
        pupils: u64,
        /// The school's pupils.
        school_pupils: u32,
        /// The census that counted them.
        census_date: NaiveDate,
    },
}

/// As a sentence without its full stop.
impl fmt::Display for RollDoubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RollDoubt::Group {
                group,
                pupils,
                school_pupils,
                census_date,
            } => write!(
                f,
                "the surveyed group {group} has {pupils} pupils on its roll, more than the {school_pupils} of the census of \
                 {census_date}: its roll is perhaps that of another school, or mistyped"
            ),
            RollDoubt::Groups {
                pupils,
                school_pupils,
                census_date,
            } => write!(
                f,
                "the groups surveyed have {pupils} pupils on their rolls, more than the {school_pupils} of the census of \
                 {census_date}: perhaps a group was surveyed under two names"
            ),
        }
    }
}

//! The columns that several tables share.

use crate::table::{Column, Unit};

pub(crate) const TRUST: Column = Column::new("trust", Unit::Text, "The trust's id.");
pub(crate) const PERIOD: Column = Column::new(
    "period",
    Unit::Text,
    "The period: `2025-26` is an academic year, `trailing-12-months` the twelve months up to now.",
);
pub(crate) const URN: Column = Column::new("urn", Unit::Text, "The school's URN.");
pub(crate) const SCHOOL: Column = Column::new("school", Unit::Name, "The school's name.");
pub(crate) const FACTOR_SET_NAME: Column = Column::new(
    "factor_set_name",
    Unit::Text,
    "Who published the factors that priced the figures.",
);
pub(crate) const FACTOR_SET_VERSION: Column = Column::new(
    "factor_set_version",
    Unit::Text,
    "The years of factors that the set holds.",
);
pub(crate) const FACTOR_SET_HASH: Column = Column::new(
    "factor_set_hash",
    Unit::Text,
    "SHA-256 of the factors, the first 16 hexadecimal digits.",
);

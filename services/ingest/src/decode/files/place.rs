//! Where a row stands, in a file or in a payload.

/// Where a row of a table stands in the payload of JSON that the table was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The pointer to it.
    pub(crate) pointer: String,
    /// What stands there, as JSON.
    pub(crate) text: String,
    /// Its number among the rows of the payload, from 1.
    pub(crate) number: usize,
}

/// Begins the names of columns that are fields of their row's place.
pub(crate) const FIELD: &str = "./";

/// The line of the first row of a table that was made from a payload: below `sep=,` and the header.
const FIRST_LINE: usize = 3;

/// The place of the row in this line; none in a file.
pub(crate) fn place_of(places: &[Place], line: usize) -> Option<&Place> {
    places.get(line.checked_sub(FIRST_LINE)?)
}

/// The pointer to a row of a file.
pub(crate) fn row(line: usize) -> String {
    format!("/row/{line}")
}

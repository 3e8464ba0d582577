//! Why something was refused, as rows of a table: the line, the column, the value, the rule and how to mend it.

use events::{Refusal, Rule};
use publish::{Cell, Column, Kind, Table, Unit};
use serde::Serialize;

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The table of a workbook or an archive, if the file has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The line of a file, or of its table; none for an event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The column of a file or the field of an event; empty if the reason is about the whole.
    pub column: String,
    /// What was found there.
    pub value: String,
    pub rule: Rule,
    /// How to mend it.
    pub hint: String,
}

impl Reason {
    pub fn of(refusal: &Refusal) -> Self {
        let place = row(&refusal.pointer);
        // In a file, the value follows the name of its column.
        let named = place.as_ref().and_then(|_| refusal.seen.split_once(": "));
        let (column, value) = match (&place, named) {
            (Some(_), Some((column, value))) => (column, value),
            (Some(_), None) => ("", refusal.seen.as_str()),
            (None, _) => (refusal.pointer.as_str(), refusal.seen.as_str()),
        };
        let (table, line) = place.unzip();
        Reason {
            table: table.flatten().map(str::to_owned),
            line,
            column: column.to_owned(),
            value: value.to_owned(),
            rule: refusal.rule,
            hint: refusal.hint.clone(),
        }
    }

    /// The line as a cell.
    pub fn line(&self) -> Cell {
        let line = self.line.and_then(|line| i64::try_from(line).ok());
        line.map_or(Cell::Nothing, Cell::Int)
    }

    /// Its column, value, rule and hint as cells.
    pub fn cells(&self) -> [Cell; 4] {
        let Reason {
            column,
            value,
            rule,
            hint,
            ..
        } = self;
        [column.as_str(), value, rule.as_str(), hint].map(|text| Cell::Text(text.to_owned()))
    }
}

/// The table and the line of a pointer to a row: `/row/17`, or `/june.csv/row/17`.
fn row(pointer: &str) -> Option<(Option<&str>, u64)> {
    let (before, line) = pointer.rsplit_once("/row/")?;
    let table = before.strip_prefix('/');
    Some((table, line.parse().ok()?))
}

/// A column of text.
pub const fn text(name: &'static str, help: &'static str) -> Column {
    Column {
        name,
        kind: Kind::Text,
        unit: Unit::Text,
        help,
    }
}

/// The column of lines.
pub const LINE: Column = Column {
    name: "line",
    kind: Kind::Int,
    unit: Unit::Number,
    help: "The line of the file, or of its table.",
};

/// The columns of [`Reason::cells`].
pub const COLUMNS: [Column; 4] = [
    text(
        "column",
        "The column of the file, or the field of the event.",
    ),
    text("value", "What was found there."),
    text("rule", "The rule that it broke."),
    text("hint", "How to mend it."),
];

/// Rows as CSV that spreadsheets open correctly.
pub fn csv(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> anyhow::Result<Vec<u8>> {
    let table = Table {
        name: "refused",
        columns,
        rows,
    };
    Ok(table.csv()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pointer: &str, seen: &str, wanted: (Option<&str>, Option<u64>, &str, &str)) {
        let reason = Reason::of(&Refusal::new(pointer, Rule::FileRow, seen, "mend it"));
        let found = (
            reason.table.as_deref(),
            reason.line,
            reason.column.as_str(),
            reason.value.as_str(),
        );
        assert_eq!(found, wanted, "{pointer} {seen}");
    }

    #[test]
    fn a_reason_names_its_line_column_and_value() {
        check("/row/17", "kWh_3: x: y", (None, Some(17), "kWh_3", "x: y"));
        check("/row/17", "mpan:2200", (None, Some(17), "", "mpan:2200"));
        let table = Some("a/june.csv");
        check(
            "/a/june.csv/row/2",
            "MPAN: 1",
            (table, Some(2), "MPAN", "1"),
        );
        check("/data/values/3", "-1", (None, None, "/data/values/3", "-1"));
        check("", "an empty file", (None, None, "", "an empty file"));
    }
}

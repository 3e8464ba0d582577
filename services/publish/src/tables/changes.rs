//! What changed since the academic year before: per school and item, activity and method side by side.

use events::{MilligramsCo2e, Urn, kilowatt_hours};
use footprint::change::{Changes, ItemChange, Mover, NotComparable, SchoolChange, Side};

use super::key;
use crate::format;
use crate::rollup::TrustView;
use crate::table::{Columns, Table, Unit};

/// A row: an item that was compared or not, or a school that joined or left.
struct Row<'a> {
    changes: &'a Changes,
    trust: &'a str,
    urn: Urn,
    school: &'a str,
    what: What<'a>,
}

enum What<'a> {
    Compared(&'a ItemChange),
    NotCompared(&'a NotComparable),
    Joined(&'a Mover),
    Left(&'a Mover),
}

/// One row per school and item; all rows of a trust add up exactly to the change of its gross. Empty if there is no whole
/// year before.
pub fn changes(view: &TrustView) -> Table {
    let rows: Vec<Row<'_>> = view.change.iter().flat_map(|all| rows(view, all)).collect();
    let columns = Columns::<Row<'_>>::new()
        .add(key::TRUST, |row| Some(row.trust))
        .add(key::PERIOD, |row| Some(row.changes.period.key()))
        .column(
            "prior_period",
            Unit::Text,
            "The academic year before.",
            |row| Some(row.changes.prior_period.key()),
        )
        .add(key::URN, |row| Some(row.urn.to_string()))
        .add(key::SCHOOL, |row| Some(row.school))
        .column(
            "kind",
            Unit::Text,
            "Whether the row is an item that was compared or not, or a school that joined or left.",
            |row| Some(row.what.kind()),
        )
        .column(
            "scope",
            Unit::Number,
            "The scope of the Greenhouse Gas Protocol, 1 to 3.",
            |row| Some(u32::from(row.what.line()?.0)),
        )
        .column("item", Unit::Text, "What was used.", |row| {
            Some(row.what.line()?.1)
        })
        .column("unit", Unit::Text, "The unit of the quantities.", |row| {
            Some(row.what.line()?.2)
        })
        .column(
            "prior_quantity_millionths",
            Unit::Millionths,
            PRIOR_QUANTITY,
            |row| Some(row.what.sides().0?.quantity),
        )
        .column("prior_quantity", Unit::OfTheRow, PRIOR_QUANTITY, |row| {
            Some(kilowatt_hours(row.what.sides().0?.quantity))
        })
        .column(
            "current_quantity_millionths",
            Unit::Millionths,
            CURRENT_QUANTITY,
            |row| Some(row.what.sides().1?.quantity),
        )
        .column(
            "current_quantity",
            Unit::OfTheRow,
            CURRENT_QUANTITY,
            |row| Some(kilowatt_hours(row.what.sides().1?.quantity)),
        )
        .column(
            "prior_factor_kg_co2e_per_unit",
            Unit::KilogramsCo2ePerUnit,
            "The factor of the year before.",
            |row| row.what.sides().0?.factor,
        )
        .column(
            "current_factor_kg_co2e_per_unit",
            Unit::KilogramsCo2ePerUnit,
            "The factor of the year.",
            |row| row.what.sides().1?.factor,
        )
        .column(
            "prior_mg_co2e",
            Unit::MilligramsCo2e,
            "The carbon of the year before.",
            |row| row.what.carbon().0,
        )
        .column(
            "current_mg_co2e",
            Unit::MilligramsCo2e,
            "The carbon of the year.",
            |row| row.what.carbon().1,
        )
        .column("change_mg_co2e", Unit::MilligramsCo2e, CHANGE, |row| {
            Some(row.what.change())
        })
        .column("activity_mg_co2e", Unit::MilligramsCo2e, ACTIVITY, |row| {
            Some(row.what.compared()?.activity)
        })
        .column("method_mg_co2e", Unit::MilligramsCo2e, METHOD, |row| {
            Some(row.what.compared()?.method)
        })
        .column("change_kg_co2e", Unit::KilogramsCo2e, CHANGE, |row| {
            Some(MilligramsCo2e(row.what.change()).kilograms())
        })
        .column("activity_kg_co2e", Unit::KilogramsCo2e, ACTIVITY, |row| {
            Some(row.what.compared()?.activity.kilograms())
        })
        .column("method_kg_co2e", Unit::KilogramsCo2e, METHOD, |row| {
            Some(row.what.compared()?.method.kilograms())
        })
        .column(
            "not_compared_because",
            Unit::Text,
            "Why the two years are not compared.",
            |row| row.what.reason(),
        );
    Table::new("changes", columns, rows)
}

const PRIOR_QUANTITY: &str = "How much was used in the year before.";
const CURRENT_QUANTITY: &str = "How much was used in the year.";
const CHANGE: &str = "The row's part of the change of the gross; negative where it falls.";
const ACTIVITY: &str = "The part of the change that more or less use makes.";
const METHOD: &str = "The part of the change that another factor makes.";

fn rows<'a>(view: &'a TrustView, changes: &'a Changes) -> Vec<Row<'a>> {
    let row = |school: &'a SchoolChange, what: What<'a>| Row {
        changes,
        trust: &view.trust.id,
        urn: school.urn,
        school: &school.school,
        what,
    };
    let mut rows = Vec::new();
    for school in &changes.schools {
        let change = &school.change;
        let compared = change.by_item.iter().map(What::Compared);
        let aside = change.not_comparable.iter().map(What::NotCompared);
        let joined = change.joined.iter().map(What::Joined);
        let left = change.left.iter().map(What::Left);
        let all = compared.chain(aside).chain(joined).chain(left);
        rows.extend(all.map(|what| row(school, what)));
    }
    rows
}

impl<'a> What<'a> {
    fn kind(&self) -> &'static str {
        match self {
            What::Compared(_) => "compared",
            What::NotCompared(_) => "not_compared",
            What::Joined(_) => "joined",
            What::Left(_) => "left",
        }
    }

    /// Scope, item and unit; none for a school that joined or left, because its gross covers all its lines.
    fn line(&self) -> Option<(u8, &'a str, &'a str)> {
        match self {
            What::Compared(item) => Some((item.scope, item.item.as_str(), &item.unit)),
            What::NotCompared(line) => Some((line.scope, line.item.as_str(), &line.unit)),
            What::Joined(_) | What::Left(_) => None,
        }
    }

    fn compared(&self) -> Option<&'a ItemChange> {
        match self {
            What::Compared(item) => Some(item),
            _ => None,
        }
    }

    /// The year before and the year.
    fn sides(&self) -> (Option<&'a Side>, Option<&'a Side>) {
        self.compared().map_or((None, None), |item| {
            (item.prior.as_ref(), item.current.as_ref())
        })
    }

    /// Carbon of the year before and of the year, if it is known.
    fn carbon(&self) -> (Option<MilligramsCo2e>, Option<MilligramsCo2e>) {
        match self {
            What::Compared(item) => (
                item.prior.as_ref().map(|side| side.co2e),
                item.current.as_ref().map(|side| side.co2e),
            ),
            What::NotCompared(line) => (line.prior, line.current),
            What::Joined(school) => (None, school.gross),
            What::Left(school) => (school.gross, None),
        }
    }

    /// The row's contribution to the change of the gross; negative if it falls.
    fn change(&self) -> i64 {
        let (prior, current) = self.carbon();
        current.unwrap_or_default().0 - prior.unwrap_or_default().0
    }

    fn reason(&self) -> Option<String> {
        match self {
            What::NotCompared(line) => Some(format::snake(line.why)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::footprint_store::FootprintStore;
    use crate::table::Cell;

    fn sum(table: &Table, column: &str) -> i64 {
        let place = table.columns.iter().position(|known| known.name == column);
        let cells = table.rows.iter().map(|row| &row[place.unwrap()]);
        cells
            .map(|cell| match cell {
                Cell::Int(number) => *number,
                _ => 0,
            })
            .sum()
    }

    #[test]
    fn the_rows_are_exactly_the_change_of_the_gross() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        let view = footprint_store
            .view(fixtures::TRUST, "2025-26", 0.24)
            .unwrap();
        let before = footprint_store
            .view(fixtures::TRUST, "2024-25", 0.24)
            .unwrap();
        let table = changes(&view);
        let total = view.totals.gross.0 - before.totals.gross.0;
        assert_eq!(sum(&table, "change_mg_co2e"), total);
        let change = &view.change.as_ref().unwrap().sum;
        assert_eq!(sum(&table, "activity_mg_co2e"), change.activity.0);
        assert_eq!(sum(&table, "method_mg_co2e"), change.method.0);
        assert!(!table.rows.is_empty());
    }

    #[test]
    fn a_part_year_and_a_first_year_have_no_change() {
        let footprint_store = FootprintStore::of(fixtures::footprints());
        for period in ["2026-27", "2024-25", "trailing-12-months"] {
            let view = footprint_store.view(fixtures::TRUST, period, 0.24).unwrap();
            assert!(changes(&view).rows.is_empty(), "{period}");
        }
    }
}

//! Tables of factors as CSV: the table that ships, and a trust's own.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::FactorUnit;
use crate::csv_table;
use crate::csv_table::TableError;
use crate::factor_source::FactorSource;

/// The name of a factor, whatever the year and the unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactorName {
    /// The table's first heading, such as `Fuels`.
    pub heading: String,
    /// The item, such as `Natural gas`.
    pub item: String,
    /// Route or fuel, such as `Landfill`; often empty.
    pub route: String,
}

/// A factor of one year.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The unit it is per.
    pub unit: FactorUnit,
    /// kg CO2e per unit; for energy contents kWh per unit.
    pub value: f64,
    /// The value as text, exactly as in the table.
    pub written: String,
    /// Greenhouse Gas Protocol scope, or the sheet it comes from.
    pub scope: String,
    /// Its source.
    pub source: FactorSource,
}

/// By year and name, one entry per unit, in the order of units.
pub(super) type Rows = BTreeMap<(i32, FactorName), Vec<Entry>>;

#[derive(Deserialize)]
struct TableRow {
    #[serde(default)]
    trust: String,
    year: i32,
    #[serde(default)]
    scope: String,
    level1: String,
    item: String,
    route_or_fuel: String,
    unit: String,
    value: String,
    #[serde(alias = "source")]
    provenance: String,
    #[serde(default)]
    confirmed: String,
}

/// One row: the trust it is for (empty: every trust), its year and name, and its entry.
pub(super) struct Read {
    pub row: usize,
    pub trust: String,
    pub year: i32,
    pub name: FactorName,
    pub entry: Entry,
    /// Whether the table's author confirms the value, however far it is off the published one.
    pub confirmed: bool,
}

/// The rows of a table with the columns `year, scope, level1, item, route_or_fuel, unit, value, provenance`, or for a trust's
/// own `trust, year, level1, item, route_or_fuel, unit, value, source, confirmed`. A row without a value means that no factor
/// was published, and is skipped.
pub(super) fn read(
    table: &str,
    csv: &str,
    source: impl Fn(&str) -> Option<FactorSource>,
) -> Result<Vec<Read>, TableError> {
    let mut all = Vec::new();
    for read in csv_table::rows::<TableRow>(&called(table), csv) {
        let (row, line) = read?;
        let fault = |why: String| fault(table, row, why);
        if line.value.is_empty() {
            continue;
        }
        let value = line
            .value
            .parse()
            .ok()
            .filter(|value: &f64| value.is_finite() && *value >= 0.0)
            .ok_or_else(|| {
                fault(format!(
                    "a value is a number of 0 or more, not {:?}",
                    line.value
                ))
            })?;
        let unit = FactorUnit::parse(&line.unit).ok_or_else(|| {
            let known: Vec<_> = FactorUnit::written().collect();
            fault(format!(
                "a unit is one of {}, not {:?}",
                known.join(", "),
                line.unit
            ))
        })?;
        let source = source(&line.provenance).ok_or_else(|| {
            fault(match line.provenance.as_str() {
                "" => "it does not say where the factor is from".to_owned(),
                text => format!("{text:?} says nothing of where the factor is from"),
            })
        })?;
        let confirmed = match line.confirmed.to_lowercase().as_str() {
            "true" => true,
            "" | "false" => false,
            _ => {
                return Err(fault(format!(
                    "confirmed is true or false, not {:?}",
                    line.confirmed
                )));
            }
        };
        all.push(Read {
            row,
            confirmed,
            trust: line.trust,
            year: line.year,
            name: FactorName {
                heading: line.level1,
                item: line.item,
                route: line.route_or_fuel,
            },
            entry: Entry {
                unit,
                value,
                written: line.value,
                scope: line.scope,
                source,
            },
        });
    }
    Ok(all)
}

fn called(table: &str) -> String {
    format!("the factor table {table}")
}

/// The error for a row of the factor table with this name.
pub(super) fn fault(table: &str, row: usize, why: impl Into<String>) -> TableError {
    TableError::at(&called(table), row, why)
}

/// Inserts a row; an error if there is one for the same year, name and unit.
pub(super) fn put(rows: &mut Rows, table: &str, read: Read) -> Result<(), TableError> {
    let entries = rows.entry((read.year, read.name)).or_default();
    match entries.binary_search_by_key(&read.entry.unit, |known| known.unit) {
        Ok(_) => Err(fault(
            table,
            read.row,
            "the same factor stands above already",
        )),
        Err(place) => {
            entries.insert(place, read.entry);
            Ok(())
        }
    }
}

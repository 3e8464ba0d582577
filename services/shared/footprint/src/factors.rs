//! Conversion factors: the UK Government's for company reporting, by year.
//!
//! Source: DESNZ, UK Government GHG conversion factors for company reporting, 2018 to 2026; contains public sector
//! information licensed under the Open Government Licence v3.0. The column `provenance` of `factors/desnz.csv` says which
//! rows were read from the official workbooks and which second-hand.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// A row of the table without its year: what it is the factor of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactorRow {
    /// The table's first heading, such as `Fuels`.
    pub heading: &'static str,
    /// What, such as `Natural gas`.
    pub item: &'static str,
    /// Route or fuel, such as `Landfill`; often empty.
    pub route: &'static str,
    /// Per which unit, such as `kWh (Gross CV)`.
    pub unit: &'static str,
}

impl FactorRow {
    /// As people read it: `Fuels / Natural gas, per kWh (Gross CV)`.
    pub fn name(&self) -> String {
        let route = if self.route.is_empty() {
            String::new()
        } else {
            format!(" / {}", self.route)
        };
        format!("{} / {}{route}, per {}", self.heading, self.item, self.unit)
    }
}

/// A factor that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// kg CO2e per unit.
    pub value: f64,
    /// The year of the row.
    pub year: i32,
    /// Where the row was read.
    pub provenance: String,
}

/// What stands in for a factor that a year does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// Nothing: the line stays unpriced and the total is marked incomplete.
    #[default]
    None,
    /// The latest earlier year's, which is disclosed.
    PreviousYear,
}

/// A set of factors. A blank of the table is "no factor published", never zero.
#[derive(Debug, Clone)]
pub struct FactorSet {
    /// Its name.
    pub name: String,
    /// The years it has.
    pub version: String,
    /// SHA-256 of the table, the first 16 hexadecimal digits.
    pub hash: String,
    rows: HashMap<RowKey, (f64, String)>,
    first_year: i32,
}

/// Year, heading, item, route and unit.
type RowKey = (i32, String, String, String, String);

/// A table that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the factor table, row {row}: {why}")]
pub struct FactorError {
    row: usize,
    why: String,
}

#[derive(Deserialize)]
struct TableRow {
    year: i32,
    level1: String,
    item: String,
    route_or_fuel: String,
    unit: String,
    value: Option<f64>,
    provenance: String,
}

impl FactorSet {
    /// The set that ships with the program.
    pub fn desnz() -> Result<Self, FactorError> {
        Self::parse("DESNZ", include_str!("../factors/desnz.csv"))
    }

    /// Reads a table with the columns `year,scope,level1,item,route_or_fuel,unit,value,provenance`.
    pub fn parse(name: &str, csv: &str) -> Result<Self, FactorError> {
        let mut rows = HashMap::new();
        let (mut first, mut last) = (i32::MAX, i32::MIN);
        for (number, row) in csv::Reader::from_reader(csv.as_bytes())
            .deserialize()
            .enumerate()
        {
            let row: TableRow = row.map_err(|error| FactorError {
                row: number + 2,
                why: error.to_string(),
            })?;
            (first, last) = (first.min(row.year), last.max(row.year));
            if let Some(value) = row.value {
                let key = (row.year, row.level1, row.item, row.route_or_fuel, row.unit);
                rows.insert(key, (value, row.provenance));
            }
        }
        let hash = Sha256::digest(csv.as_bytes());
        Ok(FactorSet {
            name: name.to_owned(),
            version: format!("{first}-{last}"),
            hash: hash[..8].iter().map(|byte| format!("{byte:02x}")).collect(),
            rows,
            first_year: first,
        })
    }

    /// The factor of a row in a year, or what stands in for it.
    pub fn find(&self, row: &FactorRow, year: i32, fallback: Fallback) -> Option<Factor> {
        let earliest = match fallback {
            Fallback::None => year,
            Fallback::PreviousYear => self.first_year,
        };
        (earliest..=year).rev().find_map(|year| {
            let key = (
                year,
                row.heading.to_owned(),
                row.item.to_owned(),
                row.route.to_owned(),
                row.unit.to_owned(),
            );
            let (value, provenance) = self.rows.get(&key)?;
            Some(Factor {
                value: *value,
                year,
                provenance: provenance.clone(),
            })
        })
    }
}

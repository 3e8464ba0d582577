//! Conversion factors: the UK Government's for company reporting, by year, and a trust's own.
//!
//! Source: DESNZ, UK Government GHG conversion factors for company reporting, 2018 to 2026; contains public sector
//! information licensed under the Open Government Licence v3.0. The column `provenance` of `factors/desnz.csv` says which
//! rows were read from the official workbooks and which second-hand.

mod choose;
mod kind;
mod own;
mod plausible;
mod table;
mod unit;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub(crate) use choose::{Chosen, by_year};
pub use kind::OtherMethod;
pub use own::Factors;
pub use table::{Entry, FactorName};
pub use unit::FactorUnit;
pub(crate) use unit::KM_PER_MILE;

use crate::csv_table::TableError;
use crate::factor_source::FactorSource;
use table::Rows;

/// A row of the table without its year: the name of a factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactorRow {
    /// The table's first heading, such as `Fuels`.
    pub heading: &'static str,
    /// The item, such as `Natural gas`.
    pub item: &'static str,
    /// Route or fuel, such as `Landfill`; often empty.
    pub route: &'static str,
    /// The unit it is per.
    pub unit: FactorUnit,
}

impl FactorRow {
    /// The text for readers: `Fuels / Natural gas, per kWh (Gross CV)`.
    pub fn name(&self) -> String {
        row_name(self.heading, self.item, self.route, self.unit)
    }

    fn key(&self, year: i32) -> (i32, FactorName) {
        let name = FactorName {
            heading: self.heading.to_owned(),
            item: self.item.to_owned(),
            route: self.route.to_owned(),
        };
        (year, name)
    }
}

/// As people read a row: `Fuels / Natural gas, per kWh (Gross CV)`.
pub fn row_name(heading: &str, item: &str, route: &str, unit: FactorUnit) -> String {
    let route = if route.is_empty() {
        String::new()
    } else {
        format!(" / {route}")
    };
    format!("{heading} / {item}{route}, per {}", unit.one())
}

/// A factor that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Factor {
    /// kg CO2e per unit of the requested row.
    pub value: f64,
    /// The year of the row.
    pub year: i32,
    /// The source of the row.
    pub source: FactorSource,
}

/// The fallback for a factor that a year does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fallback {
    /// Nothing: the line stays unpriced and the total is marked incomplete.
    #[default]
    None,
    /// The latest earlier year's factor, with a note; but not if the factors of its kind have changed method since.
    PreviousYear,
}

/// A set of factors. A blank in the table means "no factor published", never zero.
#[derive(Debug, Clone)]
pub struct FactorSet {
    /// Its name.
    pub name: String,
    /// The years it has.
    pub version: String,
    /// SHA-256 of the table, the first 16 hexadecimal digits.
    pub hash: String,
    published: Arc<Rows>,
    /// A trust's own factors, which replace or extend the published ones.
    own: Rows,
    first_year: i32,
}

impl FactorSet {
    /// The set that ships with the program.
    pub fn desnz() -> Result<Self, TableError> {
        Self::parse("DESNZ", include_str!("../factors/desnz.csv"))
    }

    /// Reads a table with the columns `year,scope,level1,item,route_or_fuel,unit,value,provenance`.
    pub fn parse(name: &str, csv: &str) -> Result<Self, TableError> {
        let mut rows = Rows::new();
        for read in table::read(name, csv, FactorSource::published)? {
            table::put(&mut rows, name, read)?;
        }
        let years = || rows.keys().map(|(year, _)| *year);
        let (first, last) = (years().min().unwrap_or(0), years().max().unwrap_or(0));
        Ok(FactorSet {
            name: name.to_owned(),
            version: format!("{first}-{last}"),
            hash: hash(&[csv]),
            published: Arc::new(rows),
            own: Rows::new(),
            first_year: first,
        })
    }

    /// The factor of a row in a year, or its fallback.
    ///
    /// ```
    /// use footprint::factors::{FactorRow, FactorSet, FactorUnit, Fallback};
    ///
    /// let gas = FactorRow {
    ///     heading: "Fuels",
    ///     item: "Natural gas",
    ///     route: "",
    ///     unit: FactorUnit::KilowattHourGross,
    /// };
    /// let factors = FactorSet::desnz()?;
    /// let factor = factors.find(&gas, 2024, Fallback::None);
    /// assert_eq!(factor.map(|factor| factor.value), Some(0.1829));
    /// // Not published yet: only an earlier year's factor could stand in.
    /// assert_eq!(factors.find(&gas, 2030, Fallback::None), None);
    /// # Ok::<(), footprint::TableError>(())
    /// ```
    pub fn find(&self, row: &FactorRow, year: i32, fallback: Fallback) -> Option<Factor> {
        let latest = self.latest(row, year, fallback)?;
        let other_method = self.other_method(row, &latest, year);
        other_method.is_none().then_some(latest)
    }

    /// The factor of a row in a year, or the latest before it if that one may stand in.
    fn latest(&self, row: &FactorRow, year: i32, fallback: Fallback) -> Option<Factor> {
        let earliest = match fallback {
            Fallback::None => year,
            Fallback::PreviousYear => self.first_year,
        };
        (earliest..=year)
            .rev()
            .find_map(|year| self.of_year(row, year))
    }

    /// A trust's own factor precedes a published one; a factor per the requested unit precedes a converted one.
    fn of_year(&self, row: &FactorRow, year: i32) -> Option<Factor> {
        let key = row.key(year);
        let found = |rows: &Rows| {
            let entries = rows.get(&key)?;
            let exact = entries.iter().find(|entry| entry.unit == row.unit);
            let same = |entry: &&Entry| entry.unit.in_one(row.unit).is_some();
            let entry = exact.or_else(|| entries.iter().find(same))?;
            Some(Factor {
                value: entry.value * entry.unit.in_one(row.unit)?,
                year,
                source: entry.source.clone(),
            })
        };
        found(&self.own).or_else(|| found(&self.published))
    }

    /// Every factor of a year, by name; the trust's own factors replace the published ones.
    pub fn in_year(&self, year: i32) -> BTreeMap<(FactorName, FactorUnit), &Entry> {
        let rows = self.published.iter().chain(&self.own);
        rows.filter(|((of, _), _)| *of == year)
            .flat_map(|((_, name), entries)| {
                entries
                    .iter()
                    .map(move |entry| ((name.clone(), entry.unit), entry))
            })
            .collect()
    }

    /// A row's factor in every year that has one: no fallback for a missing year. Without a row, the zero factor of
    /// quantities that are zero by method, whatever the year.
    pub(crate) fn by_year(&self, row: Option<&FactorRow>) -> BTreeMap<i32, f64> {
        let factor = |year| match row {
            Some(row) => Some((year, self.find(row, year, Fallback::None)?.value)),
            None => Some((year, 0.0)),
        };
        self.span().filter_map(factor).collect()
    }

    /// The first and the last year with factors.
    fn span(&self) -> std::ops::RangeInclusive<i32> {
        let of = |rows: &Rows| {
            let (first, last) = (rows.keys().next()?, rows.keys().next_back()?);
            Some((first.0, last.0))
        };
        let published = of(&self.published).unwrap_or((self.first_year, self.first_year));
        let (first, last) = of(&self.own).unwrap_or(published);
        published.0.min(first)..=published.1.max(last)
    }

    /// The years with factors.
    pub fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.published.keys().map(|(year, _)| *year).collect();
        years.extend(self.own.keys().map(|(year, _)| *year));
        years.sort_unstable();
        years.dedup();
        years
    }
}

/// The first 16 hexadecimal digits of the SHA-256 of some texts, concatenated.
fn hash(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.as_bytes());
    }
    let digest = hash.finalize();
    hex::encode(&digest[..8])
}

//! Factors that a trust adds: values from its supplier or contractor, with their source.

use std::collections::BTreeMap;

use super::table;
use super::table::Rows;
use super::{FactorSet, hash};
use crate::csv_table::TableError;
use crate::factor_source::FactorSource;

/// The published factors, and for some trusts their own factors, which take precedence.
#[derive(Debug, Clone)]
pub struct Factors {
    published: FactorSet,
    own: BTreeMap<String, FactorSet>,
    /// If a trust has no own factors: those given for every trust.
    every: FactorSet,
}

impl From<FactorSet> for Factors {
    fn from(published: FactorSet) -> Self {
        Factors {
            every: published.clone(),
            own: BTreeMap::new(),
            published,
        }
    }
}

/// A row of a trust's own table.
fn own(text: &str) -> Option<FactorSource> {
    (!text.is_empty()).then(|| FactorSource::Own(text.to_owned()))
}

impl Factors {
    /// Reads a table of own factors, called `name` in errors, with the columns
    /// `trust,year,level1,item,route_or_fuel,unit,value,source` and optionally `confirmed`; an empty trust means every trust.
    /// The published table must have the row in some year, in a unit that measures the same: otherwise no line would ever use
    /// it. A value more than ten times off the published one is refused unless `confirmed` is true.
    pub fn with_own(published: FactorSet, name: &str, csv: &str) -> Result<Self, TableError> {
        let mut by_trust: BTreeMap<String, Rows> = BTreeMap::new();
        for read in table::read(name, csv, own)? {
            if !published.knows(&read.name, read.entry.unit) {
                let named = super::row_name(
                    &read.name.heading,
                    &read.name.item,
                    &read.name.route,
                    read.entry.unit,
                );
                let why = format!(
                    "no line is priced by {named}; `greenledger factors show` has the rows that can be given"
                );
                return Err(table::fault(name, read.row, why));
            }
            if let Some(why) = published.implausible(&read).filter(|_| !read.confirmed) {
                return Err(table::fault(name, read.row, why));
            }
            let rows = by_trust.entry(read.trust.clone()).or_default();
            table::put(rows, name, read)?;
        }
        let every = by_trust.remove("").unwrap_or_default();
        let own = by_trust.into_iter().map(|(trust, rows)| {
            let mut all = every.clone();
            for (key, entries) in rows {
                let known = all.entry(key).or_default();
                for entry in entries {
                    known.retain(|other| other.unit != entry.unit);
                    known.push(entry);
                }
                known.sort_by_key(|entry| entry.unit);
            }
            (trust, published.over(all))
        });
        Ok(Factors {
            own: own.collect(),
            every: published.over(every),
            published,
        })
    }

    /// The factors that price a trust.
    pub fn of(&self, trust: &str) -> &FactorSet {
        self.own.get(trust).unwrap_or(&self.every)
    }

    /// Only the published factors.
    pub fn published(&self) -> &FactorSet {
        &self.published
    }
}

impl FactorSet {
    fn knows(&self, name: &super::FactorName, unit: super::FactorUnit) -> bool {
        let of_name = self
            .published
            .iter()
            .filter(|((_, other), _)| other == name);
        of_name
            .flat_map(|(_, entries)| entries)
            .any(|entry| unit.in_one(entry.unit).is_some())
    }

    /// The same set with a trust's own rows, which take precedence; its hash covers both.
    fn over(&self, own: Rows) -> FactorSet {
        if own.is_empty() {
            return self.clone();
        }
        let mut texts = vec![self.hash.clone()];
        for ((year, name), entries) in &own {
            for entry in entries {
                texts.push(format!(
                    "\n{year},{},{},{},{},{},{}",
                    name.heading, name.item, name.route, entry.unit, entry.written, entry.source
                ));
            }
        }
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        FactorSet {
            name: format!("{} and the trust's own", self.name),
            hash: hash(&texts),
            own,
            ..self.clone()
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;
    use crate::factors::{FactorRow, FactorUnit, Fallback};

    const HEAD: &str = "trust,year,level1,item,route_or_fuel,unit,value,source\n";
    const GRID: FactorRow = FactorRow {
        heading: "UK electricity",
        item: "Electricity generated",
        route: "",
        unit: FactorUnit::KilowattHour,
    };

    fn with(rows: &str) -> Result<Factors, TableError> {
        let published = FactorSet::desnz().unwrap();
        Factors::with_own(published, "own.csv", &format!("{HEAD}{rows}"))
    }

    fn grid(factors: &Factors, trust: &str) -> f64 {
        let found = factors.of(trust).find(&GRID, 2025, Fallback::None);
        found.unwrap().value
    }

    #[test]
    fn a_trusts_own_factor_is_its_own_and_one_for_every_trust_is_everybodys() {
        let factors = with(
            "a,2025,UK electricity,Electricity generated,,kWh,0.1,its supplier\n\
             ,2025,UK electricity,Electricity generated,,kWh,0.2,the county\n",
        )
        .unwrap();
        assert_eq!((grid(&factors, "a"), grid(&factors, "b")), (0.1, 0.2));
        let hashes = ["a", "b"].map(|trust| factors.of(trust).hash.clone());
        assert_ne!(hashes[0], hashes[1]);
        assert_ne!(hashes[1], factors.published().hash);
    }

    #[test]
    fn without_own_factors_the_published_set_is_unchanged() {
        let factors =
            with("a,2025,UK electricity,Electricity generated,,kWh,0.1,its supplier\n").unwrap();
        assert_eq!(grid(&factors, "b"), 0.177);
        assert_eq!(factors.of("b").hash, factors.published().hash);
    }

    #[test]
    fn a_row_that_cannot_be_used_is_named_with_the_reason() {
        let refused = [
            (
                "a,2025,UK electricity,Electricty,,kWh,0.1,its supplier\n",
                "row 2: no line is priced by UK electricity / Electricty, per kWh; `greenledger factors show` has the \
                 rows that can be given",
            ),
            (
                "a,2025,UK electricity,Electricity generated,,MWh,0.1,its supplier\n",
                "row 2: a unit is one of kWh, kWh (Gross CV), kWh (Net CV), litres, cubic metres, kg, tonnes, km, miles, \
                 passenger.km, km -> kWh (Net CV), litres -> kWh (Net CV), litres -> kWh (Gross CV), not \"MWh\"",
            ),
            (
                "a,2025,UK electricity,Electricity generated,,kWh,-1,its supplier\n",
                "row 2: a value is a number of 0 or more, not \"-1\"",
            ),
            (
                "a,2025,UK electricity,Electricity generated,,kWh,0.1,\n",
                "row 2: it does not say where the factor is from",
            ),
            (
                "a,2025,UK electricity,Electricity generated,,kWh,0.1,b\na,2025,UK electricity,Electricity generated,,kWh,0.2,b\n",
                "row 3: the same factor stands above already",
            ),
        ];
        for (row, why) in refused {
            let error = with(row).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("cannot read the factor table own.csv, {why}")
            );
        }
    }
}

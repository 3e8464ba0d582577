//! Daily mean temperatures, supplied as a table: gas for heating is estimated from them.

use std::collections::BTreeMap;

use chrono::NaiveDate;

/// Daily means in thousandths of a degree Celsius, for every trust or for one. Empty unless a table was given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Temperatures {
    /// By trust; those for every trust have the empty name.
    by_trust: BTreeMap<String, BTreeMap<NaiveDate, i32>>,
}

/// A table that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("row {row}, column {column}: {rule}; got {seen:?}")]
pub struct TemperatureError {
    /// The row number as in a spreadsheet, where the heading is row 1.
    pub row: u64,
    /// The column's heading.
    pub column: &'static str,
    /// The expected content.
    pub rule: &'static str,
    /// The actual content.
    pub seen: String,
}

/// The columns, in any order.
const COLUMNS: [&str; 3] = ["trust", "day", "mean_celsius"];
/// Below the coldest and above the warmest possible daily mean: no hour was colder than -27.2 or warmer than 40.3 °C in the
/// United Kingdom. [Met Office, UK climate extremes]
const PLAUSIBLE: std::ops::RangeInclusive<f64> = -30.0..=41.0;

impl Temperatures {
    /// Reads a table with the columns `trust`, `day` (2026-01-31) and `mean_celsius`. An empty trust means every trust; a
    /// trust's own rows, if it has some, take precedence.
    pub fn parse(csv: &str) -> Result<Self, TemperatureError> {
        let text = csv.strip_prefix('\u{feff}').unwrap_or(csv);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let headings = reader.headers().cloned().unwrap_or_default();
        let mut places = [0; COLUMNS.len()];
        for (place, column) in places.iter_mut().zip(COLUMNS) {
            let found = headings.iter().position(|heading| heading.trim() == column);
            *place = found.ok_or_else(|| TemperatureError {
                row: 1,
                column,
                rule: "a column of this heading",
                seen: headings.iter().collect::<Vec<_>>().join(","),
            })?;
        }
        let mut read = Temperatures::default();
        for (number, record) in reader.records().enumerate() {
            let row = number as u64 + 2;
            let record = record.map_err(|error| TemperatureError {
                row,
                column: COLUMNS[0],
                rule: "as many columns as there are headings, in UTF-8",
                seen: error.to_string(),
            })?;
            let cell = |place: usize| record.get(places[place]).unwrap_or_default().trim();
            read.add([cell(0), cell(1), cell(2)], row)?;
        }
        Ok(read)
    }

    fn add(&mut self, cells: [&str; 3], row: u64) -> Result<(), TemperatureError> {
        let wrong = |place: usize, rule| TemperatureError {
            row,
            column: COLUMNS[place],
            rule,
            seen: cells[place].to_owned(),
        };
        let [trust, day, mean] = cells;
        let day: NaiveDate = day
            .parse()
            .map_err(|_| wrong(1, "a day such as 2026-01-31"))?;
        let mean: f64 = mean
            .parse()
            .ok()
            .filter(|mean| PLAUSIBLE.contains(mean))
            .ok_or_else(|| wrong(2, "a mean from -30 to 41 °C"))?;
        let of_trust = self.by_trust.entry(trust.to_owned()).or_default();
        match of_trust.insert(day, (mean * 1000.0).round() as i32) {
            None => Ok(()),
            Some(_) => Err(wrong(1, "one row per trust and day")),
        }
    }

    /// How far a day's mean is below `base`, in thousandths of a degree; none if the mean is not known.
    pub(crate) fn degrees_below(&self, base: i32, trust: &str, day: NaiveDate) -> Option<i64> {
        let of = |name: &str| self.by_trust.get(name)?.get(&day);
        let mean = of(trust).or_else(|| of(""))?;
        Some(i64::from((base - mean).max(0)))
    }

    /// Whether there are no temperatures.
    pub fn is_empty(&self) -> bool {
        self.by_trust.is_empty()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::expect_used, reason = "a test may panic")]

    use super::*;

    fn refused(csv: &str, row: u64, column: &str) {
        let error = Temperatures::parse(csv).expect_err(csv);
        assert_eq!((error.row, error.column), (row, column), "{error}");
    }

    #[test]
    fn a_trusts_own_temperature_stands_before_that_of_every_trust() {
        let table = "\u{feff}day,trust,mean_celsius\n2026-01-31,,4.25\n2026-01-31,north,-1.5\n2026-02-01,,16\n";
        let read = Temperatures::parse(table).expect("a table");
        let below = |trust, day: &str| {
            let day = day.parse().expect("a day");
            read.degrees_below(15_500, trust, day)
        };
        assert_eq!(below("north", "2026-01-31"), Some(17_000));
        assert_eq!(below("south", "2026-01-31"), Some(11_250));
        assert_eq!(below("north", "2026-02-01"), Some(0));
        assert_eq!(below("north", "2026-02-02"), None);
    }

    #[test]
    fn an_error_is_named_by_row_and_column() {
        let table = |rows: &str| format!("trust,day,mean_celsius\n,2026-01-30,4\n{rows}\n");
        refused("trust,date,mean_celsius\n", 1, "day");
        refused("", 1, "trust");
        refused(&table(",31/01/2026,4"), 3, "day");
        refused(&table(",2026-01-31,mild"), 3, "mean_celsius");
        refused(&table(",2026-01-31,277.4"), 3, "mean_celsius");
        refused(&table(",2026-01-31,NaN"), 3, "mean_celsius");
        refused(&table(",2026-01-30,5"), 3, "day");
        refused(&table("2026-01-31,5"), 3, "trust");
    }
}

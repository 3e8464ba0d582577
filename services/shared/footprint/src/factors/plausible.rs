//! Checks whether a trust's own factor is plausible: a wrong unit or decimal point makes it many times the published factor.

use super::table::{Entry, Read};
use super::{FactorName, FactorSet, FactorUnit, row_name};

/// The most by which a factor from a supplier or a contractor may exceed the published factor of its kind, or fall below it, as
/// a ratio.
const MOST_TIMES: f64 = 10.0;

impl FactorSet {
    /// Why an own factor is refused unless its row confirms it: it is more than ten times off the published factor of its kind,
    /// for its year or the nearest year that has one.
    pub(super) fn implausible(&self, own: &Read) -> Option<String> {
        let (unit, seen) = (own.entry.unit, own.entry.value);
        let (year, published) = self.nearest(&own.name, unit, own.year)?;
        let is_near = seen <= published * MOST_TIMES && published <= seen * MOST_TIMES;
        let row = row_name(&own.name.heading, &own.name.item, &own.name.route, unit);
        (!is_near).then(|| {
            format!(
                "{row} is {} in {}, more than ten times off the {published} published for {year}; correct the value or \
                 its unit, or write true in the column `confirmed`",
                own.entry.written, own.year
            )
        })
    }

    /// The published factor of the year nearest to `year`, per `unit`; of two equally near years, the earlier.
    fn nearest(&self, name: &FactorName, unit: FactorUnit, year: i32) -> Option<(i32, f64)> {
        let per_unit = |entries: &Vec<Entry>| {
            let per = |entry: &Entry| Some(entry.value * entry.unit.in_one(unit)?);
            let exact = entries.iter().find(|entry| entry.unit == unit);
            exact
                .map(|entry| entry.value)
                .or_else(|| entries.iter().find_map(per))
        };
        self.published
            .iter()
            .filter(|((_, other), _)| other == name)
            .filter_map(|((of, _), entries)| Some((*of, per_unit(entries)?)))
            .min_by_key(|(of, _)| ((of - year).abs(), *of))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use crate::factors::{FactorSet, Factors};

    const HEAD: &str = "trust,year,level1,item,route_or_fuel,unit,value,source,confirmed\n";

    fn refused(row: &str) -> Option<String> {
        let published = FactorSet::desnz().unwrap();
        let read = Factors::with_own(published, "own.csv", &format!("{HEAD}{row}\n"));
        read.err().map(|error| error.to_string())
    }

    #[test]
    fn an_own_factor_a_thousand_times_off_is_refused_either_way() {
        let grid = |year: i32, value: &str, confirmed: &str| {
            refused(&format!(
                "oak,{year},UK electricity,Electricity generated,,kWh,{value},its page,{confirmed}"
            ))
        };
        assert_eq!(
            grid(2025, "177", "").unwrap(),
            "cannot read the factor table own.csv, row 2: UK electricity / Electricity generated, per kWh is 177 in 2025, \
             more than ten times off the 0.177 published for 2025; correct the value or its unit, or write true in the \
             column `confirmed`"
        );
        let too_small = grid(2026, "0.00013096", "").unwrap();
        assert!(too_small.contains("the 0.13096 published for 2026"));
        assert!(grid(2025, "0", "").is_some(), "nothing at all");
        assert!(grid(2030, "177", "").unwrap().contains("for 2026"));
        for near in ["0.0177", "1.77", "0.2"] {
            assert_eq!(grid(2025, near, ""), None, "{near}");
        }
    }

    #[test]
    fn a_row_that_is_confirmed_is_taken_and_a_confirmation_is_true_or_false() {
        let row = |confirmed: &str| {
            refused(&format!(
                "oak,2025,UK electricity,Electricity generated,,kWh,0,its page,{confirmed}"
            ))
        };
        assert_eq!(row("true"), None);
        assert_eq!(row("TRUE"), None, "as spreadsheets write it");
        assert!(row("false").is_some());
        let unclear = row("yes").unwrap();
        assert!(unclear.ends_with("confirmed is true or false, not \"yes\""));
    }

    /// 700.30886 kg per tonne is 0.70030886 kg per kilogram.
    #[test]
    fn a_factor_published_per_another_unit_is_converted_first() {
        let food = |unit: &str, value: &str| {
            refused(&format!(
                "oak,2025,Waste disposal/Refuse,Organic: food and drink waste,Landfill,{unit},{value},its page,"
            ))
        };
        assert_eq!(food("kg", "0.7"), None);
        assert_eq!(food("tonnes", "700"), None);
        assert!(food("kg", "700").is_some_and(|why| why.contains("0.70030886")));
        assert!(food("tonnes", "0.7").is_some());
    }
}

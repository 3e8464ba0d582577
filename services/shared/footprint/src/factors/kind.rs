//! Whether a factor of an earlier year can stand in for one that was not published. It cannot if the method behind the factors
//! of its kind has changed since. Recycling was 21.29 kg per tonne of any material in 2021 and is 4.69 in 2025.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Factor, FactorName, FactorRow, FactorSet, Fallback};
use crate::line::YearChoice;
use crate::period::Period;

/// The most by which the factors of a kind change between two years, as a ratio, unless the method changes.
const MOST_TIMES: f64 = 2.0;

/// An earlier year's factor that must not stand in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OtherMethod {
    /// The year of the factor.
    pub year: i32,
    /// The factors of its kind in that year.
    pub was: f64,
    /// The year it was wanted for.
    pub wanted: i32,
    /// The factors of its kind in the wanted year.
    pub is: f64,
}

impl FactorSet {
    /// Why an earlier year's factor must not stand in over a period; none if it may, or if none is needed.
    pub(crate) fn not_standing_in(
        &self,
        row: &FactorRow,
        period: Period,
        choice: YearChoice,
        fallback: Fallback,
    ) -> Option<OtherMethod> {
        let mut years = choice.years(period).into_iter();
        years.find_map(|year| self.other_method(row, &self.latest(row, year, fallback)?, year))
    }

    /// The same for days of one calendar year.
    pub(crate) fn not_standing_in_for(
        &self,
        row: &FactorRow,
        year: i32,
        fallback: Fallback,
    ) -> Option<OtherMethod> {
        let year = self.published_by(year);
        self.other_method(row, &self.latest(row, year, fallback)?, year)
    }

    /// Whether a factor's kind was computed by another method in the wanted year. A kind is the rows with the same group of
    /// headings, route, unit, and value in the factor's year. The kind's change is the change of most of its rows.
    pub(super) fn other_method(
        &self,
        row: &FactorRow,
        factor: &Factor,
        wanted: i32,
    ) -> Option<OtherMethod> {
        if factor.year == wanted || self.own.contains_key(&row.key(factor.year)) {
            return None;
        }
        let value = |name: &FactorName, year: i32| {
            let entries = self.published.get(&(year, name.clone()))?;
            let entry = entries.iter().find(|entry| entry.unit == row.unit)?;
            Some(entry.value)
        };
        let alike = self.published.keys().filter(|(year, name)| {
            *year == factor.year
                && group(&name.heading) == group(row.heading)
                && name.route == row.route
                && value(name, *year) == Some(factor.value)
        });
        let mut since: Vec<f64> = alike.filter_map(|(_, name)| value(name, wanted)).collect();
        since.sort_by(f64::total_cmp);
        let (was, is) = (factor.value, *since.get(since.len() / 2)?);
        let (less, more) = (was.min(is), was.max(is));
        (more > less * MOST_TIMES).then_some(OtherMethod {
            year: factor.year,
            was,
            wanted,
            is,
        })
    }
}

/// `Waste disposal` of `Waste disposal/Paper`.
fn group(heading: &str) -> &str {
    heading.split_once('/').map_or(heading, |(group, _)| group)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;
    use crate::factors::{FactorUnit, Factors};

    const MIXED: FactorRow = FactorRow {
        heading: "Waste disposal/Refuse",
        item: "Commercial and industrial waste",
        route: "Closed-loop",
        unit: FactorUnit::Tonne,
    };

    fn standing_in(row: &FactorRow, year: i32) -> Option<(i32, f64)> {
        let set = FactorSet::desnz().unwrap();
        let found = set.find(row, year, Fallback::PreviousYear)?;
        Some((found.year, found.value))
    }

    /// 21.2935659 kg per tonne of 2021 stood for 21.28 in 2022 and 2023; other materials were 6.41 in 2024 and 4.69 in 2025.
    #[test]
    fn mixed_recycling_of_2021_does_not_stand_in_where_recycling_is_a_quarter_of_it() {
        let of_2021 = Some((2021, 21.2935659));
        assert_eq!(standing_in(&MIXED, 2022), of_2021);
        assert_eq!(standing_in(&MIXED, 2023), of_2021);
        assert_eq!(standing_in(&MIXED, 2024), None);
        assert_eq!(standing_in(&MIXED, 2025), None);
        assert_eq!(standing_in(&MIXED, 2026), Some((2026, 4.65358)));
        let set = FactorSet::desnz().unwrap();
        let latest = set.latest(&MIXED, 2025, Fallback::PreviousYear).unwrap();
        let other = set.other_method(&MIXED, &latest, 2025).unwrap();
        assert_eq!((other.year, other.was), (2021, 21.2935659));
        assert_eq!(other.is, 4.68568);
    }

    #[test]
    fn a_kind_that_is_made_as_before_stands_in() {
        let digested = FactorRow {
            route: "Anaerobic digestion",
            ..MIXED
        };
        assert_eq!(standing_in(&digested, 2025), Some((2021, 8.9506977)));
        let oil = FactorRow {
            heading: "Fuels",
            item: "Burning oil",
            route: "",
            unit: FactorUnit::Litre,
        };
        assert_eq!(standing_in(&oil, 2026), Some((2025, 2.54016)));
    }

    #[test]
    fn a_trusts_own_factor_of_an_earlier_year_stands_in_as_stated() {
        let own = "trust,year,level1,item,route_or_fuel,unit,value,source\n\
                   ,2021,Waste disposal/Refuse,Commercial and industrial waste,Closed-loop,tonnes,21,its contractor\n";
        let factors = Factors::with_own(FactorSet::desnz().unwrap(), "own.csv", own).unwrap();
        let found = factors.of("oak").find(&MIXED, 2025, Fallback::PreviousYear);
        assert_eq!(found.unwrap().value, 21.0);
    }
}

//! The targets that a trust has set for itself: read, checked, and in the form that the scoreboard uses.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use events::AcademicYear;
use footprint::{Targets, YearTargets};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::TrustSettings;

/// The academic years a target can be set for, by the calendar year they begin in: the years that figures can exist for.
const YEARS: RangeInclusive<i32> = 2018..=2098;
/// More than any school emits, in tonnes CO2e per pupil and year: a larger value is probably in kilograms.
pub(super) const MOST_TONNES: f64 = 20.0;

/// The targets of one academic year.
#[derive(Debug, Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetSettings {
    /// The highest carbon intensity allowed: tonnes CO2e per pupil and year.
    #[serde(default)]
    pub tco2e_per_pupil: Option<f64>,
    /// The lowest share of each school's waste that is to be recycled: 0.55 is 55%.
    #[serde(default)]
    pub recycling_ratio: Option<f64>,
}

/// Settings by year. The same year written in two ways is refused, because one of the two would be lost silently.
pub(super) fn by_year<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    given: D,
) -> Result<BTreeMap<AcademicYear, T>, D::Error> {
    let mut by_year = BTreeMap::new();
    for (year, setting) in BTreeMap::<String, T>::deserialize(given)? {
        let year: AcademicYear = year.parse().map_err(D::Error::custom)?;
        if by_year.insert(year, setting).is_some() {
            return Err(D::Error::custom(format!("settings of {year} stand twice")));
        }
    }
    Ok(by_year)
}

impl TrustSettings {
    /// Checks that the targets can be compared with figures; the error names the target and what is wrong with it.
    pub(super) fn check_targets(&self) -> Result<(), String> {
        for (year, target) in &self.targets {
            let begins = year.ends_in() - 1;
            if !YEARS.contains(&begins) {
                let (first, last) = YEARS.into_inner();
                let (first, last) = (
                    AcademicYear::beginning(first),
                    AcademicYear::beginning(last),
                );
                return Err(format!(
                    "targets.{year:?} is not a year from {first} to {last}",
                    year = year.to_string()
                ));
            }
            let named = |name| format!("targets.\"{year}\".{name}");
            if let Some(tonnes) = target.tco2e_per_pupil {
                within(&named("tco2e_per_pupil"), tonnes, MOST_TONNES)?;
            }
            if let Some(ratio) = target.recycling_ratio {
                within(&named("recycling_ratio"), ratio, 1.0)?;
            }
        }
        Ok(())
    }

    /// The targets in the form that the scoreboard uses.
    pub fn targets(&self) -> Targets {
        let of_year = |(year, target): (&AcademicYear, &TargetSettings)| {
            let targets = YearTargets {
                tco2e_per_pupil: target.tco2e_per_pupil,
                recycling_ratio: target.recycling_ratio,
            };
            (*year, targets)
        };
        Targets {
            baseline: self.baseline(),
            years: self.targets.iter().map(of_year).collect(),
        }
    }
}

pub(super) fn within(name: &str, value: f64, most: f64) -> Result<(), String> {
    let fits = value.is_finite() && value > 0.0 && value <= most;
    let why = || format!("{name} is {value} and must be more than 0 and at most {most}");
    fits.then_some(()).ok_or_else(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, expected: Result<(), &str>) {
        let read = toml::from_str::<TrustSettings>(toml).map_err(|error| error.to_string());
        let checked = read.and_then(|settings| settings.check_targets());
        match expected {
            Ok(()) => assert_eq!(checked, Ok(()), "{toml}"),
            Err(part) => {
                let why = checked.unwrap_err();
                assert!(why.contains(part), "{toml}: {why}");
            }
        }
    }

    #[test]
    fn years_and_ranges_are_checked_and_the_setting_is_named() {
        check(
            "[targets.\"2025/26\"]\ntco2e_per_pupil = 0.23\nrecycling_ratio = 1.0",
            Ok(()),
        );
        check("[targets.2025-26]", Ok(()));
        check("", Ok(()));
        check(
            "[targets.\"2025/27\"]",
            Err("an academic year is written 2018/19"),
        );
        check(
            "[targets.\"2025/26\"]\n[targets.\"2025-26\"]",
            Err("settings of 2025/26 stand twice"),
        );
        check(
            "[targets.\"1998/99\"]",
            Err("not a year from 2018/19 to 2098/99"),
        );
        check("[targets.\"2025/26\"]\nrecycled = 1", Err("unknown field"));
        let of = |name, value| format!("[targets.\"2025/26\"]\n{name} = {value}");
        let named =
            "targets.\"2025/26\".recycling_ratio is 55 and must be more than 0 and at most 1";
        check(&of("recycling_ratio", "55"), Err(named));
        check(&of("recycling_ratio", "0.0"), Err("more than 0"));
        check(&of("tco2e_per_pupil", "230.0"), Err("at most 20"));
        check(&of("tco2e_per_pupil", "nan"), Err("more than 0"));
    }

    #[test]
    fn a_year_without_targets_has_none_and_a_trust_keeps_its_baseline() {
        let settings: TrustSettings = toml::from_str(
            "baseline_tco2e_per_pupil = 0.3\n[targets.\"2025/26\"]\ntco2e_per_pupil = 0.23",
        )
        .unwrap();
        let targets = settings.targets();
        let set = targets.years[&AcademicYear::beginning(2025)];
        assert_eq!(
            (set.tco2e_per_pupil, set.recycling_ratio),
            (Some(0.23), None)
        );
        assert_eq!(
            (targets.baseline.tco2e_per_pupil, targets.years.len()),
            (0.3, 1)
        );
    }
}

//! The baseline of a trust's carbon intensity: read and checked.

use footprint::factors::FactorSet;
use footprint::{Baseline, BaselineBasis, BaselineScope, BaselineYear};
use serde::Deserialize;

use super::TrustSettings;
use super::targets::{MOST_TONNES, within};

/// KPI 7 of the trust's plan: carbon intensity falls from 0.24 tCO2e per pupil. The plan does not state how that was
/// calculated.
const PLAN_TCO2E_PER_PUPIL: f64 = 0.24;

/// A baseline that states how it was made. Every field is required, because figures must be recalculated on the same basis.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaselineSettings {
    /// Tonnes CO2e per pupil and year.
    pub tco2e_per_pupil: f64,
    /// The year of the baseline, as published: `2024/25`, or the calendar year `2024`.
    pub year: BaselineYear,
    /// The scopes it counts.
    pub scope: BaselineScope,
    /// The year of the UK Government's conversion factors that priced it.
    pub factor_year: i32,
}

impl TrustSettings {
    /// The baseline of the trust's carbon intensity.
    pub fn baseline(&self) -> Baseline {
        let alone = self.baseline_tco2e_per_pupil;
        let stated = self.baseline.as_ref().map(|baseline| Baseline {
            tco2e_per_pupil: baseline.tco2e_per_pupil,
            basis: Some(BaselineBasis {
                year: baseline.year,
                scope: baseline.scope,
                factor_year: baseline.factor_year,
            }),
        });
        stated.unwrap_or_else(|| alone.unwrap_or(PLAN_TCO2E_PER_PUPIL).into())
    }

    /// Checks that figures can be compared with the baseline; the error names the setting and what is wrong with it.
    pub(super) fn check_baseline(&self) -> Result<(), String> {
        if let Some(tonnes) = self.baseline_tco2e_per_pupil {
            within("baseline_tco2e_per_pupil", tonnes, MOST_TONNES)?;
        }
        let Some(baseline) = &self.baseline else {
            return Ok(());
        };
        if self.baseline_tco2e_per_pupil.is_some() {
            return Err(
                "baseline and baseline_tco2e_per_pupil both stand: leave the second out, the first has its value as \
                 baseline.tco2e_per_pupil"
                    .to_owned(),
            );
        }
        within(
            "baseline.tco2e_per_pupil",
            baseline.tco2e_per_pupil,
            MOST_TONNES,
        )?;
        let years = FactorSet::desnz()
            .map_err(|error| error.to_string())?
            .years();
        let (first, last) = (years.first().copied(), years.last().copied());
        if !years.contains(&baseline.factor_year) {
            return Err(format!(
                "baseline.factor_year is {}, and there are factors of {} to {}; where the baseline was priced with others, set \
                 baseline_tco2e_per_pupil alone",
                baseline.factor_year,
                first.unwrap_or_default(),
                last.unwrap_or_default()
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(toml: &str, expected: Result<&str, &str>) {
        let read = toml::from_str::<TrustSettings>(toml).map_err(|error| error.to_string());
        let checked = read.and_then(|settings| {
            settings.check_baseline()?;
            Ok(settings.baseline().to_string())
        });
        match expected {
            Ok(shown) => assert_eq!(checked.as_deref(), Ok(shown), "{toml}"),
            Err(part) => {
                let why = checked.unwrap_err();
                assert!(why.contains(part), "{toml}: {why}");
            }
        }
    }

    fn stated(year: &str, scope: &str, factor_year: i32) -> String {
        format!(
            "[baseline]\ntco2e_per_pupil = 0.3\nyear = {year:?}\nscope = {scope:?}\nfactor_year = {factor_year}"
        )
    }

    #[test]
    fn a_baseline_states_all_of_how_it_was_made_or_nothing() {
        check(
            &stated("2023/24", "statutory-gross", 2024),
            Ok("0.3 tCO2e per pupil (2023/24, statutory gross, 2024 factors)"),
        );
        check(
            &stated("2024", "scopes-1-and-2", 2024),
            Ok("0.3 tCO2e per pupil (2024, scopes 1 and 2, 2024 factors)"),
        );
        let not_stated = |tonnes| {
            format!("{tonnes} tCO2e per pupil (its year, scope and factors are not stated)")
        };
        check("", Ok(&not_stated(0.24)));
        check("baseline_tco2e_per_pupil = 0.3", Ok(&not_stated(0.3)));
        check(
            "[baseline]\ntco2e_per_pupil = 0.3\nfactor_year = 2024",
            Err("missing field"),
        );
        check(
            &format!(
                "baseline_tco2e_per_pupil = 0.3\n{}",
                stated("2024", "statutory-gross", 2024)
            ),
            Err("both stand"),
        );
    }

    #[test]
    fn what_cannot_be_a_baseline_is_refused_and_the_setting_named() {
        check(
            "baseline_tco2e_per_pupil = -0.24",
            Err("baseline_tco2e_per_pupil is -0.24"),
        );
        check(
            &stated("24/25", "statutory-gross", 2024),
            Err("an academic year such as 2024/25"),
        );
        check(
            &stated("2024/25", "everything", 2024),
            Err("unknown variant"),
        );
        check(
            &stated("2024/25", "statutory-gross", 2017),
            Err("baseline.factor_year is 2017, and there are factors of 2018 to 2026"),
        );
        let kilograms = stated("2024/25", "statutory-gross", 2025).replace("0.3", "240.0");
        check(&kilograms, Err("baseline.tco2e_per_pupil is 240"));
    }
}

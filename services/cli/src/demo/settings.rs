//! Publish's settings for the made-up trust: as a value, and as text for the configuration file that other commands read.

use events::AcademicYear;
use footprint::{BaselineScope, BaselineYear};
use publish::{BaselineSettings, TargetSettings, TrustSettings};

use super::trust::TRUST_ID;

/// The trust's targets: the year, the highest tonnes CO2e per pupil, and the lowest share to be recycled.
const TARGETS: [(i32, f64, f64); 3] = [(2025, 0.235, 0.45), (2026, 0.225, 0.5), (2027, 0.21, 0.55)];

/// The baseline of its carbon intensity: for 2024/25, the year that ends in 2025, at the factors of that year.
const BASELINE_TCO2E_PER_PUPIL: f64 = 0.24;
const BASELINE_BEGINS: i32 = 2024;

/// The trust's settings.
pub(super) fn settings() -> TrustSettings {
    let of_year = |(begins, tonnes, ratio)| {
        let set = TargetSettings {
            tco2e_per_pupil: Some(tonnes),
            recycling_ratio: Some(ratio),
        };
        (AcademicYear::beginning(begins), set)
    };
    let year = AcademicYear::beginning(BASELINE_BEGINS);
    TrustSettings {
        baseline: Some(BaselineSettings {
            tco2e_per_pupil: BASELINE_TCO2E_PER_PUPIL,
            year: BaselineYear::Academic(year),
            scope: BaselineScope::StatutoryGross,
            factor_year: year.ends_in(),
        }),
        targets: TARGETS.map(of_year).into(),
        ..TrustSettings::default()
    }
}

/// The same settings in a configuration file.
pub(super) fn as_toml() -> String {
    let of_year = |(begins, tonnes, ratio): (i32, f64, f64)| {
        let year = AcademicYear::beginning(begins);
        format!(
            "\n[trusts.{TRUST_ID}.targets.\"{year}\"]\n\
             tco2e_per_pupil = {tonnes:?}\nrecycling_ratio = {ratio:?}\n"
        )
    };
    let year = AcademicYear::beginning(BASELINE_BEGINS);
    let baseline = format!(
        "\n[trusts.{TRUST_ID}.baseline]\n\
         tco2e_per_pupil = {BASELINE_TCO2E_PER_PUPIL:?}\nyear = \"{year}\"\nscope = \"statutory-gross\"\n\
         factor_year = {}\n",
        year.ends_in()
    );
    baseline + &TARGETS.map(of_year).concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

    use super::*;
    use crate::up::UpConfig;

    #[test]
    fn other_commands_read_the_settings_of_the_demo() {
        let file = format!("greenledger-demo-settings-{}.toml", std::process::id());
        let file = std::env::temp_dir().join(file);
        std::fs::write(&file, format!("data_dir = \"x\"\n{}", as_toml())).unwrap();
        let read: UpConfig = chassis::read_config(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert_eq!(read.trusts.get(TRUST_ID), Some(&settings()));
        read.publish(&bus::Bus::kafka("")).check().unwrap();
    }
}

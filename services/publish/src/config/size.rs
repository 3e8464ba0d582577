//! A trust's size, from its accounts.

use super::TrustSettings;

impl TrustSettings {
    /// Checks that the sizes are possible; the error names the setting and what is wrong with it.
    pub(super) fn check_sizes(&self) -> Result<(), String> {
        for (year, size) in &self.size {
            let parts = [
                ("turnover_gbp", size.turnover_gbp),
                ("balance_sheet_gbp", size.balance_sheet_gbp),
                ("employees", size.employees),
            ];
            let wrong = parts
                .into_iter()
                .find_map(|(name, value)| Some((name, value.filter(|value| *value < 0)?)));
            if let Some((name, value)) = wrong {
                return Err(format!(
                    "size.\"{year}\".{name} is {value} and must be 0 or more"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use events::AcademicYear;
    use footprint::size::CompanySize;

    use super::*;

    #[test]
    fn a_size_below_nothing_is_refused_and_named() {
        let size = |employees| CompanySize {
            employees,
            ..CompanySize::default()
        };
        let mut settings = TrustSettings::default();
        settings
            .size
            .insert(AcademicYear::beginning(2025), size(Some(0)));
        assert_eq!(settings.check_sizes(), Ok(()));
        settings
            .size
            .insert(AcademicYear::beginning(2026), size(Some(-5)));
        let error = settings.check_sizes().unwrap_err();
        assert!(
            error.contains("size.\"2026/27\".employees is -5"),
            "{error}"
        );
    }
}

//! The series that are written: their names, labels and meaning.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value by the time it is about, in milliseconds since 1970.
pub(crate) type Values = BTreeMap<i64, f64>;

/// What the receiver is to have.
pub(crate) type Wanted = BTreeMap<Series, Values>;

/// What a series measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Metric {
    /// Energy of a meter in a half-hour. Also written as power.
    HalfHour,
    /// Energy of a school in a day.
    DayEnergy,
    /// Carbon of that energy.
    DayCarbon,
    /// A school's intensity in a month.
    SchoolMonth,
    /// The same a year before.
    SchoolMonthLastYear,
    /// A school's intensity over twelve months.
    SchoolTrailing,
    /// The same a year before.
    SchoolTrailingLastYear,
    /// A trust's intensity in a month.
    TrustMonth,
    /// The same a year before.
    TrustMonthLastYear,
    /// A trust's intensity over twelve months.
    TrustTrailing,
    /// The same a year before.
    TrustTrailingLastYear,
    /// The trust's target for its intensity in the academic year.
    Target,
    /// The baseline of the trust's intensity.
    Baseline,
    /// Marks a value that was withdrawn.
    Withdrawn,
}

/// A name under which a metric is written, and by what its values are multiplied.
pub(crate) struct Written {
    pub name: &'static str,
    pub unit: &'static str,
    pub help: &'static str,
    pub times: f64,
}

/// A series, without the label `correction`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Series {
    pub metric: Metric,
    pub labels: BTreeMap<String, String>,
}

/// The label of withdrawn values that names what they are values of.
const OF: &str = "metric";

impl Series {
    pub(crate) fn new<const N: usize>(metric: Metric, labels: [(&str, String); N]) -> Self {
        let labels = labels.map(|(name, value)| (name.to_owned(), value));
        Series {
            metric,
            labels: labels.into(),
        }
    }

    /// The series that marks which values of this one were withdrawn.
    pub(crate) fn withdrawn(&self) -> Series {
        let mut labels = self.labels.clone();
        let written = self.metric.written();
        labels.insert(
            OF.to_owned(),
            written.first().map_or("", |first| first.name).to_owned(),
        );
        Series {
            metric: Metric::Withdrawn,
            labels,
        }
    }
}

macro_rules! written {
    ($name:literal, $unit:literal, $help:literal) => {
        written!($name, $unit, $help, 1.0)
    };
    ($name:literal, $unit:literal, $help:literal, $times:literal) => {
        Written {
            name: concat!("greenledger_history_", $name),
            unit: $unit,
            help: $help,
            times: $times,
        }
    };
}

/// Power is energy per half an hour.
const HALF_HOUR: &[Written] = &[
    written!(
        "half_hour_kilowatt_hours",
        "kilowatt_hours",
        "Energy that a meter measured in the half-hour that begins then; gas in cubic metres is converted."
    ),
    written!(
        "half_hour_kilowatts",
        "kilowatts",
        "Mean power of a meter in the half-hour that begins then.",
        2.0
    ),
];

impl Metric {
    /// The names under which it is written.
    pub(crate) fn written(self) -> &'static [Written] {
        match self {
            Metric::HalfHour => HALF_HOUR,
            Metric::DayEnergy => &[written!(
                "day_kilowatt_hours",
                "kilowatt_hours",
                "Energy of a school in a local day, by use."
            )],
            Metric::DayCarbon => &[written!(
                "day_kilograms_co2e",
                "kilograms",
                "Carbon of a school's energy in a local day, by use, at the factors of its academic year or of the baseline."
            )],
            Metric::SchoolMonth => &[written!(
                "school_month_kilograms_co2e_per_pupil",
                "kilograms",
                "Statutory gross emissions of a school in a month per pupil, at the factors of its academic year or of the baseline."
            )],
            Metric::SchoolMonthLastYear => &[written!(
                "school_month_last_year_kilograms_co2e_per_pupil",
                "kilograms",
                "The same twelve months before."
            )],
            Metric::SchoolTrailing => &[written!(
                "school_trailing_12_months_kilograms_co2e_per_pupil",
                "kilograms",
                "Carbon intensity of a school over the twelve months that end with this one, each at its own year's factors or all at the baseline's."
            )],
            Metric::SchoolTrailingLastYear => &[written!(
                "school_trailing_12_months_last_year_kilograms_co2e_per_pupil",
                "kilograms",
                "The same twelve months before."
            )],
            Metric::TrustMonth => &[written!(
                "trust_month_kilograms_co2e_per_pupil",
                "kilograms",
                "Statutory gross emissions of a trust in a month per pupil, at the factors of its academic year or of the baseline."
            )],
            Metric::TrustMonthLastYear => &[written!(
                "trust_month_last_year_kilograms_co2e_per_pupil",
                "kilograms",
                "The same twelve months before."
            )],
            Metric::TrustTrailing => &[written!(
                "trust_trailing_12_months_kilograms_co2e_per_pupil",
                "kilograms",
                "Carbon intensity of a trust over the twelve months that end with this one, each at its own year's factors or all at the baseline's."
            )],
            Metric::TrustTrailingLastYear => &[written!(
                "trust_trailing_12_months_last_year_kilograms_co2e_per_pupil",
                "kilograms",
                "The same twelve months before."
            )],
            Metric::Target => &[written!(
                "trust_target_kilograms_co2e_per_pupil",
                "kilograms",
                "The trust's target for its carbon intensity over a year, in the academic year of the month."
            )],
            Metric::Baseline => &[written!(
                "trust_baseline_kilograms_co2e_per_pupil",
                "kilograms",
                "The baseline of the trust's carbon intensity over a year."
            )],
            Metric::Withdrawn => &[written!(
                "withdrawn",
                "",
                "1 where a value of the series named by `metric` was withdrawn, and its sum of 0 is no measurement."
            )],
        }
    }

    /// Every metric, in the order of the documentation.
    #[cfg(test)]
    pub(crate) const ALL: [Metric; 14] = [
        Metric::HalfHour,
        Metric::DayEnergy,
        Metric::DayCarbon,
        Metric::SchoolMonth,
        Metric::SchoolMonthLastYear,
        Metric::SchoolTrailing,
        Metric::SchoolTrailingLastYear,
        Metric::TrustMonth,
        Metric::TrustMonthLastYear,
        Metric::TrustTrailing,
        Metric::TrustTrailingLastYear,
        Metric::Target,
        Metric::Baseline,
        Metric::Withdrawn,
    ];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_series_that_is_written_is_described_in_the_documents() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/history.md");
        let page = std::fs::read_to_string(page).unwrap();
        for written in Metric::ALL.iter().flat_map(|metric| metric.written()) {
            assert!(
                page.contains(written.name),
                "{} is not in docs/history.md",
                written.name
            );
        }
    }
}

//! A trust's carbon intensities by month and over twelve months, with its targets and the values of the year before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate};
use events::{AcademicYear, Roll, Urn};
use footprint::{Footprint, Period};
use serde::{Deserialize, Serialize};

use super::series::{Metric, Series, Values, Wanted};
use crate::config::Config;
use crate::footprint_store::FootprintStore;

/// The statutory emissions of a school in a month that is over, in kilograms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Amount {
    pub trust: String,
    pub urn: Urn,
    /// The first day of the month.
    pub month: NaiveDate,
    /// On how many days of it the school was a member.
    pub member_days: i64,
    /// At the factors of the academic year.
    pub reported: Option<f64>,
    /// At the factors of the calendar year.
    pub own_year: Option<f64>,
    /// At the factors of the baseline.
    pub constant: Option<f64>,
}

/// Which factors an intensity is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Factors {
    Reported,
    Baseline,
}

impl Factors {
    const ALL: [Factors; 2] = [Factors::Reported, Factors::Baseline];

    fn label(self) -> &'static str {
        match self {
            Factors::Reported => "reported",
            Factors::Baseline => "baseline",
        }
    }
}

/// Kilograms over pupils.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Ratio {
    kilograms: f64,
    pupils: f64,
}

/// What a school adds to its trust.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Known(Ratio),
    /// It was no member, or has no pupil count: the trust's figures leave it out as well.
    Outside,
    /// It was a member, and there are no figures of it.
    Missing,
}

impl Ratio {
    fn value(self) -> Option<f64> {
        (self.pupils > 0.0).then(|| self.kilograms / self.pupils)
    }
}

/// The milliseconds since 1970 at which a day begins in UTC: days and months are stamped with it, so that they fall on their
/// date in Britain all year round.
pub(super) fn stamp(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN)
        .and_utc()
        .timestamp_millis()
}

/// The intensities of a trust, from the emissions of its schools and months.
pub(crate) fn wanted(
    trust: &str,
    amounts: &[&Amount],
    footprint_store: &FootprintStore,
    config: &Config,
) -> Wanted {
    let Some(of_trust) = OfTrust::new(trust, amounts, footprint_store, config) else {
        return Wanted::new();
    };
    let mut wanted = Wanted::new();
    for factors in Factors::ALL {
        of_trust.of_schools(factors, &mut wanted);
        of_trust.of_all(factors, &mut wanted);
    }
    of_trust.targets(config, &mut wanted);
    wanted
}

struct OfTrust<'a> {
    trust: &'a str,
    amounts: BTreeMap<(Urn, NaiveDate), &'a Amount>,
    schools: BTreeSet<Urn>,
    /// The footprints of academic years.
    years: BTreeMap<(Urn, AcademicYear), Arc<Footprint>>,
    /// The academic years in which the trust as a whole has enough data.
    enough: BTreeSet<AcademicYear>,
    /// Every month from the first with emissions to the last.
    months: Vec<NaiveDate>,
}

impl<'a> OfTrust<'a> {
    fn new(
        trust: &'a str,
        amounts: &[&'a Amount],
        footprint_store: &FootprintStore,
        config: &Config,
    ) -> Option<Self> {
        let by_month = amounts
            .iter()
            .map(|amount| ((amount.urn, amount.month), *amount));
        let amounts: BTreeMap<_, _> = by_month.collect();
        let first = amounts.keys().map(|(_, month)| *month).min()?;
        let last = amounts.keys().map(|(_, month)| *month).max()?;
        let mut years = BTreeMap::new();
        for footprint in footprint_store.of_trust(trust) {
            if let Period::AcademicYear { year, .. } = footprint.period {
                years.insert((footprint.urn, year), footprint.clone());
            }
        }
        let all: BTreeSet<AcademicYear> = years.keys().map(|(_, year)| *year).collect();
        let is_enough = |year: &AcademicYear| {
            let view = footprint_store.view(trust, &year.path(), config.targets(trust));
            view.is_some_and(|view| view.sufficiency.is_enough())
        };
        Some(OfTrust {
            trust,
            schools: amounts.keys().map(|(urn, _)| *urn).collect(),
            amounts,
            years,
            enough: all.into_iter().filter(is_enough).collect(),
            months: std::iter::successors(Some(first), |month| next(*month))
                .take_while(|month| *month <= last)
                .collect(),
        })
    }

    fn of_schools(&self, factors: Factors, wanted: &mut Wanted) {
        for urn in &self.schools {
            let value = |part: Part, years: &[AcademicYear]| match part {
                Part::Known(ratio) if self.is_enough(*urn, years) => ratio.value(),
                _ => None,
            };
            let month = |month: NaiveDate| {
                value(self.month(*urn, month, factors), &[AcademicYear::of(month)])
            };
            let trailing = |month: NaiveDate| {
                value(
                    self.trailing(*urn, month, factors),
                    &self.years_of(*urn, month),
                )
            };
            let labels = || {
                [
                    ("trust", self.trust.to_owned()),
                    ("urn", urn.to_string()),
                    ("factors", factors.label().to_owned()),
                ]
            };
            let series = |metric| Series::new(metric, labels());
            self.both(
                [Metric::SchoolMonth, Metric::SchoolMonthLastYear].map(series),
                month,
                wanted,
            );
            self.both(
                [Metric::SchoolTrailing, Metric::SchoolTrailingLastYear].map(series),
                trailing,
                wanted,
            );
        }
    }

    fn of_all(&self, factors: Factors, wanted: &mut Wanted) {
        let month = |month: NaiveDate| {
            let is_enough = self.enough.contains(&AcademicYear::of(month));
            let sum = self.sum(|urn| self.month(urn, month, factors));
            sum.filter(|_| is_enough)?.value()
        };
        let trailing = |month: NaiveDate| {
            let mut years = twelve(month).into_iter().map(AcademicYear::of);
            let is_enough = years.all(|year| self.enough.contains(&year));
            let sum = self.sum(|urn| self.trailing(urn, month, factors));
            sum.filter(|_| is_enough)?.value()
        };
        let labels = || {
            [
                ("trust", self.trust.to_owned()),
                ("factors", factors.label().to_owned()),
            ]
        };
        let series = |metric| Series::new(metric, labels());
        self.both(
            [Metric::TrustMonth, Metric::TrustMonthLastYear].map(series),
            month,
            wanted,
        );
        self.both(
            [Metric::TrustTrailing, Metric::TrustTrailingLastYear].map(series),
            trailing,
            wanted,
        );
    }

    /// Adds a series, and the one with its values of twelve months before.
    fn both(
        &self,
        [series, last_year]: [Series; 2],
        value: impl Fn(NaiveDate) -> Option<f64>,
        wanted: &mut Wanted,
    ) {
        let at = |month: &NaiveDate| Some((stamp(*month), value(*month)?));
        let values: Values = self.months.iter().filter_map(at).collect();
        let year_before = |month: &NaiveDate| {
            let before = month.checked_sub_months(Months::new(12))?;
            Some((stamp(*month), *values.get(&stamp(before))?))
        };
        let before: Values = self.months.iter().filter_map(year_before).collect();
        for (series, values) in [(series, values), (last_year, before)] {
            if !values.is_empty() {
                wanted.insert(series, values);
            }
        }
    }

    fn targets(&self, config: &Config, wanted: &mut Wanted) {
        let targets = config.targets(self.trust);
        let kilograms = |month: &NaiveDate| {
            let year = targets.years.get(&AcademicYear::of(*month))?;
            Some((stamp(*month), year.tco2e_per_pupil? * 1000.0))
        };
        let set: Values = self.months.iter().filter_map(kilograms).collect();
        let baseline = targets.baseline.tco2e_per_pupil * 1000.0;
        let baselines: Values = self
            .months
            .iter()
            .map(|month| (stamp(*month), baseline))
            .collect();
        for (metric, values) in [(Metric::Target, set), (Metric::Baseline, baselines)] {
            if !values.is_empty() {
                let labels = [("trust", self.trust.to_owned())];
                wanted.insert(Series::new(metric, labels), values);
            }
        }
    }

    /// The sum over the schools; none if one of them has no figures.
    fn sum(&self, part: impl Fn(Urn) -> Part) -> Option<Ratio> {
        let mut sum = Ratio::default();
        for urn in &self.schools {
            match part(*urn) {
                Part::Known(ratio) => {
                    sum.kilograms += ratio.kilograms;
                    sum.pupils += ratio.pupils;
                }
                Part::Outside => {}
                Part::Missing => return None,
            }
        }
        Some(sum)
    }

    fn is_enough(&self, urn: Urn, years: &[AcademicYear]) -> bool {
        let of = |year: &AcademicYear| self.years.get(&(urn, *year));
        years
            .iter()
            .all(|year| of(year).is_some_and(|one| one.sufficiency.is_enough()))
    }

    fn month(&self, urn: Urn, month: NaiveDate, factors: Factors) -> Part {
        let roll = self
            .years
            .get(&(urn, AcademicYear::of(month)))
            .and_then(|year| year.roll.as_ref());
        let kilograms = |amount: &Amount| match factors {
            Factors::Reported => amount.reported,
            Factors::Baseline => amount.constant,
        };
        self.part(urn, &[month], roll, kilograms)
    }

    /// The twelve months that end with this one, as a trailing footprint of the day after has them: each at its own calendar
    /// year's factors.
    fn trailing(&self, urn: Urn, month: NaiveDate, factors: Factors) -> Part {
        let kilograms = |amount: &Amount| match factors {
            Factors::Reported => amount.own_year,
            Factors::Baseline => amount.constant,
        };
        self.part(urn, &twelve(month), self.roll(urn, month), kilograms)
    }

    fn part(
        &self,
        urn: Urn,
        months: &[NaiveDate],
        roll: Option<&Roll>,
        kilograms: impl Fn(&Amount) -> Option<f64>,
    ) -> Part {
        let (mut sum, mut member_days, mut all_days) = (0.0, 0, 0);
        for month in months {
            all_days += days_of(*month);
            match self.amounts.get(&(urn, *month)) {
                Some(amount) => {
                    let Some(kilograms) = kilograms(amount) else {
                        return Part::Missing;
                    };
                    sum += kilograms;
                    member_days += amount.member_days;
                }
                None if self.was_member(urn, *month) => return Part::Missing,
                None => {}
            }
        }
        let Some(roll) = roll.filter(|roll| roll.pupils > 0 && member_days > 0) else {
            return Part::Outside;
        };
        Part::Known(Ratio {
            kilograms: sum,
            pupils: f64::from(roll.pupils) * member_days as f64 / all_days as f64,
        })
    }

    /// Whether the school belonged to the trust in a month, as far as its footprints tell.
    fn was_member(&self, urn: Urn, month: NaiveDate) -> bool {
        let of_school = self.years.range((urn, AcademicYear::beginning(0))..);
        let mut of_school = of_school.take_while(|((other, _), _)| *other == urn);
        let ends = month + Days::new(days_of(month) as u64 - 1);
        of_school.any(|(_, year)| year.joined <= ends && month <= year.member.to)
    }

    /// The academic years of the twelve months in which the school was a member.
    fn years_of(&self, urn: Urn, month: NaiveDate) -> Vec<AcademicYear> {
        let mut years: Vec<AcademicYear> = twelve(month)
            .into_iter()
            .filter(|month| self.was_member(urn, *month))
            .map(AcademicYear::of)
            .collect();
        years.dedup();
        years
    }

    /// The count that a trailing footprint of the twelve months has: the last census within them, else the last before.
    fn roll(&self, urn: Urn, month: NaiveDate) -> Option<&Roll> {
        let months = twelve(month);
        let (first, last) = (*months.first()?, next(month)?);
        let rolls = || {
            let years = [AcademicYear::of(first), AcademicYear::of(month)];
            let of_years = years
                .into_iter()
                .filter_map(|year| self.years.get(&(urn, year)));
            let rolls = of_years.filter_map(|year| year.roll.as_ref());
            rolls.filter(|roll| roll.census_date < last)
        };
        let newest = |roll: &&Roll| roll.census_date;
        let within = rolls().filter(|roll| roll.census_date >= first);
        within
            .max_by_key(newest)
            .or_else(|| rolls().max_by_key(newest))
    }
}

fn next(month: NaiveDate) -> Option<NaiveDate> {
    month.checked_add_months(Months::new(1))
}

fn days_of(month: NaiveDate) -> i64 {
    next(month).map_or(0, |next| (next - month).num_days())
}

/// The twelve months that end with this one, in order.
fn twelve(month: NaiveDate) -> Vec<NaiveDate> {
    debug_assert_eq!(month.day(), 1);
    let before = |count| month.checked_sub_months(Months::new(count));
    (0..12).rev().filter_map(before).collect()
}

#[cfg(test)]
mod tests;

//! Schools added up to a trust: in integers, so a trust is exactly the sum of its schools.

pub(crate) mod disclosures;
mod lines;
mod totals;
mod waste;

use std::sync::Arc;

use events::TrustRef;
use footprint::change::Changes;
use footprint::{
    AtBaseline, Baseline, Days, Footprint, Period, Scoreboard, Targets, TrustFigures,
    TrustSufficiency,
};

pub use lines::{EnergyUse, LineKey, LineTotal};
pub use totals::Totals;

/// One trust over one period: its schools, and their sum.
#[derive(Debug, Clone, PartialEq)]
pub struct TrustView {
    /// The trust.
    pub trust: TrustRef,
    /// The period; if the periods of schools end on different days, the newest.
    pub period: Period,
    /// The baseline of the intensity, and the trust's own targets by academic year.
    pub targets: Targets,
    /// The schools, in the order of their URNs.
    pub schools: Vec<Arc<Footprint>>,
    /// Their sum.
    pub totals: Totals,
    /// Whether there is enough data for a claim, and what is missing.
    pub sufficiency: TrustSufficiency,
    /// What changed since the academic year before; none if there is none, or if the period is not a whole year.
    pub change: Option<Changes>,
    /// Whether it may lack schools of the trust, because its reader sees single schools: then no figure here is the trust's.
    pub of_single_schools: bool,
}

impl TrustView {
    /// The sum of schools that share a trust and a period, to be compared with `targets` (or a baseline alone); none if
    /// there are no schools.
    pub fn of(mut schools: Vec<Arc<Footprint>>, targets: impl Into<Targets>) -> Option<Self> {
        let targets = targets.into();
        schools.sort_by_key(|school| school.urn);
        let newest = schools.iter().max_by_key(|school| school.period.as_of())?;
        let (trust, period) = (newest.trust.clone(), newest.period);
        let mut totals = Totals::of(schools.iter().map(AsRef::as_ref));
        let behind = schools
            .iter()
            .filter(|school| school.period.as_of() < period.as_of())
            .count();
        if behind > 0 {
            let until = passed(period).to;
            totals.incomplete.push(format!(
                "{behind} of {} schools are not counted up to {} yet",
                schools.len(),
                until.format("%-d %B %Y")
            ));
        }
        Some(TrustView {
            trust,
            period,
            targets,
            sufficiency: TrustSufficiency::of(schools.iter().map(AsRef::as_ref)),
            schools,
            totals,
            change: None,
            of_single_schools: false,
        })
    }

    /// Tonnes CO2e per pupil over the schools whose pupils and emissions are known, to be shown as the trust's figure and
    /// compared with others: none unless there is enough data.
    pub fn tonnes_per_pupil(&self) -> Option<f64> {
        let known = self.totals.known_tonnes_per_pupil();
        known.filter(|_| self.sufficiency.is_enough())
    }

    /// The same over the data that has arrived, if that is not enough data: to be shown small and compared with nothing.
    pub fn partial_tonnes_per_pupil(&self) -> Option<f64> {
        let known = self.totals.known_tonnes_per_pupil();
        known.filter(|_| !self.sufficiency.is_enough())
    }

    /// Whether nothing is known to be missing from the statutory figures, and enough data has arrived.
    pub fn is_complete(&self) -> bool {
        self.totals.incomplete.is_empty() && self.sufficiency.is_enough()
    }

    /// Why the statutory figures are not complete, a sentence without its full stop each; empty when they are.
    pub fn incomplete(&self) -> Vec<String> {
        let lacks = self.totals.incomplete.iter().cloned();
        self.sufficiency.reason().into_iter().chain(lacks).collect()
    }

    /// The targets of the plan, each met, not met or not evidenced.
    pub fn scoreboard(&self) -> Scoreboard {
        let schools: Vec<&Footprint> = self.schools.iter().map(AsRef::as_ref).collect();
        let figures = TrustFigures {
            period: self.period,
            schools: &schools,
            known_tonnes_per_pupil: self.totals.known_tonnes_per_pupil(),
            sufficiency: &self.sufficiency,
            pupils: self.totals.in_ratio.pupils(),
            incomplete: &self.totals.incomplete,
        };
        footprint::score(&figures, &self.targets)
    }

    /// The baseline of the intensity.
    pub fn baseline(&self) -> &Baseline {
        &self.targets.baseline
    }

    /// The intensity at the factors of the baseline, over the data that has arrived.
    pub fn at_baseline(&self) -> AtBaseline {
        let schools = self.schools.iter().map(AsRef::as_ref);
        self.baseline().intensity_of(schools)
    }

    /// Tonnes CO2e per pupil at the factors of the baseline, to be shown beside the reported figure: none if there is no
    /// reported figure, or if not all of it can be calculated at those factors.
    pub fn tonnes_per_pupil_at_baseline(&self) -> Option<f64> {
        self.tonnes_per_pupil()?;
        self.at_baseline().tonnes_per_pupil()
    }

    /// The same for one of the trust's schools.
    pub fn tonnes_per_pupil_at_baseline_of(&self, school: &Footprint) -> Option<f64> {
        school.tonnes_per_pupil()?;
        self.baseline().intensity_of([school]).tonnes_per_pupil()
    }

    /// How far the intensity is from the baseline, as a share of it: -0.11 is 11% below. None for a part-year, which
    /// cannot be compared with a year.
    pub fn against_baseline(&self) -> Option<f64> {
        self.against(self.tonnes_per_pupil())
    }

    /// The same comparison at the factors of the baseline.
    pub fn against_baseline_at_its_factors(&self) -> Option<f64> {
        self.against(self.tonnes_per_pupil_at_baseline())
    }

    fn against(&self, intensity: Option<f64>) -> Option<f64> {
        let baseline = self.baseline().tco2e_per_pupil;
        let comparable = is_a_year(self.period) && baseline > 0.0;
        Some(intensity.filter(|_| comparable)? / baseline - 1.0)
    }
}

/// Whether a period has a year's days, all passed.
pub(crate) fn is_a_year(period: Period) -> bool {
    period.is_whole() && period.days().count() >= 365
}

/// The days of a period that have passed.
pub(crate) fn passed(period: Period) -> Days {
    let days = period.days();
    let yesterday = period.as_of().pred_opt().unwrap_or(days.to);
    Days {
        from: days.from,
        to: days.to.min(yesterday),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn a_trust_is_exactly_the_sum_of_its_schools() {
        let view = fixtures::view();
        let gross: i64 = view.schools.iter().map(|school| school.gross.0).sum();
        let lines: i64 = view
            .schools
            .iter()
            .flat_map(|school| &school.lines)
            .filter_map(|line| Some(line.price.as_ref()?.co2e.0))
            .sum();
        let rolled: i64 = view.totals.lines.values().map(|line| line.co2e.0).sum();
        let waste: i64 = view.schools.iter().map(|school| school.waste.total.0).sum();
        assert_eq!(view.totals.gross.0, gross);
        assert_eq!(rolled, lines);
        assert_eq!(view.totals.waste.total.0, waste);
        assert_eq!(
            view.totals.coverage.expected,
            view.schools
                .iter()
                .map(|s| s.coverage.expected)
                .sum::<i64>()
        );
        assert!(view.schools.len() == fixtures::SCHOOLS && gross > 0 && waste > 0);
    }

    #[test]
    fn a_school_without_pupils_leaves_the_ratio_and_is_reported() {
        let (mut with, mut without) = (fixtures::school(0), fixtures::school(1));
        with.lacks.clear();
        without.lacks.clear();
        without.roll = None;
        let alone = with.tonnes_per_pupil();
        let view = TrustView::of(vec![Arc::new(with), Arc::new(without)], 0.24).unwrap();
        assert_eq!(view.tonnes_per_pupil(), alone);
        assert_eq!(
            view.totals.incomplete,
            ["1 of 2 schools has no pupil count and is not in the ratio"]
        );
    }

    #[test]
    fn what_is_not_priced_is_not_zero() {
        let mut school = fixtures::school(0);
        school.lines.iter_mut().for_each(|line| line.price = None);
        school.gross.0 = 0;
        assert_eq!(school.tonnes_per_pupil(), None);
        let view =
            TrustView::of(vec![Arc::new(school), Arc::new(fixtures::school(1))], 0.24).unwrap();
        assert_eq!(
            view.tonnes_per_pupil(),
            fixtures::school(1).tonnes_per_pupil()
        );
        let expected = "1 of 2 schools has no priced emissions and is not in the ratio";
        assert!(
            view.totals
                .incomplete
                .iter()
                .any(|reason| reason == expected)
        );
    }

    #[test]
    fn without_enough_data_nothing_is_stated_compared_or_complete() {
        let mut gasless = fixtures::gasless();
        gasless.lacks.clear();
        let known = gasless.known_tonnes_per_pupil();
        assert_eq!(gasless.tonnes_per_pupil(), None);
        assert_eq!(gasless.partial_tonnes_per_pupil(), known);
        assert!(known.is_some() && !gasless.is_complete());
        let view = TrustView::of(vec![Arc::new(gasless)], 0.24).unwrap();
        assert_eq!(view.tonnes_per_pupil(), None);
        assert_eq!(view.partial_tonnes_per_pupil(), known);
        assert_eq!(view.against_baseline(), None);
        assert!(!view.is_complete());
        let row = |table: crate::Table| serde_json::to_value(&table.json_rows()[0]).unwrap();
        for row in [
            row(crate::schools(&view)),
            row(crate::tables::trusts(&view)),
        ] {
            assert!(row["intensity_tco2e_per_pupil"].is_null());
            assert_eq!(row["partial_intensity_tco2e_per_pupil"].as_f64(), known);
            assert_eq!(
                (&row["enough_data"], &row["complete"]),
                (&false.into(), &false.into())
            );
            let missing = row["missing_data"].as_str().unwrap();
            assert!(missing.contains("gas has sent nothing since"), "{missing}");
            assert_eq!(row["gas_coverage_ratio"], 0.0);
        }
    }

    #[test]
    fn a_part_year_is_not_compared_with_a_year() {
        let part = fixtures::footprints()
            .into_iter()
            .filter(|f| f.period.key() == "2026-27");
        let view = TrustView::of(part.map(Arc::new).collect(), 0.24).unwrap();
        assert!(view.tonnes_per_pupil().is_some());
        assert_eq!(view.against_baseline(), None);
    }
}

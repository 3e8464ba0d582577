//! Waste of several schools added up.

use std::collections::BTreeMap;

use events::Grams;
use footprint::{Footprint, Verdict, WasteFigures, WasteStream};

/// What is known of the waste of several schools besides its weight.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WasteSites {
    /// The number of schools with any collection.
    pub schools: usize,
    /// Weight over pupils, over the schools whose waste and pupils are both known.
    pub in_ratio: WasteInRatio,
    /// Schools by their verdict under Simpler Recycling; schools that it does not bind yet are not counted.
    pub simpler_recycling: BTreeMap<Verdict, usize>,
}

/// The schools that waste per pupil covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WasteInRatio {
    /// The number of schools.
    pub schools: usize,
    /// The weight of their waste.
    pub weight: Grams,
    /// Their pupils, by days of membership, in millionths.
    pub pupil_millionths: i64,
}

impl WasteSites {
    /// Kilograms per pupil over the schools whose waste and pupils are both known; none without any.
    pub fn kg_per_pupil(&self) -> Option<f64> {
        let pupils = self.in_ratio.pupil_millionths as f64 / events::MICRO as f64;
        (pupils > 0.0).then(|| self.in_ratio.weight.0 as f64 / 1e3 / pupils)
    }

    /// The number of schools with a verdict; none if Simpler Recycling binds no school yet.
    pub fn of_verdict(&self, verdict: Verdict) -> Option<usize> {
        let binds = !self.simpler_recycling.is_empty();
        binds.then(|| self.simpler_recycling.get(&verdict).copied().unwrap_or(0))
    }

    pub(super) fn add(&mut self, school: &Footprint) {
        let verdict = school.waste.simpler_recycling.verdict;
        if let Some(verdict) = verdict.filter(|_| school.is_still_member()) {
            *self.simpler_recycling.entry(verdict).or_default() += 1;
        }
        if !school.waste.is_known() {
            return;
        }
        self.schools += 1;
        let pupils = school.pupil_millionths.filter(|pupils| *pupils > 0);
        if let Some(pupils) = pupils {
            self.in_ratio.schools += 1;
            self.in_ratio.weight += school.waste.total;
            self.in_ratio.pupil_millionths += pupils;
        }
    }
}

/// Adds one school's figures to a sum. A verdict belongs to one school and is not added.
pub(super) fn add(sum: &mut WasteFigures, waste: &WasteFigures) {
    sum.total += waste.total;
    sum.recycled += waste.recycled;
    sum.landfill += waste.landfill;
    sum.unknown_route += waste.unknown_route;
    sum.estimated += waste.estimated;
    sum.hazardous += waste.hazardous;
    sum.dry_recycling += waste.dry_recycling;
    sum.inspected += waste.inspected;
    sum.contaminated += waste.contaminated;
    sum.rejected_loads += waste.rejected_loads;
    sum.heavy_loads += waste.heavy_loads;
    sum.missed_lifts += waste.missed_lifts;
    for stream in &waste.streams {
        let same =
            |known: &&mut WasteStream| known.stream == stream.stream && known.route == stream.route;
        match sum.streams.iter_mut().find(same) {
            Some(known) => {
                known.weight += stream.weight;
                known.collections += stream.collections;
            }
            None => sum.streams.push(stream.clone()),
        }
    }
    sum.streams
        .sort_by_key(|stream| (stream.stream, stream.route));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn waste_per_pupil_is_of_the_schools_that_have_both() {
        let view = fixtures::view();
        let both: Vec<_> = view
            .schools
            .iter()
            .filter(|school| school.waste.is_known() && school.pupil_millionths.is_some())
            .collect();
        let sites = &view.totals.waste_sites;
        assert!(both.len() < view.schools.len());
        assert_eq!(sites.in_ratio.schools, both.len());
        let kg: i64 = both.iter().map(|school| school.waste.total.0 / 1000).sum();
        let pupils: i64 = both
            .iter()
            .filter_map(|school| school.pupil_millionths)
            .sum();
        let expected = kg as f64 * 1e6 / pupils as f64;
        assert!((sites.kg_per_pupil().unwrap() - expected).abs() < 1e-9);
        assert_eq!(WasteSites::default().kg_per_pupil(), None);
    }

    #[test]
    fn every_school_that_is_bound_is_in_one_verdict_and_lifts_and_loads_are_summed() {
        let view = fixtures::view();
        let sites = &view.totals.waste_sites;
        let each = [Verdict::Met, Verdict::NotMet, Verdict::NotEvidenced]
            .map(|verdict| sites.of_verdict(verdict).unwrap());
        assert!(each.iter().all(|count| *count > 0), "{each:?}");
        assert_eq!(each.iter().sum::<usize>(), view.schools.len());
        let sum = |of: fn(&WasteFigures) -> u32| -> u32 {
            view.schools.iter().map(|school| of(&school.waste)).sum()
        };
        assert_eq!(
            view.totals.waste.missed_lifts,
            sum(|waste| waste.missed_lifts)
        );
        assert_eq!(
            view.totals.waste.rejected_loads,
            sum(|waste| waste.rejected_loads)
        );
        assert_eq!(
            view.totals.waste.heavy_loads,
            sum(|waste| waste.heavy_loads)
        );
        assert_eq!(WasteSites::default().of_verdict(Verdict::Met), None);
    }
}

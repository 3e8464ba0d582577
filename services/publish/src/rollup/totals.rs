//! The sum of some footprints.

use std::collections::BTreeMap;

use events::{MilligramsCo2e, Quantity};
use footprint::waste::Route;
use footprint::{Block, Coverage, FactorSetRef, Footprint, GapTotals, WasteFigures};

use super::lines::{EnergyUse, LineKey, LineTotal, energy_of};
use super::waste;
use super::waste::WasteSites;
use crate::rollup::disclosures;

/// The schools that the intensity covers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InRatio {
    /// The number of schools.
    pub schools: usize,
    /// Their gross.
    pub gross: MilligramsCo2e,
    /// The estimate for their gaps: in no other figure.
    pub gaps: Option<GapTotals>,
    /// Their pupils, by days of membership, in millionths.
    pub pupil_millionths: i64,
}

impl InRatio {
    /// Their pupils; none without any.
    pub fn pupils(&self) -> Option<f64> {
        (self.pupil_millionths > 0).then(|| self.pupil_millionths as f64 / events::MICRO as f64)
    }
}

/// The sum of some footprints.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Totals {
    /// The number of footprints.
    pub schools: usize,
    /// Statutory gross total.
    pub gross: MilligramsCo2e,
    /// Voluntary total, never added to the gross.
    pub voluntary: MilligramsCo2e,
    /// Statutory lines that have a price. Without any the gross is not 0 but unknown.
    pub priced_statutory: usize,
    /// Voluntary lines that have a price.
    pub priced_voluntary: usize,
    /// Pupils on the rolls, if known, whether or not the intensity covers them.
    pub roll: i64,
    /// The number of schools whose pupils are known.
    pub schools_with_pupils: usize,
    /// The input of the intensity: the schools whose pupils and emissions are known.
    pub in_ratio: InRatio,
    /// Schools that belong to the trust on the last passed day of the period.
    pub members: usize,
    /// The number of those schools that hold a STARS level.
    pub stars_engaged: usize,
    /// The lines.
    pub lines: BTreeMap<LineKey, LineTotal>,
    /// Energy by use, from the lines, in milliwatt-hours; a use without energy is absent. Solar is the energy used on
    /// site, without exports.
    pub energy: BTreeMap<EnergyUse, Quantity>,
    /// Energy by month (`2026-03`) and metered use, in milliwatt-hours. Solar is what was generated.
    pub months: BTreeMap<(String, EnergyUse), Quantity>,
    /// Half-hours of all meters.
    pub coverage: Coverage,
    /// The number of findings about meters.
    pub findings: usize,
    /// The estimate for gaps: none if nothing is missing. In no other figure.
    pub gaps: Option<GapTotals>,
    /// The weights of waste.
    pub waste: WasteFigures,
    /// What is known of the waste besides its weight.
    pub waste_sites: WasteSites,
    /// What the statutory figures lack, besides what a claim lacks, each with its schools.
    pub incomplete: Vec<String>,
    /// What the voluntary total lacks.
    pub incomplete_voluntary: Vec<String>,
    /// The notes beside the figures.
    pub notes: Vec<String>,
    /// The factor sets that priced them: one, unless a new set is being introduced.
    pub factor_sets: Vec<FactorSetRef>,
}

impl Totals {
    /// The sum of `footprints`.
    pub fn of<'a>(footprints: impl IntoIterator<Item = &'a Footprint>) -> Self {
        let footprints: Vec<&Footprint> = footprints.into_iter().collect();
        let mut totals = Totals {
            incomplete: disclosures::lacks_of(&footprints, |footprint| &footprint.lacks),
            incomplete_voluntary: disclosures::lacks_of(&footprints, |footprint| {
                &footprint.lacks_voluntary
            }),
            notes: disclosures::notes_of(&footprints),
            ..Totals::default()
        };
        for footprint in footprints {
            totals.add(footprint);
        }
        totals.note_exclusions_from_the_ratio();
        if totals.factor_sets.len() > 1 {
            totals
                .incomplete
                .push("the schools are priced with different factor sets".to_owned());
        }
        totals
    }

    /// Tonnes CO2e per pupil over the schools whose pupils and emissions are known, from the data that arrived, enough or not.
    pub fn known_tonnes_per_pupil(&self) -> Option<f64> {
        let pupils = self.in_ratio.pupils()?;
        Some(self.in_ratio.gross.tonnes() / pupils)
    }

    /// The gross, if any statutory line is priced.
    pub fn known_gross(&self) -> Option<MilligramsCo2e> {
        (self.priced_statutory > 0).then_some(self.gross)
    }

    /// The voluntary total, if any voluntary line is priced.
    pub fn known_voluntary(&self) -> Option<MilligramsCo2e> {
        (self.priced_voluntary > 0).then_some(self.voluntary)
    }

    /// The gross including the estimate for gaps: shown beside the gross, never in its place.
    pub fn gross_with_gap_estimate(&self) -> Option<MilligramsCo2e> {
        Some(self.known_gross()? + self.gaps?.co2e?)
    }

    /// Energy of one use, in milliwatt-hours; none if there is none of it.
    pub fn energy(&self, energy: EnergyUse) -> Option<Quantity> {
        self.energy.get(&energy).copied()
    }

    /// Waste by route, in grams.
    pub fn waste_by_route(&self) -> BTreeMap<Route, i64> {
        let mut routes = BTreeMap::new();
        for stream in &self.waste.streams {
            *routes.entry(stream.route).or_insert(0) += stream.weight.0;
        }
        routes
    }

    /// Carbon by block and scope.
    pub fn by_scope(&self) -> BTreeMap<(Block, u8), MilligramsCo2e> {
        let mut scopes = BTreeMap::new();
        for (key, line) in &self.lines {
            *scopes
                .entry((key.block, key.scope))
                .or_insert(MilligramsCo2e(0)) += line.co2e;
        }
        scopes
    }

    fn add(&mut self, footprint: &Footprint) {
        self.schools += 1;
        self.gross += footprint.gross;
        self.voluntary += footprint.voluntary;
        self.priced_statutory += priced(footprint, Block::Statutory);
        self.priced_voluntary += priced(footprint, Block::Voluntary);
        if let Some(roll) = footprint.roll.as_ref().filter(|roll| roll.pupils > 0) {
            self.roll += i64::from(roll.pupils);
            self.schools_with_pupils += 1;
            if priced(footprint, Block::Statutory) > 0 {
                self.in_ratio.schools += 1;
                self.in_ratio.gross += footprint.gross;
                self.in_ratio.gaps = added(self.in_ratio.gaps, footprint.gap_estimate());
                self.in_ratio.pupil_millionths += footprint.pupil_millionths.unwrap_or_default();
            }
        }
        if footprint.is_still_member() {
            self.members += 1;
            self.stars_engaged += usize::from(footprint.travel.stars.is_some());
        }
        if !self.factor_sets.contains(&footprint.factor_set) {
            self.factor_sets.push(footprint.factor_set.clone());
        }
        self.add_lines(footprint);
        self.add_months(footprint);
        self.add_coverage(&footprint.coverage);
        self.findings += footprint.findings.len();
        self.gaps = added(self.gaps, footprint.gap_estimate());
        waste::add(&mut self.waste, &footprint.waste);
        self.waste_sites.add(footprint);
    }

    fn note_exclusions_from_the_ratio(&mut self) {
        let all = self.schools;
        let mut note = |count: usize, lack: &str| {
            let (has, is) = if count == 1 {
                ("has", "is")
            } else {
                ("have", "are")
            };
            if count > 0 {
                let reason =
                    format!("{count} of {all} schools {has} no {lack} and {is} not in the ratio");
                self.incomplete.push(reason);
            }
        };
        note(all - self.schools_with_pupils, "pupil count");
        note(
            self.schools_with_pupils - self.in_ratio.schools,
            "priced emissions",
        );
    }

    fn add_lines(&mut self, footprint: &Footprint) {
        for line in &footprint.lines {
            let key = LineKey {
                block: line.block,
                scope: line.scope,
                item: line.item,
                unit: line.unit.clone(),
            };
            let total = self.lines.entry(key).or_default();
            total.quantity += line.quantity;
            total.energy += line.energy.unwrap_or(0);
            match &line.price {
                Some(price) => total.co2e += price.co2e,
                None => total.unpriced += 1,
            }
            if let Some((energy, quantity)) = energy_of(line) {
                *self.energy.entry(energy).or_default() += quantity;
            }
        }
    }

    fn add_months(&mut self, footprint: &Footprint) {
        for month in &footprint.months {
            let energy = EnergyUse::of_item(month.item);
            *self
                .months
                .entry((month.month.clone(), energy))
                .or_default() += month.energy;
        }
    }

    fn add_coverage(&mut self, coverage: &Coverage) {
        let sum = &mut self.coverage;
        sum.take_in(coverage);
        sum.days_expected += coverage.days_expected;
        sum.days_present += coverage.days_present;
    }
}

fn added(sum: Option<GapTotals>, more: Option<GapTotals>) -> Option<GapTotals> {
    match (sum, more) {
        (Some(sum), Some(more)) => Some(sum.and(more)),
        (sum, more) => sum.or(more),
    }
}

fn priced(footprint: &Footprint, block: Block) -> usize {
    let of_block = footprint.lines.iter().filter(|line| line.block == block);
    of_block.filter(|line| line.price.is_some()).count()
}

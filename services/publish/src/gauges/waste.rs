//! Gauges of waste, for schools and trusts.

use footprint::{Verdict, WasteFigures};

use super::Shown;
use super::exposition::Exposition;
use super::shown_trust::ShownTrust;
use crate::format;
use crate::rollup::Totals;

/// The possible verdicts: one series each, and one of them is 1, so that no series vanishes from a graph when the verdict
/// changes.
const VERDICTS: [Verdict; 3] = [Verdict::Met, Verdict::NotMet, Verdict::NotEvidenced];

pub(super) fn of_schools(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_waste_grams",
        "Waste collected, by what became of it.",
    );
    for school in shown {
        for (route, grams) in Totals::of([school.footprint]).waste_by_route() {
            family.sample_with(&school.labels, &[("route", route.as_str())], grams as f64);
        }
    }
    let mut family = text.gauge(
        "greenledger_school_waste_grams_per_pupil",
        "Waste collected over the pupils the intensity divides by.",
    );
    for school in shown {
        let kg = school.footprint.waste_kg_per_pupil();
        family.sample(&school.labels, kg.map(|kg| kg * 1e3));
    }
    let mut each = |name, help, value: fn(&WasteFigures) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for school in shown {
            family.sample(&school.labels, value(&school.footprint.waste));
        }
    };
    each(
        "greenledger_school_recycling_ratio",
        "Dry recycling, food and garden waste over all waste.",
        WasteFigures::recycling_ratio,
    );
    each(
        "greenledger_school_landfill_diversion_ratio",
        "What is known to have gone elsewhere than to landfill over all waste: the least it can be where a route is unknown.",
        WasteFigures::diversion_ratio,
    );
    each(
        "greenledger_school_waste_unknown_route_ratio",
        "Waste by an unknown route over all waste: in neither the recycled nor the diverted part.",
        WasteFigures::unknown_route_ratio,
    );
    each(
        "greenledger_school_waste_estimated_ratio",
        "Waste that was not weighed over all waste.",
        WasteFigures::estimated_ratio,
    );
    each(
        "greenledger_school_contamination_ratio",
        "What did not belong into the dry recycling over all of it; absent where nobody looked.",
        WasteFigures::contamination_ratio,
    );
    each(
        "greenledger_school_rejected_loads",
        "Loads refused as recycling.",
        |waste| waste.is_known().then(|| waste.rejected_loads.into()),
    );
    each(
        "greenledger_school_heavy_loads",
        "Loads heavier than the bins named with them are when they are full: perhaps the weight, the size or the lifts are wrong.",
        |waste| waste.is_known().then(|| waste.heavy_loads.into()),
    );
    each(
        "greenledger_school_missed_lifts",
        "Bins that were due and not emptied, as contractors told.",
        |waste| waste.known_missed_lifts().map(f64::from),
    );
    let mut family = text.gauge(
        "greenledger_school_simpler_recycling",
        "Simpler Recycling over the last quarter, by state: 1 of the one that holds, 0 of the others.",
    );
    let belongs = |school: &&Shown<'_>| school.trailing && school.footprint.is_still_member();
    for school in shown.iter().filter(belongs) {
        let Some(held) = school.footprint.waste.simpler_recycling.verdict else {
            continue;
        };
        for verdict in VERDICTS {
            let holds = f64::from(u8::from(verdict == held));
            family.sample_with(&school.school, &[("state", &format::snake(verdict))], holds);
        }
    }
}

pub(super) fn of_trusts(text: &mut Exposition, shown: &[ShownTrust]) {
    let mut family = text.gauge(
        "greenledger_trust_waste_grams",
        "Waste collected, by what became of it.",
    );
    for trust in shown {
        for (route, grams) in trust.view.totals.waste_by_route() {
            family.sample_with(&trust.labels, &[("route", route.as_str())], grams as f64);
        }
    }
    let mut each = |name, help, value: fn(&Totals) -> Option<f64>| {
        let mut family = text.gauge(name, help);
        for trust in shown {
            family.sample(&trust.labels, value(&trust.view.totals));
        }
    };
    each(
        "greenledger_trust_waste_grams_per_pupil",
        "Waste collected over pupils, of the schools where both are known.",
        |totals| totals.waste_sites.kg_per_pupil().map(|kg| kg * 1e3),
    );
    each(
        "greenledger_trust_recycling_ratio",
        "Dry recycling, food and garden waste over all waste.",
        |totals| totals.waste.recycling_ratio(),
    );
    each(
        "greenledger_trust_landfill_diversion_ratio",
        "What is known to have gone elsewhere than to landfill over all waste: the least it can be where a route is unknown.",
        |totals| totals.waste.diversion_ratio(),
    );
    each(
        "greenledger_trust_waste_unknown_route_ratio",
        "Waste by an unknown route over all waste: in neither the recycled nor the diverted part.",
        |totals| totals.waste.unknown_route_ratio(),
    );
    each(
        "greenledger_trust_contamination_ratio",
        "What did not belong into the dry recycling over all of it; absent where nobody looked.",
        |totals| totals.waste.contamination_ratio(),
    );
    each(
        "greenledger_trust_missed_lifts",
        "Bins that were due and not emptied, as contractors told.",
        |totals| totals.waste.known_missed_lifts().map(f64::from),
    );
    let mut family = text.gauge(
        "greenledger_trust_schools_simpler_recycling",
        "Schools by what Simpler Recycling makes of their last quarter.",
    );
    for trust in shown.iter().filter(|trust| trust.trailing) {
        for verdict in VERDICTS {
            if let Some(count) = trust.view.totals.waste_sites.of_verdict(verdict) {
                let state = format::snake(verdict);
                family.sample_with(&trust.trust, &[("state", &state)], count as f64);
            }
        }
    }
}

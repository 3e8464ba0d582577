//! Waste: its weight, its ratios, its loads, and whether sites separate it as the law asks.

use footprint::Verdict;

use crate::format;
use crate::rollup::{Totals, TrustView};
use crate::table::{Cell, Unit};

use super::Read::{School, Sum, Trust};
use super::{Family, Figure, Gauge, Span, Whose, figure, joined, sample};

pub(super) const FIGURES: &[Figure] = &[
    figure(
        "waste_grams",
        Unit::Grams,
        "Waste collected.",
        Sum(|totals| known(totals, totals.waste.total)),
    ),
    figure(
        "waste_recycled_grams",
        Unit::Grams,
        "Waste recycled, composted or digested.",
        Sum(|totals| known(totals, totals.waste.recycled)),
    ),
    figure(
        "waste_landfill_grams",
        Unit::Grams,
        "Waste sent to landfill.",
        Sum(|totals| known(totals, totals.waste.landfill)),
    ),
    figure(
        "waste_unknown_route_grams",
        Unit::Grams,
        "Waste by an unknown route: no treatment was stated, or only storage, sorting or preparation before another one.",
        Sum(|totals| known(totals, totals.waste.unknown_route)),
    ),
    figure(
        "waste_estimated_grams",
        Unit::Grams,
        "Waste that was not weighed.",
        Sum(|totals| known(totals, totals.waste.estimated)),
    ),
    figure(
        "waste_hazardous_grams",
        Unit::Grams,
        "Waste with a waste code known to be hazardous.",
        Sum(|totals| known(totals, totals.waste.hazardous)),
    ),
    figure(
        "dry_recycling_grams",
        Unit::Grams,
        "Waste collected as dry recycling, whatever became of it.",
        Sum(|totals| known(totals, totals.waste.dry_recycling)),
    ),
    figure(
        "dry_recycling_inspected_grams",
        Unit::Grams,
        "Dry recycling in loads whose contamination was reported.",
        Sum(|totals| known(totals, totals.waste.inspected)),
    ),
    figure(
        "waste_kg_per_pupil",
        Unit::KilogramsPerPupil,
        "Waste collected over the pupils that the intensity divides by, of the schools where both are known.",
        Sum(|totals| totals.waste_sites.kg_per_pupil().into()),
    )
    .gauge(Gauge::named("waste_grams_per_pupil")),
    figure(
        "waste_estimated_ratio",
        Unit::Ratio,
        "Waste that was not weighed over all waste.",
        Sum(|totals| totals.waste.estimated_ratio().into()),
    )
    .gauge(Gauge::named("waste_estimated_ratio").only(Whose::School)),
    figure(
        "recycling_ratio",
        Unit::Ratio,
        "Dry recycling, food and garden waste over all waste.",
        Sum(|totals| totals.waste.recycling_ratio().into()),
    )
    .gauge(Gauge::named("recycling_ratio")),
    figure(
        "landfill_diversion_ratio",
        Unit::Ratio,
        "Waste known to have gone elsewhere than to landfill over all waste: a lower limit where a route is unknown.",
        Sum(|totals| totals.waste.diversion_ratio().into()),
    )
    .gauge(Gauge::named("landfill_diversion_ratio")),
    figure(
        "waste_unknown_route_ratio",
        Unit::Ratio,
        "Waste by an unknown route over all waste: in neither the recycled nor the diverted part.",
        Sum(|totals| totals.waste.unknown_route_ratio().into()),
    )
    .gauge(Gauge::named("waste_unknown_route_ratio")),
    figure(
        "waste_contaminated_grams",
        Unit::Grams,
        "Weight of wrong items found in the dry recycling; absent without an inspection.",
        Sum(|totals| {
            let is_inspected = totals.waste.inspected.0 > 0;
            is_inspected.then_some(totals.waste.contaminated).into()
        }),
    ),
    figure(
        "contamination_ratio",
        Unit::Ratio,
        "Weight of wrong items found over all dry recycling; absent without an inspection.",
        Sum(|totals| totals.waste.contamination_ratio().into()),
    )
    .gauge(Gauge::named("contamination_ratio")),
    figure(
        "rejected_loads",
        Unit::Count,
        "Loads refused as recycling.",
        Sum(|totals| known(totals, totals.waste.rejected_loads)),
    )
    .gauge(Gauge::named("rejected_loads").only(Whose::School)),
    figure(
        "heavy_loads",
        Unit::Count,
        "Loads heavier than their bins when full: the weight, the size or the lifts may be wrong.",
        Sum(|totals| known(totals, totals.waste.heavy_loads)),
    )
    .gauge(Gauge::named("heavy_loads").only(Whose::School)),
    figure(
        "missed_lifts",
        Unit::Count,
        "Bins that contractors reported as due and not emptied.",
        Sum(|totals| totals.waste.known_missed_lifts().into()),
    )
    .gauge(Gauge::named("missed_lifts")),
    figure(
        "simpler_recycling",
        Unit::Text,
        "Whether the site separates its waste as Simpler Recycling asks; absent before it binds.",
        School(|school| {
            let verdict = school.footprint.waste.simpler_recycling.verdict;
            verdict.map(format::snake).into()
        }),
    ),
    figure(
        "simpler_recycling_missing",
        Unit::Text,
        "What the site lacks, or has to show, for Simpler Recycling.",
        School(|school| {
            let missing = &school.footprint.waste.simpler_recycling.missing;
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            joined(&missing).into()
        }),
    ),
    figure(
        "schools_simpler_recycling_met",
        Unit::Count,
        "Schools that separate their waste as Simpler Recycling asks; absent where it binds none yet.",
        Trust(|trust| of_verdict(trust, Verdict::Met)),
    ),
    figure(
        "schools_simpler_recycling_not_met",
        Unit::Count,
        "Schools that do not separate their waste as Simpler Recycling asks; absent where it binds none yet.",
        Trust(|trust| of_verdict(trust, Verdict::NotMet)),
    ),
    figure(
        "schools_simpler_recycling_not_evidenced",
        Unit::Count,
        "Schools that have not shown whether they separate their waste as Simpler Recycling asks; absent where it binds none yet.",
        Trust(|trust| of_verdict(trust, Verdict::NotEvidenced)),
    ),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("waste_grams"),
        help: "Waste collected, by what became of it.",
        labels: &["route"],
        read: Sum(|totals| {
            let routes = totals.waste_by_route().into_iter();
            routes
                .map(|(route, grams)| sample([route.as_str()], grams as f64))
                .collect()
        }),
    },
    Family {
        gauge: Gauge::named("simpler_recycling").over(Span::NowOfMembers),
        help: "Simpler Recycling over the last quarter, by state: 1 of the one that holds, 0 of the others.",
        labels: &["state"],
        read: School(|school| {
            let current = school.footprint.waste.simpler_recycling.verdict;
            let verdicts = current.map(|current| {
                VERDICTS.map(|verdict| {
                    let holds = f64::from(u8::from(verdict == current));
                    sample([&format::snake(verdict)], holds)
                })
            });
            verdicts.into_iter().flatten().collect()
        }),
    },
    Family {
        gauge: Gauge::named("schools_simpler_recycling").over(Span::Now),
        help: "Schools by their state under Simpler Recycling over the last quarter.",
        labels: &["state"],
        read: Trust(|trust| {
            let counted = VERDICTS.into_iter().filter_map(|verdict| {
                let count = trust.totals.waste_sites.of_verdict(verdict)?;
                Some(sample([&format::snake(verdict)], count as f64))
            });
            counted.collect()
        }),
    },
];

/// The possible verdicts: one series each, and one of them is 1, so that no series vanishes from a graph when the verdict
/// changes.
const VERDICTS: [Verdict; 3] = [Verdict::Met, Verdict::NotMet, Verdict::NotEvidenced];

/// If nothing was ever collected there is no waste figure, rather than one of 0.
fn known(totals: &Totals, figure: impl Into<Cell>) -> Cell {
    totals.waste.is_known().then_some(figure).into()
}

fn of_verdict(trust: &TrustView, verdict: Verdict) -> Cell {
    trust.totals.waste_sites.of_verdict(verdict).into()
}

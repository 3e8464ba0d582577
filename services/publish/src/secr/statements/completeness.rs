//! What the figures lack: comply, or explain which data is omitted and why.

use events::Fuel;
use footprint::{Block, GapEstimate, GapTotals, Line};

use super::{Basis, StatementContext, lines};
use crate::format;
use crate::rollup::TrustView;

pub(super) fn paragraphs(context: &StatementContext<'_>) -> Vec<String> {
    context
        .views()
        .flat_map(|view| of_view(view, context.basis))
        .collect()
}

fn of_view(view: &TrustView, basis: Basis) -> Vec<String> {
    let label = view.period.label();
    let mut paragraphs = vec![format!("{label}: {}", coverage(view, basis))];
    paragraphs.extend(gaps(view, basis));
    paragraphs.extend(without_enough_data(view));
    let incomplete = view.incomplete();
    if incomplete.is_empty() {
        paragraphs.push(format!("{label}: the statutory figures are complete."));
    }
    let reason =
        |reason: &String| format!("{label}: the statutory figures are not complete: {reason}.");
    paragraphs.extend(incomplete.iter().map(reason));
    paragraphs.extend(not_recorded(view).map(|what| format!("{label}: {what}")));
    let lacks =
        |reason: &String| format!("{label}: the voluntary block is not complete: {reason}.");
    paragraphs.extend(view.totals.incomplete_voluntary.iter().map(lacks));
    paragraphs
}

fn coverage(view: &TrustView, basis: Basis) -> String {
    let coverage = view.totals.coverage;
    let Some(ratio) = coverage.ratio() else {
        return "no half-hours of any meter are expected.".to_owned();
    };
    let estimated = coverage
        .estimated_ratio()
        .filter(|ratio| *ratio > 0.0)
        .map_or(String::new(), |ratio| {
            format!(
                ", {} of them estimated by the supplier",
                format::percent(ratio, 1)
            )
        });
    let missing = match basis {
        Basis::Actual => "The figures leave out missing half-hours and never count them as zero.",
        Basis::Filled => "What is missing is in the figures as far as it can be estimated.",
    };
    format!(
        "meters sent {} of {} half-hours, {}{estimated}. {missing}",
        format::grouped(coverage.present),
        format::grouped(coverage.expected),
        format::percent(ratio, 1)
    )
}

/// The schools without enough data for a figure of their own, whether or not the trust has enough.
fn without_enough_data(view: &TrustView) -> Option<String> {
    let details = view.sufficiency.details();
    (!details.is_empty()).then(|| {
        format!(
            "{}: these schools do not have enough data for a figure of their own. {}.",
            view.period.label(),
            details.join("; ")
        )
    })
}

/// The estimate for the gaps: in the figures of a report on filled gaps, otherwise beside them. Gaps in generation are in
/// neither.
fn gaps(view: &TrustView, basis: Basis) -> Option<String> {
    let all = view.schools.iter().flat_map(|school| &school.estimates);
    let filled = |estimate: &&GapEstimate| basis == Basis::Actual || estimate.fuel != Fuel::Solar;
    let totals = GapTotals::of(all.filter(filled))?;
    let counted = match basis {
        Basis::Actual => "The estimate is in no figure of the table.",
        Basis::Filled => "This estimate is in the figures of the table.",
    };
    let co2e = totals.co2e.map_or(String::new(), |co2e| {
        format!(" and {} t CO2e", format::decimal(co2e.tonnes(), 2))
    });
    let left = match totals.left {
        0 => String::new(),
        left => format!(" {} more cannot be estimated.", format::grouped(left)),
    };
    let label = view.period.label();
    Some(match totals.energy {
        Some(energy) => format!(
            "{label}: the use of {} missing half-hours is estimated at {} kWh{co2e}, by comparable days. {counted}{left}",
            format::grouped(totals.half_hours),
            format::whole_units(energy)
        ),
        None => format!(
            "{label}: {} missing half-hours cannot be estimated.",
            format::grouped(totals.left)
        ),
    })
}

/// The kinds of data that were not recorded, so that the report cannot know whether there was any.
fn not_recorded(view: &TrustView) -> impl Iterator<Item = String> {
    let statutory = |picks: fn(&Line) -> bool| {
        let mut of_block = lines(view).filter(|line| line.block == Block::Statutory);
        of_block.any(picks)
    };
    let transport: [(bool, &str); 2] = [
        (
            statutory(|line| line.item.is_minibus()),
            "fuel or distance of owned minibuses",
        ),
        (
            statutory(|line| line.scope == 3),
            "mileage of employees in their own vehicles",
        ),
    ];
    let without = transport.into_iter().filter(|(is_there, _)| !is_there);
    without.map(|(_, what)| {
        format!(
            "no {what} was recorded, and its emissions are omitted for that reason; if there was none, the trust says so \
             here."
        )
    })
}

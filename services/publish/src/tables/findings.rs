//! Findings about meters: beside the figures, never in them.

use events::kilowatt_hours;
use footprint::{Finding, Footprint};

use super::key;
use super::parts::each;
use crate::format;
use crate::rollup::TrustView;
use crate::table::{Columns, Table, Unit};

/// The findings about meters, one a row.
pub fn findings(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a Finding);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .column("meter", Unit::Text, "The meter.", |(_, finding)| {
            Some(finding.meter.to_string())
        })
        .column(
            "meter_name",
            Unit::Text,
            "What people call the meter.",
            |(school, finding)| {
                let mut meters = school.meters.iter();
                let meter = meters.find(|meter| meter.meter == finding.meter)?;
                meter.name.clone()
            },
        )
        .column(
            "fuel",
            Unit::Text,
            "What the meter measures.",
            |(school, finding)| {
                let mut meters = school.meters.iter();
                let meter = meters.find(|meter| meter.meter == finding.meter)?;
                Some(meter.fuel.as_str())
            },
        )
        .column("kind", Unit::Text, "What is odd.", |(_, finding)| {
            Some(format::snake(finding.kind()))
        })
        .column(
            "from_day",
            Unit::Day,
            "The first day of it.",
            |(_, finding)| Some(finding.days.from),
        )
        .column(
            "to_day",
            Unit::Day,
            "The last day of it.",
            |(_, finding)| Some(finding.days.to),
        )
        .column(
            "finding",
            Unit::Sentences,
            "What is odd, in a sentence.",
            |(_, finding)| Some(finding.to_string()),
        );
    let columns = contradicted(columns);
    Table::new("findings", columns, each(view, |school| &school.findings))
}

type Findings<'f> = Columns<'f, (&'f Footprint, &'f Finding)>;

/// The two events that contradict each other, and by how much; empty if the finding is not a contradiction.
fn contradicted(columns: Findings<'_>) -> Findings<'_> {
    columns
        .column(
            "stands_source",
            Unit::Text,
            "The source of the event that counts, of two that contradict each other.",
            |(_, finding)| Some(finding.contradicted()?.stands.source.clone()),
        )
        .column(
            "stands_id",
            Unit::Text,
            "The id of the event that counts.",
            |(_, finding)| Some(finding.contradicted()?.stands.id.clone()),
        )
        .column(
            "against_source",
            Unit::Text,
            "The source of the event that contradicts it.",
            |(_, finding)| Some(finding.contradicted()?.against.source.clone()),
        )
        .column(
            "against_id",
            Unit::Text,
            "The id of the event that contradicts it.",
            |(_, finding)| Some(finding.contradicted()?.against.id.clone()),
        )
        .column(
            "contradicted_half_hours",
            Unit::HalfHours,
            "Half-hours of which the two say different things.",
            |(_, finding)| Some(finding.contradicted()?.half_hours),
        )
        .column(
            "stands_kwh",
            Unit::KilowattHours,
            "The energy of those half-hours that counts.",
            |(_, finding)| Some(kilowatt_hours(finding.contradicted()?.stands_energy)),
        )
        .column(
            "against_kwh",
            Unit::KilowattHours,
            "Their energy by the other event.",
            |(_, finding)| Some(kilowatt_hours(finding.contradicted()?.against_energy)),
        )
        .column(
            "difference_kwh",
            Unit::KilowattHours,
            "How far the other is from what counts.",
            |(_, finding)| {
                let contradicted = finding.contradicted()?;
                Some(kilowatt_hours(contradicted.difference()))
            },
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;
    use crate::table::Cell;

    #[test]
    fn every_finding_of_every_school_is_a_row() {
        let view = fixtures::view();
        let all: usize = view
            .schools
            .iter()
            .map(|school| school.findings.len())
            .sum();
        let table = findings(&view);
        assert_eq!(table.rows.len(), all);
        assert!(all > 0 && view.totals.findings == all);
    }

    #[test]
    fn an_estimate_stands_beside_the_gross_and_never_in_it() {
        let (with, mut without) = (fixtures::school(11), fixtures::school(11));
        without.estimates.clear();
        let row = |school: Footprint| {
            let school = std::sync::Arc::new(school);
            let view = TrustView::of(vec![school], crate::fixtures::config().targets("t"));
            let table = crate::tables::schools(&view.unwrap());
            let cell = |name: &str| {
                let place = table.columns.iter().position(|column| column.name == name);
                match &table.rows[0][place.unwrap()] {
                    Cell::Int(number) => Some(*number),
                    _ => None,
                }
            };
            let estimate = cell("gap_estimate_mg_co2e");
            (
                cell("gross_mg_co2e"),
                estimate,
                cell("gross_with_gap_estimate_mg_co2e"),
            )
        };
        let ((gross, estimate, both), (same, none, neither)) = (row(with), row(without));
        assert_eq!(gross, same);
        assert_eq!(
            both,
            gross
                .zip(estimate)
                .map(|(gross, estimate)| gross + estimate)
        );
        assert!(estimate > Some(0));
        assert_eq!((none, neither), (None, None));
    }
}

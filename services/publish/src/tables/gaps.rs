//! Findings about meters, and the estimates for their gaps: beside the figures, never in them.

use events::kilowatt_hours;
use footprint::{Finding, Footprint};

use super::key;
use super::parts::each;
use crate::format;
use crate::rollup::{Totals, TrustView};
use crate::table::{Columns, Table};

/// The findings about meters, one a row.
pub fn findings(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, &'a Finding);
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("meter", |(_, finding)| Some(finding.meter.to_string()))
        .text("fuel", |(school, finding)| {
            let mut meters = school.meters.iter();
            let meter = meters.find(|meter| meter.meter == finding.meter)?;
            Some(meter.fuel.as_str().to_owned())
        })
        .text("kind", |(_, finding)| Some(format::snake(finding.kind)))
        .day("from_day", |(_, finding)| Some(finding.days.from))
        .day("to_day", |(_, finding)| Some(finding.days.to))
        .text("said", |(_, finding)| Some(finding.said.clone()));
    let columns = contradicted(columns);
    Table::new("findings", columns, each(view, |school| &school.findings))
}

/// The two events that contradict each other, and by how much; empty if the finding is not a contradiction.
fn contradicted<'f>(
    columns: Columns<'f, (&'f Footprint, &'f Finding)>,
) -> Columns<'f, (&'f Footprint, &'f Finding)> {
    columns
        .text("stands_source", |(_, finding)| {
            Some(finding.contradicted.as_ref()?.stands.source.clone())
        })
        .text("stands_id", |(_, finding)| {
            Some(finding.contradicted.as_ref()?.stands.id.clone())
        })
        .text("against_source", |(_, finding)| {
            Some(finding.contradicted.as_ref()?.against.source.clone())
        })
        .text("against_id", |(_, finding)| {
            Some(finding.contradicted.as_ref()?.against.id.clone())
        })
        .int("contradicted_half_hours", |(_, finding)| {
            Some(finding.contradicted.as_ref()?.half_hours)
        })
        .float("stands_kwh", |(_, finding)| {
            Some(kilowatt_hours(finding.contradicted.as_ref()?.stands_energy))
        })
        .float("against_kwh", |(_, finding)| {
            Some(kilowatt_hours(
                finding.contradicted.as_ref()?.against_energy,
            ))
        })
        .float("difference_kwh", |(_, finding)| {
            let contradicted = finding.contradicted.as_ref()?;
            Some(kilowatt_hours(contradicted.difference()))
        })
}

/// The estimate for gaps, and the gross total including it. Empty if nothing is missing, or if none of it can be estimated.
pub(super) fn figures<'f, R: 'f>(columns: Columns<'f, R>, of: fn(&R) -> &Totals) -> Columns<'f, R> {
    columns
        .int("findings", move |row| i64::try_from(of(row).findings).ok())
        .int("gap_estimate_half_hours", move |row| {
            Some(of(row).gaps?.half_hours)
        })
        .int("gap_left_half_hours", move |row| Some(of(row).gaps?.left))
        .int("gap_estimate_milliwatt_hours", move |row| {
            of(row).gaps?.energy
        })
        .float("gap_estimate_kwh", move |row| {
            Some(kilowatt_hours(of(row).gaps?.energy?))
        })
        .int("gap_estimate_mg_co2e", move |row| {
            Some(of(row).gaps?.co2e?.0)
        })
        .float("gap_estimate_tco2e", move |row| {
            Some(of(row).gaps?.co2e?.tonnes())
        })
        .int("gross_with_gap_estimate_mg_co2e", move |row| {
            Some(of(row).gross_with_gap_estimate()?.0)
        })
        .float("gross_with_gap_estimate_tco2e", move |row| {
            Some(of(row).gross_with_gap_estimate()?.tonnes())
        })
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

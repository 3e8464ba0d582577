//! The statements of a report beside its figures.

mod completeness;
mod intensity;
mod measures;
mod methodology;
mod size;

use footprint::Line;

use super::{Basis, Text, Year};
use crate::config::TrustSettings;
use crate::rollup::{TrustView, passed};
use crate::{format, year_on_year};

/// The input of the statements.
pub(super) struct StatementContext<'a> {
    /// The year.
    pub view: &'a TrustView,
    /// The year before.
    pub prior: Option<&'a TrustView>,
    /// What the report counts.
    pub basis: Basis,
    /// The settings of the trust.
    pub settings: &'a TrustSettings,
    /// The columns of the report.
    pub years: &'a [Year],
}

impl<'a> StatementContext<'a> {
    /// The year, and the one before if there is one.
    fn views(&self) -> impl Iterator<Item = &'a TrustView> {
        [Some(self.view), self.prior].into_iter().flatten()
    }
}

/// Every line of a view's schools.
fn lines(view: &TrustView) -> impl Iterator<Item = &Line> {
    view.schools.iter().flat_map(|school| &school.lines)
}

/// The statements in the DfE's order, followed by notes on the figures.
pub(super) fn all(context: &StatementContext<'_>) -> Vec<Text> {
    [
        (
            "Quantification and Reporting Methodology",
            methodology::paragraphs(context),
        ),
        ("Intensity measurement", intensity::paragraphs(context)),
        (
            "Measures taken to improve energy efficiency",
            measures::paragraphs(context),
        ),
        ("Completeness", completeness::paragraphs(context)),
        ("What changed from the year before", year_before(context)),
        ("Low energy use", size::low_energy(context)),
        ("Whether the trust is large", size::large(context)),
    ]
    .into_iter()
    .filter(|(_, paragraphs)| !paragraphs.is_empty())
    .map(|(heading, paragraphs)| Text {
        heading: heading.to_owned(),
        paragraphs,
    })
    .collect()
}

/// What changed since the year before, or why no change is reported.
fn year_before(context: &StatementContext<'_>) -> Vec<String> {
    let period = context.view.period;
    let (done, all) = (passed(period).count(), period.days().count());
    if !period.is_whole() {
        return vec![format!(
            "{} is a part-year, {done} of {all} days to {}: it is not compared with a whole year, and no prior \
             year is shown.",
            period.label(),
            format::day(passed(period).to)
        )];
    }
    match &context.view.change {
        Some(_) if context.basis == Basis::Filled => vec![
            "Changes from the year before are reported on actual readings only: see the report on that basis.".to_owned(),
        ],
        Some(changes) => year_on_year::sentences(
            &changes.sum,
            &changes.prior_period.label(),
            &changes.period.label(),
        ),
        None => vec![
            "No figures of the year before are held. The report has to show them, except in the first year of \
             reporting."
                .to_owned(),
        ],
    }
}

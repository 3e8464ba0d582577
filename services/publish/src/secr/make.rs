//! Makes the report of a trust from the stored footprints.

use events::AcademicYear;
use footprint::Period;

use self::counted::Counted;
use super::statements;
use super::statements::StatementContext;
use super::{Basis, Report, Year, check};
use crate::config::TrustSettings;
use crate::footprint_store::FootprintStore;
use crate::format;
use crate::rollup::TrustView;

mod counted;
mod figures;

pub(crate) use figures::group;

/// There is nothing to report.
#[derive(Debug, thiserror::Error)]
pub enum NoReport {
    /// There are no figures of this trust.
    #[error("no academic year of trust {0:?} has any figures")]
    Trust(String),
    /// There are no figures of this year.
    #[error("no figures of trust {trust:?} over {wanted:?}; a report is of an academic year: {}", available.join(", "))]
    Year {
        /// The trust.
        trust: String,
        /// The requested year.
        wanted: String,
        /// The years that have figures.
        available: Vec<String>,
    },
}

/// The academic years for which a trust has figures, newest first.
pub fn years(footprint_store: &FootprintStore, trust: &str) -> Vec<Period> {
    let mut periods: Vec<Period> = footprint_store
        .of_trust(trust)
        .map(|footprint| footprint.period)
        .filter(|period| matches!(period, Period::AcademicYear { .. }))
        .collect();
    // If schools are counted up to different days of a year, the newest.
    periods.sort_by_key(|period| std::cmp::Reverse(*period));
    periods.dedup_by_key(|period| period.key());
    periods
}

/// The report of a trust over an academic year, written `2024-25` or `2024/25`. If none is named, the last whole year is
/// used, or the current one if there is none.
pub fn report(
    footprint_store: &FootprintStore,
    trust: &str,
    wanted: Option<&str>,
    basis: Basis,
    settings: &TrustSettings,
) -> Result<Report, NoReport> {
    let available = years(footprint_store, trust);
    let key = match wanted {
        Some(wanted) => {
            let named = wanted.parse().map(AcademicYear::path);
            let named = named.unwrap_or_else(|_| wanted.to_owned());
            available.iter().find(|period| period.key() == named)
        }
        None => available
            .iter()
            .find(|period| period.is_whole())
            .or(available.first()),
    };
    let view =
        key.and_then(|period| footprint_store.view(trust, &period.key(), settings.baseline()));
    match view {
        Some(view) => {
            let prior = prior(footprint_store, &view);
            Ok(of_views(&view, prior.as_ref(), basis, settings))
        }
        None if available.is_empty() => Err(NoReport::Trust(trust.to_owned())),
        None => Err(NoReport::Year {
            trust: trust.to_owned(),
            wanted: wanted.unwrap_or_default().to_owned(),
            available: available.iter().map(|period| period.key()).collect(),
        }),
    }
}

/// The year before a whole year. A part-year is not compared with a year, so nothing is shown beside it.
fn prior(footprint_store: &FootprintStore, view: &TrustView) -> Option<TrustView> {
    let Period::AcademicYear { year, .. } = view.period else {
        return None;
    };
    let before = AcademicYear::beginning(year.ends_in() - 2);
    let whole = view.period.is_whole();
    whole
        .then(|| footprint_store.view(&view.trust.id, &before.path(), *view.baseline()))
        .flatten()
}

/// The report of a year and the one before. The change is reported for actual readings only.
pub(crate) fn of_views(
    view: &TrustView,
    prior: Option<&TrustView>,
    basis: Basis,
    settings: &TrustSettings,
) -> Report {
    let years: Vec<Year> = [Some(view), prior]
        .into_iter()
        .flatten()
        .map(|view| figures::year(Counted { view, basis }))
        .collect();
    let context = StatementContext {
        view,
        prior,
        basis,
        settings,
        years: &years,
    };
    let texts = statements::all(&context);
    let mut report = Report {
        title: title(view, basis),
        organisation: view.trust.name.clone(),
        trust: Some(view.trust.id.clone()),
        basis,
        change: view
            .change
            .as_ref()
            .filter(|_| basis == Basis::Actual)
            .map(|change| change.sum.clone()),
        years,
        texts,
        warnings: Vec::new(),
    };
    report.warnings = check(&report);
    report
}

fn title(view: &TrustView, basis: Basis) -> String {
    let days = crate::rollup::passed(view.period);
    let part = if view.period.is_whole() {
        ""
    } else {
        " (a part-year)"
    };
    let filled = match basis {
        Basis::Actual => String::new(),
        Basis::Filled => format!(", {}", basis.label()),
    };
    format!(
        "UK Greenhouse gas emissions and energy use data for the period {} to {}{part}{filled}",
        format::day(days.from),
        format::day(days.to)
    )
}

//! The workbook and the school table that are exported, on schedule or on demand.

mod method;
mod secr;

#[cfg(test)]
pub(crate) use method::of_view as method_of;

use chrono::NaiveTime;
use footprint::{FactorSetRef, Period};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::config::TrustSettings;
use crate::footprint_store::FootprintStore;
use crate::rollup::TrustView;
use crate::secr::{Basis, Report, of_views as secr_of_views};
use crate::table::Table;
use crate::{PublishError, tables};

/// The input of an export: a trust over every period it has figures of.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The twelve months up to now.
    pub trailing: Option<TrustView>,
    /// The academic years, newest first. The first may be a part-year, and is marked as one.
    pub years: Vec<TrustView>,
    /// The settings of the trust.
    pub settings: TrustSettings,
}

impl Pack {
    /// The pack of a trust, to be compared with the targets of its settings; none if it has no figures.
    pub fn of(
        footprint_store: &FootprintStore,
        trust: &str,
        settings: &TrustSettings,
    ) -> Option<Self> {
        let targets = settings.targets();
        let mut keys: Vec<String> = footprint_store
            .of_trust(trust)
            .map(|footprint| footprint.period.key())
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let views = keys
            .iter()
            .filter_map(|key| footprint_store.view(trust, key, &targets));
        let (mut years, trailing): (Vec<_>, Vec<_>) =
            views.partition(|view| matches!(view.period, Period::AcademicYear { .. }));
        years.sort_by_key(|view| std::cmp::Reverse(view.period));
        let pack = Pack {
            trailing: trailing.into_iter().next(),
            years,
            settings: settings.clone(),
        };
        (!keys.is_empty()).then_some(pack)
    }

    /// Every period, the trailing twelve months first.
    pub fn views(&self) -> impl Iterator<Item = &TrustView> {
        self.trailing.iter().chain(&self.years)
    }

    /// The factor sets that priced the figures.
    pub fn factor_sets(&self) -> Vec<FactorSetRef> {
        let mut sets: Vec<FactorSetRef> = Vec::new();
        for set in self.views().flat_map(|view| &view.totals.factor_sets) {
            if !sets.contains(set) {
                sets.push(set.clone());
            }
        }
        sets
    }

    /// The SECR report of the last whole year, or of the current year if there is none; none if there are no years.
    pub fn secr(&self, basis: Basis) -> Option<Report> {
        let mut whole = self.years.iter().filter(|view| view.period.is_whole());
        let view = whole.next().or(self.years.first())?;
        let before = view.change.as_ref().map(|change| change.prior_period);
        let prior = self.years.iter().find(|view| Some(view.period) == before);
        Some(secr_of_views(view, prior, basis, &self.settings))
    }

    fn stacked(&self, table: fn(&TrustView) -> Table) -> Option<Table> {
        let mut tables = self.views().map(table);
        let mut first = tables.next()?;
        tables.for_each(|below| first.append(below));
        Some(first)
    }
}

/// The school table of every period, as CSV.
pub fn csv(pack: &Pack) -> Result<Vec<u8>, PublishError> {
    let table = pack.stacked(tables::schools);
    let bytes = table.map(|table| table.csv()).transpose();
    let bytes = bytes.map_err(|source| PublishError::Table {
        table: "schools",
        source: source.into(),
    })?;
    Ok(bytes.unwrap_or_default())
}

/// The workbook: the SECR table in the DfE's order, the schools, every line, what changed, and the method. The same figures give the
/// same bytes.
pub fn workbook(pack: &Pack) -> Result<Vec<u8>, PublishError> {
    let mut footprint_store = Workbook::new();
    footprint_store.set_properties(&properties(pack)?);
    for (name, basis) in [("SECR", Basis::Actual), ("SECR gaps filled", Basis::Filled)] {
        secr::write(footprint_store.add_worksheet().set_name(name)?, pack, basis)?;
    }
    for (name, table) in [
        ("Scoreboard", tables::scoreboard as fn(&TrustView) -> Table),
        ("Schools", tables::schools),
        ("Lines", tables::lines),
        ("Changes", tables::changes),
    ] {
        let sheet = footprint_store.add_worksheet().set_name(name)?;
        if let Some(table) = pack.stacked(table) {
            table.write_sheet(sheet)?;
        }
    }
    method::write(footprint_store.add_worksheet().set_name("Method")?, pack)?;
    Ok(footprint_store.save_to_buffer()?)
}

/// The document date is that of the figures, not of the writing: a clock in the file would make the bytes of every run differ.
fn properties(pack: &Pack) -> Result<DocProperties, XlsxError> {
    let Some(view) = pack.views().next() else {
        return Ok(DocProperties::new());
    };
    let made = view.period.as_of().and_time(NaiveTime::MIN);
    let made = ExcelDateTime::from_timestamp(made.and_utc().timestamp())?;
    Ok(DocProperties::new()
        .set_title(format!("{}: sustainability figures", view.trust.name))
        .set_company(&view.trust.name)
        .set_author("Greenledger")
        .set_creation_datetime(&made))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn pack() -> Pack {
        Pack::of(
            &FootprintStore::of(fixtures::footprints()),
            fixtures::TRUST,
            &TrustSettings::default(),
        )
        .unwrap()
    }

    #[test]
    fn a_pack_has_the_newest_year_first() {
        let keys: Vec<_> = pack().views().map(|view| view.period.key()).collect();
        assert_eq!(
            keys,
            ["trailing-12-months", "2026-27", "2025-26", "2024-25"]
        );
    }

    #[test]
    fn the_same_figures_give_the_same_bytes() {
        assert_eq!(workbook(&pack()).unwrap(), workbook(&pack()).unwrap());
        let csv = csv(&pack()).unwrap();
        assert_eq!(
            csv.iter().filter(|byte| **byte == b'\n').count(),
            1 + 4 * fixtures::SCHOOLS
        );
        if let Some(folder) = std::env::var_os("PUBLISH_LOOK") {
            std::fs::write(
                std::path::Path::new(&folder).join("workbook.xlsx"),
                workbook(&pack()).unwrap(),
            )
            .unwrap();
        }
    }
}

//! The content that results should have for one trust and period.

use std::collections::BTreeMap;

use bytes::Bytes;
use footprint::Targets;
use lake::result_key;

use super::manifest::{Manifest, ManifestObject};
use crate::footprint_store::{FootprintStore, TrustPeriod};
use crate::{PublishError, tables};

const EXTENSIONS: [&str; 3] = ["parquet", "json", "csv"];

/// The results of one trust over one period: every table in every format, and the manifest that ties them together.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Which objects belong together.
    pub manifest: Manifest,
    /// The content of each, by its key.
    pub objects: BTreeMap<String, Bytes>,
}

impl State {
    /// The state that follows from a footprint store; none if no school has figures. Equal figures give equal bytes.
    pub fn of(
        footprint_store: &FootprintStore,
        trust: &str,
        period: &str,
        targets: impl Into<Targets>,
    ) -> Result<Option<State>, PublishError> {
        let Some(view) = footprint_store.view(trust, period, targets) else {
            return Ok(None);
        };
        let mut objects = BTreeMap::new();
        for table in tables::all(&view) {
            let failed = |source| PublishError::Table {
                table: table.name,
                source: Box::new(source),
            };
            let json = table.json(trust, period, &view.totals.factor_sets);
            let contents = [
                table.parquet().map_err(failed)?,
                json.map_err(failed)?.into(),
                table.csv().map_err(failed)?.into(),
            ];
            for (extension, content) in EXTENSIONS.into_iter().zip(contents) {
                objects.insert(result_key(table.name, trust, period, extension), content);
            }
        }
        let manifest = Manifest::of(trust, period, &objects);
        Ok(Some(State { manifest, objects }))
    }

    /// The CSV of every table as the manifest of that state lists it; none if no school has figures. The CSV identifies a
    /// state as well as all formats do, because every format is made from the same table, and takes a tenth of the time.
    pub fn csv_of(
        footprint_store: &FootprintStore,
        trust: &str,
        period: &str,
        targets: impl Into<Targets>,
    ) -> Result<Option<Vec<ManifestObject>>, PublishError> {
        let Some(view) = footprint_store.view(trust, period, targets) else {
            return Ok(None);
        };
        let described = tables::all(&view).map(|table| {
            let csv = table.csv().map_err(|source| PublishError::Table {
                table: table.name,
                source: Box::new(source),
            })?;
            let key = result_key(table.name, trust, period, "csv");
            Ok(ManifestObject::of(key, &csv))
        });
        described.into_iter().collect::<Result<_, _>>().map(Some)
    }
}

/// The slice of a key such as `results/schools/trust=calder-vale/period=2025-26/schools.csv`; none for a key that publish
/// does not write.
pub(super) fn slice_of(key: &str) -> Option<TrustPeriod> {
    let mut parts = key.strip_prefix("results/")?.split('/');
    let table = parts.next()?;
    let trust = parts.next()?.strip_prefix("trust=")?.to_owned();
    let period = parts.next()?.strip_prefix("period=")?.to_owned();
    let is_ours = table == lake::MANIFEST || tables::NAMES.contains(&table);
    is_ours.then_some(TrustPeriod { trust, period })
}

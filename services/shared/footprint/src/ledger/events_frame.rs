//! Converts rows of the other topics to a frame, and back.

use events::{EventType, Urn};
use polars::prelude::*;

use super::LedgerEvent;
use super::columns::{
    Common, Shared, damaged, day_numbers, day_of, frame_of, integers, text_column,
};

/// The frame the ledger keeps: `urn, day, type, data, issued, source, id, partition, offset, received, token`; times are
/// UTC, `data` is the event's JSON.
pub fn events_to_frame(rows: &[&LedgerEvent]) -> PolarsResult<DataFrame> {
    let own = vec![
        text_column("type", rows.iter().map(|row| row.kind.as_str())),
        text_column("data", rows.iter().map(|row| row.data.as_ref())),
    ];
    frame_of(rows, own, |row| {
        (row.urn, row.day, row.issued, &row.identity, &row.origin)
    })
}

/// The rows in a frame of the ledger.
pub fn events_from_frame(frame: &DataFrame) -> PolarsResult<Vec<LedgerEvent>> {
    let urns = frame.column("urn")?.u32()?;
    let kinds = frame.column("type")?.str()?;
    let days = day_numbers(frame, "day")?;
    let issued = integers(frame, "issued")?;
    let data = frame.column("data")?.str()?;
    let common = Common::of(frame)?;
    let mut shared = Shared::default();
    (0..frame.height())
        .map(|row| {
            let urn = urns.get(row).unwrap_or_default();
            let kind = kinds.get(row).unwrap_or_default();
            let (identity, origin) = common.row(row, &mut shared)?;
            Ok(LedgerEvent {
                urn: Urn::try_from(urn).map_err(|_| damaged("urn", urn))?,
                kind: EventType::parse(kind).ok_or_else(|| damaged("type", kind))?,
                day: days
                    .get(row)
                    .map(day_of)
                    .ok_or_else(|| damaged("day", "nothing"))?,
                issued: issued
                    .get(row)
                    .ok_or_else(|| damaged("issued", "nothing"))?,
                data: data.get(row).unwrap_or_default().into(),
                identity,
                origin,
            })
        })
        .collect()
}

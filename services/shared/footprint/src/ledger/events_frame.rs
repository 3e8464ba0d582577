//! Rows of the other topics as a frame, and back.

use events::{EventType, Urn};
use polars::prelude::*;

use super::LedgerEvent;
use super::readings_frame::{
    Common, Shared, damaged, date_column, day_numbers, day_of, days_since_epoch, integers,
    time_column,
};

/// The frame the ledger keeps: `urn, type, day, issued, source, id, data, partition, offset, received, token`; times are
/// UTC, `data` is the event's JSON.
pub fn events_to_frame(rows: &[&LedgerEvent]) -> PolarsResult<DataFrame> {
    let text = |name: &str, of: fn(&LedgerEvent) -> &str| {
        Column::new(
            name.into(),
            rows.iter().map(|row| of(row)).collect::<Vec<_>>(),
        )
    };
    DataFrame::new(
        rows.len(),
        vec![
            Column::new(
                "urn".into(),
                rows.iter().map(|row| row.urn.number()).collect::<Vec<_>>(),
            ),
            text("type", |row| row.kind.as_str()),
            date_column(
                "day",
                rows.iter().map(|row| days_since_epoch(row.day)).collect(),
            )?,
            time_column("issued", rows.iter().map(|row| row.issued).collect())?,
            text("source", |row| &row.identity.source),
            text("id", |row| &row.identity.id),
            text("data", |row| &row.data),
            Column::new(
                "partition".into(),
                rows.iter()
                    .map(|row| row.origin.place.partition)
                    .collect::<Vec<_>>(),
            ),
            Column::new(
                "offset".into(),
                rows.iter()
                    .map(|row| row.origin.place.offset)
                    .collect::<Vec<_>>(),
            ),
            time_column(
                "received",
                rows.iter().map(|row| row.origin.received).collect(),
            )?,
            text("token", |row| &row.origin.token),
        ],
    )
}

/// The rows that a frame of the ledger holds.
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

//! One school over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{NaiveDate, SecondsFormat};
use events::{Quality, SettlementDay, kilowatt_hours};
use footprint::Footprint;
use footprint::view::DayView;
use serde::Deserialize;
use serde_json::{Value, json};

use super::missing;
use crate::app::{App, Seen};
use crate::half_hours::{HalfHours, Series};
use crate::period_selection;
use crate::year_on_year::ChangeTold;

/// `GET /api/v1/schools/{urn}`: every footprint of the school, with all its lines.
pub(crate) async fn school(seen: Seen, Path(urn): Path<String>) -> Response {
    let footprint_store = seen.schools;
    let found = period_selection::of_school(&footprint_store, &urn);
    if found.is_empty() {
        return missing(format!("no school has URN {urn:?}"));
    }
    let footprints: Vec<Value> = found.iter().map(|footprint| published(footprint)).collect();
    let changes: Vec<ChangeTold> = found
        .iter()
        .filter_map(|footprint| footprint_store.change_of(footprint))
        .collect();
    Json(json!({ "urn": urn, "footprints": footprints, "changes": changes })).into_response()
}

/// The footprint as JSON, its survey counts under five suppressed.
pub fn published(footprint: &Footprint) -> Value {
    // A footprint came from JSON, so it can be written as JSON.
    let mut value = serde_json::to_value(footprint).unwrap_or_default();
    value["travel"] = super::travel::published(footprint);
    value["period_label"] = footprint.period.label().into();
    value["pupils"] = footprint.pupils_in_ratio().into();
    value["tonnes_per_pupil"] = footprint.tonnes_per_pupil().into();
    value["partial_tonnes_per_pupil"] = footprint.partial_tonnes_per_pupil().into();
    value["complete"] = footprint.is_complete().into();
    value["incomplete"] = footprint.incomplete().into();
    let notes = footprint.notes.iter();
    value["notes"] = notes.map(ToString::to_string).collect();
    let lacks_voluntary = footprint.lacks_voluntary.iter();
    value["incomplete_voluntary"] = lacks_voluntary.map(ToString::to_string).collect();
    value["enough_data"] = footprint.sufficiency.is_enough().into();
    value["missing_data"] = footprint.sufficiency.clauses().into();
    let with_gaps = footprint.gross_if_gaps_held_that();
    value["gross_with_gap_estimate"] = with_gaps.map(|gross| gross.0).into();
    value
}

/// `?days=7`
#[derive(Debug, Deserialize)]
pub(crate) struct Lately {
    days: Option<u32>,
}

/// `GET /api/v1/schools/{urn}/half-hours?days=7`: the values that count, for the last days that have any.
pub(crate) async fn half_hours(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(lately): Query<Lately>,
) -> Response {
    let footprint_store = seen.schools;
    let found = period_selection::of_school(&footprint_store, &urn);
    let Some(school) = found
        .iter()
        .max_by_key(|school| school.coverage.last_reading)
    else {
        return missing(format!("no school has URN {urn:?}"));
    };
    let days = lately
        .days
        .unwrap_or(7)
        .clamp(1, crate::half_hours::MOST_DAYS);
    let member = period_selection::membership(&found, school);
    match app.half_hours.read(school, member, days).await {
        Some(found) => Json(document(&urn, &found)).into_response(),
        None => {
            let error = "the ledger cannot be read at the moment; try again";
            (
                StatusCode::SERVICE_UNAVAILABLE,
                Json(json!({ "error": error })),
            )
                .into_response()
        }
    }
}

fn document(urn: &str, found: &HalfHours) -> Value {
    let meter = |series| meter(series, &found.days);
    json!({
        "urn": urn,
        "from_day": found.days.first(),
        "to_day": found.days.last(),
        "meters": found.series.iter().map(meter).collect::<Vec<_>>(),
    })
}

/// Every half-hour of the days on which the meter belongs to the school, and of other days on which it has sent.
fn meter(series: &Series, days: &[NaiveDate]) -> Value {
    let told = |day: &&NaiveDate| series.expected.contains(**day) || series.days.contains_key(day);
    let half_hours: Vec<Value> = days
        .iter()
        .filter(told)
        .flat_map(|day| {
            let view = series.days.get(day);
            let day = SettlementDay(*day);
            (0..day.slots()).map(move |slot| half_hour(day, slot, view))
        })
        .collect();
    json!({
        "meter": series.meter, "channel": series.channel, "fuel": series.fuel, "unit": series.unit,
        "half_hours": half_hours,
    })
}

fn half_hour(day: SettlementDay, slot: usize, view: Option<&DayView>) -> Value {
    let quality = view.and_then(|view| Quality::of(view.quality[slot]));
    let quality = quality.map(|quality| match quality {
        Quality::Actual => "actual",
        Quality::Spread => "spread",
        Quality::Estimated => "estimated",
    });
    json!({
        "starts": day.slot_starts(slot).to_rfc3339_opts(SecondsFormat::Secs, true),
        "value": view.and_then(|view| view.slots[slot]).map(kilowatt_hours),
        "quality": quality,
    })
}

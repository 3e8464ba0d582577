//! A school's electricity by the carbon intensity of the grid, over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use events::{GridRegion, Urn, kilowatt_hours};
use footprint::grid::{Basis, ClockHalfHour, HalfHour, SHIFTED_PERCENT, Shift};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{missing, refused};
use crate::app::{App, Seen};
use crate::format;
use crate::grid::{GridLack, GridReport};
use crate::half_hours::Wanted;
use crate::period_selection;

/// `?month=2026-03`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GridQuery {
    /// A calendar month, of which the whole days count that have passed; without it the last 28 whole days with readings.
    #[param(pattern = "^[0-9]{4}-[0-9]{2}$", example = "2026-03")]
    month: Option<String>,
}

/// A school's electricity by the carbon intensity of the grid. It is for running a school, and is in no footprint, report or
/// target: those are priced by the yearly factors for reporting.
#[derive(Serialize, ToSchema)]
pub(crate) struct SchoolGrid {
    /// The school's Unique Reference Number.
    urn: Urn,
    /// The region of the grid, as the Carbon Intensity API numbers it.
    region: GridRegion,
    /// The region's name.
    region_name: &'static str,
    /// Whether the school registered its region; otherwise the intensity is that of Great Britain.
    region_registered: bool,
    /// The first local day; null if there is no day.
    from_day: Option<NaiveDate>,
    /// The last local day; null if there is no day.
    to_day: Option<NaiveDate>,
    /// What is missing for figures; null if there are figures.
    missing: Option<GridLack>,
    /// The half-hours of these days.
    half_hours_expected: usize,
    /// Those of which use and intensity are known. All figures are of these alone.
    half_hours_known: usize,
    /// Those of them whose intensity is a forecast and no actual value.
    half_hours_by_forecast: usize,
    /// The electricity taken from the grid, in kWh; null without figures.
    used_kwh: Option<f64>,
    /// Its emissions, in kg CO2: the sum over half-hours of use times intensity, rounded once to a milligram; null without figures.
    emitted_kg: Option<f64>,
    /// The mean intensity of the electricity used, in g CO2 per kWh: each half-hour counts by its use. Null without figures or use.
    intensity_of_use: Option<f64>,
    /// The mean intensity of the same half-hours, in g CO2 per kWh: each counts alike. Null without figures.
    intensity_of_time: Option<f64>,
    /// The 48 half-hours of the local clock, from midnight on.
    by_time_of_day: Vec<TimeOfDay>,
    /// The half-hours with the highest intensity in which electricity was used, the highest first; at most 5.
    #[schema(max_items = 5)]
    dirtiest: Vec<GridHalfHour>,
    /// What moving a part of the use would save; null unless every half-hour of some day is known.
    shift: Option<ShiftAnswer>,
    /// Every half-hour of these days, in order.
    half_hours: Vec<GridHalfHour>,
}

/// One half-hour of the local clock, over all days.
#[derive(Serialize, ToSchema)]
struct TimeOfDay {
    /// When it begins, such as `17:30`.
    #[schema(pattern = "^([01][0-9]|2[0-3]):[03]0$")]
    starts: String,
    /// On how many days its use and intensity are known.
    known: usize,
    /// The mean use, in kWh; null if none is known.
    used_kwh: Option<f64>,
    /// The mean intensity, in g CO2 per kWh; null if none is known.
    intensity: Option<f64>,
}

/// One half-hour.
#[derive(Serialize, ToSchema)]
struct GridHalfHour {
    /// When it begins.
    starts: DateTime<Utc>,
    /// The electricity taken from the grid, in kWh; null unless every electricity meter has sent a value.
    used_kwh: Option<f64>,
    /// The intensity of the grid, in g CO2 per kWh; null if it is not known.
    intensity: Option<u16>,
    /// How the intensity was obtained; null if it is not known.
    basis: Option<Basis>,
    /// Use times intensity, in kg CO2, rounded to a milligram; null unless both are known.
    emitted_kg: Option<f64>,
}

/// What a school would save by moving a part of its use: of each day of which every half-hour is known, a share of the use in the
/// dirtiest quarter of the half-hours is spread evenly over the cleanest quarter. Nothing is scaled up to other days.
#[derive(Serialize, ToSchema)]
struct ShiftAnswer {
    /// The share that is moved, in per cent.
    moved_percent: i64,
    /// The days that count.
    days: usize,
    /// The electricity moved on all of them together, in kWh.
    moved_kwh: f64,
    /// The emissions saved on all of them together, in kg CO2; never below 0.
    saved_kg: f64,
}

/// `GET /api/v1/schools/{urn}/grid-intensity?month=2026-03`
pub(crate) async fn grid_intensity(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(query): Query<GridQuery>,
) -> Response {
    let month = query.month.as_deref().map(|text| (text, text.parse()));
    let wanted = match month {
        None => Wanted::GRID,
        Some((_, Ok(month))) => Wanted::Of(month),
        Some((text, Err(()))) => {
            let error = format!("a month is written 2026-03, not {text:?}");
            return refused(StatusCode::BAD_REQUEST, error);
        }
    };
    let footprint_store = seen.schools;
    let found = period_selection::of_school(&footprint_store, &urn);
    let Some(school) = found
        .iter()
        .max_by_key(|school| school.coverage.last_reading)
    else {
        return missing(format!("no school has URN {urn:?}"));
    };
    let member = period_selection::membership(&found, school);
    match app.half_hours.read(school, member, wanted).await {
        Some(found) => {
            let days = found.last_whole(school, wanted);
            Json(answer(school.urn, &app.grid.report(school, &days))).into_response()
        }
        None => {
            let error = "the ledger cannot be read at the moment; try again";
            refused(StatusCode::SERVICE_UNAVAILABLE, error)
        }
    }
}

fn answer(urn: Urn, report: &GridReport) -> SchoolGrid {
    let of_use = &report.of_use;
    let has_figures = report.lack.is_none();
    SchoolGrid {
        urn,
        region: report.region,
        region_name: report.region.name(),
        region_registered: report.is_registered,
        from_day: report.days.first().copied(),
        to_day: report.days.last().copied(),
        missing: report.lack,
        half_hours_expected: of_use.half_hours,
        half_hours_known: of_use.known,
        half_hours_by_forecast: of_use.by_forecast,
        used_kwh: has_figures.then(|| kilowatt_hours(of_use.energy)),
        emitted_kg: has_figures.then(|| of_use.emissions.kilograms()),
        intensity_of_use: of_use.mean_of_use.map(grams),
        intensity_of_time: of_use.mean_of_time.map(grams),
        by_time_of_day: (0..).zip(&of_use.clock).map(time_of_day).collect(),
        dirtiest: of_use.dirtiest.iter().map(half_hour).collect(),
        shift: of_use.shift.map(shift),
        half_hours: report.half_hours.iter().map(half_hour).collect(),
    }
}

fn time_of_day((number, of_clock): (usize, &ClockHalfHour)) -> TimeOfDay {
    TimeOfDay {
        starts: format::clock(number),
        known: of_clock.known,
        used_kwh: of_clock.energy.map(kilowatt_hours),
        intensity: of_clock.intensity.map(grams),
    }
}

fn half_hour(one: &HalfHour) -> GridHalfHour {
    GridHalfHour {
        starts: one.day.slot_starts(one.slot),
        used_kwh: one.energy.map(kilowatt_hours),
        intensity: one.intensity.map(|intensity| intensity.grams_per_kwh),
        basis: one.intensity.map(|intensity| intensity.basis),
        emitted_kg: one.emissions().map(|emitted| emitted.kilograms()),
    }
}

fn shift(shift: Shift) -> ShiftAnswer {
    ShiftAnswer {
        moved_percent: SHIFTED_PERCENT,
        days: shift.days,
        moved_kwh: kilowatt_hours(shift.moved),
        saved_kg: shift.saved.kilograms(),
    }
}

/// Milligrams as grams.
fn grams(milligrams: i64) -> f64 {
    milligrams as f64 / 1e3
}

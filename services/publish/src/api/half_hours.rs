//! The last half-hours of a school over the API.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use events::{Channel, Fuel, MeterId, Quality, SettlementDay, Unit, Urn, kilowatt_hours};
use footprint::Footprint;
use footprint::view::DayView;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{missing, refused};
use crate::app::{App, Seen};
use crate::half_hours::{HalfHours, MOST_DAYS, Series, Wanted};
use crate::period_selection;

/// `?days=7`
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct HalfHoursQuery {
    /// The number of local days, of which the last is that of the school's last reading. 0 is taken as 1, and more than 31
    /// as 31.
    #[param(minimum = 1, maximum = 31, default = 7)]
    days: Option<u32>,
}

/// The last half-hours of a school.
#[derive(Serialize, ToSchema)]
pub(crate) struct SchoolHalfHours {
    /// The school's Unique Reference Number.
    urn: Urn,
    /// The first local day; null if the school has no readings.
    from_day: Option<NaiveDate>,
    /// The local day of the school's last reading; null if it has none.
    to_day: Option<NaiveDate>,
    /// One entry per meter, channel and unit with data on these days, and one per meter that is expected to send and is
    /// silent.
    meters: Vec<MeterHalfHours>,
}

/// The half-hours of one channel of one meter.
#[derive(Serialize, ToSchema)]
struct MeterHalfHours {
    /// Which meter.
    meter: MeterId,
    /// What people call it, as registered last; null if no name is registered.
    name: Option<String>,
    /// What it counts: AI is active import, AE active export, RI reactive import, RE reactive export.
    channel: Channel,
    /// What the meter measures according to the register; null if the register does not know the meter.
    fuel: Option<Fuel>,
    /// The unit of every value.
    unit: Unit,
    /// 46, 48 or 50 for each local day on which the meter belongs to the school or has sent something.
    half_hours: Vec<HalfHour>,
}

/// One half-hour.
#[derive(Serialize, ToSchema)]
struct HalfHour {
    /// When it begins.
    starts: DateTime<Utc>,
    /// The measured value, in `unit`; null without a reading, never 0.
    value: Option<f64>,
    /// How the value was obtained; null without a reading.
    quality: Option<Quality>,
    /// Whether a quarter of it is known and the other is not: then it has no value.
    known_by_half: bool,
}

/// `GET /api/v1/schools/{urn}/half-hours?days=7`: the values that count, for the last days that have any.
pub(crate) async fn half_hours(
    State(app): State<Arc<App>>,
    seen: Seen,
    Path(urn): Path<String>,
    Query(query): Query<HalfHoursQuery>,
) -> Response {
    let footprint_store = seen.schools;
    let found = period_selection::of_school(&footprint_store, &urn);
    let Some(school) = found
        .iter()
        .max_by_key(|school| school.coverage.last_reading)
    else {
        return missing(format!("no school has URN {urn:?}"));
    };
    let days = query.days.unwrap_or(7).clamp(1, MOST_DAYS);
    let member = period_selection::membership(&found, school);
    match app
        .half_hours
        .read(school, member, Wanted::Last(days))
        .await
    {
        Some(found) => Json(answer(school, &found)).into_response(),
        None => {
            let error = "the ledger cannot be read at the moment; try again";
            refused(StatusCode::SERVICE_UNAVAILABLE, error)
        }
    }
}

fn answer(school: &Footprint, found: &HalfHours) -> SchoolHalfHours {
    let series = found.series.iter();
    SchoolHalfHours {
        urn: school.urn,
        from_day: found.days.first().copied(),
        to_day: found.days.last().copied(),
        meters: series
            .map(|series| meter(school, series, &found.days))
            .collect(),
    }
}

/// Every half-hour of the days on which the meter belongs to the school, and of other days on which it has sent.
fn meter(school: &Footprint, series: &Series, days: &[NaiveDate]) -> MeterHalfHours {
    let is_listed =
        |day: &&NaiveDate| series.expected.contains(**day) || series.days.contains_key(day);
    let half_hours = days.iter().filter(is_listed).flat_map(|day| {
        let view = series.days.get(day);
        let day = SettlementDay(*day);
        (0..day.slots()).map(move |slot| half_hour(day, slot, view))
    });
    let mut meters = school.meters.iter();
    let known = meters.find(|meter| meter.meter == series.meter);
    MeterHalfHours {
        meter: series.meter.clone(),
        name: known.and_then(|meter| meter.name.clone()),
        channel: series.channel,
        fuel: series.fuel,
        unit: series.unit,
        half_hours: half_hours.collect(),
    }
}

fn half_hour(day: SettlementDay, slot: usize, view: Option<&DayView>) -> HalfHour {
    HalfHour {
        starts: day.slot_starts(slot),
        value: view
            .and_then(|view| view.slots.value(slot))
            .map(kilowatt_hours),
        quality: view.and_then(|view| view.slots.quality(slot)),
        known_by_half: view.is_some_and(|view| view.slots.known_by_half() & (1 << slot) != 0),
    }
}

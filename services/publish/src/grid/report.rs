//! A school's electricity by the intensity of the grid.

use chrono::NaiveDate;
use events::{Channel, Fuel, GridRegion, SettlementDay, Unit};
use footprint::Footprint;
use footprint::grid::{GridUse, HalfHour, Intensities};
use serde::Serialize;
use utoipa::ToSchema;

use super::region;
use crate::half_hours::HalfHours;

/// What is missing for figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum GridLack {
    /// No half-hour of these days has readings of every electricity meter.
    Readings,
    /// No intensity of the region is known for these days.
    Intensities,
    /// There are readings and intensities, and no half-hour has both.
    HalfHoursWithBoth,
}

/// A school's electricity by the intensity of the grid.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GridReport {
    pub region: GridRegion,
    /// Whether the school registered the region.
    pub is_registered: bool,
    pub days: Vec<NaiveDate>,
    /// Every half-hour of the days, in order.
    pub half_hours: Vec<HalfHour>,
    pub of_use: GridUse,
    /// Why there are no figures; none if there are.
    pub lack: Option<GridLack>,
}

impl GridReport {
    pub(super) fn new(school: &Footprint, found: &HalfHours, known: &Intensities) -> Self {
        let region = region(school);
        let meters = found.sum(Fuel::Electricity, Channel::AI, Unit::KilowattHours);
        let slots = found.days.iter().flat_map(|day| {
            let day = SettlementDay(*day);
            (0..day.slots()).map(move |slot| (day, slot))
        });
        let half_hours: Vec<HalfHour> = slots
            .enumerate()
            .map(|(at, (day, slot))| HalfHour {
                day,
                slot,
                energy: meters.as_ref().and_then(|meters| meters.get(at)?.whole()),
                intensity: known.at(region, day.slot_starts(slot)),
            })
            .collect();
        let of_use = GridUse::of(&half_hours);
        GridReport {
            region,
            is_registered: school.grid_region.is_some(),
            days: found.days.clone(),
            lack: lack(&half_hours, &of_use),
            of_use,
            half_hours,
        }
    }
}

fn lack(half_hours: &[HalfHour], of_use: &GridUse) -> Option<GridLack> {
    let has = |of: fn(&HalfHour) -> bool| half_hours.iter().any(of);
    match () {
        () if of_use.known > 0 => None,
        () if !has(|one| one.energy.is_some()) => Some(GridLack::Readings),
        () if !has(|one| one.intensity.is_some()) => Some(GridLack::Intensities),
        () => Some(GridLack::HalfHoursWithBoth),
    }
}

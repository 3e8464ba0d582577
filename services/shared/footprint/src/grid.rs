//! A school's electricity priced by the grid's carbon intensity, half-hour by half-hour: when it is dirtiest, and what moving a part
//! of it would save. This is for running a school. No figure of a footprint, a report or a target uses it, because those are priced
//! by the yearly factors for reporting.

mod intensities;
mod shift;

use events::{MilligramsCo2e, Quantity, SettlementDay};

pub use intensities::{Basis, Intensities, Intensity};
pub use shift::{SHIFTED_PERCENT, Shift};

/// How many of the dirtiest half-hours are listed.
pub const MOST_DIRTIEST: usize = 5;

/// Half-hours that a local clock shows in a day.
pub const CLOCK_HALF_HOURS: usize = 48;

/// One half-hour of a local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfHour {
    /// The local day.
    pub day: SettlementDay,
    /// Its number in the day, from 0.
    pub slot: usize,
    /// The electricity taken from the grid, in milliwatt-hours; none if a meter has sent nothing.
    pub energy: Option<Quantity>,
    /// The intensity of the grid; none if it is not known.
    pub intensity: Option<Intensity>,
}

impl HalfHour {
    /// The electricity and the intensity, if both are known.
    fn known(&self) -> Option<(Quantity, i64)> {
        Some((self.energy?, i64::from(self.intensity?.grams_per_kwh)))
    }

    /// The emissions, rounded to the nearest milligram.
    pub fn emissions(&self) -> Option<MilligramsCo2e> {
        let (energy, grams) = self.known()?;
        Some(milligrams(micrograms(energy, grams)))
    }
}

/// Electricity by the intensity of the grid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GridUse {
    /// The half-hours of the days.
    pub half_hours: usize,
    /// The half-hours of which use and intensity are known: everything below is of these alone.
    pub known: usize,
    /// Those of them whose intensity is a forecast.
    pub by_forecast: usize,
    /// The electricity used, in milliwatt-hours.
    pub energy: Quantity,
    /// Its emissions: the sum over half-hours of use times intensity, rounded once.
    pub emissions: MilligramsCo2e,
    /// The mean intensity of the electricity used, in milligrams per kWh: half-hours count by their use. None without use.
    pub mean_of_use: Option<i64>,
    /// The mean intensity of the same half-hours, in milligrams per kWh: each counts alike. None if none is known.
    pub mean_of_time: Option<i64>,
    /// The half-hours of the local clock, from midnight on.
    pub clock: Vec<ClockHalfHour>,
    /// The half-hours with the highest intensity in which electricity was used, the highest first.
    pub dirtiest: Vec<HalfHour>,
    /// What moving a part of the use would save; none without a day of which every half-hour is known.
    pub shift: Option<Shift>,
}

/// One half-hour of the local clock, over all days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClockHalfHour {
    /// On how many days its use and intensity are known.
    pub known: usize,
    /// The mean use, in milliwatt-hours; none if none is known.
    pub energy: Option<Quantity>,
    /// The mean intensity, in milligrams per kWh; none if none is known.
    pub intensity: Option<i64>,
}

impl GridUse {
    /// The use of some half-hours, which are those of whole days in their order.
    pub fn of(half_hours: &[HalfHour]) -> Self {
        let known = || half_hours.iter().filter_map(HalfHour::known);
        let by_forecast = half_hours.iter().filter(|one| {
            let intensity = one.intensity.filter(|_| one.energy.is_some());
            intensity.is_some_and(|intensity| intensity.basis == Basis::Forecast)
        });
        let energy: i128 = known().map(|(energy, _)| i128::from(energy)).sum();
        let emitted: i128 = known()
            .map(|(energy, grams)| micrograms(energy, grams))
            .sum();
        let grams: i128 = known().map(|(_, grams)| i128::from(grams)).sum();
        let count = known().count();
        GridUse {
            half_hours: half_hours.len(),
            known: count,
            by_forecast: by_forecast.count(),
            energy: narrow(energy),
            emissions: milligrams(emitted),
            // Micrograms over milliwatt-hours are grams per kWh.
            mean_of_use: ratio(emitted * 1_000, energy),
            mean_of_time: ratio(grams * 1_000, count as i128),
            clock: by_clock(half_hours),
            dirtiest: dirtiest(half_hours),
            shift: Shift::of(half_hours),
        }
    }

    /// The half-hour of the clock with the highest mean intensity, and the one with the lowest; of equals the earlier. None if none
    /// is known.
    pub fn extremes(&self) -> Option<(usize, usize)> {
        let known = || {
            let clock = self.clock.iter().enumerate();
            clock.filter_map(|(at, one)| Some((at, one.intensity?)))
        };
        let (highest, _) = known().min_by_key(|(at, mean)| (std::cmp::Reverse(*mean), *at))?;
        let (lowest, _) = known().min_by_key(|(at, mean)| (*mean, *at))?;
        Some((highest, lowest))
    }
}

fn by_clock(half_hours: &[HalfHour]) -> Vec<ClockHalfHour> {
    let mut sums = [(0_usize, 0_i128, 0_i128); CLOCK_HALF_HOURS];
    for one in half_hours {
        if let Some((energy, grams)) = one.known()
            && let Some((count, energies, intensities)) =
                sums.get_mut(one.day.clock_half_hour(one.slot))
        {
            *count += 1;
            *energies += i128::from(energy);
            *intensities += i128::from(grams);
        }
    }
    let mean = |(known, energy, grams): (usize, i128, i128)| ClockHalfHour {
        known,
        energy: ratio(energy, known as i128),
        intensity: ratio(grams * 1_000, known as i128),
    };
    sums.map(mean).to_vec()
}

fn dirtiest(half_hours: &[HalfHour]) -> Vec<HalfHour> {
    let used = half_hours
        .iter()
        .filter(|one| one.known().is_some_and(|(energy, _)| energy > 0));
    let mut dirtiest: Vec<HalfHour> = used.copied().collect();
    // Of equals the one with more use; the sort keeps the earlier of two that are equal in both.
    dirtiest
        .sort_by_key(|one| std::cmp::Reverse(one.known().map(|(energy, grams)| (grams, energy))));
    dirtiest.truncate(MOST_DIRTIEST);
    dirtiest
}

/// Milliwatt-hours times grams per kWh.
fn micrograms(energy: Quantity, grams_per_kwh: i64) -> i128 {
    i128::from(energy) * i128::from(grams_per_kwh)
}

/// The nearest milligram, a half up.
fn milligrams(micrograms: i128) -> MilligramsCo2e {
    MilligramsCo2e(ratio(micrograms, 1_000).unwrap_or_default())
}

/// The nearest whole number, a half up; none of nothing.
fn ratio(of: i128, to: i128) -> Option<i64> {
    (to > 0).then(|| narrow((2 * of + to).div_euclid(2 * to)))
}

/// A month of half-hours of any meters that ingest accepts fits.
fn narrow(number: i128) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;

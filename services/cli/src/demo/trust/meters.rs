//! The meters of the schools: what each measures, its size and its faults.

use events::{Channel, MeterId, Phase, Urn};

use super::mpan::{mpan, mprn, solar_serial};
use super::profile::Weights;
use super::schools::{Heating, School};

/// A meter.
#[derive(Debug, Clone)]
pub(super) struct Meter {
    pub(super) id: MeterId,
    pub(super) urn: Urn,
    /// Its number, used as a key for random draws.
    pub(super) number: u64,
    pub(super) measures: Measures,
    pub(super) channels: &'static [Channel],
    /// The number of decimal places it sends.
    pub(super) decimals: i32,
    pub(super) habit: Habit,
}

/// What a meter measures. Scales are the kWh of a half-hour at weight 1 of its shape.
#[derive(Debug, Clone, Copy)]
pub(super) enum Measures {
    /// Electricity from the grid; with panels behind it, only the demand they do not cover, and the surplus they export.
    Grid {
        scale: f64,
        phase: Phase,
        panels: Option<Panels>,
    },
    /// Gas, in kWh unless a calorific value means that it counts cubic metres.
    Gas {
        scale: f64,
        calorific_value: Option<f64>,
    },
    /// Generation of solar panels.
    Sun(Panels),
}

/// The panels of one roof.
#[derive(Debug, Clone, Copy)]
pub(super) struct Panels {
    pub(super) kilowatts: f64,
    /// The number of the school, so that its generation meter and its grid meter see the same sky.
    pub(super) school: u64,
}

/// The faults of a meter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Habit {
    /// Only the occasional faults that every meter has.
    Sound,
    /// Half-hours are missing every few days, and sometimes whole days.
    Gappy,
    /// Went silent five weeks before the demo was started.
    Stopped,
    /// Its logger failed for two weeks, whose data the supplier sends as a file.
    ByFile,
    /// Its logger was stuck for five days and sent one value repeatedly.
    Hanging,
    /// From one day on its values are divided by four, as after a wrong multiplier is entered.
    Rescaled,
}

/// The meters of all schools.
pub(super) fn meters(schools: &[School], weights: &Weights) -> Vec<Meter> {
    schools
        .iter()
        .flat_map(|school| {
            let grid = grid_meters(school, weights);
            grid.chain(gas_meter(school, weights))
                .chain(solar_meter(school))
        })
        .collect()
}

fn grid_meters(school: &School, weights: &Weights) -> impl Iterator<Item = Meter> {
    let shares: &[f64] = match school.grid_meters {
        3 => &[0.6, 0.27, 0.13],
        2 => &[0.72, 0.28],
        _ => &[1.0],
    };
    let (phase, weight) = match school.phase {
        Phase::Secondary => (Phase::Secondary, weights.secondary),
        other => (other, weights.primary),
    };
    let scale = f64::from(school.pupils) * school.load_per_pupil / weight;
    shares.iter().zip(1..).filter_map(move |(share, nth)| {
        // The panels are behind the main meter.
        let panels = school.panels.filter(|_| nth == 1).map(|kilowatts| Panels {
            kilowatts,
            school: school.number,
        });
        let channels: &[Channel] = match panels {
            Some(_) => &[Channel::AI, Channel::AE],
            None => &[Channel::AI],
        };
        Some(Meter {
            id: mpan(school.number, nth)?,
            urn: school.urn,
            number: school.number * 10 + nth,
            measures: Measures::Grid {
                scale: scale * share,
                phase,
                panels,
            },
            channels,
            decimals: 1 + (school.number % 3) as i32,
            habit: match (school.number, nth) {
                (9, 2) => Habit::Stopped,
                (11, 1) => Habit::Gappy,
                (13, 1) => Habit::ByFile,
                (5, 2) => Habit::Hanging,
                (1, 3) => Habit::Rescaled,
                _ => Habit::Sound,
            },
        })
    })
}

fn gas_meter(school: &School, weights: &Weights) -> Option<Meter> {
    let calorific_value = match school.heating {
        Heating::GasKwh => None,
        Heating::GasCubicMetres(value) => Some(value),
        Heating::Oil => return None,
    };
    Some(Meter {
        id: mprn(school.number)?,
        urn: school.urn,
        number: school.number * 10 + 8,
        measures: Measures::Gas {
            scale: f64::from(school.pupils) * school.heat_per_pupil / weights.heat,
            calorific_value,
        },
        channels: &[Channel::AI],
        decimals: if calorific_value.is_some() { 2 } else { 1 },
        habit: Habit::Sound,
    })
}

fn solar_meter(school: &School) -> Option<Meter> {
    Some(Meter {
        measures: Measures::Sun(Panels {
            kilowatts: school.panels?,
            school: school.number,
        }),
        id: solar_serial(school.number)?,
        urn: school.urn,
        number: school.number * 10 + 9,
        channels: &[Channel::AI],
        decimals: 3,
        habit: Habit::Sound,
    })
}

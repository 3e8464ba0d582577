//! The true measurements of a meter on a day, half-hour by half-hour.

use events::Channel;

use super::MadeUpTrust;
use super::day::Day;
use super::meters::{Measures, Meter, Panels};
use super::profile::{heat, load, sunshine};

impl MadeUpTrust {
    /// Every half-hour of the day, in the meter's own unit and decimals.
    pub(super) fn measured(&self, meter: &Meter, channel: Channel, day: &Day) -> Vec<f64> {
        let own = self.chance.about("meter").of(meter.number).of(day.number);
        let of_day = own.about("day").between(0.93, 1.07);
        let unit = 10_f64.powi(meter.decimals);
        (0..day.slots)
            .map(|slot| {
                let wobble = of_day * own.of(slot as u64).between(0.9, 1.1);
                let value = match meter.measures {
                    Measures::Grid { panels, .. } => {
                        let load = usual(meter, day, slot) * wobble;
                        let roof = panels.map_or(0.0, |panels| self.generated(panels, day, slot));
                        match channel {
                            Channel::AE => (roof - load).max(0.0),
                            _ => (load - roof).max(0.0),
                        }
                    }
                    Measures::Gas { .. } => usual(meter, day, slot) * wobble,
                    Measures::Sun(panels) => self.generated(panels, day, slot),
                };
                (value * unit).round() / unit
            })
            .collect()
    }

    /// The supplier's estimate if it has no reading: the usual shape, slightly too high, to one decimal.
    pub(super) fn assumed(&self, meter: &Meter, day: &Day) -> Vec<f64> {
        (0..day.slots)
            .map(|slot| (usual(meter, day, slot) * 1.08 * 10.0).round() / 10.0)
            .collect()
    }

    fn generated(&self, panels: Panels, day: &Day, slot: usize) -> f64 {
        let sky = self.chance.about("sky").of(panels.school).of(day.number);
        panels.kilowatts * sunshine(day, slot) * sky.of(slot as u64).between(0.8, 1.0)
    }
}

/// Load or heat by the shapes, without the day's random variation and without the solar panels.
fn usual(meter: &Meter, day: &Day, slot: usize) -> f64 {
    match meter.measures {
        Measures::Grid { scale, phase, .. } => scale * load(phase, day, slot),
        Measures::Gas {
            scale,
            calorific_value,
        } => {
            // A cubic metre holds CV × 1.02264 ÷ 3.6 kWh.
            let per_unit = calorific_value.map_or(1.0, |value| value * 1.02264 / 3.6);
            scale * heat(day, slot) / per_unit
        }
        Measures::Sun(panels) => panels.kilowatts * sunshine(day, slot),
    }
}

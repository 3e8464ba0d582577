//! The upright axis of a chart: from zero, with few and round numbers.

use maud::{Markup, html};

use super::{BOTTOM, LEFT, TOP, WIDTH};
use crate::format;

/// From 0 to a little over the greatest value.
pub(in crate::page) struct Axis {
    step: f64,
    steps: u32,
}

impl Axis {
    /// An axis of at most five round steps that covers `greatest`.
    pub(in crate::page) fn up_to(greatest: f64) -> Self {
        let greatest = if greatest > 0.0 { greatest } else { 1.0 };
        let power = 10_f64.powf((greatest / 4.0).log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .into_iter()
            .map(|round| round * power)
            .find(|step| greatest / step <= 4.0)
            .unwrap_or(greatest);
        Axis {
            step,
            steps: (greatest / step).ceil().max(1.0) as u32,
        }
    }

    /// The y coordinate of a value.
    pub(in crate::page) fn y(&self, value: f64) -> f64 {
        let top = self.step * f64::from(self.steps);
        BOTTOM - (BOTTOM - TOP) * value / top
    }

    /// The horizontal grid lines and their numbers.
    pub(in crate::page) fn grid(&self) -> Markup {
        let places = if self.step >= 1.0 {
            usize::from(self.step == 2.5)
        } else {
            2
        };
        html! {
            @for number in 0..=self.steps {
                @let value = self.step * f64::from(number);
                @let y = format!("{:.1}", self.y(value));
                line class=(if number == 0 { "axis" } else { "grid" }) x1=(LEFT) x2=(WIDTH) y1=(y) y2=(y) {}
                text x=(LEFT - 7.0) y=(y) dy="4" text-anchor="end" aria-hidden="true" {
                    (if number == 0 { "0".to_owned() } else { format::decimal(value, places) })
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_few_and_round_and_hold_the_greatest() {
        for greatest in [0.0, 0.037, 1.0, 7.3, 99.0, 101.0, 12_345.0] {
            let axis = Axis::up_to(greatest);
            assert!(
                (1..=4).contains(&axis.steps),
                "{greatest}: {} of {}",
                axis.steps,
                axis.step
            );
            assert!(axis.y(greatest) >= TOP - 1e-9);
        }
    }
}

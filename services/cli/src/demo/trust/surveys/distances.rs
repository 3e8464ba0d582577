//! The distances people travel, by mode.

use events::{Journeys, Mode, ModeCounts};

/// A band in kilometres, and how many of a hundred people who stated their distance are in it.
type Band = (f64, f64, u32);

const NEAR: [Band; 3] = [(0.0, 0.5, 40), (0.5, 1.0, 35), (1.0, 2.0, 25)];
const CYCLED: [Band; 3] = [(0.0, 1.0, 25), (1.0, 2.0, 40), (2.0, 5.0, 35)];
const DRIVEN: [Band; 4] = [
    (0.0, 1.0, 20),
    (1.0, 2.0, 30),
    (2.0, 5.0, 35),
    (5.0, 10.0, 15),
];
const RIDDEN: [Band; 3] = [(1.0, 3.0, 30), (3.0, 5.0, 40), (5.0, 10.0, 30)];
const FAR: [Band; 2] = [(5.0, 10.0, 60), (10.0, 20.0, 40)];

/// The distance bands of the people who stated their distance: about nine of ten.
pub(super) fn journeys(current: &ModeCounts) -> Vec<Journeys> {
    let of_mode = |(mode, count): (&Mode, &u32)| {
        let told = count * 9 / 10;
        let (mut passed, mut counted) = (0, 0);
        let mut bands = Vec::new();
        for (from_km, to_km, share) in bands_of(*mode) {
            passed += share;
            let upto = told * passed / 100;
            if upto > counted {
                bands.push(Journeys {
                    mode: *mode,
                    from_km: *from_km,
                    to_km: *to_km,
                    count: upto - counted,
                });
            }
            counted = upto;
        }
        bands
    };
    current.iter().flat_map(of_mode).collect()
}

fn bands_of(mode: Mode) -> &'static [Band] {
    match mode {
        Mode::Walk | Mode::Scoot => &NEAR,
        Mode::Cycle => &CYCLED,
        Mode::ParkAndStride | Mode::CarShare | Mode::Car | Mode::Other => &DRIVEN,
        Mode::PublicBus | Mode::SchoolBus => &RIDDEN,
        Mode::Taxi | Mode::Rail => &FAR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_hold_nine_of_ten() {
        let told = journeys(&[(Mode::Walk, 40), (Mode::Car, 21)].into());
        let of = |mode| -> u32 {
            let bands = told.iter().filter(|band| band.mode == mode);
            bands.map(|band| band.count).sum()
        };
        assert_eq!((of(Mode::Walk), of(Mode::Car)), (36, 18));
    }
}

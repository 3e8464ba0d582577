//! Whether the bins named with a load can have held its weight.

use super::{Ewc, WasteCollected};

/// The result of comparing a load's weight with its bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fill {
    /// The bins can hold it, or the event does not say which bins or how many were emptied.
    Plausible,
    /// More than full bins of such waste weigh, as far as is known.
    Odd {
        /// The most that full bins of it weigh, in kilograms.
        most_kg: f64,
    },
    /// More than any material of this kind can weigh in these bins.
    Impossible {
        /// The upper limit, in kilograms.
        most_kg: f64,
    },
}

/// How heavy a waste gets, in kilograms per litre of a bin.
#[derive(Debug, Clone, Copy)]
struct Density {
    /// For a full bin.
    full: f64,
    /// For the material itself, without any air.
    solid: f64,
}

impl WasteCollected {
    /// Compares the weight with the bins named with the load.
    pub fn fill(&self) -> Fill {
        let (Some(container), Some(lifts)) = (&self.container, self.lifts) else {
            return Fill::Plausible;
        };
        let litres = f64::from(container.litres) * f64::from(lifts);
        let density = density(self.ewc);
        let [full, solid] = [density.full, density.solid].map(|each| each * litres);
        match self.weight_kg {
            kg if kg > solid => Fill::Impossible { most_kg: solid },
            kg if kg > full => Fill::Odd { most_kg: full },
            _ => Fill::Plausible,
        }
    }
}

/// Published maxima of a full bin of 1,100 l: paper 600 kg, food 825 kg. A typical full residual bin has 0.13 to 0.17 kg in a
/// litre; three times that is a compacted one. Nothing that schools put into these bins is denser than water, with a little
/// room for a lid that does not close; metals, glass, soil and what is not known may be.
fn density(ewc: Ewc) -> Density {
    let (full, solid) = match ewc.0 {
        // Paper and card.
        20_01_01 | 15_01_01 => (0.55, 1.2),
        // Food, and edible oil.
        20_01_08 | 20_01_25 => (0.75, 1.2),
        // Plastics, composite and mixed packaging, clothes, textiles, wood, garden, residual and bulky waste.
        20_01_39 | 15_01_02 | 15_01_05 | 15_01_06 | 20_01_10 | 20_01_11 | 20_01_38 | 20_02_01
        | 20_03_01 | 20_03_07 => (0.5, 1.2),
        _ => (1.7, 3.0),
    };
    Density { full, solid }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where it fails")]
mod tests {
    use super::*;

    fn check(ewc: &str, kg: f64, bins: &str, wanted: Fill) {
        let text = format!(
            r#"{{"collected_on":"2026-03-12","ewc":"{ewc}","weight_kg":{kg},"basis":"weighed"{bins}}}"#
        );
        let waste: WasteCollected = serde_json::from_str(&text).unwrap();
        assert_eq!(waste.fill(), wanted, "{text}");
    }

    #[test]
    fn a_load_is_compared_with_its_bins() {
        let bins = |litres: u32, lifts: u32| {
            format!(r#","container":{{"kind":"WBI","litres":{litres}}},"lifts":{lifts}"#)
        };
        let two = bins(1100, 2);
        // 2 × 1,100 l × 0.5 and 1.2 kg/l.
        check("200301", 280.0, &two, Fill::Plausible);
        check("200301", 1100.0, &two, Fill::Plausible);
        check("200301", 1100.1, &two, Fill::Odd { most_kg: 1100.0 });
        check("200301", 2640.1, &two, Fill::Impossible { most_kg: 2640.0 });
        // Tonnes entered as kilograms, and the published maximum of food.
        check(
            "200108",
            280_000.0,
            &two,
            Fill::Impossible { most_kg: 2640.0 },
        );
        check("200108", 825.0, &bins(1100, 1), Fill::Plausible);
        check("200101", 600.0, &bins(1100, 1), Fill::Plausible);
        // A skip of soil is heavy, and no skip holds lead.
        check("170504", 9_000.0, &bins(6000, 1), Fill::Plausible);
        check(
            "170504",
            12_000.0,
            &bins(6000, 1),
            Fill::Odd { most_kg: 10_200.0 },
        );
        check(
            "170504",
            18_001.0,
            &bins(6000, 1),
            Fill::Impossible { most_kg: 18_000.0 },
        );
    }

    #[test]
    fn a_load_without_the_size_or_number_of_its_bins_is_plausible() {
        check("200301", 50_000.0, "", Fill::Plausible);
        check("200301", 50_000.0, r#","lifts":1"#, Fill::Plausible);
        let bin = r#","container":{"kind":"WBI","litres":240}"#;
        check("200301", 50_000.0, bin, Fill::Plausible);
    }
}

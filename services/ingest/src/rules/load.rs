//! Checks the weight of waste against the volume of its bins.

use events::{Fill, Refusal, Rule, WasteCollected};

use crate::rules::Fault;

/// Refuses a weight that the listed bins cannot have held.
pub(crate) fn weight_is_possible(waste: &WasteCollected) -> Result<(), Refusal> {
    let Fill::Impossible { most_kg } = waste.fill() else {
        return Ok(());
    };
    let hint = format!(
        "{} can hold at most {most_kg:.0} kg of this waste; check that the weight is in kilograms, and `container.litres` and \
         `lifts`",
        bins(waste)
    );
    let seen = format!("{} kg", waste.weight_kg);
    Err(Fault::new(Rule::Implausible, hint).at("/data/weight_kg", seen))
}

/// A note on a load that is heavier than such bins are when full.
pub(crate) fn heavy(waste: &WasteCollected) -> Option<String> {
    let Fill::Odd { most_kg } = waste.fill() else {
        return None;
    };
    Some(format!(
        "{} kg is more than {} full of this waste weigh, which is {most_kg:.0} kg at the most; it is counted as it is. Check \
         that the weight is in kilograms, and container.litres and lifts",
        waste.weight_kg,
        bins(waste)
    ))
}

fn bins(waste: &WasteCollected) -> String {
    let litres = waste.container.as_ref().map_or(0, |bin| bin.litres);
    match waste.lifts.unwrap_or(0) {
        1 => format!("1 bin of {litres} l"),
        lifts => format!("{lifts} bins of {litres} l"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_load_is_refused_and_a_heavy_one_is_noted() {
        let waste = |kg: f64| -> WasteCollected {
            let text = format!(
                r#"{{"collected_on":"2026-03-12","ewc":"200301","weight_kg":{kg},"basis":"weighed",
                    "container":{{"kind":"WBI","litres":1100}},"lifts":2}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        assert_eq!(
            (weight_is_possible(&waste(280.0)), heavy(&waste(280.0))),
            (Ok(()), None)
        );
        // 2 × 1,100 l × 0.5 kg/l.
        let message = heavy(&waste(1400.0)).unwrap();
        assert!(message.contains("more than 2 bins of 1100 l full") && message.contains("1100 kg"));
        assert_eq!(weight_is_possible(&waste(1400.0)), Ok(()));
        // × 1.2 kg/l.
        let refusal = weight_is_possible(&waste(28_000.0)).unwrap_err();
        assert_eq!(
            (refusal.rule, refusal.seen.as_str()),
            (Rule::Implausible, "28000 kg")
        );
        assert!(refusal.hint.contains("at most 2640 kg"), "{}", refusal.hint);
        assert_eq!(heavy(&waste(28_000.0)), None);
    }
}

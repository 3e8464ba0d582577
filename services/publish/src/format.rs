//! How names and numbers are written for people.

mod apportioned;
mod days;
mod items;
mod names;
mod numbers;

pub(crate) use apportioned::*;
pub(crate) use days::*;
pub(crate) use items::*;
pub(crate) use names::*;
pub(crate) use numbers::*;

#[cfg(test)]
mod tests {
    use footprint::Item;

    use super::*;

    #[test]
    fn numbers_are_grouped_and_never_flatter() {
        assert_eq!(grouped(-1_234_567), "\u{2212}1,234,567");
        assert_eq!(decimal(12_345.678, 1), "12,345.7");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(percent(0.99996, 1), "99.9%");
        assert_eq!(percent(1.0, 1), "100.0%");
        assert_eq!(percent(0.0001, 0), "1%");
        assert_eq!(part(0.00095), "under 1%");
        assert_eq!(part(0.0053), "1%");
        assert_eq!(part(0.99996), "99%");
        assert_eq!(signed_percent(0.03369, 1), "+3.4%");
        assert_eq!(signed_percent(-0.09038, 1), "\u{2212}9.0%");
        assert_eq!(
            label("waste_paper_and_card_energy_from_waste"),
            "Waste, paper and card: energy from waste"
        );
        assert_eq!(label("burning_oil"), "Burning oil");
        assert_eq!(
            label("commuting_pupil_public_bus"),
            "Commuting, pupils: public bus"
        );
    }

    #[test]
    fn a_line_is_named_in_the_run_of_a_sentence() {
        let check = |item: &str, named| {
            assert_eq!(in_a_sentence(Item::parse(item).unwrap()), named);
        };
        check("lpg", "LPG");
        check("minibus_diesel", "minibuses (diesel)");
        check("export", "solar (exported)");
        check("wtt_gas", "well to tank of gas");
        check(
            "waste_paper_and_card_recycling",
            "paper and card waste (recycling)",
        );
        check(
            "commuting_staff_car",
            "commuting of staff by car or motorcycle",
        );
    }
}

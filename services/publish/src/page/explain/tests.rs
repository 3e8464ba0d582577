use events::{MICRO, Quality, Unit};
use footprint::ledger::Slots;

use super::page;
use crate::explain::figures;
use crate::fixtures::ledger::{ELECTRICITY, GAS, World, at, everything, question};
use crate::page::tests::stands_by_itself;

/// A school day by half-hours: the supplier's estimates, the meter's values, and a correction of the morning.
fn revised() -> World {
    let mut world = everything();
    let profile = |slot: usize| {
        let at_school = (15..33).contains(&slot);
        (5 + 22 * i64::from(at_school) + (slot as i64 * 7 % 5)) * MICRO / 2
    };
    let estimate = world.reading(ELECTRICITY, "2025-03-05", Unit::KilowattHours, 9 * MICRO);
    estimate.slots = Slots::of_quality(Quality::Estimated, [9 * MICRO; 48]);
    estimate.identity.source = "collector".into();
    let actual = world.reading(ELECTRICITY, "2025-03-05", Unit::KilowattHours, 0);
    actual.issued = at("2025-09-02T00:00:00Z").timestamp_micros();
    actual.slots = Slots::of_quality(Quality::Actual, (0..44).map(profile));
    let correction = world.reading(ELECTRICITY, "2025-03-05", Unit::KilowattHours, 0);
    correction.issued = at("2025-09-03T00:00:00Z").timestamp_micros();
    let corrected = |slot: usize| (slot, profile(slot) * 3 / 4, Quality::Actual);
    correction.slots = (16..24).map(corrected).collect();
    world
}

fn page_of(world: &World, text: &str) -> String {
    page(
        &world.footprint(),
        &world.ask(&question(text)).unwrap(),
        true,
    )
    .0
}

#[test]
fn every_step_from_a_figure_down_is_a_page_that_stands_by_itself() {
    let world = revised();
    for name in figures(&world.footprint())
        .into_iter()
        .map(|known| known.name)
    {
        stands_by_itself(&format!("explain-{name}"), &page_of(&world, &name));
    }
    for (name, question) in [
        ("meter", format!("electricity {ELECTRICITY}")),
        ("gas-meter", format!("gas {GAS}")),
        ("month", format!("electricity {ELECTRICITY} 2025-03")),
        ("day", format!("electricity {ELECTRICITY} 2025-03-05")),
        ("day-of-all", "gross 2025-03-05".to_owned()),
    ] {
        stands_by_itself(&format!("explain-{name}"), &page_of(&world, &question));
    }
}

#[test]
fn a_day_shows_what_stands_and_a_dot_for_every_value_that_yielded() {
    let page = page_of(&revised(), &format!("electricity {ELECTRICITY} 2025-03-05"));
    // 44 estimates yielded to measured values, and 8 of those to the correction.
    assert_eq!(page.matches("class=\"yielded\"").count(), 44 + 8);
    assert!(page.contains("with token site-manager"));
    assert!(page.contains("an actual value stands before an estimated value"));
    let back = "/schools/900001/explain?period=2024-25&amp;figure=electricity&amp;meter=mpan:1710035168313&amp;month=2025-03";
    assert!(page.contains(back), "the way back to the month");
}

#[test]
fn a_figure_leads_to_its_lines_meters_and_months_and_they_to_days() {
    let world = revised();
    let leads = |question: &str, to: &str| {
        let page = page_of(&world, question);
        assert!(page.contains(to), "{question} does not lead to {to}");
    };
    leads("intensity", "/explain?period=2024-25&amp;figure=gas");
    leads("intensity", "/explain?period=2024-25&amp;figure=pupils");
    leads(
        "electricity",
        "figure=electricity&amp;meter=mpan:1710035168313",
    );
    leads("electricity", "figure=electricity&amp;month=2025-03");
    let down = "figure=electricity&amp;meter=mpan:1710035168313&amp;day=2025-03-05";
    leads("electricity 2025-03", down);
    leads("waste", "figure=waste_residual_energy_from_waste");
}

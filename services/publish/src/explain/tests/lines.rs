//! From a figure to its lines, and from a line to the events it adds up.

use events::MICRO;
use footprint::Item;

use crate::explain::{Amount, answer, compare, figures};
use crate::fixtures::ledger::{World, everything, question};

#[test]
fn an_activity_counts_by_its_days_and_not_when_it_is_replaced() {
    let why = everything().ask(&question("minibus_diesel")).unwrap();
    let contributions: Vec<_> = why
        .events
        .iter()
        .map(|one| (one.event.id.as_str(), one.counts, one.quantity))
        .collect();
    // Of 365 litres over 365 days, those from 1 September 2024 to 31 May 2025 count: 30 + 31 + 30 + 31 + 31 + 28 + 31 + 30
    // + 31 = 273.
    assert_eq!(
        contributions,
        [
            ("2", true, Some(Amount(273 * MICRO))),
            ("1", false, Some(Amount(400 * MICRO))),
            ("3", true, Some(Amount(450 * MICRO))),
        ]
    );
    assert_eq!(why.events[1].because, "replaced by 3");
    assert_eq!(why.events[2].replaces.as_deref(), Some("1"));
    assert!(
        why.events[0].text.contains("273 of its 365 days"),
        "{}",
        why.events[0].text
    );
    let line = &why.figure.lines[0];
    assert_eq!(line.quantity, Amount(723 * MICRO));
    // 723 litres x 2.57082 kg, the diesel factor of 2025, are 1,858.70286 kg.
    let price = line.price.as_ref().unwrap();
    assert_eq!(
        (price.factor, price.kg_co2e),
        (2.57082, Amount(1_858_702_860))
    );
    assert_eq!(why.figure.value, Some(1_858.702_86));
    let converted = line.converted().unwrap();
    assert!(
        converted.starts_with("723.0 litres \u{d7} 9.905"),
        "{converted}"
    );
    assert!(
        why.checks.iter().all(|check| check.agrees),
        "{:?}",
        why.checks
    );
}

/// In a period priced by each day's own year, an item has a line for each year, and its events are those of all the lines.
#[test]
fn the_events_of_the_trailing_months_add_up_to_the_lines_of_both_years() {
    let world = everything();
    let footprint = world.footprint_over("trailing-12-months");
    let why = answer(&footprint, &question("minibus_diesel"), &world.rows).unwrap();
    let years: Vec<i32> = why
        .figure
        .lines
        .iter()
        .filter_map(|line| Some(line.price.as_ref()?.year))
        .collect();
    assert_eq!(years, [2024, 2025]);
    assert!(why.figure.lines.iter().all(|line| {
        let price = line.price.as_ref();
        price.is_some_and(|price| !price.stands_in && price.year == price.wanted_year)
    }));
    assert_eq!(why.checks.len(), 1, "{:?}", why.checks);
    assert!(why.checks[0].agrees, "{:?}", why.checks);
}

#[test]
fn waste_is_listed_ticket_by_ticket() {
    let world = everything();
    let why = world.ask(&question("waste")).unwrap();
    let counted: Vec<_> = why
        .events
        .iter()
        .map(|one| (one.event.id.as_str(), one.counts))
        .collect();
    assert_eq!(counted, [("a", true), ("b", false), ("c", true)]);
    // 120 kg and 81.5 kg.
    assert_eq!(why.figure.value, Some(0.2015));
    assert!(why.checks[0].agrees && why.checks[0].ledger == Amount(201_500));
    let line = world
        .ask(&question("waste_residual_energy_from_waste"))
        .unwrap();
    assert_eq!(line.events.len(), 3);
    assert_eq!(line.events[1].because, "replaced by c");
    assert!(line.checks.iter().all(|check| check.agrees) && !line.checks.is_empty());
}

/// The total of the figure's meters and events, in the unit of its lines.
fn parts(world: &World, item: &str) -> i64 {
    let why = world.ask(&question(item)).unwrap();
    let meters = why.meters.iter().map(|meter| match meter.taken_off {
        true => -meter.energy.0,
        false => meter.energy.0,
    });
    let events = why.events.iter().filter(|event| event.counts);
    meters.sum::<i64>()
        + events
            .filter_map(|event| event.quantity)
            .map(|part| part.0)
            .sum::<i64>()
}

#[test]
fn the_meters_and_events_of_every_line_add_up_to_it() {
    let world = everything();
    let footprint = world.footprint();
    assert!(footprint.lines.len() >= 8, "{:?}", footprint.lines);
    for line in &footprint.lines {
        let of_item = footprint
            .lines
            .iter()
            .filter(|other| other.item == line.item);
        let whole: i64 = of_item.map(|line| line.quantity).sum();
        assert_eq!(parts(&world, line.item.as_str()), whole, "{}", line.item);
    }
    // 48 half-hours of 3 kWh generated less 1 kWh exported.
    assert_eq!(parts(&world, "solar"), 96 * MICRO);
}

#[test]
fn a_total_is_its_lines_and_the_intensity_the_total_over_pupils() {
    let world = everything();
    let intensity = world.ask(&question("intensity")).unwrap();
    let gross = world.ask(&question("gross")).unwrap();
    let kilograms = gross
        .figure
        .lines
        .iter()
        .filter_map(|line| line.price.as_ref());
    let sum: i64 = kilograms.map(|price| price.kg_co2e.0).sum();
    assert_eq!(gross.figure.value, Some(sum as f64 / 1e9));
    let parts: Vec<_> = intensity
        .figure
        .parts
        .iter()
        .map(|part| part.value)
        .collect();
    // A few days of a year are not enough data for an intensity: their value is shown as partial, with what is missing.
    let partial = Some(sum as f64 / 1e9 / 200.0);
    assert_eq!(parts, [gross.figure.value, Some(200.0), partial]);
    assert_eq!(intensity.figure.value, None);
    let lacks = world.footprint().sufficiency.sentence().unwrap();
    let missing = intensity.figure.missing_data.join("; ");
    assert_eq!(lacks, format!("Not enough data: {missing}."));
    assert!(
        lacks.starts_with("Not enough data: electricity has sent"),
        "{lacks}"
    );
    assert_eq!(intensity.figure.parts[2].note.as_deref(), Some(&*lacks));
    assert_eq!(intensity.figure.lines, gross.figure.lines);
    assert!(
        gross
            .figure
            .lines
            .iter()
            .all(|line| line.block == footprint::Block::Statutory)
    );
}

#[test]
fn every_figure_that_is_named_has_an_explanation() {
    let world = everything();
    for known in figures(&world.footprint()) {
        let why = world.ask(&question(&known.name)).unwrap();
        assert_eq!(why.figure.label, known.label);
        assert!(
            !known.label.is_empty() && !why.figure.made.is_empty(),
            "{}",
            known.name
        );
    }
}

#[test]
fn two_prices_of_one_ledger_stand_side_by_side() {
    let one = everything().footprint();
    let mut other = one.clone();
    for line in &mut other.lines {
        if let Some(price) = &mut line.price {
            price.factor *= 2.0;
            price.co2e.0 *= 2;
        }
    }
    other.gross.0 *= 2;
    other.lines.retain(|line| line.item != Item::Gas);
    let found = compare(&one, &other);
    assert_eq!(found.lines.len(), one.lines.len());
    let gas = found
        .lines
        .iter()
        .find(|line| line.item == Item::Gas)
        .unwrap();
    assert!(gas.one.is_some() && gas.other.is_none() && gas.difference.is_none());
    let diesel = found
        .lines
        .iter()
        .find(|line| line.item.as_str() == "minibus_diesel")
        .unwrap();
    assert_eq!(diesel.difference, Some(Amount(1_858_702_860)));
    assert_eq!(found.gross.difference, Amount(one.gross.0));
}

#[test]
fn the_order_and_the_number_of_the_rows_do_not_matter() {
    let world = everything();
    let footprint = world.footprint();
    let mut shuffled = world.rows.clone();
    shuffled
        .readings
        .extend(world.rows.readings.iter().rev().cloned());
    shuffled
        .events
        .extend(world.rows.events.iter().rev().cloned());
    shuffled.readings.reverse();
    shuffled.events.reverse();
    let names = figures(&footprint).into_iter().map(|known| known.name);
    for name in names.chain([
        "gross 2025-03-04".to_owned(),
        "electricity 2025-03".to_owned(),
    ]) {
        let of = |rows| answer(&footprint, &question(&name), rows).unwrap();
        assert_eq!(of(&world.rows), of(&shuffled), "{name}");
    }
}

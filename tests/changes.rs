//! The split of a change is exact for any lines, per line, per school and per trust, in any order.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use events::{MilligramsCo2e, Quantity};
use footprint::change::{Change, changes};
use footprint::factors::Fallback;
use footprint::{Block, Footprint, Item, Line, Price};
use proptest::prelude::*;

use crate::golden::SchoolFixture;

/// A possible line: its item, its quantity, and its factor if any.
#[derive(Debug, Clone)]
struct Drawn {
    item: usize,
    statutory: bool,
    quantity: Quantity,
    factor: Option<f64>,
}

const ITEMS: [(u8, &str, &str); 5] = [
    (1, "gas", "kWh"),
    (2, "electricity", "kWh"),
    (2, "solar", "kWh"),
    (3, "staff_car", "miles"),
    (1, "burning_oil", "litres"),
];

fn drawn() -> impl Strategy<Value = Drawn> {
    let factor = prop_oneof![
        1 => Just(None),
        1 => Just(Some(0.0)),
        6 => (0.000_01..3.0f64).prop_map(Some),
    ];
    let quantity = prop_oneof![Just(0), 1..4_000_000_000_000i64];
    (0..ITEMS.len(), prop::bool::weighted(0.8), quantity, factor).prop_map(
        |(item, statutory, quantity, factor)| Drawn {
            item,
            statutory,
            quantity,
            factor,
        },
    )
}

/// A school's lines in the year before and in the year; `None` if it was no member.
type Years = (Option<Vec<Drawn>>, Option<Vec<Drawn>>);

fn trust() -> impl Strategy<Value = Vec<Years>> {
    let lines = || prop::option::weighted(0.85, prop::collection::vec(drawn(), 0..8));
    prop::collection::vec((lines(), lines()), 1..6)
}

/// Each item once: a footprint has one line of an item, unit and factor.
fn each_once(mut trust: Vec<Years>) -> Vec<Years> {
    let years = trust
        .iter_mut()
        .flat_map(|(prior, current)| [prior, current]);
    for lines in years.flatten() {
        let mut seen = BTreeSet::new();
        lines.retain(|line| seen.insert((line.item, line.statutory)));
    }
    trust
}

fn base(period: &str) -> Footprint {
    static BASE: OnceLock<(Footprint, Footprint)> = OnceLock::new();
    let (prior, current) = BASE.get_or_init(|| {
        let mut school = SchoolFixture::school(1_000, "2024-10-03");
        for on in ["2025-01-15", "2026-01-15"] {
            use events::{Channel, Fuel, Unit};
            school.owns("mprn:3938424403", Fuel::Gas, None, Vec::new());
            school.read("mprn:3938424403", Channel::AI, on, Unit::KilowattHours, 1);
        }
        let year = |period| school.footprint(period, Fallback::None);
        (year("2024-25"), year("2025-26"))
    });
    match period {
        "2024-25" => prior.clone(),
        _ => current.clone(),
    }
}

fn school(place: usize, period: &str, drawn: &[Drawn]) -> Footprint {
    let lines: Vec<Line> = drawn.iter().map(line).collect();
    let counted = lines.iter().filter(|line| line.block == Block::Statutory);
    let gross = counted.filter_map(|line| Some(line.price.as_ref()?.co2e));
    Footprint {
        urn: (900_100 + place as u32).try_into().expect("a URN"),
        school: format!("School {place}"),
        gross: gross.sum(),
        meters: Vec::new(),
        lines,
        ..base(period)
    }
}

fn line(drawn: &Drawn) -> Line {
    let (scope, item, unit) = ITEMS[drawn.item];
    Line {
        block: if drawn.statutory {
            Block::Statutory
        } else {
            Block::Voluntary
        },
        scope,
        item: Item::parse(item).expect("an item"),
        quantity: drawn.quantity,
        unit: unit.to_owned(),
        energy: None,
        energy_from: None,
        factor_by_year: Default::default(),
        price: drawn.factor.map(|factor| Price {
            co2e: MilligramsCo2e((drawn.quantity as f64 * factor).round() as i64),
            factor,
            year: 2026,
            wanted_year: 2026,
            blend: Vec::new(),
            row: format!("Factors / {item}"),
            sources: Vec::new(),
        }),
    }
}

/// Schools of the year before, and of the year.
fn schools(trust: &[Years]) -> (Vec<Footprint>, Vec<Footprint>) {
    let (mut before, mut now) = (Vec::new(), Vec::new());
    for (place, (prior, current)) in trust.iter().enumerate() {
        before.extend(prior.iter().map(|lines| school(place, "2024-25", lines)));
        now.extend(current.iter().map(|lines| school(place, "2025-26", lines)));
    }
    (before, now)
}

fn gross(schools: &[Footprint]) -> i64 {
    schools.iter().map(|school| school.gross.0).sum()
}

fn parts(change: &Change) -> i64 {
    let moved = change.joined_co2e().0 - change.left_co2e().0;
    change.activity.0 + change.method.0 + change.uncompared.0 + moved
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_change_is_exactly_its_parts_and_a_trust_exactly_its_schools(trust in trust()) {
        let (before, now) = schools(&trust);
        let found = changes(&now.iter().collect::<Vec<_>>(), &before.iter().collect::<Vec<_>>());
        let Some(found) = found else {
            prop_assert!(before.is_empty() || now.is_empty());
            return Ok(());
        };
        prop_assert_eq!(found.sum.total().0, gross(&now) - gross(&before));
        prop_assert_eq!(found.sum.total().0, parts(&found.sum));
        let mut sum = Change::default();
        for school in &found.schools {
            prop_assert_eq!(school.change.total().0, parts(&school.change));
            sum += &school.change;
        }
        prop_assert_eq!(&sum, &found.sum);
        for item in &found.sum.by_item {
            let of = |side: &Option<footprint::change::Side>| side.as_ref().map_or(0, |side| side.co2e.0);
            prop_assert_eq!(item.total().0, of(&item.current) - of(&item.prior));
        }
    }

    #[test]
    fn the_order_of_schools_and_lines_does_not_matter(trust in trust().prop_map(each_once)) {
        let (mut before, mut now) = schools(&trust);
        let found = |now: &[Footprint], before: &[Footprint]| {
            changes(&now.iter().collect::<Vec<_>>(), &before.iter().collect::<Vec<_>>())
        };
        let first = found(&now, &before);
        before.reverse();
        now.reverse();
        now.iter_mut().chain(&mut before).for_each(|school| school.lines.reverse());
        prop_assert_eq!(first, found(&now, &before));
    }

    #[test]
    fn the_same_factors_leave_no_method_and_the_same_quantities_no_activity(
        quantity in 0..4_000_000_000_000i64,
        other in 0..4_000_000_000_000i64,
        factor in 0.000_01..3.0f64,
        moved in 0.000_01..3.0f64,
    ) {
        let drawn = |quantity, factor| vec![Drawn { item: 1, statutory: true, quantity, factor: Some(factor) }];
        let split = |before: &[Drawn], now: &[Drawn]| {
            Change::between(&school(0, "2025-26", now), &school(0, "2024-25", before)).expect("two whole years")
        };
        prop_assert_eq!(split(&drawn(quantity, factor), &drawn(other, factor)).method, MilligramsCo2e(0));
        prop_assert_eq!(split(&drawn(quantity, factor), &drawn(quantity, moved)).activity, MilligramsCo2e(0));
    }
}

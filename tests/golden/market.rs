//! Electricity by its supply contracts, beside the location-based figure.

use events::{Channel, Fuel, MICRO, MilligramsCo2e, Tariff, Unit};
use footprint::factors::Fallback;
use footprint::{Block, Line};

use super::{ELECTRICITY, SchoolFixture, day};

fn tariff(factor: f64, from: &str, to: Option<&str>) -> Tariff {
    Tariff {
        name: "Green Supply".to_owned(),
        kg_co2e_per_kwh: factor,
        evidence: "REGO certificates".to_owned(),
        from: day(from),
        to: to.map(day),
    }
}

/// 1,000 kWh under a contract of 0.025 kg and 500 kWh before it: 25 kg, and 500 × 0.177 = 88.5 kg at the grid's average.
/// The gross stays 1,500 × 0.177 = 265.5 kg.
#[test]
fn a_contract_prices_its_days_and_the_gross_stays_location_based() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    let contract = tariff(0.025, "2025-01-01", None);
    school.owns(ELECTRICITY, Fuel::Electricity, None, vec![contract]);
    let kwh = Unit::KilowattHours;
    school.read(ELECTRICITY, Channel::AI, "2024-12-31", kwh, 500 * MICRO);
    school.read(ELECTRICITY, Channel::AI, "2025-01-01", kwh, 1_000 * MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    let market: Vec<(i64, i64)> = year
        .lines
        .iter()
        .filter(|line| line.block == Block::MarketBased)
        .map(|line| (line.quantity, line.price.as_ref().expect("a price").co2e.0))
        .collect();
    assert_eq!(
        market,
        [(500 * MICRO, 88_500_000), (1_000 * MICRO, 25_000_000)]
    );
    assert_eq!(year.gross, MilligramsCo2e(265_500_000));
}

#[test]
fn without_a_contract_there_is_no_market_based_figure() {
    let mut school = SchoolFixture::school(1_000, "2024-10-03");
    let ended = tariff(0.0, "2020-01-01", Some("2021-12-31"));
    school.owns(ELECTRICITY, Fuel::Electricity, None, vec![ended]);
    let kwh = Unit::KilowattHours;
    school.read(ELECTRICITY, Channel::AI, "2025-01-01", kwh, MICRO);
    let year = school.footprint("2024-25", Fallback::None);
    let by_contract = |line: &Line| line.block == Block::MarketBased;
    assert!(!year.lines.iter().any(by_contract));
}

//! The lines of a made-up school.

use std::collections::BTreeMap;

use events::{MICRO, MilligramsCo2e, Quantity};
use footprint::{Block, Line, MonthFigures, Period, Price};

/// Of a secondary school also a minibus and panels; school 6 burns an oil without a factor.
pub fn lines(n: usize, secondary: bool, months: &[MonthFigures], period: Period) -> Vec<Line> {
    let sum = |item: &str| {
        months
            .iter()
            .filter(|m| m.item == item)
            .map(|m| m.energy)
            .sum::<Quantity>()
    };
    let mut lines = vec![
        line(
            Block::Statutory,
            1,
            "gas",
            sum("gas"),
            "kWh",
            true,
            Some(0.18231),
        ),
        line(
            Block::Statutory,
            2,
            "electricity",
            sum("electricity"),
            "kWh",
            true,
            Some(0.13096),
        ),
        line(
            Block::Voluntary,
            3,
            "grid_losses",
            sum("electricity"),
            "kWh",
            false,
            Some(0.01299),
        ),
        line(
            Block::Voluntary,
            3,
            "landfill",
            (3 + n as i64) * 812_345,
            "tonnes",
            false,
            Some(520.58),
        ),
    ];
    if secondary {
        lines.push(line(
            Block::Statutory,
            1,
            "minibus_diesel",
            1_240 * MICRO,
            "litres",
            true,
            Some(2.57082),
        ));
        lines.push(line(
            Block::Statutory,
            2,
            "solar",
            sum("solar"),
            "kWh",
            true,
            Some(0.0),
        ));
        lines.push(line(
            Block::BelowLine,
            2,
            "export",
            sum("export"),
            "kWh",
            true,
            Some(0.13096),
        ));
    }
    if n == 6 {
        lines.push(line(
            Block::Statutory,
            1,
            "burning_oil",
            4_200 * MICRO,
            "litres",
            true,
            None,
        ));
    }
    if period.majority_year() == 2025 {
        lines.iter_mut().for_each(price_of_2025);
    }
    lines
}

fn line(
    block: Block,
    scope: u8,
    item: &str,
    quantity: Quantity,
    unit: &str,
    counts: bool,
    factor: Option<f64>,
) -> Line {
    let energy = counts.then_some(if unit == "kWh" {
        quantity
    } else {
        quantity * 10
    });
    Line {
        block,
        scope,
        item: item.to_owned(),
        quantity,
        unit: unit.to_owned(),
        energy,
        energy_from: None,
        factor_by_year: factor_by_year(block, item, factor),
        price: factor.map(|factor| Price {
            co2e: MilligramsCo2e((quantity as f64 * factor).round() as i64),
            factor,
            year: 2026,
            wanted_year: 2026,
            blend: Vec::new(),
            row: format!("Factors / {item}, per {unit}"),
            provenance: "read from the official workbook".into(),
        }),
    }
}

/// Of 2025 and, where there is one, of 2026.
fn factor_by_year(block: Block, item: &str, factor: Option<f64>) -> BTreeMap<i32, f64> {
    let of_2026 = factor.map(|factor| (2026, factor));
    let of_2025 = of_2025(item).or(factor).map(|factor| (2025, factor));
    let both = of_2025.into_iter().chain(of_2026);
    both.filter(|_| block == Block::Statutory).collect()
}

fn of_2025(item: &str) -> Option<f64> {
    match item {
        "gas" => Some(0.18296),
        "electricity" | "export" => Some(0.177),
        "grid_losses" => Some(0.01853),
        "burning_oil" => Some(2.54016),
        _ => None,
    }
}

/// The factors of the year before, so that years differ by method too.
fn price_of_2025(line: &mut Line) {
    let Some(factor) = of_2025(&line.item) else {
        return;
    };
    if let Some(price) = &mut line.price {
        price.co2e = MilligramsCo2e((line.quantity as f64 * factor).round() as i64);
        (price.factor, price.year, price.wanted_year) = (factor, 2025, 2025);
    }
}

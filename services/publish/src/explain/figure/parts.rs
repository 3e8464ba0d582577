//! The numbers a figure is made of, and how.

mod besides;

use footprint::{Block, Footprint, Item, Line};

use super::PartAnswer;
use crate::explain::figure_name::Figure;
use crate::format;

/// A figure's value and its parts.
pub(super) struct Breakdown {
    pub value: Option<f64>,
    pub unit: String,
    pub description: String,
    pub parts: Vec<PartAnswer>,
}

fn breakdown(
    value: Option<f64>,
    unit: &str,
    description: &str,
    parts: Vec<PartAnswer>,
) -> Breakdown {
    Breakdown {
        value,
        unit: unit.to_owned(),
        description: description.to_owned(),
        parts,
    }
}

fn part(name: &str, value: Option<f64>, unit: &str) -> PartAnswer {
    PartAnswer {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        note: None,
        figure: None,
    }
}

impl PartAnswer {
    fn linked_to(self, figure: &str) -> Self {
        let figure = Some(figure.to_owned());
        PartAnswer { figure, ..self }
    }

    fn note(self, note: String) -> Self {
        let note = Some(note);
        PartAnswer { note, ..self }
    }
}

pub(super) fn parts(of: &Footprint, figure: &Figure<'_>) -> Breakdown {
    match figure {
        Figure::Intensity => intensity(of),
        Figure::Gross => total(
            of,
            Block::Statutory,
            "the sum of the priced statutory lines, location-based; nothing is taken off it",
        ),
        Figure::Voluntary => total(
            of,
            Block::Voluntary,
            "the sum of the priced voluntary lines, never added to the gross total",
        ),
        Figure::Pupils => pupils(of),
        Figure::Coverage => coverage(of),
        Figure::Waste => besides::waste(of),
        Figure::Stars => besides::stars(of),
        Figure::Initiatives => besides::initiatives(of),
        Figure::Surveys(audience) => besides::surveys(of, *audience),
        Figure::Evidence(target) => besides::evidence(of, *target),
        Figure::Lines(lines) => {
            let kilograms: Option<f64> = lines
                .iter()
                .map(|line| Some(line.price.as_ref()?.co2e.kilograms()))
                .sum();
            let description = format!(
                "{}, times the factor, rounded once to the milligram",
                quantity(figure, lines)
            );
            breakdown(kilograms, "kg CO2e", &description, Vec::new())
        }
    }
}

/// A description of the quantity of a line.
fn quantity(figure: &Figure<'_>, lines: &[&Line]) -> &'static str {
    let item = lines.first().map(|line| line.item);
    let market_based = lines.iter().any(|line| line.block == Block::MarketBased);
    match () {
        () if market_based => "what the meters measured on the days of each supply contract",
        () if item == Some(Item::Solar) => {
            "what the panels generated less what flowed back to the grid, day by day, on the days on which generation was read"
        }
        () if !figure.measured().is_empty() => "what the meters measured on the days that count",
        () if figure.commuters().is_some() => {
            "the kilometres of those who stated their distance, there and back on school days"
        }
        () if matches!(item, Some(Item::Waste(..))) => {
            "the weight of every collection on the days that count"
        }
        () => "what was recorded, by its days that count",
    }
}

fn intensity(of: &Footprint) -> Breakdown {
    let gross = known(of, Block::Statutory);
    let mut parts = vec![
        part("gross emissions", gross, "t CO2e").linked_to("gross"),
        part("pupils in the ratio", of.pupils_in_ratio(), "pupils").linked_to("pupils"),
    ];
    if let Some(lacks) = of.sufficiency.sentence() {
        let partial = of.partial_tonnes_per_pupil();
        let name = "of what has come, not compared";
        parts.push(part(name, partial, "t CO2e per pupil").note(lacks));
    }
    let description = "statutory gross emissions, location-based, over the pupils in the ratio";
    breakdown(
        of.tonnes_per_pupil(),
        "t CO2e per pupil",
        description,
        parts,
    )
}

/// Tonnes of the priced lines of a block; none if no line has a price.
fn known(of: &Footprint, block: Block) -> Option<f64> {
    let total = match block {
        Block::Voluntary => of.voluntary,
        _ => of.gross,
    };
    let mut lines = of.lines.iter().filter(|line| line.block == block);
    lines
        .any(|line| line.price.is_some())
        .then(|| total.tonnes())
}

fn total(of: &Footprint, block: Block, description: &str) -> Breakdown {
    breakdown(known(of, block), "t CO2e", description, Vec::new())
}

fn pupils(of: &Footprint) -> Breakdown {
    let (member, all) = (of.member.count(), of.period.days().count());
    let count = of.roll.as_ref().map(|roll| f64::from(roll.pupils));
    let census = match &of.roll {
        Some(roll) => format!("{}, {}", roll.source, format::day(roll.census_date)),
        None => "no census is registered".to_owned(),
    };
    let parts = vec![
        part("pupils counted", count, "pupils").note(census),
        part("days of membership", Some(member as f64), "days"),
        part("days of the period", Some(all as f64), "days"),
    ];
    let description =
        "the pupils of the census times the days of membership over the days of the period";
    breakdown(of.pupils_in_ratio(), "pupils", description, parts)
}

fn coverage(of: &Footprint) -> Breakdown {
    let coverage = &of.coverage;
    let count = |name, count: i64| part(name, Some(count as f64), "half-hours");
    let parts = vec![
        count("present", coverage.present),
        count("expected", coverage.expected),
        count("estimated, of those present", coverage.estimated),
        count(
            "spread from longer intervals, of those present",
            coverage.spread,
        ),
    ];
    let description =
        "half-hours that came, estimates included, over those expected by now, all meters together";
    breakdown(coverage.ratio(), "", description, parts)
}

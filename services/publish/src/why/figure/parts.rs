//! The numbers a figure is made of, and how.

use events::{Audience, Grams, InitiativeKind};
use footprint::{Block, Footprint, WasteFigures};

use super::PartAnswer;
use crate::suppress;
use crate::why::question::Figure;
use crate::words;

/// A figure's value and its parts.
pub(super) struct Made {
    pub value: Option<f64>,
    pub unit: String,
    pub said: String,
    pub parts: Vec<PartAnswer>,
}

fn made(value: Option<f64>, unit: &str, said: &str, parts: Vec<PartAnswer>) -> Made {
    Made {
        value,
        unit: unit.to_owned(),
        said: said.to_owned(),
        parts,
    }
}

fn part(name: &str, value: Option<f64>, unit: &str) -> PartAnswer {
    PartAnswer {
        name: name.to_owned(),
        value,
        unit: unit.to_owned(),
        said: None,
        figure: None,
    }
}

impl PartAnswer {
    fn asked_by(self, figure: &str) -> Self {
        let figure = Some(figure.to_owned());
        PartAnswer { figure, ..self }
    }

    fn said(self, said: String) -> Self {
        let said = Some(said);
        PartAnswer { said, ..self }
    }
}

pub(super) fn parts(of: &Footprint, figure: &Figure<'_>) -> Made {
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
        Figure::Waste => waste(&of.waste),
        Figure::Stars => stars(of),
        Figure::Initiatives => initiatives(of),
        Figure::Surveys(audience) => surveys(of, *audience),
        Figure::Evidence(target) => evidence(of, *target),
        Figure::Lines(lines) => {
            let kilograms: Option<f64> = lines
                .iter()
                .map(|line| Some(line.price.as_ref()?.co2e.kilograms()))
                .sum();
            let said = "quantity times factor, rounded once to the milligram";
            made(kilograms, "kg CO2e", said, Vec::new())
        }
    }
}

fn intensity(of: &Footprint) -> Made {
    let gross = known(of, Block::Statutory);
    let parts = vec![
        part("gross emissions", gross, "t CO2e").asked_by("gross"),
        part("pupils in the ratio", of.pupils_in_ratio(), "pupils").asked_by("pupils"),
    ];
    let said = "statutory gross emissions, location-based, over the pupils in the ratio";
    made(of.tonnes_per_pupil(), "t CO2e per pupil", said, parts)
}

/// Tonnes of the priced lines of a block; none where no line has a price.
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

fn total(of: &Footprint, block: Block, said: &str) -> Made {
    made(known(of, block), "t CO2e", said, Vec::new())
}

fn pupils(of: &Footprint) -> Made {
    let (member, all) = (of.member.count(), of.period.days().count());
    let count = of.pupils.as_ref().map(|roll| f64::from(roll.pupils));
    let census = match &of.pupils {
        Some(roll) => format!("{}, {}", roll.source, words::day(roll.census_date)),
        None => "no census is registered".to_owned(),
    };
    let parts = vec![
        part("pupils counted", count, "pupils").said(census),
        part("days of membership", Some(member as f64), "days"),
        part("days of the period", Some(all as f64), "days"),
    ];
    let said = "the pupils of the census times the days of membership over the days of the period";
    made(of.pupils_in_ratio(), "pupils", said, parts)
}

fn coverage(of: &Footprint) -> Made {
    let coverage = &of.coverage;
    let count = |name, count: i64| part(name, Some(count as f64), "half-hours");
    let parts = vec![
        count("present", coverage.present),
        count("expected", coverage.expected),
        count("estimated, of those present", coverage.estimated),
        count("spread from longer intervals, of those present", coverage.spread),
    ];
    let said = "half-hours that came, estimates included, over those expected by now, all meters together";
    made(coverage.ratio(), "", said, parts)
}

fn waste(of: &WasteFigures) -> Made {
    let known = of.total.0 > 0;
    let tonnes = |name: &str, weight: Grams| {
        part(name, known.then(|| weight.0 as f64 / 1e6), "tonnes")
    };
    let mut parts = vec![
        tonnes("recycled, composted or digested", of.recycled),
        tonnes("to landfill", of.landfill),
        tonnes("estimated, not weighed", of.estimated),
        tonnes("dry recycling", of.dry_recycling),
        part("recycled over all", of.recycling_ratio(), ""),
        part("kept out of landfill over all", of.diversion_ratio(), ""),
        part("loads rejected", Some(f64::from(of.rejected_loads)), "loads"),
        part("lifts missed", Some(f64::from(of.missed_lifts)), "lifts"),
    ];
    parts.extend(of.streams.iter().map(|stream| {
        let name = format!("{}, {}", stream.stream, stream.route).replace('_', " ");
        let collections = format!("{} collections", stream.collections);
        tonnes(&name, stream.weight)
            .said(collections)
            .asked_by(&format!("waste_{}_{}", stream.stream, stream.route))
    }));
    let said = "the weight of every collection of the days counted";
    made(known.then(|| of.total.0 as f64 / 1e6), "tonnes", said, parts)
}

fn stars(of: &Footprint) -> Made {
    let said = match &of.travel.stars {
        Some(stars) => format!(
            "{}, the highest level in force on the last day counted; valid until {}",
            words::label(&words::snake(stars.level)),
            words::day(stars.valid_until)
        ),
        None => "no award is in force on the last day counted".to_owned(),
    };
    let level = of.travel.stars.as_ref().map(|stars| stars.level);
    let rank = level.map(|level| f64::from(words::stars_rank(Some(level))));
    made(rank, "of 5 levels", &said, Vec::new())
}

fn initiatives(of: &Footprint) -> Made {
    let mut parts = Vec::new();
    for (state, counts) in [("delivered", &of.travel.delivered), ("planned", &of.travel.planned)] {
        for kind in [
            InitiativeKind::Travel,
            InitiativeKind::Supporting,
            InitiativeKind::Consultation,
        ] {
            let count = counts.get(&kind).copied().unwrap_or(0);
            let name = format!("{state}, {}", words::snake(kind));
            parts.push(part(&name, Some(f64::from(count)), ""));
        }
    }
    let delivered: u32 = of.travel.delivered.values().sum();
    let said = "initiatives delivered, of each title the event issued last";
    made(Some(f64::from(delivered)), "initiatives", said, parts)
}

/// Counts of people are suppressed as on every page.
fn surveys(of: &Footprint, audience: Audience) -> Made {
    let said = "the last survey of every group, added up";
    let Some(survey) = of.travel.surveys.get(&audience) else {
        return made(None, "answers", "no survey has come for these days", Vec::new());
    };
    let count = |name: &str, shown: suppress::Shown| match shown.count() {
        Some(count) => part(name, Some(f64::from(count)), ""),
        None => part(name, None, "").said(shown.text()),
    };
    let mut parts = vec![count("could have answered", suppress::shown(survey.roll))];
    parts.extend(
        suppress::table(&survey.current)
            .into_iter()
            .map(|(mode, shown)| count(&words::label(&words::snake(mode)), shown)),
    );
    let responses = suppress::shown(survey.responses).count().map(f64::from);
    made(responses, "answers", said, parts)
}

fn evidence(of: &Footprint, target: Option<u8>) -> Made {
    let filed = of
        .evidence
        .iter()
        .filter(|one| target.is_none_or(|target| one.kpi == target));
    let parts: Vec<PartAnswer> = filed
        .map(|one| {
            let status = words::label(&words::snake(one.status)).to_lowercase();
            let name = format!("target {}: {}", one.kpi, one.title);
            part(&name, None, "")
                .said(format!("{status}, {}", words::day(one.dated)))
                .asked_by(&format!("evidence_{}", one.kpi))
        })
        .collect();
    let said = "what was filed by the last day counted, of each title the event issued last";
    made(Some(parts.len() as f64), "pieces", said, parts)
}

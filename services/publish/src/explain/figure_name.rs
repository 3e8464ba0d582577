//! The names of the figures that exist.

use events::{Audience, Channel, Fuel};
use footprint::{Footprint, Item, Line};
use serde::Serialize;
use utoipa::ToSchema;

use super::InvalidQuestion;
use crate::format;

/// A figure that has an explanation.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figure<'a> {
    Intensity,
    Gross,
    Voluntary,
    Pupils,
    Coverage,
    Waste,
    Stars,
    Initiatives,
    Surveys(Audience),
    /// The evidence for one target, or for all.
    Evidence(Option<u8>),
    /// The lines of one item.
    Lines(Vec<&'a Line>),
}

/// What a figure's meters measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Measured {
    pub fuel: Fuel,
    pub channel: Channel,
    /// Whether it is subtracted from the other measurements, instead of added to them.
    pub taken_off: bool,
}

const GENERAL: [(&str, Figure<'static>); 11] = [
    ("intensity", Figure::Intensity),
    ("gross", Figure::Gross),
    ("voluntary", Figure::Voluntary),
    ("pupils", Figure::Pupils),
    ("coverage", Figure::Coverage),
    ("waste", Figure::Waste),
    ("stars", Figure::Stars),
    ("initiatives", Figure::Initiatives),
    ("survey_pupil", Figure::Surveys(Audience::Pupil)),
    ("survey_staff", Figure::Surveys(Audience::Staff)),
    ("evidence", Figure::Evidence(None)),
];

const TARGET: &str = "evidence_";

/// A figure that has an explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct KnownFigure {
    /// The name to ask by.
    pub name: String,
    /// As people read it.
    pub label: String,
}

/// Every figure of a footprint that has an explanation.
pub fn figures(footprint: &Footprint) -> Vec<KnownFigure> {
    let known = |name: &str, figure: &Figure<'_>| KnownFigure {
        name: name.to_owned(),
        label: label(name, figure),
    };
    let mut all: Vec<KnownFigure> = GENERAL
        .iter()
        .map(|(name, figure)| known(name, figure))
        .collect();
    let mut targets: Vec<u8> = footprint
        .evidence
        .iter()
        .map(|evidence| evidence.kpi)
        .collect();
    targets.sort_unstable();
    targets.dedup();
    all.extend(targets.into_iter().map(|target| {
        let name = format!("{TARGET}{target}");
        known(&name, &Figure::Evidence(Some(target)))
    }));
    for line in &footprint.lines {
        if !all.iter().any(|known| known.name == line.item.as_str()) {
            all.push(known(line.item.as_str(), &Figure::Lines(vec![line])));
        }
    }
    all
}

impl<'a> Figure<'a> {
    /// The figure of a footprint with this name.
    pub(super) fn parse(name: &str, footprint: &'a Footprint) -> Result<Self, InvalidQuestion> {
        let general = GENERAL.iter().find(|(known, _)| *known == name);
        let target = || {
            let number = name.strip_prefix(TARGET)?.parse().ok();
            number.filter(|target| (1..=13).contains(target))
        };
        let of_item: Vec<&Line> = footprint
            .lines
            .iter()
            .filter(|line| line.item.as_str() == name)
            .collect();
        match (general, target()) {
            (Some((_, figure)), _) => Ok(figure.clone()),
            (None, Some(target)) => Ok(Figure::Evidence(Some(target))),
            (None, None) if !of_item.is_empty() => Ok(Figure::Lines(of_item)),
            (None, None) => Err(InvalidQuestion::Figure {
                requested: name.to_owned(),
                known: figures(footprint)
                    .into_iter()
                    .map(|known| known.name)
                    .collect(),
            }),
        }
    }
}

impl Figure<'_> {
    /// The group whose travel to school the figure is about; none for any other figure.
    pub(super) fn commuters(&self) -> Option<Audience> {
        let Figure::Lines(lines) = self else {
            return None;
        };
        match lines.first()?.item {
            Item::Commuting(audience, _) => Some(audience),
            _ => None,
        }
    }

    /// What its meters measure; empty for a figure without meters.
    pub(super) fn measured(&self) -> Vec<Measured> {
        let added = |fuel, channel| Measured {
            fuel,
            channel,
            taken_off: false,
        };
        let electricity = added(Fuel::Electricity, Channel::AI);
        let export = added(Fuel::Electricity, Channel::AE);
        // For panels whose export has a separate meter.
        let of_panels = added(Fuel::Solar, Channel::AE);
        let item = match self {
            Figure::Lines(lines) => lines.first(),
            Figure::Intensity | Figure::Gross | Figure::Voluntary | Figure::Coverage => {
                return vec![
                    electricity,
                    export,
                    added(Fuel::Gas, Channel::AI),
                    added(Fuel::Solar, Channel::AI),
                    of_panels,
                ];
            }
            _ => None,
        };
        let Some(line) = item else { return Vec::new() };
        match line.item {
            Item::Gas | Item::WttGas => vec![added(Fuel::Gas, Channel::AI)],
            Item::Electricity
            | Item::ElectricityMarket
            | Item::GridLosses
            | Item::WttElectricity
            | Item::WttGridLosses => vec![electricity],
            Item::Export => vec![export, of_panels],
            // What the panels generated, less what flowed back to the grid.
            Item::Solar => vec![
                added(Fuel::Solar, Channel::AI),
                Measured {
                    taken_off: true,
                    ..export
                },
                Measured {
                    taken_off: true,
                    ..of_panels
                },
            ],
            _ => Vec::new(),
        }
    }
}

/// A figure as people read it.
pub(super) fn label(name: &str, figure: &Figure<'_>) -> String {
    match figure {
        Figure::Intensity => "Carbon intensity".to_owned(),
        Figure::Gross => "Gross emissions".to_owned(),
        Figure::Voluntary => "Voluntary emissions".to_owned(),
        Figure::Coverage => "Half-hours covered".to_owned(),
        Figure::Stars => "Modeshift STARS level".to_owned(),
        Figure::Initiatives => "Travel initiatives".to_owned(),
        Figure::Surveys(audience) => {
            let audience = format::label(&format::snake(audience)).to_lowercase();
            format!("How {audience} come")
        }
        Figure::Evidence(None) => "Evidence for the plan's targets".to_owned(),
        Figure::Evidence(Some(target)) => format!("Evidence for target {target}"),
        _ => format::label(name),
    }
}

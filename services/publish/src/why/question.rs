//! What is asked, and what it means for one footprint.

use chrono::NaiveDate;
use events::{Audience, Channel, Fuel, MeterId};
use footprint::{Block, Days, Footprint, Line};
use lake::Month;
use serde::Serialize;

use super::CannotSay;
use crate::words;

/// A figure, and how far down from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Which figure, such as `gas`; the carbon intensity unless said.
    pub figure: Option<String>,
    /// Which meter of it: its months.
    pub meter: Option<MeterId>,
    /// Which month: its days.
    pub month: Option<Month>,
    /// Which day: its half-hours.
    pub day: Option<NaiveDate>,
}

/// A figure that can be asked about.
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
    /// For one target, or for all.
    Evidence(Option<u8>),
    /// The lines of one item.
    Lines(Vec<&'a Line>),
}

/// What a figure's meters measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Measured {
    pub fuel: Fuel,
    pub channel: Channel,
    /// Taken off what the others measured, not added to it.
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

/// Every figure of a footprint that can be asked about, by name.
pub fn figures(footprint: &Footprint) -> Vec<String> {
    let mut names: Vec<String> = GENERAL.iter().map(|(name, _)| (*name).to_owned()).collect();
    let mut targets: Vec<u8> = footprint.evidence.iter().map(|one| one.kpi).collect();
    targets.sort_unstable();
    targets.dedup();
    names.extend(targets.iter().map(|target| format!("{TARGET}{target}")));
    for line in &footprint.lines {
        if !names.contains(&line.item) {
            names.push(line.item.clone());
        }
    }
    names
}

impl Question {
    /// The name of the figure that is meant.
    pub fn figure(&self) -> &str {
        self.figure.as_deref().unwrap_or("intensity")
    }

    pub(super) fn read<'a>(&self, footprint: &'a Footprint) -> Result<Figure<'a>, CannotSay> {
        let name = self.figure();
        let general = GENERAL.iter().find(|(known, _)| *known == name);
        let target = || name.strip_prefix(TARGET)?.parse().ok();
        let of_item: Vec<&Line> = footprint
            .lines
            .iter()
            .filter(|line| line.item == name)
            .collect();
        match (general, target()) {
            (Some((_, figure)), _) => Ok(figure.clone()),
            (None, Some(target)) => Ok(Figure::Evidence(Some(target))),
            (None, None) if !of_item.is_empty() => Ok(Figure::Lines(of_item)),
            (None, None) => Err(CannotSay::Figure {
                asked: name.to_owned(),
                known: figures(footprint),
            }),
        }
    }

    /// The days that are asked about: one, a month's, or all that count.
    pub(super) fn days(&self, counted: Days) -> Result<Days, CannotSay> {
        let asked = match (self.day, self.month) {
            (Some(day), month) if month.is_none_or(|month| month == Month::of(day)) => {
                Days { from: day, to: day }
            }
            (Some(day), Some(month)) => return Err(CannotSay::OtherMonth { day, month }),
            (_, Some(month)) => of_month(month),
            (_, None) => return Ok(counted),
        };
        match asked.and(counted).count() {
            0 => Err(CannotSay::Days { asked, counted }),
            _ => Ok(asked),
        }
    }
}

/// The days of a month.
pub(super) fn of_month(month: Month) -> Days {
    let from = words::month_first(&month.to_string()).unwrap_or_default();
    Days {
        from,
        to: words::last_of_month(from),
    }
}

/// The months that days lie in.
pub(super) fn months(days: Days) -> Vec<Month> {
    let mut months = Vec::new();
    let mut first = days.from;
    while first <= days.to {
        let month = Month::of(first);
        months.push(month);
        match of_month(month).to.succ_opt() {
            Some(next) => first = next,
            None => break,
        }
    }
    months
}

impl Figure<'_> {
    /// What its meters measure; nothing for a figure that no meter makes.
    pub(super) fn measured(&self) -> Vec<Measured> {
        let added = |fuel, channel| Measured {
            fuel,
            channel,
            taken_off: false,
        };
        let electricity = added(Fuel::Electricity, Channel::AI);
        let export = added(Fuel::Electricity, Channel::AE);
        let item = match self {
            Figure::Lines(lines) => lines.first(),
            Figure::Intensity | Figure::Gross | Figure::Voluntary | Figure::Coverage => {
                return vec![
                    electricity,
                    export,
                    added(Fuel::Gas, Channel::AI),
                    added(Fuel::Solar, Channel::AI),
                    added(Fuel::Solar, Channel::AE),
                ];
            }
            _ => None,
        };
        let Some(line) = item else { return Vec::new() };
        let name = line.item.strip_prefix("wtt_").unwrap_or(&line.item);
        match name {
            "gas" => vec![added(Fuel::Gas, Channel::AI)],
            "electricity" | "grid_losses" => vec![electricity],
            _ if line.block == Block::MarketBased => vec![electricity],
            "export" => vec![export],
            // What the panels made and did not flow back to the grid.
            "solar" => vec![
                added(Fuel::Solar, Channel::AI),
                Measured {
                    taken_off: true,
                    ..export
                },
            ],
            _ => Vec::new(),
        }
    }
}

//! Why a figure is what it is: from the figure to its lines, their factors and meters, their months and days, every
//! revision of a half-hour, and the events behind them all.
//!
//! [`why`] reads what a question needs of the ledger; [`answer`] and all below it are plain functions on a footprint and
//! on rows.

mod against;
mod alone;
mod amount;
mod days;
mod error;
mod events;
mod facts;
mod figure;
mod half_hours;
mod meters;
mod months;
mod needs;
mod provenance;
mod question;
mod rank;
mod said;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;
use footprint::ledger::{LedgerEvent, MeterDay};
use footprint::{Coverage, Days, FactorSetRef, Footprint};
use lake::Lake;
use serde::Serialize;

pub use self::events::EventAnswer;
pub use against::{Against, LineAgainst, Priced, against};
pub use amount::Amount;
pub use days::{DayAnswer, SentAnswer};
pub use error::{CannotSay, WhyError};
pub use figure::{FigureAnswer, LineAnswer, MonthOfFigure, PartAnswer, PriceAnswer};
pub use half_hours::{HalfHourAnswer, Revision};
pub use meters::{GapAnswer, MeterAnswer};
pub use months::MonthAnswer;
pub use provenance::Provenance;
pub use question::{Question, figures};

use facts::{Told, told};
use meters::{Asked, meters};
use needs::needs;
use question::Figure;

/// The rows of a school that a question is answered from, repetitions included.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Meter-days.
    pub readings: Vec<MeterDay>,
    /// Other events.
    pub events: Vec<LedgerEvent>,
}

/// Why a figure is what it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Why {
    /// The school's URN.
    pub urn: ::events::Urn,
    /// Its name.
    pub school: String,
    /// Its trust's id.
    pub trust: String,
    /// `2025-26` or `trailing-12-months`.
    pub period: String,
    /// As people read it.
    pub period_label: String,
    /// The days of the period that count: those of membership, up to today.
    pub counted: Days,
    /// What was asked.
    pub asked: AskedFor,
    /// The figure.
    pub figure: FigureAnswer,
    /// The factors it was priced with.
    pub factor_set: FactorSetRef,
    /// How much of the school's half-hours came.
    pub coverage: Coverage,
    /// The meters that measured it.
    pub meters: Vec<MeterAnswer>,
    /// The events it was made of, where no meter measures it.
    pub events: Vec<EventAnswer>,
    /// Whether the ledger's rows give the figure.
    pub checks: Vec<Check>,
    /// Why the figures are not complete, and what stands beside them.
    pub notes: Vec<String>,
    /// Every figure that can be asked about.
    pub figures: Vec<String>,
}

/// What was asked, spelled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedFor {
    /// The figure.
    pub figure: String,
    /// The meter.
    pub meter: Option<String>,
    /// The month.
    pub month: Option<String>,
    /// The day.
    pub day: Option<NaiveDate>,
}

/// A number of the footprint beside the one that the ledger's rows give now. They differ for a moment when events have
/// come that are not in the ledger yet, or that the footprint does not count yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Check {
    /// What is compared.
    pub what: String,
    /// As the footprint has it.
    pub figure: Amount,
    /// As the ledger's rows give it.
    pub ledger: Amount,
    /// The unit of both.
    pub unit: String,
    /// Whether they are the same to the last digit.
    pub agrees: bool,
}

impl Check {
    fn new(what: String, figure: Amount, ledger: Amount, unit: &str) -> Self {
        Check {
            what,
            figure,
            ledger,
            unit: unit.to_owned(),
            agrees: figure == ledger,
        }
    }
}

/// Reads what is needed of the ledger, and answers.
pub async fn why(lake: &Lake, footprint: &Footprint, question: &Question) -> Result<Why, WhyError> {
    let figure = question.read(footprint)?;
    let days = question.days(counted(footprint))?;
    let rows = needs(question, &figure, days).read(lake, footprint).await?;
    // Arithmetic on a school's rows takes longer than a worker should be held.
    let (footprint, question) = (footprint.clone(), question.clone());
    tokio::task::spawn_blocking(move || answer(&footprint, &question, &rows))
        .await
        .map_err(crate::PublishError::from)?
}

/// The answer to a question, from a footprint and rows of its school: of the topics and months the question needs, all.
pub fn answer(footprint: &Footprint, question: &Question, rows: &Rows) -> Result<Why, WhyError> {
    let figure = question.read(footprint)?;
    let counted = counted(footprint);
    let days = question.days(counted)?;
    let told = told(&rows.events);
    let asked = Asked {
        footprint,
        question,
        days,
        counted,
        told: &told,
        readings: &rows.readings,
    };
    let meters = meters(&asked, &figure)?;
    let events = behind(footprint, &figure, &told, counted)?;
    let mut checks = checks_of_meters(&asked, &meters);
    checks.extend(check_of_events(footprint, &figure, &events));
    let name = question.figure();
    Ok(Why {
        urn: footprint.urn,
        school: footprint.school.clone(),
        trust: footprint.trust.id.clone(),
        period: footprint.period.key(),
        period_label: footprint.period.label(),
        counted,
        asked: AskedFor {
            figure: name.to_owned(),
            meter: question.meter.as_ref().map(ToString::to_string),
            month: question.month.as_ref().map(ToString::to_string),
            day: question.day,
        },
        figure: figure::figure(footprint, name, &figure),
        factor_set: footprint.factor_set.clone(),
        coverage: footprint.coverage,
        meters,
        events,
        checks,
        notes: notes(footprint, &figure),
        figures: figures(footprint),
    })
}

/// The days of the period that count.
fn counted(footprint: &Footprint) -> Days {
    Days {
        from: footprint.member.from,
        to: footprint.member.to.min(footprint.period.as_of()),
    }
}

fn behind(
    footprint: &Footprint,
    figure: &Figure<'_>,
    told: &[Told],
    counted: Days,
) -> Result<Vec<EventAnswer>, WhyError> {
    Ok(match figure {
        Figure::Lines(lines) if figure.measured().is_empty() => {
            events::of_lines(footprint, lines, told, counted)?
        }
        Figure::Intensity | Figure::Pupils => events::roll(footprint, told, counted),
        Figure::Waste => events::waste(told, counted),
        Figure::Stars => events::stars(footprint, told, counted),
        Figure::Initiatives => events::initiatives(told, counted),
        Figure::Surveys(audience) => events::surveys(*audience, told, counted),
        Figure::Evidence(target) => events::evidence(*target, told, counted),
        Figure::Lines(_) | Figure::Gross | Figure::Voluntary | Figure::Coverage => Vec::new(),
    })
}

/// What a meter's months add up to, where all of them were asked for.
fn checks_of_meters(asked: &Asked<'_>, meters: &[MeterAnswer]) -> Vec<Check> {
    let question = asked.question;
    if question.month.is_some() || question.day.is_some() {
        return Vec::new();
    }
    let told = meters.iter().filter(|meter| !meter.months.is_empty());
    told.map(|meter| {
        let months = meter.months.iter().filter_map(|month| month.energy);
        let ledger = Amount(months.map(|energy| energy.0).sum());
        let what = format!("{} {}, its months added up", meter.meter, meter.channel.as_str());
        Check::new(what, meter.energy, ledger, "kWh")
    })
    .collect()
}

/// What the events that count add up to.
fn check_of_events(
    footprint: &Footprint,
    figure: &Figure<'_>,
    events: &[EventAnswer],
) -> Vec<Check> {
    let sum = |unit: &str| {
        let of_unit = events
            .iter()
            .filter(|event| event.counts && event.unit.as_deref() == Some(unit));
        Amount(of_unit.filter_map(|event| event.quantity).map(|part| part.0).sum())
    };
    match figure {
        Figure::Waste => {
            let what = "the collections that count, added up".to_owned();
            vec![Check::new(what, footprint.waste.total.into(), sum("tonnes"), "tonnes")]
        }
        Figure::Lines(lines) if events.iter().any(|event| event.quantity.is_some()) => lines
            .iter()
            .map(|line| {
                let what = format!("{}, the events that count added up", line.item);
                Check::new(what, Amount(line.quantity), sum(&line.unit), &line.unit)
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// All reasons for a total, and those that name one of its lines for a line.
fn notes(footprint: &Footprint, figure: &Figure<'_>) -> Vec<String> {
    let all = footprint
        .incomplete
        .iter()
        .chain(&footprint.incomplete_voluntary)
        .chain(&footprint.notes);
    let named = |reason: &str, item: &str| {
        reason
            .split([' ', ',', ':'])
            .any(|word| word == item)
    };
    match figure {
        Figure::Lines(lines) => all
            .filter(|reason| lines.iter().any(|line| named(reason, &line.item)))
            .cloned()
            .collect(),
        Figure::Intensity | Figure::Gross | Figure::Pupils | Figure::Coverage => footprint
            .incomplete
            .iter()
            .chain(&footprint.notes)
            .cloned()
            .collect(),
        Figure::Voluntary => footprint
            .incomplete_voluntary
            .iter()
            .chain(&footprint.notes)
            .cloned()
            .collect(),
        _ => Vec::new(),
    }
}

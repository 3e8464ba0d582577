//! Why a figure is what it is: from the figure to its lines, their factors and meters, their months and days, every
//! revision of a half-hour, and the events behind them all.
//!
//! [`explain`] reads the parts of the ledger that a question needs; [`answer`] and everything below it are pure functions
//! of a footprint and rows.

mod amount;
mod checks;
mod comparison;
mod contribution;
mod days;
mod error;
mod event_text;
mod events;
mod figure;
mod figure_name;
mod half_hours;
mod meter_input;
mod meters;
mod months;
mod notes;
mod provenance;
mod question;
mod rank;
mod required_rows;
mod source_events;

#[cfg(test)]
pub(crate) mod tests;

use ::events::Data;
use chrono::NaiveDate;
use footprint::ledger::{LedgerEvent, MeterDay};
use footprint::view::Withdrawals;
use footprint::{Baseline, Coverage, Days, FactorSetRef, Footprint, Register, SchoolEvent};
use lake::Lake;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::events::EventAnswer;
pub use amount::Amount;
pub use checks::Check;
pub use comparison::{Comparison, LineComparison, Priced, compare};
pub use days::{DayAnswer, SentAnswer};
pub use error::{ExplainError, InvalidQuestion};
pub use figure::{FigureAnswer, LineAnswer, MonthOfFigure, PartAnswer, PriceAnswer};
pub use figure_name::{KnownFigure, figures};
pub use half_hours::{HalfHourAnswer, Revision};
pub use meters::{GapAnswer, MeterAnswer};
pub use months::MonthAnswer;
pub use provenance::Provenance;
pub use question::Question;

use crate::rollup::disclosures::notes_of_one;
use crate::rollup::passed;
use figure_name::Figure;
use meter_input::MeterInput;
use meters::meters;
use required_rows::required_rows;
use source_events::{SourceEvent, distinct_events};

/// The rows of a school that a question is answered from, duplicates included.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    /// Meter-days.
    pub readings: Vec<MeterDay>,
    /// Other events.
    pub events: Vec<LedgerEvent>,
}

impl Rows {
    /// Clears the token names before the rows are used, so that no answer can contain one.
    fn forget_tokens(&mut self) {
        let readings = self.readings.iter_mut().map(|row| &mut row.origin);
        let events = self.events.iter_mut().map(|row| &mut row.origin);
        readings
            .chain(events)
            .for_each(|origin| origin.token = Default::default());
    }

    /// Keeps the readings of the days of membership only. A census that only another trust's registration has is still
    /// counted, but its event is not shown.
    fn forget_other_trusts(&mut self, footprint: &Footprint) {
        let (member, trust) = (footprint.member, &footprint.trust.id);
        self.readings.retain(|row| member.contains(row.day));
        self.events.retain(|row| match SchoolEvent::of(row) {
            Ok(SchoolEvent {
                data: Data::SchoolRegistered(school),
                ..
            }) => school.trust.id == *trust,
            _ => true,
        });
    }
}

/// Why a figure is what it is.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
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
    /// The question.
    pub question: AskedQuestion,
    /// The figure and what it is made of.
    pub figure: FigureAnswer,
    /// The factors it was priced with.
    pub factor_set: FactorSetRef,
    /// How many of the school's half-hours have arrived.
    pub coverage: Coverage,
    /// The meters that measured it.
    pub meters: Vec<MeterAnswer>,
    /// The events it was made from, where no meter measures it.
    pub events: Vec<EventAnswer>,
    /// Whether the ledger's rows add up to the figure.
    pub checks: Vec<Check>,
    /// Why the figure is not complete.
    pub incomplete: Vec<String>,
    /// Notes that belong beside the figure.
    pub notes: Vec<String>,
    /// Every figure that has an explanation.
    pub figures: Vec<KnownFigure>,
}

/// The question, spelled out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedQuestion {
    /// The figure.
    pub figure: String,
    /// The meter.
    pub meter: Option<String>,
    /// The month.
    pub month: Option<String>,
    /// The day.
    pub day: Option<NaiveDate>,
}

/// What an answer may disclose beside the figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disclosure {
    /// Whether the names of the tokens that events came with are shown: for operators only, because the holder of a token
    /// is not a figure.
    pub token_names: bool,
    /// Whether data of other trusts is shown: what a school measured while it belonged to another trust, and how that
    /// trust registered it.
    pub other_trusts: bool,
}

impl Disclosure {
    /// Everything: for readers who can read the ledger itself.
    pub const ALL: Disclosure = Disclosure {
        token_names: true,
        other_trusts: true,
    };
}

impl Explanation {
    /// Adds the intensity at the factors of a baseline, line by line, beside the reported one, if the question is about it.
    pub fn beside(mut self, footprint: &Footprint, baseline: &Baseline) -> Self {
        let figure = Figure::parse(&self.question.figure, footprint);
        if figure == Ok(Figure::Intensity) {
            self.figure
                .parts
                .extend(figure::at_baseline(footprint, baseline));
        }
        self
    }
}

/// Reads the necessary rows from the ledger, and answers.
pub async fn explain(
    lake: &Lake,
    footprint: &Footprint,
    question: &Question,
    disclosure: Disclosure,
) -> Result<Explanation, ExplainError> {
    let figure = Figure::parse(question.figure(), footprint)?;
    let days = question.days(counted(footprint))?;
    let mut rows = required_rows(question, &figure, days)
        .read(lake, footprint)
        .await?;
    if !disclosure.token_names {
        rows.forget_tokens();
    }
    if !disclosure.other_trusts {
        rows.forget_other_trusts(footprint);
    }
    // Arithmetic on a school's rows takes too long for an async worker.
    let (footprint, question) = (footprint.clone(), question.clone());
    tokio::task::spawn_blocking(move || answer(&footprint, &question, &rows))
        .await
        .map_err(crate::PublishError::from)?
}

/// The answer to a question, from a footprint and the rows of its school. The rows must include all of the topics and
/// months that the question needs.
pub fn answer(
    footprint: &Footprint,
    question: &Question,
    rows: &Rows,
) -> Result<Explanation, ExplainError> {
    let figure = Figure::parse(question.figure(), footprint)?;
    let counted = counted(footprint);
    let days = question.days(counted)?;
    let all_events = distinct_events(&rows.events);
    let withdrawals = Withdrawals::from_events(&rows.events);
    let input = MeterInput {
        footprint,
        question,
        days,
        counted,
        events: &all_events,
        readings: &rows.readings,
        withdrawals: &withdrawals,
    };
    let meters = meters(&input, &figure)?;
    let events = events_behind(footprint, &figure, &all_events, counted)?;
    let mut checks = checks::of_meters(&input, &meters);
    checks.extend(checks::of_events(footprint, &figure, &events));
    let name = question.figure();
    Ok(Explanation {
        urn: footprint.urn,
        school: footprint.school.clone(),
        trust: footprint.trust.id.clone(),
        period: footprint.period.key(),
        period_label: footprint.period.label(),
        counted,
        question: AskedQuestion {
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
        incomplete: notes::incomplete(footprint, &figure),
        notes: notes_of_one(&notes::notes(footprint, &figure)),
        figures: figures(footprint),
    })
}

/// The days of the period that count.
fn counted(footprint: &Footprint) -> Days {
    Days {
        from: footprint.member.from,
        to: footprint.member.to.min(passed(footprint.period).to),
    }
}

/// The days on which the school belonged to the footprint's trust, in any period.
fn own_days(footprint: &Footprint, all: &[SourceEvent]) -> Vec<Days> {
    let register = Register::of(&source_events::register(all));
    let mut memberships = register.memberships.into_iter();
    let own_days = memberships.find(|membership| membership.school.trust.id == footprint.trust.id);
    own_days
        .map(|membership| membership.days)
        .unwrap_or_default()
}

fn events_behind(
    footprint: &Footprint,
    figure: &Figure<'_>,
    all: &[SourceEvent],
    counted: Days,
) -> Result<Vec<EventAnswer>, ExplainError> {
    Ok(match figure {
        Figure::Lines(lines) if figure.measured().is_empty() => match figure.commuters() {
            Some(audience) => events::commuting(audience, all, counted, &own_days(footprint, all)),
            None => events::of_lines(footprint, lines, all, counted)?,
        },
        Figure::Intensity | Figure::Pupils => events::roll(footprint, all, counted),
        Figure::Waste => events::waste(all, counted),
        Figure::Stars => events::stars(footprint, all, counted),
        Figure::Initiatives => events::initiatives(all, counted),
        Figure::Surveys(audience) => {
            events::surveys(*audience, all, counted, &own_days(footprint, all))
        }
        Figure::Evidence(target) => events::evidence(*target, all, counted),
        Figure::Lines(_) | Figure::Gross | Figure::Voluntary | Figure::Coverage => Vec::new(),
    })
}

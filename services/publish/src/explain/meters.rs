//! The meters behind a figure: the measurements of each, from months down to the revisions of a half-hour.

use events::{Channel, Fuel, MeterId};
use footprint::ledger::MeterDay;
use footprint::{Coverage, Days, Footprint, MeterFigures, OwnedMeter, Register, named_meter};
use serde::Serialize;
use utoipa::ToSchema;

use super::events::{EventAnswer, meter as registrations};
use super::meter_input::MeterInput;
use super::months::{MonthAnswer, months};
use super::{Amount, DayAnswer, ExplainError, HalfHourAnswer, InvalidQuestion};
use super::{days, half_hours};
use crate::explain::figure_name::{Figure, Measured};
use crate::explain::source_events::register;

/// One meter of a figure.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MeterAnswer {
    /// The id of the meter.
    pub meter: MeterId,
    /// What people call it, as registered last; none if no name is registered.
    pub name: Option<String>,
    /// What it measures.
    pub fuel: Fuel,
    /// The channel of it that the figure counts.
    pub channel: Channel,
    /// Whether it is subtracted from the other measurements instead of added: exported electricity, for solar used on site.
    pub taken_off: bool,
    /// Its energy over the period, in kWh, as the figure counts it.
    pub energy: Amount,
    /// How much of the expected data arrived.
    pub coverage: Coverage,
    /// The counted days from the first to the last on which it belongs to the school; none if the register's rows do not
    /// state it.
    pub belongs: Option<Days>,
    /// How its cubic metres are converted to kWh; none if it counts kWh, or if its months were not requested.
    pub formula: Option<String>,
    /// What is odd about its readings, in sentences.
    pub findings: Vec<String>,
    /// The estimate for its gaps, beside the figure and never in it.
    pub gaps: Option<GapAnswer>,
    /// The events that register it.
    pub registered: Vec<EventAnswer>,
    /// Its months; empty unless the meter or a month was requested.
    pub months: Vec<MonthAnswer>,
    /// Its days; empty unless a month or a day was requested.
    pub days: Vec<DayAnswer>,
    /// Its half-hours; empty unless a day was requested.
    pub half_hours: Vec<HalfHourAnswer>,
}

impl MeterAnswer {
    /// The name and the number, as people read them.
    pub fn label(&self) -> String {
        named_meter(self.name.as_deref(), &self.meter)
    }
}

/// The estimate for the gaps of a meter.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GapAnswer {
    /// The method of the estimate, in words.
    pub method: String,
    /// The number of half-hours it covers.
    pub half_hours: i64,
    /// Missing half-hours for which there is nothing to compare with.
    pub left: i64,
    /// In kWh.
    pub energy: Amount,
    /// The carbon at the period's factor; none if that is not known.
    pub kg_co2e: Option<Amount>,
}

/// The meters of a figure. Meters of a total are listed only when the question names a meter, a month or a day.
pub(super) fn meters(
    input: &MeterInput<'_>,
    figure: &Figure<'_>,
) -> Result<Vec<MeterAnswer>, ExplainError> {
    let question = input.question;
    let has_details =
        question.meter.is_some() || question.month.is_some() || question.day.is_some();
    let is_total = matches!(
        figure,
        Figure::Intensity | Figure::Gross | Figure::Voluntary
    );
    if is_total && !has_details {
        return Ok(Vec::new());
    }
    let registered = Register::of(&register(input.events));
    let mut answers = Vec::new();
    let mut known = Vec::new();
    for meter in &input.footprint.meters {
        for measured in of_meter(meter, figure) {
            known.push(meter.meter.to_string());
            if question
                .meter
                .as_ref()
                .is_none_or(|only| *only == meter.meter)
            {
                let owned = registered
                    .meters
                    .iter()
                    .find(|owned| owned.registered.meter == meter.meter);
                answers.push(answer(input, meter, measured, owned, has_details)?);
            }
        }
    }
    match &question.meter {
        Some(meter) if answers.is_empty() => {
            known.dedup();
            Err(InvalidQuestion::Meter {
                requested: meter.clone(),
                known,
            }
            .into())
        }
        _ => Ok(answers),
    }
}

/// The channels of a meter that are listed: the one that is expected to report always, and any other that has energy.
fn of_meter(meter: &MeterFigures, figure: &Figure<'_>) -> Vec<Measured> {
    let mut of_fuel = figure.measured();
    of_fuel.retain(|measured| {
        let expected = measured.channel == meter.channel;
        measured.fuel == meter.fuel && (expected || energy(meter, measured.channel).0 != 0)
    });
    of_fuel
}

fn energy(meter: &MeterFigures, channel: Channel) -> Amount {
    Amount(match channel {
        Channel::AE => meter.export,
        _ => meter.import,
    })
}

fn answer(
    input: &MeterInput<'_>,
    meter: &MeterFigures,
    measured: Measured,
    owned: Option<&OwnedMeter>,
    has_details: bool,
) -> Result<MeterAnswer, ExplainError> {
    let MeterInput {
        footprint,
        question,
        counted,
        ..
    } = input;
    let belongs = owned.map(|owned| owned.days.and(*counted));
    let rows: Vec<&MeterDay> = input
        .readings
        .iter()
        .filter(|row| row.meter == meter.meter && row.channel == measured.channel)
        .collect();
    let (by_month, formula) = match has_details {
        true => months(input, owned, &rows)?,
        false => (Vec::new(), None),
    };
    let by_day = question.month.is_some() || question.day.is_some();
    let its_days = owned.map_or_else(|| vec![*counted], |owned| owned.runs(*counted));
    Ok(MeterAnswer {
        meter: meter.meter.clone(),
        name: meter.name.clone(),
        fuel: meter.fuel,
        channel: measured.channel,
        taken_off: measured.taken_off,
        energy: energy(meter, measured.channel),
        coverage: meter
            .coverage_of(measured.channel)
            .copied()
            .unwrap_or_default(),
        belongs,
        formula,
        findings: footprint
            .findings
            .iter()
            .filter(|finding| finding.meter == meter.meter)
            .map(ToString::to_string)
            .collect(),
        gaps: gaps(footprint, meter).filter(|_| measured.channel == Channel::AI),
        registered: registrations(&meter.meter, input.events, *counted),
        months: by_month,
        days: match by_day {
            true => days::days(input.days, &its_days, &rows, input.withdrawals),
            false => Vec::new(),
        },
        half_hours: match question.day {
            Some(day) => {
                let of_day: Vec<&MeterDay> =
                    rows.into_iter().filter(|row| row.day == day).collect();
                half_hours::half_hours(day, &of_day, input.withdrawals)
            }
            None => Vec::new(),
        },
    })
}

fn gaps(footprint: &Footprint, meter: &MeterFigures) -> Option<GapAnswer> {
    let estimate = footprint
        .estimates
        .iter()
        .find(|estimate| estimate.meter == meter.meter)?;
    Some(GapAnswer {
        method: estimate.method(),
        half_hours: estimate.half_hours,
        left: estimate.left,
        energy: Amount(estimate.energy),
        kg_co2e: estimate.co2e.map(Amount::from),
    })
}

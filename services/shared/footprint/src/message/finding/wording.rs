//! The wording of findings: the only module that puts them into sentences.

use std::fmt;

use chrono::NaiveDate;
use events::{Fuel, MICRO, Quantity, Unit, kilowatt_hours};

use super::{Contradicted, DayKind, Finding, Odd, RegisterRatio};
use crate::period::Days;

/// As a sentence without its full stop.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let days = spanned(self.days);
        match &self.what {
            Odd::Stuck { value, unit, run } => write!(
                f,
                "the same {} {} in every half-hour of {} days in a row, {}",
                kilowatt_hours(*value),
                unit_name(*unit),
                run.count(),
                spanned(*run)
            ),
            Odd::Zero { fuel, run } => write!(
                f,
                "no {} in {} days in a row, {}",
                noun(*fuel),
                run.count(),
                spanned(*run)
            ),
            Odd::LevelShift {
                among,
                level,
                before,
            } => write!(
                f,
                "about {} kWh a day on {} in the 4 weeks from {} on, about {} kWh in the 4 weeks before: {}",
                whole_kwh(*level),
                among.name(),
                written(self.days.from),
                whole_kwh(*before),
                change(*before, *level)
            ),
            Odd::Moved { to: None, .. } => {
                f.write_str("it was registered at another school too, and counts there")
            }
            Odd::Moved {
                to: Some(to),
                counted_here,
            } => write!(
                f,
                "it was registered at school {} from {} on, and {}",
                to.urn,
                written(to.from),
                match counted_here {
                    true => "counts there from that day",
                    false => "no day of it counts here",
                }
            ),
            Odd::Contradiction(of) => write!(
                f,
                "two actual values for {} {days}: {} says {} kWh and stands, {} says {} kWh",
                half_hours(of.half_hours),
                of.stands,
                kwh(of.stands_energy),
                of.against,
                kwh(of.against_energy)
            ),
            Odd::ZeroStands(of) => write!(
                f,
                "zeros stand for {} {days}: {} says 0 kWh and stands, {} says {} kWh",
                half_hours(of.half_hours),
                of.stands,
                of.against,
                kwh(of.against_energy)
            ),
            Odd::RegisterDisagrees {
                contradicted,
                register_stands,
                ratio,
                run,
            } => register_disagrees(f, contradicted, *register_stands, *ratio, *run),
            Odd::AbovePastYear { energy, reference } => write!(
                f,
                "{} kWh in a day {days}: {:.1} times the {} kWh of the third-highest day of the 12 months before",
                kwh(*energy),
                kilowatt_hours(*energy) / kilowatt_hours(*reference),
                kwh(*reference)
            ),
            Odd::Silent { since, sent_before } => {
                let since = written(*since);
                match sent_before {
                    true => write!(f, "it has sent nothing since {since}"),
                    false => write!(
                        f,
                        "it has sent nothing at all, and is expected to since {since}"
                    ),
                }
            }
        }
    }
}

fn register_disagrees(
    f: &mut fmt::Formatter<'_>,
    of: &Contradicted,
    register_stands: bool,
    ratio: RegisterRatio,
    run: Days,
) -> fmt::Result {
    let (stands, against) = (
        (&of.stands, of.stands_energy),
        (&of.against, of.against_energy),
    );
    let (half_hours, register, standing) = match register_stands {
        true => (against, stands, "values of the interval"),
        false => (stands, against, "half-hours"),
    };
    write!(
        f,
        "the half-hours of {} say {} kWh {}, the longer interval of {} says {} kWh: {}; the {standing} stand",
        half_hours.0,
        kwh(half_hours.1),
        spanned(run),
        register.0,
        kwh(register.1),
        ratio.name(half_hours.1, register.1),
    )
}

impl RegisterRatio {
    fn name(self, half_hours: Quantity, register: Quantity) -> String {
        match self {
            RegisterRatio::Double => "twice as much, as if they held kW".to_owned(),
            RegisterRatio::Half => "half as much".to_owned(),
            RegisterRatio::Thousand => "1,000 times as much, as if they held Wh".to_owned(),
            RegisterRatio::Thousandth => "a thousandth, as if they held MWh".to_owned(),
            RegisterRatio::Other if half_hours > register => {
                format!("{} kWh more", kwh(half_hours.saturating_sub(register)))
            }
            RegisterRatio::Other => {
                format!("{} kWh less", kwh(register.saturating_sub(half_hours)))
            }
        }
    }
}

impl DayKind {
    fn name(self) -> &'static str {
        match self {
            DayKind::WeekdaysInTerm => "weekdays in term",
            DayKind::WeekendsInTerm => "weekends in term",
            DayKind::OutOfTerm => "days out of term",
            DayKind::Weekdays => "weekdays",
            DayKind::Weekends => "weekends",
        }
    }
}

fn change(before: Quantity, level: Quantity) -> String {
    let (was, is) = (before as f64, level as f64);
    match level > before {
        true => format!("{:.1} times as much", is / was),
        false => format!("{:.0}% lower", 100.0 - is * 100.0 / was),
    }
}

fn noun(fuel: Fuel) -> &'static str {
    match fuel {
        Fuel::Electricity => "electricity",
        Fuel::Gas => "gas",
        Fuel::Solar => "generation",
    }
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::CubicMetres => "m³",
        other => other.as_str(),
    }
}

fn half_hours(count: i64) -> String {
    match count {
        1 => "1 half-hour".to_owned(),
        several => format!("{several} half-hours"),
    }
}

fn whole_kwh(energy: Quantity) -> f64 {
    (energy as f64 / MICRO as f64).round()
}

/// Kilowatt-hours to the tenth.
fn kwh(energy: Quantity) -> f64 {
    let tenth = MICRO / 10;
    let tenths = energy.saturating_add(tenth / 2).div_euclid(tenth);
    kilowatt_hours(tenths * tenth)
}

/// `3 March 2026`
fn written(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

/// `on 3 March 2026`, or `from 3 March 2026 to 6 March 2026`
fn spanned(days: Days) -> String {
    if days.from == days.to {
        format!("on {}", written(days.from))
    } else {
        format!("from {} to {}", written(days.from), written(days.to))
    }
}

#[cfg(test)]
mod tests;

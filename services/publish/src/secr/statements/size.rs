//! Whether the trust has to report, and in which detail.

use std::collections::BTreeMap;

use events::AcademicYear;
use footprint::Period;
use footprint::size::{CompanySize, SizeThresholds, Standing};

use super::StatementContext;
use crate::format;

/// Up to this much energy in a year a company need not give details, but has to say so.
const LOW_ENERGY_KWH: f64 = 40_000.0;

/// Whether the trust used no more than 40,000 kWh; empty for a part-year, which cannot show that.
pub(super) fn low_energy(context: &StatementContext<'_>) -> Vec<String> {
    let whole = context.view.period.is_whole();
    let total = context.years.first().filter(|_| whole);
    let used = total.and_then(|year| year.energy_kwh.total.as_ref()?.number());
    let Some(used) = used else {
        return Vec::new();
    };
    let label = context.view.period.label();
    let shown = format::decimal(used, 0);
    let complete = context.view.is_complete()
        && context
            .view
            .totals
            .coverage
            .ratio()
            .is_none_or(|ratio| ratio >= 1.0);
    let so_far = if complete {
        ""
    } else {
        " The figures are not complete, so it may have used more."
    };
    let paragraph = if used <= LOW_ENERGY_KWH {
        format!(
            "In {label} the trust used {shown} kWh of gas, electricity and transport fuel in the UK, no more than \
             40,000 kWh: it is a low energy user, need not disclose details of its energy and carbon, and has to say \
             so.{so_far}"
        )
    } else {
        format!(
            "In {label} the trust used {shown} kWh, more than the 40,000 kWh up to which no details need be disclosed."
        )
    };
    vec![paragraph]
}

/// Whether the trust is large, by the limits in force on the day its financial year began.
pub(super) fn large(context: &StatementContext<'_>) -> Vec<String> {
    let Period::AcademicYear { year, .. } = context.view.period else {
        return Vec::new();
    };
    // The table ships with the program, and tests check that it can be read.
    let thresholds = SizeThresholds::of_year_beginning(year.first_day());
    let Some(limits) = thresholds.ok().flatten() else {
        return vec![format!(
            "{year} began before SECR did: it applies to financial years that begin on or after 1 April 2019."
        )];
    };
    let sizes = &context.settings.size;
    vec![
        limits_text(&limits, year.first_day()),
        sizes_text(year, sizes),
        verdict(limits.standing(year, sizes), year),
    ]
}

fn limits_text(limits: &SizeThresholds, begins: chrono::NaiveDate) -> String {
    format!(
        "For a financial year that begins on {} a company is large, and has to report, where it reaches two of these \
         in that year and the one before: turnover of \u{a3}{}, balance sheet total of \u{a3}{}, {} employees ({}; confidence: {}).",
        format::day(begins),
        format::grouped(limits.turnover_gbp),
        format::grouped(limits.balance_sheet_gbp),
        format::grouped(limits.employees),
        limits.source,
        limits.confidence
    )
}

/// The trust's size in the year and in the year before.
fn sizes_text(year: AcademicYear, sizes: &BTreeMap<AcademicYear, CompanySize>) -> String {
    let of_year = |year: AcademicYear| {
        let size = sizes.get(&year).copied().unwrap_or_default();
        format!("The trust in {year}: {}.", size_text(&size))
    };
    format!("{} {}", of_year(year), of_year(year.before()))
}

fn size_text(size: &CompanySize) -> String {
    let pounds = |amount: i64| format!("\u{a3}{}", format::grouped(amount));
    let criterion = |what: &str, known: Option<String>| {
        format!(
            "{what} {}",
            known.unwrap_or_else(|| "not known here".to_owned())
        )
    };
    [
        criterion("turnover", size.turnover_gbp.map(pounds)),
        criterion("balance sheet total", size.balance_sheet_gbp.map(pounds)),
        criterion("employees", size.employees.map(format::grouped)),
    ]
    .join(", ")
}

fn verdict(standing: Standing, year: AcademicYear) -> String {
    let before = year.before();
    match standing {
        Standing::BothYears { large: true } => {
            format!("By both {year} and {before} it is large, and has to report.")
        }
        Standing::BothYears { large: false } => {
            format!("By both {year} and {before} it is not large; it may report voluntarily.")
        }
        Standing::NotYetChanged { large: true, since } => format!(
            "It is large, and has to report: it was by {} and {since}, and has not been under the limits in two years \
             running since.",
            since.before()
        ),
        Standing::NotYetChanged {
            large: false,
            since,
        } => format!(
            "It is not large; it may report voluntarily. It was not by {} and {since}, and has not reached the \
             limits in two years running since.",
            since.before()
        ),
        Standing::Unknown { alone, lacks } => {
            let by_itself = match alone {
                Some(true) => format!("By {year} alone it would be large. "),
                Some(false) => format!("By {year} alone it would not be large. "),
                None => String::new(),
            };
            format!(
                "{by_itself}Whether it is large is not known: size counts by two years running, unless {year} is its first, \
                 and its size in {lacks} is not known here. The trust has to decide."
            )
        }
    }
}

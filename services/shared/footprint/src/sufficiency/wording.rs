//! The wording of what is missing: the only module that puts it into sentences.

use chrono::{Datelike, NaiveDate};

use super::{FuelCoverage, FuelGap, LeastCoverage, MeterGap, Missing, MonthGap, Sufficiency};

impl Sufficiency {
    /// `Not enough data: gas has sent nothing since 1 Sep 2025 (0 of 17,520 half-hours).` None if there is enough.
    pub fn sentence(&self) -> Option<String> {
        self.reason().map(|reason| format!("{reason}."))
    }

    /// The sentence without its full stop, to stand among other reasons.
    pub fn reason(&self) -> Option<String> {
        (!self.is_enough())
            .then(|| format!("Not enough data: {}", clauses(&self.missing).join("; ")))
    }

    /// What is missing, as the rest of [`Sufficiency::sentence`]: one clause each.
    pub fn clauses(&self) -> Vec<String> {
        clauses(&self.missing)
    }

    /// What is missing meter by meter, with the months: one clause each.
    pub fn details(&self) -> Vec<String> {
        details(&self.missing)
    }
}

impl LeastCoverage {
    /// What a claim needs, in a sentence.
    pub fn rule(self) -> String {
        format!(
            "A figure needs at least {} of the expected half-hours of every fuel, and a heating source.",
            self.percent()
        )
    }

    /// `90%`, `92.5%`.
    fn percent(self) -> String {
        let tenths = (f64::from(self) * 1000.0).round() as i64;
        match tenths % 10 {
            0 => format!("{}%", tenths / 10),
            rest => format!("{}.{rest}%", tenths / 10),
        }
    }
}

/// What is missing meter by meter, with the months; anything without a meter as in [`clauses`].
pub(crate) fn details(missing: &[Missing]) -> Vec<String> {
    let of = |missing: &Missing| match missing {
        Missing::HalfHours(gap) => details_of_fuel(gap),
        other => vec![clause(other)],
    };
    missing.iter().flat_map(of).collect()
}

pub(crate) fn clauses(missing: &[Missing]) -> Vec<String> {
    missing.iter().map(clause).collect()
}

fn clause(missing: &Missing) -> String {
    match missing {
        Missing::PassedDay => "no day has passed yet".to_owned(),
        Missing::HalfHours(gap) => fuel_clause(gap),
        Missing::HeatingSource => {
            "nothing says what heats the school (no gas meter, no heating fuel, no electric heating)".to_owned()
        }
        Missing::HeatingPrice => "the heating fuel has no factor".to_owned(),
        Missing::DistrictHeat => "the school is heated by district heat, and its use is not recorded".to_owned(),
    }
}

fn fuel_clause(gap: &FuelGap) -> String {
    let fuel = gap.fuel.as_str();
    let count = count(gap.present, gap.expected);
    let unmetered = (gap.unmetered_days > 0).then(|| unmetered(gap));
    if gap.meters.is_empty() && gap.silent_since.is_none() && gap.present == 0 {
        return format!("no {fuel} meter is registered");
    }
    let sent = match (gap.present, gap.silent_since) {
        (0, Some(since)) => format!(
            "{fuel} has sent nothing since {} ({count})",
            short_day(since)
        ),
        (0, None) => format!("{fuel} has sent nothing ({count})"),
        (present, _) => format!("{fuel} has sent {count} ({})", share(present, gap.expected)),
    };
    let stopped = gap
        .silent_since
        .filter(|_| gap.present > 0)
        .map(|since| format!("nothing since {}", short_day(since)));
    [Some(sent), stopped, unmetered]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// Each meter of a fuel with gaps, and the days without any meter.
fn details_of_fuel(gap: &FuelGap) -> Vec<String> {
    let meters = gap.meters.iter().map(|meter| meter_clause(gap, meter));
    let unmetered = (gap.unmetered_days > 0).then(|| unmetered(gap));
    meters.chain(unmetered).collect()
}

fn meter_clause(gap: &FuelGap, meter: &MeterGap) -> String {
    let (fuel, id) = (gap.fuel.as_str(), &meter.meter);
    let count = count(meter.present, meter.expected);
    let months = months(&meter.months);
    match meter.present {
        0 => format!("{fuel} meter {id} has sent nothing in {months} ({count})"),
        present => format!(
            "{fuel} meter {id} has sent {count} ({}), with gaps in {months}",
            share(present, meter.expected)
        ),
    }
}

fn unmetered(gap: &FuelGap) -> String {
    let days = grouped(gap.unmetered_days);
    format!(
        "no {} meter is registered on {days} days",
        gap.fuel.as_str()
    )
}

/// `all schools together have sent 1,234 of 1,520 gas half-hours (81.1%)`
pub(crate) fn all_schools_clause(coverage: &FuelCoverage) -> String {
    format!(
        "all schools together have sent {} of {} {} half-hours ({})",
        grouped(coverage.present),
        grouped(coverage.expected),
        coverage.fuel.as_str(),
        share(coverage.present, coverage.expected)
    )
}

fn count(present: i64, expected: i64) -> String {
    format!("{} of {} half-hours", grouped(present), grouped(expected))
}

/// Never rounded up: 89.99% must not be shown as the 90% that it does not reach.
fn share(present: i64, expected: i64) -> String {
    let tenths = match expected {
        0 => 0,
        expected => i128::from(present) * 1000 / i128::from(expected),
    };
    match (tenths, present) {
        (0, 1..) => "under 0.1%".to_owned(),
        (tenths, _) => format!("{}.{}%", tenths / 10, tenths % 10),
    }
}

/// Months as runs: `Sep 2025 to Nov 2025 and Jan 2026`.
fn months(gaps: &[MonthGap]) -> String {
    let firsts: Vec<NaiveDate> = gaps
        .iter()
        .filter_map(|gap| format!("{}-01", gap.month).parse().ok())
        .collect();
    let number = |day: &NaiveDate| day.year() * 12 + day.month0() as i32;
    let runs: Vec<String> = firsts
        .chunk_by(|one, next| number(next) == number(one) + 1)
        .map(|run| match run {
            [first, .., last] => format!("{} to {}", month(*first), month(*last)),
            [only] => month(*only),
            [] => String::new(),
        })
        .collect();
    match runs.as_slice() {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        runs => runs.join(", "),
    }
}

fn month(first: NaiveDate) -> String {
    first.format("%b %Y").to_string()
}

fn short_day(day: NaiveDate) -> String {
    day.format("%-d %b %Y").to_string()
}

/// `17,520`
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

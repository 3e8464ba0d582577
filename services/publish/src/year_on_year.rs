//! What changed from one year to the next, in sentences. The method part is always shown beside a change.

use std::collections::BTreeMap;

use events::MilligramsCo2e;
use footprint::change::{Change, Incomparable, ItemChange, Side};
use footprint::{Item, Period};
use serde::Serialize;
use utoipa::ToSchema;

use crate::format;

/// The caveat that applies to every split.
pub(crate) const NO_SAVING: &str = "A lower factor is not a saving, and a higher factor is not more use: only the \
     activity part says what was used.";

/// How many schools, or lines that cannot be compared, are named; more are only counted.
const NAMED: usize = 8;

/// A difference in coverage below this is not mentioned.
const NOTABLE: f64 = 0.02;

/// A change as the API returns it: always with the sentences that explain it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ChangeAnswer {
    /// The academic year, such as `2025-26`.
    pub period: String,
    /// The academic year before.
    pub prior_period: String,
    /// What it means, sentence by sentence.
    pub notes: Vec<String>,
    /// Activity, method and the rest.
    pub split: Change,
}

impl ChangeAnswer {
    /// The change from one period to another, in words too.
    pub fn of(split: &Change, prior: Period, current: Period) -> Self {
        ChangeAnswer {
            period: current.key(),
            prior_period: prior.key(),
            notes: sentences(split, &prior.label(), &current.label()),
            split: split.clone(),
        }
    }
}

/// Tonnes with their sign: `+1.77`, `−5.06`.
pub(crate) fn signed(co2e: MilligramsCo2e) -> String {
    let tonnes = co2e.tonnes();
    let text = format::decimal(tonnes, places(co2e));
    let sign = if co2e.0 > 0 { "+" } else { "" };
    format!("{sign}{text}")
}

/// Two decimals, and more for an amount that two decimals would show as zero.
fn places(co2e: MilligramsCo2e) -> usize {
    match co2e.0.abs() {
        0 | 100_000_000.. => 2,
        1_000_000.. => 4,
        _ => 9,
    }
}

/// The change in sentences, from `before` to `now`, both as people read them.
pub(crate) fn sentences(change: &Change, before: &str, now: &str) -> Vec<String> {
    if change.by_item.is_empty() && change.joined.is_empty() && change.left.is_empty() {
        let mut sentences = vec![format!(
            "{now} cannot be held against {before}: there is no line that can be compared."
        )];
        sentences.extend(not_compared(change, before, now));
        return sentences;
    }
    let mut sentences = vec![total(change, before, now), split(change, before, now)];
    sentences.push(NO_SAVING.to_owned());
    sentences.extend(electricity_of_2026(change));
    sentences.extend(movers(change, before));
    sentences.extend(part_members(change, before, now));
    sentences.extend(not_compared(change, before, now));
    sentences.extend(coverage(change, before, now));
    sentences
}

fn total(change: &Change, before: &str, now: &str) -> String {
    let relative = match change.prior.0 {
        0 => String::new(),
        prior => {
            let share = change.total().0 as f64 / prior as f64;
            let sign = if share > 0.0 { "+" } else { "" };
            format!(" ({sign}{}%)", format::decimal(share * 100.0, 1))
        }
    };
    format!(
        "Gross emissions were {} t CO2e in {before} and {} t in {now}: {} t{relative}.",
        format::decimal(change.prior.tonnes(), 2),
        format::decimal(change.current.tonnes(), 2),
        signed(change.total())
    )
}

fn split(change: &Change, before: &str, now: &str) -> String {
    format!(
        "By activity, what was used at the factors of {before}: {} t. By method, the change of the factors on what was \
         used in {now}: {} t.",
        signed(change.activity),
        signed(change.method)
    )
}

/// The electricity factor of 2026 fell by a quarter, partly because it is calculated in another way. [DESNZ-2026]
pub(crate) fn electricity_of_2026(change: &Change) -> Option<String> {
    let mut items = change.by_item.iter();
    let (prior, current) = items.find_map(across_2026)?;
    let fall = match (prior.factor, current.factor) {
        (Some(was), Some(is)) if is < was => format!(
            "The electricity factor fell by {}% ({is} after {was} kg CO2e per kWh), and this is",
            format::decimal((1.0 - is / was) * 100.0, 0)
        ),
        _ => {
            "The electricity factor of 2026 is much lower than that of 2025, and this is".to_owned()
        }
    };
    Some(format!(
        "{fall} partly a change of method: the data behind the 2026 factor lag one year, those behind earlier ones two."
    ))
}

/// Grid electricity that is priced with factors before 2026 in one year and of 2026 in the other.
fn across_2026(item: &ItemChange) -> Option<(&Side, &Side)> {
    let (prior, current) = item.prior.as_ref().zip(item.current.as_ref())?;
    let crosses = item.item == Item::Electricity
        && prior.factor_years.first().is_some_and(|year| *year < 2026)
        && current
            .factor_years
            .last()
            .is_some_and(|year| *year >= 2026);
    crosses.then_some((prior, current))
}

fn movers(change: &Change, before: &str) -> Vec<String> {
    let named = |movers: &[footprint::change::Mover]| {
        let names: Vec<String> = movers
            .iter()
            .map(|mover| match mover.gross {
                Some(gross) => format!(
                    "{} ({} t CO2e)",
                    mover.school,
                    format::decimal(gross.tonnes(), 2)
                ),
                None => format!("{} (no figures)", mover.school),
            })
            .collect();
        some_named(names)
    };
    let mut sentences = Vec::new();
    if !change.joined.is_empty() {
        sentences.push(format!(
            "Counted apart from both, because there are no figures of {before} in this trust: {}.",
            named(&change.joined)
        ));
    }
    if !change.left.is_empty() {
        sentences.push(format!(
            "Counted apart from both, because there are figures of {before} only: {}.",
            named(&change.left)
        ));
    }
    sentences
}

/// The first of these names, and how many more there are.
fn some_named(mut names: Vec<String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    names.truncate(NAMED);
    if more > 0 {
        names.push(format!("{more} more"));
    }
    format::listed(&names)
}

fn part_members(change: &Change, before: &str, now: &str) -> Vec<String> {
    let sentence = |school: &footprint::change::PartMember| {
        format!(
            "{} was a member on {} days of {before} and {} of {now}: a part of its activity is membership.",
            school.school, school.prior_days, school.current_days
        )
    };
    change.part_members.iter().map(sentence).collect()
}

/// The lines that are not compared, by reason.
fn not_compared(change: &Change, before: &str, now: &str) -> Vec<String> {
    let mut by_reason: BTreeMap<Incomparable, Vec<String>> = BTreeMap::new();
    for line in &change.not_comparable {
        let named = format!("{} of {}", format::item(line.item), line.school);
        by_reason.entry(line.why).or_default().push(named);
    }
    let mut sentences: Vec<String> = by_reason
        .into_iter()
        .map(|(why, named)| {
            format!(
                "Not compared, {}: {}.",
                reason(why, before, now),
                some_named(named)
            )
        })
        .collect();
    if change.uncompared.0 != 0 {
        sentences.push(format!(
            "What is not compared makes {} t of the change, neither by activity nor by method.",
            signed(change.uncompared)
        ));
    }
    sentences
}

/// Why a line is not compared, as the rest of a sentence.
pub(crate) fn reason(why: Incomparable, before: &str, now: &str) -> String {
    match why {
        Incomparable::UnpricedBefore => format!("having no factor in {before}"),
        Incomparable::UnpricedNow => format!("having no factor in {now}"),
        Incomparable::SilentBefore => format!("its meter having sent nothing in {before}"),
        Incomparable::SilentNow => format!("its meter having sent nothing in {now}"),
        Incomparable::NothingBefore => format!("the school having no figures of {before}"),
        Incomparable::NothingNow => format!("the school having no figures of {now}"),
    }
}

/// Missing half-hours look like less activity.
fn coverage(change: &Change, before: &str, now: &str) -> Option<String> {
    let prior = change.prior_half_hours.ratio()?;
    let current = change.current_half_hours.ratio()?;
    ((prior - current).abs() >= NOTABLE).then(|| {
        format!(
            "Meters sent {} of the half-hours of {before} and {} of those of {now}: what is missing looks like less \
             activity.",
            format::percent(prior, 1),
            format::percent(current, 1)
        )
    })
}

#[cfg(test)]
mod tests;

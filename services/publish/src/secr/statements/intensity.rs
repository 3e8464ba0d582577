//! The basis of the ratio: which census, which pupils, and which schools are left out.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use footprint::{AtBaseline, Footprint};

use super::StatementContext;
use crate::format;
use crate::rollup::TrustView;

pub(super) fn paragraphs(context: &StatementContext<'_>) -> Vec<String> {
    let mut paragraphs = vec![
        "The chosen intensity measurement ratio is total gross emissions in metric tonnes CO2e per pupil, the \
         recommended ratio for the sector."
            .to_owned(),
    ];
    paragraphs.push(baseline(context.view));
    paragraphs.extend(context.views().flat_map(at_the_baselines_factors));
    let lacking = context.views().zip(context.years);
    let lacking = lacking.filter(|(_, year)| year.intensity.not_enough_data.is_some());
    paragraphs.extend(lacking.filter_map(|(view, _)| not_enough_data(view)));
    paragraphs.extend(context.views().map(census));
    paragraphs.extend(context.views().flat_map(part_members));
    paragraphs.extend(context.views().flat_map(left_out));
    paragraphs
}

/// What the ratio is compared with.
fn baseline(view: &TrustView) -> String {
    format!(
        "The ratio is compared with the baseline of {}, as reported and with every line at the factors of the baseline: a \
         lower factor is not a saving.",
        view.baseline()
    )
}

/// The ratio as reported and at the factors of the baseline, or why it is not known at them.
fn at_the_baselines_factors(view: &TrustView) -> Option<String> {
    let (label, reported) = (view.period.label(), view.tonnes_per_pupil()?);
    let at_baseline = view.at_baseline();
    match (&at_baseline, at_baseline.lacks()) {
        (
            AtBaseline::Whole {
                factor_year,
                tonnes_per_pupil,
            },
            _,
        ) => Some(format!(
            "{label}: {reported:.3} as reported, {tonnes_per_pupil:.3} at the {factor_year} factors of the baseline."
        )),
        (_, lacks) => lacks.map(|lacks| format!("{label}: {reported:.3} as reported; {lacks}.")),
    }
}

/// Why a year has too little data for a ratio, and how much it needs.
fn not_enough_data(view: &TrustView) -> Option<String> {
    let sufficiency = &view.sufficiency;
    let lacks = sufficiency.sentence()?;
    Some(format!(
        "{}: no ratio is stated and none is compared. {lacks} {}",
        view.period.label(),
        sufficiency.least_coverage.rule()
    ))
}

/// The census days and sources of the pupils.
fn census(view: &TrustView) -> String {
    let label = view.period.label();
    let mut counts: BTreeMap<(NaiveDate, &str), (usize, i64)> = BTreeMap::new();
    for roll in view
        .schools
        .iter()
        .filter_map(|school| school.roll.as_ref())
    {
        let count = counts.entry((roll.census_date, &roll.source)).or_default();
        count.0 += 1;
        count.1 += i64::from(roll.pupils);
    }
    if counts.is_empty() {
        return format!("{label}: no pupil count is registered, so there is no ratio.");
    }
    let counts: Vec<String> = counts
        .into_iter()
        .map(|((date, source), (schools, pupils))| {
            format!(
                "{} pupils of {} on {} ({source})",
                format::grouped(pupils),
                format::counted(schools, "school"),
                format::day(date)
            )
        })
        .collect();
    format!("{label}: {}.", format::listed(&counts))
}

/// The schools whose pupils count by the days of their membership.
fn part_members(view: &TrustView) -> Vec<String> {
    let part = |school: &&Footprint| school.member.count() < school.period.days().count();
    let sentence = |school: &Footprint| {
        let pupils = school.pupils_in_ratio();
        let counted = pupils.map_or(String::new(), |pupils| {
            format!(", so {} of its pupils count", format::decimal(pupils, 1))
        });
        format!(
            "{}: {} was a member on {} of {} days{counted}, and only the emissions of these days.",
            view.period.label(),
            school.school,
            school.member.count(),
            school.period.days().count()
        )
    };
    view.schools
        .iter()
        .map(AsRef::as_ref)
        .filter(part)
        .map(sentence)
        .collect()
}

/// The schools that are in the total but not in the ratio.
fn left_out(view: &TrustView) -> Option<String> {
    let names: Vec<String> = view
        .schools
        .iter()
        .filter(|school| school.roll.is_none() && !school.lines.is_empty())
        .map(|school| school.school.clone())
        .collect();
    (!names.is_empty()).then(|| {
        format!(
            "{}: the ratio is without {}, whose pupils are not known; their emissions are in the total.",
            view.period.label(),
            format::listed(&names)
        )
    })
}

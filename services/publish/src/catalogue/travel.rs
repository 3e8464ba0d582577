//! Travel: levels, surveys and initiatives. No gauge shows a count of people under five, nor a share that would reveal one.

use std::collections::BTreeMap;

use events::{Audience, StarsLevel};
use footprint::disclosure::Group;

use crate::format;
use crate::table::Unit;
use crate::travel::Survey;

use super::Read::{School, Trust};
use super::{Family, Figure, Gauge, Sample, Span, figure, sample};

pub(super) const FIGURES: &[Figure] = &[
    figure(
        "stars_level",
        Unit::Text,
        "The Modeshift STARS level that the school holds.",
        School(|school| {
            let stars = school.footprint.travel.stars.as_ref();
            stars.map(|stars| format::snake(stars.level)).into()
        }),
    ),
    figure(
        "stars_valid_until_day",
        Unit::Day,
        "The last day on which the level is valid.",
        School(|school| {
            let stars = school.footprint.travel.stars.as_ref();
            stars.map(|stars| stars.valid_until).into()
        }),
    ),
    figure(
        "stars_eligible",
        Unit::Text,
        "The highest level that counts and surveys support; below the one held where that would lapse.",
        School(|school| {
            let assessment = footprint::stars::assess(school.footprint);
            assessment.eligible.map(format::snake).into()
        }),
    ),
    figure(
        "schools_stars_engaged",
        Unit::Count,
        "Schools of the trust that hold a STARS level.",
        Trust(|trust| trust.totals.stars_engaged.into()),
    )
    .always()
    .gauge(Gauge::named("schools_stars_engaged").over(Span::Now)),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("travel_mode_ratio"),
        help: "Share of those asked who travel this way; absent where it would reveal a count under five. Sustainable includes active.",
        labels: &["audience", "mode"],
        read: School(|school| of_surveys(school, |survey| &survey.current.shares)),
    },
    Family {
        gauge: Gauge::named("travel_preferred_ratio"),
        help: "Share of those asked who would prefer to travel this way; absent where it would reveal a count under five.",
        labels: &["audience", "mode"],
        read: School(|school| of_surveys(school, |survey| &survey.preferred.shares)),
    },
    Family {
        gauge: Gauge::named("travel_shift_ratio"),
        help: "Change of a share since the earliest survey of the four academic years before, over what it was then.",
        labels: &["audience", "mode"],
        read: School(|school| {
            let shifts = school.travel().shifts.iter();
            shifts
                .flat_map(|(audience, shift)| by_group(*audience, &shift.relative))
                .collect()
        }),
    },
    Family {
        gauge: Gauge::named("survey_response_ratio"),
        help: "Answers over the roll, by whom was asked.",
        labels: &["audience"],
        read: School(|school| {
            let travel = school.travel();
            let audiences = travel.surveys.keys();
            audiences
                .filter_map(|audience| {
                    let ratio = travel.response(*audience)?.ratio()?;
                    Some(sample([&format::snake(audience)], ratio))
                })
                .collect()
        }),
    },
    Family {
        gauge: Gauge::named("initiatives"),
        help: "Travel initiatives delivered, by kind.",
        labels: &["kind"],
        read: School(|school| {
            let delivered = school.footprint.travel.delivered.iter();
            delivered
                .map(|(kind, count)| sample([&format::snake(kind)], f64::from(*count)))
                .collect()
        }),
    },
    Family {
        gauge: Gauge::named("stars_level").over(Span::NowOfMembers),
        help: "Modeshift STARS: 0 none, 1 approved, 2 good, 3 very good, 4 excellent, 5 outstanding.",
        labels: &[],
        read: School(|school| rank(school.travel().assessment.held)),
    },
    Family {
        gauge: Gauge::named("stars_eligible_level").over(Span::NowOfMembers),
        help: "The highest level that counts and surveys support, by the same numbers; if it is below the one held, that would lapse.",
        labels: &[],
        read: School(|school| rank(school.travel().assessment.eligible)),
    },
];

/// Shares by group of modes.
type Shares = BTreeMap<Group, f64>;

fn of_surveys(
    school: &super::School<'_>,
    shares: for<'a> fn(&'a Survey<'_>) -> &'a Shares,
) -> Vec<Sample> {
    let surveys = school.travel().surveys.iter();
    surveys
        .flat_map(|(audience, survey)| by_group(*audience, shares(survey)))
        .collect()
}

fn by_group(audience: Audience, shares: &Shares) -> Vec<Sample> {
    let audience = format::snake(audience);
    let shares = shares.iter();
    shares
        .map(|(group, share)| sample([&audience, group.as_str()], *share))
        .collect()
}

fn rank(level: Option<StarsLevel>) -> Vec<Sample> {
    super::single(Some(f64::from(format::stars_rank(level))))
}

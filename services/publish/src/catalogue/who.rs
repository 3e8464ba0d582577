//! Of whom and of which days the figures are, and how many pupils they are of.

use events::Roll;

use crate::format;
use crate::rollup::passed;
use crate::table::{Cell, Unit};

use super::Read::{Each, School, Trust};
use super::{Family, Figure, Gauge, Span, Whose, figure, key, single};

pub(super) const FIGURES: &[Figure] = &[
    Figure::new(
        key::TRUST,
        Each(
            |school| school.footprint.trust.id.clone().into(),
            |trust| trust.trust.id.clone().into(),
        ),
    )
    .always(),
    Figure::new(
        key::PERIOD,
        Each(
            |school| school.footprint.period.key().into(),
            |trust| trust.period.key().into(),
        ),
    )
    .always(),
    Figure::new(
        key::URN,
        School(|school| school.footprint.urn.to_string().into()),
    )
    .always(),
    Figure::new(
        key::SCHOOL,
        School(|school| school.footprint.school.clone().into()),
    )
    .always(),
    figure(
        "phase",
        Unit::Text,
        "The school's phase of education.",
        School(|school| format::snake(school.footprint.phase).into()),
    )
    .always(),
    figure(
        "trust_name",
        Unit::Name,
        "The trust's name.",
        Trust(|trust| trust.trust.name.clone().into()),
    )
    .always(),
    figure(
        "period_label",
        Unit::Text,
        "The period as people read it.",
        Each(
            |school| school.footprint.period.label().into(),
            |trust| trust.period.label().into(),
        ),
    )
    .always(),
    figure(
        "from_day",
        Unit::Day,
        "The first day of the period.",
        Each(
            |school| passed(school.footprint.period).from.into(),
            |trust| passed(trust.period).from.into(),
        ),
    )
    .always(),
    figure(
        "to_day",
        Unit::Day,
        "The last day of the period that has passed.",
        Each(
            |school| passed(school.footprint.period).to.into(),
            |trust| passed(trust.period).to.into(),
        ),
    )
    .always(),
    figure(
        "member_from_day",
        Unit::Day,
        "The first day of the period on which the school belongs to the trust.",
        School(|school| school.footprint.member.from.into()),
    )
    .always(),
    figure(
        "member_to_day",
        Unit::Day,
        "The last day of the period on which the school belongs to the trust.",
        School(|school| school.footprint.member.to.into()),
    )
    .always(),
    figure(
        "schools",
        Unit::Count,
        "Schools with figures, those that have left during the period included.",
        Trust(|trust| trust.totals.schools.into()),
    )
    .always(),
    figure(
        "schools_with_pupils",
        Unit::Count,
        "Schools whose pupils are known.",
        Trust(|trust| trust.totals.schools_with_pupils.into()),
    )
    .always(),
    figure(
        "pupils",
        Unit::Pupils,
        "Pupils that the intensity is divided by, by days of membership; a trust's are of the schools where they and the \
         emissions are known.",
        Each(
            |school| school.footprint.pupils_in_ratio().into(),
            |trust| trust.totals.in_ratio.pupils().into(),
        ),
    )
    .gauge(Gauge::named("pupils")),
    figure(
        "roll",
        Unit::Roll,
        "Pupils on the roll of the census.",
        Each(
            |school| roll(school).map(|roll| roll.pupils).into(),
            |trust| match trust.totals.roll {
                0 => Cell::Nothing,
                roll => roll.into(),
            },
        ),
    ),
    figure(
        "roll_census_day",
        Unit::Day,
        "The day of the census.",
        School(|school| roll(school).map(|roll| roll.census_date).into()),
    ),
    figure(
        "roll_source",
        Unit::Text,
        "Where the roll is from.",
        School(|school| roll(school).map(|roll| roll.source.clone()).into()),
    ),
];

pub(super) const FAMILIES: &[Family] = &[
    Family {
        gauge: Gauge::named("roll"),
        help: "Pupils on the roll of the census, of the schools that still belong to the trust; absent where it is not known.",
        labels: &[],
        read: Each(
            |school| {
                let known = roll(school).filter(|_| school.footprint.is_still_member());
                single(known.map(|roll| f64::from(roll.pupils)))
            },
            |trust| {
                let schools = trust.schools.iter();
                let members = schools.filter(|school| school.is_still_member());
                let rolls = members.filter_map(|school| school.roll.as_ref());
                let roll: i64 = rolls.map(|roll| i64::from(roll.pupils)).sum();
                single((roll > 0).then_some(roll as f64))
            },
        ),
    },
    Family {
        gauge: Gauge::named("schools").only(Whose::Trust).over(Span::Now),
        help: "Schools that belong to the trust.",
        labels: &[],
        read: Trust(|trust| single(Some(trust.totals.members as f64))),
    },
];

fn roll<'a>(school: &super::School<'a>) -> Option<&'a Roll> {
    school.footprint.roll.as_ref()
}

//! A school's gauges of travel. None shows a count of people under five, nor a share that would reveal one.

use std::collections::BTreeMap;

use events::{Audience, StarsLevel};

use super::Shown;
use super::exposition::{Exposition, Family};
use crate::format;
use crate::travel::{Survey, Travel};
use footprint::disclosure::Group;

pub(super) fn write(text: &mut Exposition, shown: &[Shown<'_>]) {
    let travels: Vec<(&Shown<'_>, Travel<'_>)> = shown
        .iter()
        .map(|school| (school, Travel::of(school.footprint)))
        .collect();
    shares(text, &travels);
    responses(text, &travels);
    initiatives(text, shown);
    levels(text, &travels);
}

/// Shares by group of modes.
type Shares = BTreeMap<Group, f64>;

fn shares(text: &mut Exposition, travels: &[(&Shown<'_>, Travel<'_>)]) {
    let mut of_answers = |name, help, of: for<'a> fn(&'a Survey<'_>) -> &'a Shares| {
        let mut family = text.gauge(name, help);
        for (school, travel) in travels {
            for (audience, survey) in &travel.surveys {
                by_group(&mut family, school, *audience, of(survey));
            }
        }
    };
    of_answers(
        "greenledger_school_travel_mode_ratio",
        "Share of those asked who come so; absent where it would tell a count under five. Sustainable includes active.",
        |survey| &survey.current.shares,
    );
    of_answers(
        "greenledger_school_travel_preferred_ratio",
        "Share of those asked who would rather come so; absent where it would tell a count under five.",
        |survey| &survey.preferred.shares,
    );
    let mut family = text.gauge(
        "greenledger_school_travel_shift_ratio",
        "Change of a share since the earliest survey of the four academic years before, over what it was then.",
    );
    for (school, travel) in travels {
        for (audience, shift) in &travel.shifts {
            by_group(&mut family, school, *audience, &shift.relative);
        }
    }
}

fn by_group(family: &mut Family<'_>, school: &Shown<'_>, audience: Audience, shares: &Shares) {
    let audience = format::snake(audience);
    for (group, share) in shares {
        let more = [("audience", audience.as_str()), ("mode", group.as_str())];
        family.sample_with(&school.labels, &more, *share);
    }
}

fn responses(text: &mut Exposition, travels: &[(&Shown<'_>, Travel<'_>)]) {
    let mut family = text.gauge(
        "greenledger_school_survey_response_ratio",
        "Answers over the roll, by whom was asked.",
    );
    for (school, travel) in travels {
        for audience in travel.surveys.keys() {
            let response = travel.response(*audience);
            if let Some(ratio) = response.and_then(|response| response.ratio()) {
                let more = [("audience", &*format::snake(audience))];
                family.sample_with(&school.labels, &more, ratio);
            }
        }
    }
}

fn initiatives(text: &mut Exposition, shown: &[Shown<'_>]) {
    let mut family = text.gauge(
        "greenledger_school_initiatives",
        "Travel initiatives delivered, by kind.",
    );
    for school in shown {
        for (kind, count) in &school.footprint.travel.delivered {
            let more = [("kind", &*format::snake(kind))];
            family.sample_with(&school.labels, &more, f64::from(*count));
        }
    }
}

fn levels(text: &mut Exposition, travels: &[(&Shown<'_>, Travel<'_>)]) {
    let mut each = |name, help, of: fn(&Travel<'_>) -> Option<StarsLevel>| {
        let mut family = text.gauge(name, help);
        let belongs = |school: &Shown<'_>| school.trailing && school.footprint.is_still_member();
        for (school, travel) in travels.iter().filter(|(school, _)| belongs(school)) {
            let rank = format::stars_rank(of(travel));
            family.sample(&school.school, f64::from(rank));
        }
    };
    each(
        "greenledger_school_stars_level",
        "Modeshift STARS: 0 none, 1 approved, 2 good, 3 very good, 4 excellent, 5 outstanding.",
        |travel| travel.assessment.held,
    );
    each(
        "greenledger_school_stars_eligible_level",
        "The highest level whose counts and surveys are there, by the same numbers; below the one held it would lapse.",
        |travel| travel.assessment.eligible,
    );
}

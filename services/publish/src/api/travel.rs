//! A school's travel over the API: counts under five suppressed, and its progress with STARS.

use std::collections::BTreeMap;

use events::{AcademicYear, Audience, InitiativeKind, Mode, StarsLevel};
use footprint::disclosure::{Answers, GROUPS, Group, Shown};
use footprint::{Days, Footprint, RollDoubt, StarsFigures, stars};
use serde::Serialize;
use utoipa::ToSchema;

use crate::travel::{Shift, Survey, Travel};

/// Travel over the period, and the school's progress with Modeshift STARS.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PublishedTravel<'a> {
    /// The latest survey of every group added up, per audience, of the last academic year in which the audience was asked. An
    /// audience that was not asked is left out.
    surveys: BTreeMap<Audience, PublishedSurvey>,
    /// Initiatives delivered, by kind. Each title counts once.
    delivered: &'a BTreeMap<InitiativeKind, u32>,
    /// Initiatives planned for the academic year of the last passed day and not delivered yet, by kind.
    planned: &'a BTreeMap<InitiativeKind, u32>,
    /// The participants of the delivered initiatives, by kind, if the number was reported and is at least five for each.
    participants: &'a BTreeMap<InitiativeKind, u64>,
    /// The STARS level in force on the last passed day of the period; null if there is none.
    stars: Option<&'a StarsFigures>,
    /// The surveys of up to four academic years before that of the last passed day, by year; a year without any is left out.
    earlier: BTreeMap<AcademicYear, BTreeMap<Audience, PublishedSurvey>>,
    /// What cannot be right about the rolls in the pupils' surveys that count now.
    roll_doubts: &'a [RollDoubt],
    /// The school's progress with the scheme.
    assessment: StarsAssessment,
}

/// Hands-up surveys added up.
#[derive(Debug, Serialize, ToSchema)]
struct PublishedSurvey {
    /// From the day of the first of them to that of the last; null if they are not known.
    asked: Option<Days>,
    /// The number of people who could have answered.
    roll: u32,
    /// The number of people who did.
    responses: ShownCount,
    /// Answers by the mode used; a mode without answers may be left out.
    current: BTreeMap<Mode, ShownCount>,
    /// How they would prefer to come, by mode.
    preferred: BTreeMap<Mode, ShownCount>,
    /// Shares by group of modes used; null without answers, or if a share would reveal a count under five.
    current_share: BTreeMap<Group, Option<f64>>,
    /// Shares of how they would prefer to come.
    preferred_share: BTreeMap<Group, Option<f64>>,
}

/// A count of people, or why it is not shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
enum ShownCount {
    /// The count.
    Count(u32),
    /// It is not shown.
    Suppressed(Suppressed),
}

/// `<5` stands for one to four; `withheld` for such a count or a larger one from which such a count could be worked out.
#[derive(Debug, Serialize, ToSchema)]
enum Suppressed {
    #[serde(rename = "<5")]
    UnderFive,
    #[serde(rename = "withheld")]
    Withheld,
}

impl From<Shown> for ShownCount {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Count(count) => ShownCount::Count(count),
            Shown::UnderFive => ShownCount::Suppressed(Suppressed::UnderFive),
            Shown::Withheld => ShownCount::Suppressed(Suppressed::Withheld),
        }
    }
}

/// The school's progress with Modeshift STARS, as far as figures show it. Nothing in it reveals how many people answered.
#[derive(Debug, Serialize, ToSchema)]
struct StarsAssessment {
    /// The highest level within reach whose counts and surveys are there. It is below the level held if that would not be
    /// awarded again. Null if there is none.
    eligible: Option<StarsLevel>,
    /// The scheme's name for it.
    eligible_name: Option<&'static str>,
    /// The level to work towards; null above the highest.
    next: Option<StarsLevel>,
    /// The scheme's name for it.
    next_name: Option<&'static str>,
    /// The requirements of the next level that are not met, a sentence each.
    missing: Vec<String>,
    /// The requirements of the next level beyond figures, which only the scheme can check.
    to_show: &'static [&'static str],
    /// The response of each audience that was asked. For pupils it is over all pupils of the census if fewer were asked.
    responses: BTreeMap<Audience, StarsResponse>,
    /// The changes since the earliest survey of the four academic years before, per audience that was asked then and now.
    shifts: BTreeMap<Audience, ModalShift>,
}

/// How many people answered and how many the scheme asks for.
#[derive(Debug, Serialize, ToSchema)]
struct StarsResponse {
    /// Answers over all people; null if it would reveal a count under five.
    ratio: Option<f64>,
    /// The ratio that the scheme asks for.
    asked_ratio: f64,
}

/// Changes of shares as the scheme publishes them: the change over the earlier share.
#[derive(Debug, Serialize, ToSchema)]
struct ModalShift {
    /// The academic year of the earlier survey.
    since: AcademicYear,
    /// By group of modes; a group whose shares may not be shown is left out.
    relative: BTreeMap<Group, f64>,
}

/// The travel of a footprint as it may be published.
pub(super) fn published(school: &Footprint) -> PublishedTravel<'_> {
    let travel = Travel::of(school);
    let figures = &school.travel;
    let earlier = travel.earlier.iter();
    PublishedTravel {
        surveys: surveys(&travel.surveys),
        delivered: &figures.delivered,
        planned: &figures.planned,
        participants: &figures.participants,
        stars: figures.stars.as_ref(),
        earlier: earlier
            .map(|(year, of_year)| (*year, surveys(of_year)))
            .collect(),
        roll_doubts: &figures.roll_doubts,
        assessment: assessment(&travel),
    }
}

fn surveys(of: &BTreeMap<Audience, Survey<'_>>) -> BTreeMap<Audience, PublishedSurvey> {
    let survey = |(audience, survey): (&Audience, &Survey<'_>)| (*audience, self::survey(survey));
    of.iter().map(survey).collect()
}

fn survey(survey: &Survey<'_>) -> PublishedSurvey {
    PublishedSurvey {
        asked: survey.figures.asked,
        roll: survey.figures.roll,
        responses: survey.responses.into(),
        current: counts(&survey.current),
        preferred: counts(&survey.preferred),
        current_share: shares(&survey.current),
        preferred_share: shares(&survey.preferred),
    }
}

fn counts(answers: &Answers) -> BTreeMap<Mode, ShownCount> {
    let shown = answers.counts.iter();
    shown
        .map(|(mode, shown)| (*mode, (*shown).into()))
        .collect()
}

fn shares(answers: &Answers) -> BTreeMap<Group, Option<f64>> {
    let share = |group: Group| (group, answers.shares.get(&group).copied());
    GROUPS.into_iter().map(share).collect()
}

fn assessment(travel: &Travel<'_>) -> StarsAssessment {
    let assessment = &travel.assessment;
    let response = |(audience, response): (&Audience, &stars::Response)| {
        let shown = travel.response(*audience);
        let response = StarsResponse {
            ratio: shown.and_then(|response| response.ratio()),
            asked_ratio: response.needed_ratio(),
        };
        (*audience, response)
    };
    let shift = |(audience, shift): (&Audience, &Shift)| {
        let shift = ModalShift {
            since: shift.since,
            relative: shift.relative.clone(),
        };
        (*audience, shift)
    };
    StarsAssessment {
        eligible: assessment.eligible,
        eligible_name: assessment.eligible.map(stars::name),
        next: assessment.next,
        next_name: assessment.next.map(stars::name),
        missing: assessment.missing(),
        to_show: assessment.to_show,
        responses: assessment.responses.iter().map(response).collect(),
        shifts: travel.shifts.iter().map(shift).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    fn value(school: &Footprint) -> serde_json::Value {
        serde_json::to_value(published(school)).unwrap()
    }

    #[test]
    fn the_api_reveals_no_count_under_five() {
        let value = value(&fixtures::school(1));
        let pupils = &value["surveys"]["pupil"];
        assert_eq!(pupils["current"]["scoot"], "withheld");
        assert_eq!(pupils["current"]["cycle"], "withheld");
        assert!(pupils["current"]["walk"].is_u64());
        assert!(value["earlier"]["2023/24"]["pupil"]["current"]["car"].is_u64());
    }

    #[test]
    fn the_api_lists_what_the_next_level_lacks() {
        let value = value(&fixtures::school(2));
        let assessment = &value["assessment"];
        assert_eq!(assessment["next_name"], "Very Good");
        let missing = assessment["missing"].as_array().unwrap();
        assert!(missing.contains(&"9 of 20 travel initiatives are delivered".into()));
        assert_eq!(assessment["responses"]["pupil"]["asked_ratio"], 0.7);
    }
}

//! A school's travel over the API: counts under five suppressed, and how far it is with STARS.

use events::ModeCounts;
use footprint::{Footprint, stars};
use serde_json::{Map, Value, json};

use crate::suppress::{self, Answers, Shown};
use crate::travel::{Survey, Travel};
use crate::words;

/// The travel of a footprint as it may be published.
pub(super) fn published(school: &Footprint) -> Value {
    let travel = Travel::of(school);
    let figures = &school.travel;
    let participants = figures.participants.iter().map(|(kind, count)| {
        let shown = suppress::shown(u32::try_from(*count).unwrap_or(u32::MAX));
        (words::snake(kind), said(shown))
    });
    let earlier = travel
        .earlier
        .iter()
        .map(|(year, of_year)| (year.to_string(), surveys(of_year)));
    json!({
        "surveys": surveys(&travel.surveys),
        "delivered": figures.delivered,
        "planned": figures.planned,
        "participants": object(participants),
        "stars": figures.stars,
        "earlier": object(earlier),
        "roll_doubts": figures.roll_doubts,
        "assessment": assessment(&travel),
    })
}

fn object(fields: impl Iterator<Item = (String, Value)>) -> Value {
    Value::Object(fields.collect::<Map<_, _>>())
}

fn surveys<'a>(of: impl IntoIterator<Item = (&'a events::Audience, &'a Survey<'a>)>) -> Value {
    let survey = |(audience, survey): (&events::Audience, &Survey<'_>)| {
        (words::snake(audience), self::survey(survey))
    };
    object(of.into_iter().map(survey))
}

fn survey(survey: &Survey<'_>) -> Value {
    json!({
        "asked": survey.figures.asked,
        "roll": survey.figures.roll,
        "responses": said(survey.responses),
        "current": counts(&survey.figures.current, &survey.current),
        "preferred": counts(&survey.figures.preferred, &survey.preferred),
        "current_share": shares(&survey.current),
        "preferred_share": shares(&survey.preferred),
    })
}

fn counts(of: &ModeCounts, answers: &Answers) -> Value {
    let shown = |mode| answers.counts.get(mode).copied().unwrap_or(Shown::Withheld);
    object(
        of.keys()
            .map(|mode| (words::snake(mode), said(shown(mode)))),
    )
}

fn shares(answers: &Answers) -> Value {
    let share = |group: &suppress::Group| answers.shares.get(group).copied().into();
    object(
        suppress::GROUPS
            .iter()
            .map(|group| (group.as_str().to_owned(), share(group))),
    )
}

/// Where the school stands. Nothing in it tells how many answered.
fn assessment(travel: &Travel<'_>) -> Value {
    let assessment = &travel.assessment;
    let responses = assessment.responses.iter().map(|(audience, response)| {
        let ratio = travel
            .response(*audience)
            .and_then(|response| response.ratio());
        let said = json!({ "ratio": ratio, "asked_ratio": response.needed_ratio() });
        (words::snake(audience), said)
    });
    let shifts = travel.shifts.iter().map(|(audience, shift)| {
        let relative = shift.relative.iter();
        let relative = relative.map(|(group, share)| (group.as_str().to_owned(), (*share).into()));
        let said = json!({ "since": shift.since, "relative": object(relative) });
        (words::snake(audience), said)
    });
    json!({
        "eligible": assessment.eligible,
        "eligible_name": assessment.eligible.map(stars::name),
        "next": assessment.next,
        "next_name": assessment.next.map(stars::name),
        "missing": assessment.missing,
        "to_show": assessment.to_show,
        "responses": object(responses),
        "shifts": object(shifts),
    })
}

fn said(shown: Shown) -> Value {
    shown
        .count()
        .map_or_else(|| shown.text().into(), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn the_api_tells_no_count_under_five() {
        let mut school = made_up::school(1);
        let participants = &mut school.travel.participants;
        participants.insert(events::InitiativeKind::Consultation, 3);
        let value = published(&school);
        let pupils = &value["surveys"]["pupil"];
        assert_eq!(pupils["current"]["scoot"], "<5");
        assert_eq!(pupils["current"]["cycle"], "withheld");
        assert!(pupils["current"]["walk"].is_u64());
        assert_eq!(value["participants"]["consultation"], "<5");
        assert!(value["earlier"]["2023/24"]["pupil"]["current"]["car"].is_u64());
    }

    #[test]
    fn the_api_says_what_the_next_level_lacks() {
        let value = published(&made_up::school(2));
        let assessment = &value["assessment"];
        assert_eq!(assessment["next_name"], "Very Good");
        let missing = assessment["missing"].as_array().unwrap();
        assert!(missing.contains(&"9 of 20 travel initiatives are delivered".into()));
        assert_eq!(assessment["responses"]["pupil"]["asked_ratio"], 0.7);
    }
}

//! A school's travel over the API: counts under five suppressed, and its progress with STARS.

use footprint::{Footprint, stars};
use serde_json::{Map, Value, json};

use crate::format;
use crate::travel::{Survey, Travel};
use footprint::disclosure::{Answers, GROUPS, Group, Shown};

/// The travel of a footprint as it may be published.
pub(super) fn published(school: &Footprint) -> Value {
    let travel = Travel::of(school);
    let figures = &school.travel;
    let earlier = travel
        .earlier
        .iter()
        .map(|(year, of_year)| (year.to_string(), surveys(of_year)));
    json!({
        "surveys": surveys(&travel.surveys),
        "delivered": figures.delivered,
        "planned": figures.planned,
        "participants": figures.participants,
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
        (format::snake(audience), self::survey(survey))
    };
    object(of.into_iter().map(survey))
}

fn survey(survey: &Survey<'_>) -> Value {
    json!({
        "asked": survey.figures.asked,
        "roll": survey.figures.roll,
        "responses": said(survey.responses),
        "current": counts(&survey.current),
        "preferred": counts(&survey.preferred),
        "current_share": shares(&survey.current),
        "preferred_share": shares(&survey.preferred),
    })
}

fn counts(answers: &Answers) -> Value {
    let shown = answers.counts.iter();
    object(shown.map(|(mode, shown)| (format::snake(mode), said(*shown))))
}

fn shares(answers: &Answers) -> Value {
    let share = |group: &Group| answers.shares.get(group).copied().into();
    object(
        GROUPS
            .iter()
            .map(|group| (group.as_str().to_owned(), share(group))),
    )
}

/// The school's STARS assessment. Nothing in it reveals how many people answered.
fn assessment(travel: &Travel<'_>) -> Value {
    let assessment = &travel.assessment;
    let responses = assessment.responses.iter().map(|(audience, response)| {
        let ratio = travel
            .response(*audience)
            .and_then(|response| response.ratio());
        let said = json!({ "ratio": ratio, "asked_ratio": response.needed_ratio() });
        (format::snake(audience), said)
    });
    let shifts = travel.shifts.iter().map(|(audience, shift)| {
        let relative = shift.relative.iter();
        let relative = relative.map(|(group, share)| (group.as_str().to_owned(), (*share).into()));
        let said = json!({ "since": shift.since, "relative": object(relative) });
        (format::snake(audience), said)
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
    use crate::fixtures;

    #[test]
    fn the_api_tells_no_count_under_five() {
        let value = published(&fixtures::school(1));
        let pupils = &value["surveys"]["pupil"];
        assert_eq!(pupils["current"]["scoot"], "withheld");
        assert_eq!(pupils["current"]["cycle"], "withheld");
        assert!(pupils["current"]["walk"].is_u64());
        assert!(value["earlier"]["2023/24"]["pupil"]["current"]["car"].is_u64());
    }

    #[test]
    fn the_api_says_what_the_next_level_lacks() {
        let value = published(&fixtures::school(2));
        let assessment = &value["assessment"];
        assert_eq!(assessment["next_name"], "Very Good");
        let missing = assessment["missing"].as_array().unwrap();
        assert!(missing.contains(&"9 of 20 travel initiatives are delivered".into()));
        assert_eq!(assessment["responses"]["pupil"]["asked_ratio"], 0.7);
    }
}

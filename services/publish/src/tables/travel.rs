//! Travel: surveys, initiatives, levels and shifts, one figure a row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, InitiativeKind, Mode};
use footprint::stars::Response;
use footprint::{Footprint, RollDoubt};

use super::key;
use crate::format;
use crate::rollup::TrustView;
use crate::table::{Table, Unit};
use crate::travel::{Survey, Travel};
use footprint::disclosure::{Answers, GROUPS, Shown};

/// A count, or a ratio.
enum Value {
    Count(Shown),
    Ratio(Option<f64>),
}

struct SchoolEvent {
    measure: &'static str,
    /// The academic year of a survey.
    year: Option<AcademicYear>,
    audience: Option<Audience>,
    category: Option<String>,
    value: Value,
    /// The academic year that a change is relative to.
    since: Option<AcademicYear>,
    until: Option<NaiveDate>,
}

/// Surveys, initiatives and the STARS level, one figure a row. A value that would reveal a count under five is empty, and
/// marked suppressed.
pub fn travel(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, SchoolEvent);
    let rows = view.schools.iter().flat_map(|school| {
        let school_events = school_events(school).into_iter();
        school_events
            .map(|school_event| (school.as_ref(), school_event))
            .collect::<Vec<_>>()
    });
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .column(
            "measure",
            Unit::Text,
            "What is counted.",
            |(_, school_event)| Some(school_event.measure),
        )
        .column(
            "year",
            Unit::Text,
            "The academic year of a survey.",
            |(_, school_event)| Some(school_event.year?.to_string()),
        )
        .column(
            "audience",
            Unit::Text,
            "Who was asked.",
            |(_, school_event)| Some(format::snake(school_event.audience?)),
        )
        .column(
            "category",
            Unit::Text,
            "The mode or group of modes, the kind of initiative or the level that it is of.",
            |(_, school_event)| school_event.category.clone(),
        )
        .column(
            "count",
            Unit::Count,
            "The count, where the measure is one.",
            |(_, school_event)| school_event.count(),
        )
        .column(
            "ratio",
            Unit::Ratio,
            "The share or change, where the measure is one.",
            |(_, school_event)| school_event.ratio(),
        )
        .column(
            "suppressed",
            Unit::YesOrNo,
            "Whether the number is left out because it would reveal a count under five.",
            |(_, school_event)| {
                Some(school_event.count().is_none() && school_event.ratio().is_none())
            },
        )
        .column(
            "since_year",
            Unit::Text,
            "The academic year that a change is relative to.",
            |(_, school_event)| Some(school_event.since?.to_string()),
        )
        .column(
            "valid_until_day",
            Unit::Day,
            "The last day on which a level is valid.",
            |(_, school_event)| school_event.until,
        );
    Table::new("travel", columns, rows)
}

impl SchoolEvent {
    fn new(measure: &'static str, value: Value) -> Self {
        SchoolEvent {
            measure,
            year: None,
            audience: None,
            category: None,
            value,
            since: None,
            until: None,
        }
    }

    fn with_category(self, category: &str) -> Self {
        SchoolEvent {
            category: Some(category.to_owned()),
            ..self
        }
    }

    fn count(&self) -> Option<i64> {
        match self.value {
            Value::Count(shown) => shown.count().map(i64::from),
            Value::Ratio(_) => None,
        }
    }

    fn ratio(&self) -> Option<f64> {
        match self.value {
            Value::Count(_) => None,
            Value::Ratio(ratio) => ratio,
        }
    }
}

fn school_events(school: &Footprint) -> Vec<SchoolEvent> {
    let travel = Travel::of(school);
    let mut school_events = Vec::new();
    for (audience, survey) in &travel.surveys {
        school_events.extend(surveyed(*audience, survey, travel.response(*audience)));
    }
    school_events.extend(school.travel.roll_doubts.iter().map(doubted));
    school_events.extend(shifted(&travel));
    for of_year in travel.earlier.values() {
        for (audience, survey) in of_year {
            school_events.extend(surveyed(*audience, survey, None));
        }
    }
    school_events.extend(initiatives(school));
    school_events.extend(levels(school, &travel));
    school_events
}

/// The response ratio is that of the survey that counts now: the roll of an earlier one may not include everyone.
fn surveyed(
    audience: Audience,
    survey: &Survey<'_>,
    response: Option<Response>,
) -> impl Iterator<Item = SchoolEvent> {
    let count = |measure, shown| SchoolEvent::new(measure, Value::Count(shown));
    let mut school_events = vec![
        count("survey_roll", Shown::Count(survey.figures.roll)),
        count("survey_responses", survey.responses),
    ];
    if let Some(response) = response {
        let ratio = |measure, ratio| SchoolEvent::new(measure, Value::Ratio(ratio));
        school_events.push(ratio("survey_response_ratio", response.ratio()));
        let needed = Some(response.needed_ratio());
        school_events.push(ratio("survey_response_asked_ratio", needed));
    }
    school_events.extend(answers("survey_current", "share_current", &survey.current));
    school_events.extend(answers(
        "survey_preferred",
        "share_preferred",
        &survey.preferred,
    ));
    let year = survey.year();
    school_events
        .into_iter()
        .map(move |school_event| SchoolEvent {
            audience: Some(audience),
            year,
            ..school_event
        })
}

/// A roll, of a group or of all, that is larger than the school's.
fn doubted(doubt: &RollDoubt) -> SchoolEvent {
    let (pupils, group) = match doubt {
        RollDoubt::Group { pupils, group, .. } => (pupils, Some(group.clone())),
        RollDoubt::Groups { pupils, .. } => (pupils, None),
    };
    let pupils = u32::try_from(*pupils).unwrap_or(u32::MAX);
    SchoolEvent {
        audience: Some(Audience::Pupil),
        category: group,
        ..SchoolEvent::new(
            "survey_roll_above_school",
            Value::Count(Shown::Count(pupils)),
        )
    }
}

fn answers(counts: &'static str, shares: &'static str, answers: &Answers) -> Vec<SchoolEvent> {
    let by_mode = |(mode, shown): (&Mode, &Shown)| {
        SchoolEvent::new(counts, Value::Count(*shown)).with_category(&format::snake(mode))
    };
    let mut school_events: Vec<SchoolEvent> = answers.counts.iter().map(by_mode).collect();
    if !school_events.is_empty() {
        school_events.extend(GROUPS.map(|group| {
            let share = answers.shares.get(&group).copied();
            SchoolEvent::new(shares, Value::Ratio(share)).with_category(group.as_str())
        }));
    }
    school_events
}

fn shifted(travel: &Travel<'_>) -> impl Iterator<Item = SchoolEvent> {
    travel.shifts.iter().flat_map(|(audience, shift)| {
        shift.relative.iter().map(|(group, relative)| SchoolEvent {
            audience: Some(*audience),
            year: travel.surveys.get(audience).and_then(Survey::year),
            since: Some(shift.since),
            ..SchoolEvent::new("relative_shift", Value::Ratio(Some(*relative)))
                .with_category(group.as_str())
        })
    })
}

fn initiatives(school: &Footprint) -> Vec<SchoolEvent> {
    let counted = |measure, counts: &BTreeMap<InitiativeKind, u32>| -> Vec<SchoolEvent> {
        let school_event = |(kind, count): (&InitiativeKind, &u32)| {
            SchoolEvent::new(measure, Value::Count(Shown::Count(*count)))
                .with_category(&format::snake(kind))
        };
        counts.iter().map(school_event).collect()
    };
    let mut school_events = counted("initiatives_delivered", &school.travel.delivered);
    school_events.extend(counted("initiatives_planned", &school.travel.planned));
    school_events.extend(school.travel.participants.iter().map(|(kind, count)| {
        let shown = Shown::Count(u32::try_from(*count).unwrap_or(u32::MAX));
        SchoolEvent::new("initiative_participants", Value::Count(shown))
            .with_category(&format::snake(kind))
    }));
    school_events
}

fn levels(school: &Footprint, travel: &Travel<'_>) -> Vec<SchoolEvent> {
    let level = |measure, level| {
        let rank = Shown::Count(format::stars_rank(Some(level)));
        SchoolEvent::new(measure, Value::Count(rank)).with_category(&format::snake(level))
    };
    let held = school.travel.stars.as_ref().map(|stars| SchoolEvent {
        until: Some(stars.valid_until),
        ..level("stars_level", stars.level)
    });
    let eligible = travel.assessment.eligible;
    let eligible = eligible.map(|eligible| level("stars_eligible", eligible));
    held.into_iter().chain(eligible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn no_row_reveals_a_count_under_five_or_a_share_of_one() {
        let school = fixtures::school(0);
        for school_event in school_events(&school) {
            let is_of_people = school_event.measure.starts_with("survey_")
                && school_event.measure != "survey_roll";
            if let (true, Some(count)) = (is_of_people, school_event.count()) {
                assert!(count == 0 || count >= 5, "{}", school_event.measure);
            }
        }
        let hidden = school_events(&school).into_iter().filter(|school_event| {
            school_event.measure == "survey_current" && school_event.count().is_none()
        });
        let hidden: Vec<_> = hidden
            .filter_map(|school_event| school_event.category)
            .collect();
        assert_eq!(hidden, ["scoot", "cycle"]);
    }

    #[test]
    fn a_shift_names_both_its_years() {
        let school = fixtures::school(1);
        let school_events = school_events(&school);
        let shift = school_events
            .iter()
            .find(|school_event| school_event.measure == "relative_shift")
            .unwrap();
        let years = (
            shift.year.unwrap().to_string(),
            shift.since.unwrap().to_string(),
        );
        assert_eq!(years, ("2026/27".to_owned(), "2023/24".to_owned()));
    }
}

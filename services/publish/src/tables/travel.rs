//! Travel: surveys, initiatives, levels and shifts, one figure a row.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{AcademicYear, Audience, InitiativeKind, Mode};
use footprint::stars::Response;
use footprint::{Footprint, RollDoubt};

use super::key;
use crate::rollup::TrustView;
use crate::table::Table;
use crate::travel::{Survey, Travel};
use crate::words;
use footprint::disclosure::{Answers, GROUPS, Shown};

/// A count, or a ratio.
enum Value {
    Count(Shown),
    Ratio(Option<f64>),
}

struct Fact {
    measure: &'static str,
    /// The academic year of a survey.
    year: Option<AcademicYear>,
    audience: Option<Audience>,
    category: Option<String>,
    value: Value,
    /// The academic year a change is held against.
    since: Option<AcademicYear>,
    until: Option<NaiveDate>,
}

/// Surveys, initiatives and the STARS level, one figure a row. What would tell a
/// count under five is nothing, and marked suppressed.
pub fn travel(view: &TrustView) -> Table {
    type Row<'a> = (&'a Footprint, Fact);
    let rows = view.schools.iter().flat_map(|school| {
        let facts = facts(school).into_iter();
        facts
            .map(|fact| (school.as_ref(), fact))
            .collect::<Vec<_>>()
    });
    let columns = key(|row: &Row<'_>| row.0);
    let columns = columns
        .text("measure", |(_, fact)| Some(fact.measure.to_owned()))
        .text("year", |(_, fact)| Some(fact.year?.to_string()))
        .text("audience", |(_, fact)| Some(words::snake(fact.audience?)))
        .text("category", |(_, fact)| fact.category.clone())
        .int("count", |(_, fact)| fact.count())
        .float("ratio", |(_, fact)| fact.ratio())
        .flag("suppressed", |(_, fact)| {
            Some(fact.count().is_none() && fact.ratio().is_none())
        })
        .text("since_year", |(_, fact)| Some(fact.since?.to_string()))
        .day("valid_until_day", |(_, fact)| fact.until);
    Table::new("travel", columns, rows)
}

impl Fact {
    fn new(measure: &'static str, value: Value) -> Self {
        Fact {
            measure,
            year: None,
            audience: None,
            category: None,
            value,
            since: None,
            until: None,
        }
    }

    fn of(self, category: &str) -> Self {
        Fact {
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

fn facts(school: &Footprint) -> Vec<Fact> {
    let travel = Travel::of(school);
    let mut facts = Vec::new();
    for (audience, survey) in &travel.surveys {
        facts.extend(surveyed(*audience, survey, travel.response(*audience)));
    }
    facts.extend(school.travel.roll_doubts.iter().map(doubted));
    facts.extend(shifted(&travel));
    for of_year in travel.earlier.values() {
        for (audience, survey) in of_year {
            facts.extend(surveyed(*audience, survey, None));
        }
    }
    facts.extend(initiatives(school));
    facts.extend(levels(school, &travel));
    facts
}

/// The response ratio is that of the survey that counts now: an earlier one's roll is not known to be everyone.
fn surveyed(
    audience: Audience,
    survey: &Survey<'_>,
    response: Option<Response>,
) -> impl Iterator<Item = Fact> {
    let count = |measure, shown| Fact::new(measure, Value::Count(shown));
    let mut facts = vec![
        count("survey_roll", Shown::Count(survey.figures.roll)),
        count("survey_responses", survey.responses),
    ];
    if let Some(response) = response {
        let ratio = |measure, ratio| Fact::new(measure, Value::Ratio(ratio));
        facts.push(ratio("survey_response_ratio", response.ratio()));
        let needed = Some(response.needed_ratio());
        facts.push(ratio("survey_response_asked_ratio", needed));
    }
    facts.extend(answers("survey_current", "share_current", &survey.current));
    facts.extend(answers(
        "survey_preferred",
        "share_preferred",
        &survey.preferred,
    ));
    let year = survey.year();
    facts.into_iter().map(move |fact| Fact {
        audience: Some(audience),
        year,
        ..fact
    })
}

/// The roll of a group, or of all, that is more than the school's.
fn doubted(doubt: &RollDoubt) -> Fact {
    let (pupils, group) = match doubt {
        RollDoubt::Group { pupils, group, .. } => (pupils, Some(group.clone())),
        RollDoubt::Groups { pupils, .. } => (pupils, None),
    };
    let pupils = u32::try_from(*pupils).unwrap_or(u32::MAX);
    Fact {
        audience: Some(Audience::Pupil),
        category: group,
        ..Fact::new(
            "survey_roll_above_school",
            Value::Count(Shown::Count(pupils)),
        )
    }
}

fn answers(counts: &'static str, shares: &'static str, answers: &Answers) -> Vec<Fact> {
    let by_mode = |(mode, shown): (&Mode, &Shown)| {
        Fact::new(counts, Value::Count(*shown)).of(&words::snake(mode))
    };
    let mut facts: Vec<Fact> = answers.counts.iter().map(by_mode).collect();
    if !facts.is_empty() {
        facts.extend(GROUPS.map(|group| {
            let share = answers.shares.get(&group).copied();
            Fact::new(shares, Value::Ratio(share)).of(group.as_str())
        }));
    }
    facts
}

fn shifted(travel: &Travel<'_>) -> impl Iterator<Item = Fact> {
    travel.shifts.iter().flat_map(|(audience, shift)| {
        shift.relative.iter().map(|(group, relative)| Fact {
            audience: Some(*audience),
            year: travel.surveys.get(audience).and_then(Survey::year),
            since: Some(shift.since),
            ..Fact::new("relative_shift", Value::Ratio(Some(*relative))).of(group.as_str())
        })
    })
}

fn initiatives(school: &Footprint) -> Vec<Fact> {
    let counted = |measure, counts: &BTreeMap<InitiativeKind, u32>| -> Vec<Fact> {
        let fact = |(kind, count): (&InitiativeKind, &u32)| {
            Fact::new(measure, Value::Count(Shown::Count(*count))).of(&words::snake(kind))
        };
        counts.iter().map(fact).collect()
    };
    let mut facts = counted("initiatives_delivered", &school.travel.delivered);
    facts.extend(counted("initiatives_planned", &school.travel.planned));
    facts.extend(school.travel.participants.iter().map(|(kind, count)| {
        let shown = Shown::Count(u32::try_from(*count).unwrap_or(u32::MAX));
        Fact::new("initiative_participants", Value::Count(shown)).of(&words::snake(kind))
    }));
    facts
}

fn levels(school: &Footprint, travel: &Travel<'_>) -> Vec<Fact> {
    let level = |measure, level| {
        let rank = Shown::Count(words::stars_rank(Some(level)));
        Fact::new(measure, Value::Count(rank)).of(&words::snake(level))
    };
    let held = school.travel.stars.as_ref().map(|stars| Fact {
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
    use crate::made_up;

    #[test]
    fn no_row_tells_a_count_under_five_or_a_share_of_one() {
        let school = made_up::school(0);
        for fact in facts(&school) {
            let is_of_people = fact.measure.starts_with("survey_") && fact.measure != "survey_roll";
            if let (true, Some(count)) = (is_of_people, fact.count()) {
                assert!(count == 0 || count >= 5, "{}", fact.measure);
            }
        }
        let hidden = facts(&school)
            .into_iter()
            .filter(|fact| fact.measure == "survey_current" && fact.count().is_none());
        let hidden: Vec<_> = hidden.filter_map(|fact| fact.category).collect();
        assert_eq!(hidden, ["scoot", "cycle"]);
    }

    #[test]
    fn a_shift_names_both_its_years() {
        let school = made_up::school(1);
        let facts = facts(&school);
        let shift = facts
            .iter()
            .find(|fact| fact.measure == "relative_shift")
            .unwrap();
        let years = (
            shift.year.unwrap().to_string(),
            shift.since.unwrap().to_string(),
        );
        assert_eq!(years, ("2026/27".to_owned(), "2023/24".to_owned()));
    }
}

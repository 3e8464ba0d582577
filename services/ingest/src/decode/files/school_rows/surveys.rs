//! A row for each group and mode of a travel survey. A survey is one event: where one of its rows cannot be read, all of them
//! wait, because shares of the others would be wrong.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Audience, Data, Mode, ModeCounts, Refusal, TravelSurveyed};

use super::description::{Question, Survey};
use super::line::Line;
use super::{EventName, Faults, SchoolEvent, SchoolName, SchoolSheet, because_of, has_begun};

/// The survey that a row belongs to, as far as it could be read. A school without a name sorts by its text.
#[derive(Debug, Default, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct SurveyKey {
    school: Option<String>,
    day: Option<NaiveDate>,
    audience: Option<Audience>,
    class: Option<String>,
}

/// A row that could be read.
struct Count {
    school: SchoolName,
    group: String,
    mode: Mode,
    question: Question,
    count: u32,
    roll: u32,
}

struct ReadRow {
    /// Its place among the lines.
    at: usize,
    count: Result<Count, Vec<Refusal>>,
}

pub(super) fn read<'a>(
    survey: &Survey,
    lines: &[Line<'a, '_>],
    today: NaiveDate,
    sheet: &mut SchoolSheet<'a>,
) {
    sheet.columns = super::line::columns(
        lines,
        &[
            ("/subject", Some(&survey.school.column)),
            ("/data/surveyed_on", Some(&survey.date.column)),
            ("/data/group", Some(&survey.group.column)),
            ("/data/roll", Some(&survey.roll.column)),
        ],
    );
    let mut surveys: BTreeMap<SurveyKey, Vec<ReadRow>> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let (key, count) = row(survey, line, today);
        surveys.entry(key).or_default().push(ReadRow { at, count });
    }
    // A row whose survey cannot be told belongs to any that agrees with what could be read of it.
    let unclear: Vec<(SurveyKey, usize)> = surveys
        .iter()
        .filter(|(key, _)| !key.is_whole())
        .filter_map(|(key, rows)| Some((key.clone(), lines.get(rows.first()?.at)?.at.line)))
        .collect();
    for (key, rows) in surveys {
        let may_lack = unclear.iter().find(|(other, _)| other.may_be(&key));
        let may_lack = may_lack.map(|(_, line)| *line);
        match one(&key, rows, lines, may_lack, sheet) {
            Ok(event) => {
                if let Some(day) = key.day {
                    sheet.saw(day, today);
                }
                sheet.events.push(event);
            }
            Err(refused) => {
                for (at, refusals) in refused {
                    if let Some(line) = lines.get(at) {
                        sheet.refuse(line.at, refusals);
                    }
                }
            }
        }
    }
}

impl SurveyKey {
    fn is_whole(&self) -> bool {
        self.school.is_some()
            && self.day.is_some()
            && self.audience.is_some()
            && self.class.is_some()
    }

    /// Whether it agrees with another as far as both are known.
    fn may_be(&self, other: &SurveyKey) -> bool {
        fn agree<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
            one.is_none() || other.is_none() || one == other
        }
        agree(&self.school, &other.school)
            && agree(&self.day, &other.day)
            && agree(&self.audience, &other.audience)
            && agree(&self.class, &other.class)
    }
}

fn row(
    survey: &Survey,
    line: &Line<'_, '_>,
    today: NaiveDate,
) -> (SurveyKey, Result<Count, Vec<Refusal>>) {
    let mut faults = Faults::default();
    let school = faults.take(line.school(&survey.school));
    let day = faults.take(line.day(&survey.date.column).and_then(|day| {
        let refused = |fault| line.refuse(&survey.date.column, fault, &day.to_string());
        has_begun(day, today).map_err(refused).map(|()| day)
    }));
    let audience = faults.take(line.named(&survey.audience));
    let group = faults.take(line.required(&survey.group.column));
    let mode = faults.take(line.meaning(&survey.mode, &modes(), mode));
    let question = faults.take(line.named(&survey.question));
    let count = faults.take(line.whole(&survey.count.column));
    let roll = faults.take(line.whole(&survey.roll.column));
    let key = SurveyKey {
        school: school.as_ref().map(|school| match school {
            SchoolName::Urn(urn) => urn.to_string(),
            SchoolName::Registered(name) => name.to_lowercase(),
        }),
        day,
        audience,
        class: group.map(TravelSurveyed::class_of),
    };
    let read = (school, group, mode, question, count, roll);
    let (Some(school), Some(group), Some(mode), Some(question), Some(count), Some(roll)) = read
    else {
        return (key, Err(faults.0));
    };
    if !faults.0.is_empty() {
        return (key, Err(faults.0));
    }
    let count = Count {
        school,
        group: group.to_owned(),
        mode,
        question,
        count,
        roll,
    };
    (key, Ok(count))
}

fn modes() -> String {
    let modes: Vec<_> = Mode::ALL.map(Mode::as_str).to_vec();
    format!("a mode of travel is one of {}", modes.join(", "))
}

fn mode(text: &str) -> Option<Mode> {
    let text = text.to_lowercase().replace([' ', '-'], "_");
    Mode::ALL.into_iter().find(|mode| mode.as_str() == text)
}

/// One survey; or why each of its rows is refused.
fn one<'a>(
    key: &SurveyKey,
    rows: Vec<ReadRow>,
    lines: &[Line<'a, '_>],
    may_lack: Option<usize>,
    sheet: &SchoolSheet<'a>,
) -> Result<SchoolEvent<'a>, Vec<(usize, Vec<Refusal>)>> {
    let line_of = |at: usize| lines.get(at).map(|line| line.at);
    let places: Vec<usize> = rows.iter().map(|row| row.at).collect();
    // Every row of a survey is refused with one of its rows.
    let all = |refusal: &dyn Fn(usize) -> Option<Refusal>| {
        let of = |at: &usize| (*at, refusal(*at).into_iter().collect());
        places
            .iter()
            .map(of)
            .collect::<Vec<(usize, Vec<Refusal>)>>()
    };
    let is_bad = |row: &&ReadRow| row.count.is_err();
    let bad = rows.iter().find(is_bad).and_then(|row| line_of(row.at));
    if let Some(other) = bad.map(|at| at.line).or(may_lack) {
        let hint = "a row of this survey cannot be read, and without it the shares would be wrong; mend it and send the file \
                    again";
        let refused = rows.into_iter().map(|row| {
            let because = || {
                let at = line_of(row.at)?;
                Some(because_of(at, other, hint, "a row that can be read"))
            };
            let refusals = match row.count {
                Err(refusals) => refusals,
                Ok(_) => because().into_iter().collect(),
            };
            (row.at, refusals)
        });
        return Err(refused.collect());
    }
    let mut counts: BTreeMap<(Question, Mode), usize> = BTreeMap::new();
    let mut asked: BTreeMap<Question, ModeCounts> = BTreeMap::new();
    let mut first: Option<&Count> = None;
    for row in &rows {
        let (Ok(count), Some(at)) = (&row.count, line_of(row.at)) else {
            continue;
        };
        if let Some(other) = counts.insert((count.question, count.mode), at.line) {
            let hint = "it counts the same mode of the same survey; leave one of the two out";
            return Err(all(&|at| {
                Some(because_of(line_of(at)?, other, hint, count.mode.as_str()))
            }));
        }
        if let Some(first) = first.filter(|first| first.roll != count.roll) {
            let hint = format!(
                "the rows of one survey have one roll; they say {} and {}",
                first.roll, count.roll
            );
            return Err(all(&|other| {
                Some(because_of(line_of(other)?, at.line, &hint, "the roll"))
            }));
        }
        first = first.or(Some(count));
        let of_question = asked.entry(count.question).or_default();
        if count.count > 0 {
            of_question.insert(count.mode, count.count);
        }
    }
    let (Some(count), Some(day), Some(audience), Some(class)) =
        (first, key.day, key.audience, key.class.as_ref())
    else {
        return Err(all(&|_| None));
    };
    let data = TravelSurveyed {
        surveyed_on: day,
        audience,
        group: count.group.clone(),
        roll: count.roll,
        current: asked.remove(&Question::Current).unwrap_or_default(),
        preferred: asked.remove(&Question::Preferred).unwrap_or_default(),
        journeys: Vec::new(),
    };
    if let Err(error) = data.check() {
        return Err(all(&|at| {
            let first = places.first().and_then(|at| lines.get(*at))?;
            let refusal = first.breaks(sheet, &error);
            let pointer = super::row(line_of(at)?.line);
            Some(Refusal { pointer, ..refusal })
        }));
    }
    Ok(SchoolEvent {
        rows: places.iter().filter_map(|at| line_of(*at)).collect(),
        school: count.school.clone(),
        name: EventName::About("survey", format!("{day}\n{}\n{class}", audience.as_str())),
        data: Data::TravelSurveyed(data),
    })
}

//! A row for each travel initiative.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use events::{Data, InitiativeStatus, Refusal, Rule, TravelInitiative};

use super::description::Initiatives;
use super::line::Line;
use super::{EventName, Faults, SchoolEvent, SchoolName, SchoolSheet};
use crate::decode::files::superseded;
use crate::decode::files::table::Row;
use crate::rules::Fault;

pub(super) fn read<'a>(
    rows: &Initiatives,
    lines: &[Line<'a, '_>],
    today: NaiveDate,
    sheet: &mut SchoolSheet<'a>,
) {
    sheet.columns = super::line::columns(
        lines,
        &[
            ("/subject", Some(&rows.school.column)),
            ("/data/title", Some(&rows.name.column)),
            ("/data/category", Some(&rows.category.column)),
            ("/data/started_on", Some(&rows.date.column)),
            ("/data/ended_on", rows.end.as_ref().map(|end| &end.column)),
            (
                "/data/participants",
                rows.participants.as_ref().map(|people| &people.column),
            ),
        ],
    );
    let mut last: BTreeMap<(String, String), Row<'_>> = BTreeMap::new();
    let mut read = Vec::with_capacity(lines.len());
    for line in lines {
        let event = row(rows, line, today, sheet);
        if let Ok((school, data)) = &event {
            last.insert((format!("{school:?}"), about(data)), line.at);
        }
        read.push(event);
    }
    for (line, event) in lines.iter().zip(read) {
        let (school, data) = match event {
            Ok(event) => event,
            Err(refusals) => {
                sheet.refuse(line.at, refusals);
                continue;
            }
        };
        let about = about(&data);
        let by = last.get(&(format!("{school:?}"), about.clone())).copied();
        if let Some(by) = by.filter(|by| by.line != line.at.line) {
            let refusal = superseded(&line.at, &by, data.title);
            sheet.refuse(line.at, vec![refusal]);
            continue;
        }
        sheet.saw(data.started_on, today);
        if let Some(ended_on) = data.ended_on {
            sheet.saw(ended_on, today);
        }
        sheet.events.push(SchoolEvent {
            rows: vec![line.at],
            school,
            name: EventName::About("initiative", about),
            data: Data::TravelInitiative(data),
        });
    }
}

/// What tells an initiative from the others of its school.
fn about(data: &TravelInitiative) -> String {
    format!("{}\n{}", data.started_on, data.title.to_lowercase())
}

fn row(
    rows: &Initiatives,
    line: &Line<'_, '_>,
    today: NaiveDate,
    sheet: &SchoolSheet<'_>,
) -> Result<(SchoolName, TravelInitiative), Vec<Refusal>> {
    let mut faults = Faults::default();
    let school = faults.take(line.school(&rows.school));
    let title = faults.take(line.required(&rows.name.column));
    let kind = faults.take(line.named(&rows.counts_as));
    let category = faults.take(line.required(&rows.category.column));
    let status = faults.take(line.named(&rows.status));
    let started_on = faults.take(line.day(&rows.date.column));
    let end = rows.end.as_ref().map(|end| &end.column);
    let end = end.filter(|end| line.maybe(end).is_some());
    let ended_on = end.map(|end| faults.take(line.day(end)));
    let people = rows.participants.as_ref().map(|people| &people.column);
    let people = people.filter(|people| line.maybe(people).is_some());
    let participants = people.map(|people| faults.take(line.whole(people)));
    let read = (school, title, kind, category, status, started_on);
    let (Some(school), Some(title), Some(kind), Some(category), Some(status), Some(started_on)) =
        read
    else {
        return Err(faults.0);
    };
    if status == InitiativeStatus::Delivered && started_on > today {
        let hint = "an initiative that has not begun is planned, and not delivered; check the order of day and month, or send \
                    plans in a format with a status";
        let fault = Fault::new(Rule::Future, hint);
        faults
            .0
            .push(line.refuse(&rows.date.column, fault, &started_on.to_string()));
    }
    if !faults.0.is_empty() {
        return Err(faults.0);
    }
    let data = TravelInitiative {
        title: title.to_owned(),
        kind,
        category: category.to_lowercase(),
        status,
        started_on,
        ended_on: ended_on.flatten(),
        participants: participants.flatten(),
    };
    let checked = data.check();
    checked.map_err(|error| vec![line.breaks(sheet, &error)])?;
    Ok((school, data))
}

//! Meters as text, from their months down to the days of one.

use publish::explain::{Amount, DayAnswer, Explanation, HalfHourAnswer, MeterAnswer, Provenance};

use super::events::{describe_origin, table as events};
use super::short;
use crate::show;

/// The meters of a figure, each in the requested detail.
pub(super) fn meters(explanation: &Explanation) -> String {
    if explanation.meters.is_empty() {
        return String::new();
    }
    let mut parts = vec![all(&explanation.meters)];
    for meter in &explanation.meters {
        let down = match () {
            () if explanation.question.day.is_some() => half_hours(meter),
            () if explanation.question.month.is_some() => days(meter),
            () => months(meter),
        };
        if !down.is_empty() {
            parts.push(format!(
                "{}, {}\n{down}",
                meter.label(),
                meter.channel.as_str()
            ));
        }
    }
    if parts.len() == 1 && !explanation.figure.months.is_empty() {
        let rows: Vec<Vec<String>> = explanation
            .figure
            .months
            .iter()
            .map(|month| {
                vec![
                    month.month.clone(),
                    String::new(),
                    format!("{:.3}", month.energy.decimal()),
                ]
            })
            .collect();
        parts.push(show::table(&["Month", "", "kWh"], &rows));
    }
    parts.join("\n\n")
}

fn all(meters: &[MeterAnswer]) -> String {
    let rows: Vec<Vec<String>> = meters
        .iter()
        .map(|meter| {
            let coverage = &meter.coverage;
            let ratio = coverage.ratio().map_or("\u{2013}".to_owned(), |ratio| {
                format!("{} %", short(ratio * 100.0, 2))
            });
            let sign = if meter.taken_off { "\u{2212} " } else { "" };
            vec![
                format!("{}, {}", meter.label(), meter.channel.as_str()),
                meter.fuel.as_str().to_owned(),
                format!("{sign}{:.3}", meter.energy.decimal()),
                format!("{} of {}", coverage.present, coverage.expected),
                ratio,
                coverage.estimated.to_string(),
            ]
        })
        .collect();
    let headings = [
        "Meter",
        "Fuel",
        "kWh over the period",
        "Half-hours",
        "Coverage",
        "Estimated",
    ];
    show::table(&headings, &rows)
}

fn months(meter: &MeterAnswer) -> String {
    if meter.months.is_empty() {
        return String::new();
    }
    let decimal = |amount: Option<Amount>| {
        amount.map_or("no data".to_owned(), |amount| {
            format!("{:.3}", amount.decimal())
        })
    };
    let metric = meter.months.iter().any(|month| month.volume.is_some());
    let rows: Vec<Vec<String>> = meter
        .months
        .iter()
        .map(|month| {
            let mut row = vec![
                month.month.clone(),
                format!("{} to {}", month.days.from, month.days.to),
                decimal(month.energy),
                format!("{} of {}", month.present, month.expected),
                month.estimated.to_string(),
            ];
            row.extend(metric.then(|| decimal(month.volume)));
            row
        })
        .collect();
    let mut headings = vec!["Month", "Days that count", "kWh", "Half-hours", "Estimated"];
    headings.extend(metric.then_some("m\u{b3}"));
    let mut parts = vec![show::table(&headings, &rows)];
    parts.extend(meter.formula.clone());
    parts.push(events(&meter.registered));
    parts.join("\n")
}

fn days(meter: &MeterAnswer) -> String {
    let rows: Vec<Vec<String>> = meter.days.iter().flat_map(rows_of_day).collect();
    let headings = ["Day", "Event", "Sum", "Half-hours", "Counted", "Estimated"];
    show::table(&headings, &rows)
}

/// A row with the values that count for the day, then one for each event if there are several.
fn rows_of_day(day: &DayAnswer) -> Vec<Vec<String>> {
    let unit = day.unit.map_or("", |unit| unit.as_str());
    let sum = day.sum.map_or("no data".to_owned(), |sum| {
        format!("{:.3} {unit}", sum.decimal())
    });
    let about = match day.events.as_slice() {
        [] => String::new(),
        [one] => describe_origin(&one.event),
        several => format!(
            "{} events, {} of them replaced, {} rejected",
            several.len(),
            day.replaced(),
            day.conflicts()
        ),
    };
    let name = match day.counted {
        true => day.day.to_string(),
        false => format!("{} (not counted)", day.day),
    };
    let present = format!("{} of {}", day.present, day.half_hours);
    let mut rows = vec![vec![
        name,
        about,
        sum,
        present,
        String::new(),
        day.estimated.to_string(),
    ]];
    if day.events.len() > 1 {
        rows.extend(day.events.iter().map(|sent| {
            vec![
                String::new(),
                describe_origin(&sent.event),
                format!("{:.3} {}", sent.sum.decimal(), sent.unit.as_str()),
                sent.half_hours.to_string(),
                match sent.conflict {
                    true => "rejected".to_owned(),
                    false => sent.stand.to_string(),
                },
                String::new(),
            ]
        }));
    }
    rows
}

/// The events about the day, numbered, and below them every half-hour with the value that counts and those that yielded.
fn half_hours(meter: &MeterAnswer) -> String {
    let Some(day) = meter.days.first().filter(|day| !day.events.is_empty()) else {
        return "there is no event for this day".to_owned();
    };
    let listed: Vec<String> = day
        .events
        .iter()
        .enumerate()
        .map(|(place, sent)| format!("{:>3}  {}", place + 1, describe_origin(&sent.event)))
        .collect();
    let number = |event: &Provenance| {
        let place = day.events.iter().position(|sent| sent.event == *event);
        place.map_or_else(String::new, |place| (place + 1).to_string())
    };
    let rows: Vec<Vec<String>> = meter
        .half_hours
        .iter()
        .map(|one| row_of_half_hour(one, &number))
        .collect();
    let headings = [
        "From",
        "By which rule",
        "Stands",
        "Quality",
        "Event",
        "Yielded to it (event)",
    ];
    format!("{}\n{}", listed.join("\n"), show::table(&headings, &rows))
}

fn row_of_half_hour(one: &HalfHourAnswer, number: &impl Fn(&Provenance) -> String) -> Vec<String> {
    let standing = one.revisions.first().filter(|first| first.stands);
    let yielded: Vec<String> = one
        .revisions
        .iter()
        .filter(|revision| !revision.stands)
        .map(|revision| {
            format!(
                "{:.3} {} ({})",
                revision.value.decimal(),
                revision.quality.unwrap_or_default(),
                number(&revision.event)
            )
        })
        .collect();
    vec![
        one.clock.clone(),
        standing.map_or(String::new(), |first| first.because.clone()),
        one.value.map_or("no data".to_owned(), |value| {
            format!("{:.3}", value.decimal())
        }),
        match one.known_by_half {
            true => "known by half",
            false => one.quality.unwrap_or_default(),
        }
        .to_owned(),
        standing.map_or(String::new(), |first| number(&first.event)),
        yielded.join(", "),
    ]
}

//! The half-hours of a day as text.

use publish::explain::{HalfHourAnswer, MeterAnswer, Provenance};

use crate::commands::explain::events::came;
use crate::show;

/// The events about the day, numbered, and below them every half-hour with the value that counts and those that yielded.
pub(super) fn table(meter: &MeterAnswer) -> String {
    let Some(day) = meter.days.first().filter(|day| !day.events.is_empty()) else {
        return "there is no event for this day".to_owned();
    };
    let listed: Vec<String> = day
        .events
        .iter()
        .enumerate()
        .map(|(place, sent)| format!("{:>3}  {}", place + 1, came(&sent.event)))
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
        one.quality.unwrap_or_default().to_owned(),
        standing.map_or(String::new(), |first| number(&first.event)),
        yielded.join(", "),
    ]
}

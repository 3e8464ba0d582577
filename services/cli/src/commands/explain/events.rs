//! Events as text.

use publish::explain::{EventAnswer, Provenance};

/// The events behind a figure, each with its content and whether it counts, and below it its provenance.
pub(super) fn table(events: &[EventAnswer]) -> String {
    let rows: Vec<String> = events
        .iter()
        .map(|event| {
            let part = match (event.quantity, &event.unit) {
                (Some(quantity), Some(unit)) => format!("{:.3} {unit}, ", quantity.decimal()),
                _ => String::new(),
            };
            let counts = match event.counts {
                true if event.because == "counts" => "counts".to_owned(),
                true => format!("counts: {}", event.because),
                false => format!("does not count: {}", event.because),
            };
            format!(
                "{}  {}\n            {part}{counts}\n            {}",
                event.day,
                event.text,
                describe_origin(&event.event)
            )
        })
        .collect();
    match rows.is_empty() {
        true => String::new(),
        false => format!("Events\n{}", rows.join("\n")),
    }
}

/// The provenance of an event, in a line.
pub(super) fn describe_origin(event: &Provenance) -> String {
    format!(
        "{} {}, issued {}, received {}, token {}, partition {}, offset {}",
        event.source,
        event.id,
        event.issued.format("%Y-%m-%dT%H:%M:%SZ"),
        event.received.format("%Y-%m-%dT%H:%M:%SZ"),
        event.token.as_deref().unwrap_or("(not shown)"),
        event.partition,
        event.offset
    )
}

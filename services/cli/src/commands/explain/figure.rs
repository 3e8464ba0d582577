//! A figure as text: its value, its parts, and its lines.

use std::fmt::Write;

use publish::explain::{Explanation, LineAnswer};

use super::short;
use crate::show;

/// The school, the period and the figure.
pub(super) fn head(explanation: &Explanation) -> String {
    let figure = &explanation.figure;
    let value = match figure.value {
        Some(value) if figure.unit.is_empty() => format!("{} %", short(value * 100.0, 2)),
        Some(value) => format!("{} {}", short(value, 6), figure.unit),
        None if !figure.missing_data.is_empty() => {
            format!("not enough data: {}", figure.missing_data.join("; "))
        }
        None => "no data".to_owned(),
    };
    format!(
        "{} ({}), {}; counted {} to {}\n\n{} ({}): {value}\n  {}",
        explanation.school,
        explanation.urn,
        explanation.period_label,
        explanation.counted.from,
        explanation.counted.to,
        figure.label,
        figure.name,
        figure.made
    )
}

/// The numbers that make up the figure.
pub(super) fn parts(explanation: &Explanation) -> String {
    let rows: Vec<Vec<String>> = explanation
        .figure
        .parts
        .iter()
        .map(|part| {
            let value = part.value.map(|value| short(value, 6));
            vec![
                part.name.clone(),
                part.note.clone().unwrap_or_default(),
                format!(
                    "{} {}",
                    value.unwrap_or_else(|| "\u{2013}".to_owned()),
                    part.unit
                ),
            ]
        })
        .collect();
    match rows.is_empty() {
        true => String::new(),
        false => show::table(&["Made of", "", "Value"], &rows),
    }
}

/// The lines that the figure adds up: quantity times factor is carbon.
pub(super) fn lines(explanation: &Explanation) -> String {
    let lines = &explanation.figure.lines;
    if lines.is_empty() {
        return String::new();
    }
    let rows: Vec<Vec<String>> = lines.iter().map(cells).collect();
    let headings = [
        "Line",
        "Factor row",
        "Scope",
        "Quantity",
        "\u{d7} kg CO2e",
        "= kg CO2e",
        "Year",
    ];
    let mut text = show::table(&headings, &rows);
    for line in lines {
        if let Some(converted) = line.converted() {
            let _ = write!(text, "\n{}: {converted}", line.item);
        }
        let price = line.price.as_ref();
        if let Some(blended) = price.and_then(|price| price.blended()) {
            let _ = write!(text, "\n{}: factor {blended}", line.item);
        }
        if let Some(price) = price.filter(|price| !price.provenance.is_empty()) {
            let _ = write!(text, "\n{}: {}, {}", line.item, price.row, price.provenance);
        }
    }
    let set = &explanation.factor_set;
    let _ = write!(
        text,
        "\nFactors: {} {} ({}), {}",
        set.name,
        set.version,
        set.hash,
        set.text()
    );
    text
}

fn cells(line: &LineAnswer) -> Vec<String> {
    let none = || "\u{2013}".to_owned();
    let price = line.price.as_ref();
    vec![
        format!("{}: {}", line.block.as_str(), line.item),
        price.map_or("no factor".to_owned(), |price| price.row.clone()),
        line.scope.to_string(),
        format!("{:.3} {}", line.quantity.decimal(), line.unit),
        price.map_or_else(none, |price| price.factor.to_string()),
        price.map_or_else(none, |price| format!("{:.3}", price.kg_co2e.decimal())),
        price.map_or_else(none, |price| price.year.to_string()),
    ]
}

/// How much data arrived, whether the ledger agrees, the notes, and how to see more detail.
pub(super) fn foot(explanation: &Explanation) -> String {
    let coverage = &explanation.coverage;
    let mut text = format!(
        "Coverage, all meters: {} of {} half-hours present, {} of them estimated, {} spread",
        coverage.present, coverage.expected, coverage.estimated, coverage.spread
    );
    for check in &explanation.checks {
        let verdict = match check.agrees {
            true => "exactly the figure".to_owned(),
            false => format!("but the figure has {}", short(check.figure.decimal(), 6)),
        };
        let ledger = short(check.ledger.decimal(), 6);
        let _ = write!(
            text,
            "\nLedger: {}: {ledger} {}, {verdict}",
            check.what, check.unit
        );
    }
    for reason in &explanation.incomplete {
        let _ = write!(text, "\nNot complete: {reason}");
    }
    for note in &explanation.notes {
        let _ = write!(text, "\nNote: {note}");
    }
    let question = &explanation.question;
    if question.meter.is_none() && question.month.is_none() && question.day.is_none() {
        let names: Vec<&str> = explanation
            .figures
            .iter()
            .map(|known| known.name.as_str())
            .collect();
        let _ = write!(
            text,
            "\nFurther: --figure {}; then --meter, --month and --day",
            names.join(" | ")
        );
    }
    text
}

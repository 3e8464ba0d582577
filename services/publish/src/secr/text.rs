//! A report as text for people: an aligned table, and the statements wrapped below it.

use super::rows;
use super::rows::{ShownRow, Style};
use super::{Report, Warning};

/// The width of statements, in characters.
const WIDTH: usize = 100;

/// The report as text.
pub fn text(report: &Report) -> String {
    let mut text = format!("{}\n{}\n\n", report.organisation, report.title);
    text += &table(report);
    for statement in &report.texts {
        text += &format!("\n{}\n", statement.heading);
        for paragraph in &statement.paragraphs {
            text += &wrapped(paragraph);
        }
    }
    if !report.warnings.is_empty() {
        text += "\nWhat does not agree with the rest of the table\n";
        text += &warnings(&report.warnings);
    }
    text
}

/// Warnings, one paragraph each, with the cell that each is about.
pub fn warnings(warnings: &[Warning]) -> String {
    let line = |warning: &Warning| {
        wrapped(&format!(
            "{}, {} [{}]: {}; {}",
            warning.year, warning.row, warning.cell, warning.found, warning.text
        ))
    };
    warnings.iter().map(line).collect()
}

fn table(report: &Report) -> String {
    let rows = rows::shown(&report.years);
    let mut cells: Vec<(String, Vec<String>)> = vec![(
        String::new(),
        report.years.iter().map(|year| year.label.clone()).collect(),
    )];
    cells.extend(rows.iter().map(|row| (label(row), figures(row))));
    let length = |text: &String| text.chars().count();
    let first = cells.iter().map(|(label, _)| length(label)).max();
    let others = cells.iter().flat_map(|(_, figures)| figures).map(length);
    let (first, others) = (first.unwrap_or(0), others.max().unwrap_or(0));
    let mut text = String::new();
    for (label, figures) in &cells {
        let figures: String = figures
            .iter()
            .map(|figure| format!("  {figure:>others$}"))
            .collect();
        let line = format!("{label:<first$}{figures}");
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn label(row: &ShownRow) -> String {
    let inset = match row.style {
        Style::Heading => "",
        style if style.is_bold() => "  ",
        _ => "    ",
    };
    let above = if row.style == Style::Heading {
        "\n"
    } else {
        ""
    };
    format!("{above}{inset}{}", row.text)
}

fn figures(row: &ShownRow) -> Vec<String> {
    row.figures.iter().map(|cell| row.text_of(cell)).collect()
}

/// A paragraph, indented and wrapped to the width of a page.
fn wrapped(paragraph: &str) -> String {
    let mut text = String::new();
    let mut line = String::from(" ");
    for word in paragraph.split_whitespace() {
        if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > 1 {
            text += &line;
            text.push('\n');
            line = String::from("   ");
        }
        line.push(' ');
        line += word;
    }
    text + &line + "\n"
}

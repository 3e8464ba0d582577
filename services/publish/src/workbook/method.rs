//! How the figures were made, and what they lack.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::Pack;
use crate::format;
use crate::rollup::{TrustView, passed};

/// Statements that are true of every figure.
const RULES: [&str; 8] = [
    "Carbon intensity is statutory gross emissions, location-based, divided by pupils of the schools whose roll is known.",
    "A lower factor is not a saving: beside the reported intensity stands the intensity with every line at the factors of the baseline, and the target is met only when both keep it.",
    "The statutory block is what SECR asks for. Waste, water, grid losses and commuting stand in a voluntary block of their own and are never added to it.",
    "A line is its quantity times one factor, rounded once to the milligram. A total is exactly the sum of its lines, a trust exactly the sum of its schools.",
    "A quantity without a factor is left unpriced and named; it is not counted as zero.",
    "Missing data is not zero. Coverage is the half-hours present over those expected; estimates of the supplier are counted as present and shown beside. What gaps may have held is estimated by whole days alike, for gas by degree days where temperatures are given, and is in no total: the columns gap_estimate of the schools have it.",
    "A year in progress is a part-year and is not held against a whole one.",
    "Contains public sector information licensed under the Open Government Licence v3.0: conversion factors by DESNZ.",
];

pub(super) fn write(sheet: &mut Worksheet, pack: &Pack) -> Result<(), XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let bold = Format::new().set_bold().set_background_color("DCE9E1");
    sheet.set_column_width(0, 34)?;
    sheet.set_column_width(1, 110)?;
    sheet.write_with_format(0, 0, "What", &bold)?;
    sheet.write_with_format(0, 1, "How", &bold)?;
    sheet.set_freeze_panes(1, 0)?;
    let mut lines: Vec<(String, String)> = RULES
        .iter()
        .map(|rule| ("Method".to_owned(), (*rule).to_owned()))
        .collect();
    lines.extend(pack.views().flat_map(of_view));
    for ((what, how), line) in lines.iter().zip(1_u32..) {
        sheet.write_with_format(line, 0, what, &wrapped)?;
        sheet.write_with_format(line, 1, how, &wrapped)?;
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

/// The statements about one period: heading and text.
pub(crate) fn of_view(view: &TrustView) -> Vec<(String, String)> {
    let label = view.period.label();
    let days = passed(view.period);
    let mut lines = vec![
        (
            label.clone(),
            format!("{} to {}", format::day(days.from), format::day(days.to)),
        ),
        (label.clone(), coverage(view)),
    ];
    let mut add = |text: String| lines.push((label.clone(), text));
    for set in &view.totals.factor_sets {
        add(format!(
            "Factors: {} {} ({}), {}",
            set.name,
            set.version,
            set.hash,
            set.text()
        ));
    }
    add(format!("Baseline: {}", view.baseline()));
    if let Some(lacks) = view.at_baseline().lacks() {
        add(format::capital(&lacks));
    }
    for school in view.sufficiency.details() {
        add(format!("Not enough data for a figure of its own: {school}"));
    }
    add(view.sufficiency.least_coverage.rule());
    for reason in view.incomplete() {
        add(format!("Not complete: {reason}"));
    }
    for note in &view.totals.notes {
        add(format!("Note: {note}"));
    }
    lines
}

fn coverage(view: &TrustView) -> String {
    let coverage = view.totals.coverage;
    let Some(ratio) = coverage.ratio() else {
        return "Coverage: no half-hours are expected".to_owned();
    };
    let estimated = coverage.estimated_ratio().map_or(String::new(), |ratio| {
        format!(", of which {} estimated", format::percent(ratio, 1))
    });
    format!(
        "Coverage: {} of {} half-hours, {}{estimated}",
        format::grouped(coverage.present),
        format::grouped(coverage.expected),
        format::percent(ratio, 1)
    )
}

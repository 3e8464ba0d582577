//! The SECR table in the order of the DfE's guidance for academy trusts.

use events::{MilligramsCo2e, Quantity};
use footprint::Period;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::Pack;
use crate::rollup::{BlockOrder, LineKey, LineTotal, TrustView, passed};
use crate::words;

/// A row of the table: what it says, and a figure per year; none is "no data", never 0.
struct Row {
    text: &'static str,
    style: Style,
    figure: fn(&TrustView) -> Option<f64>,
    /// Left out where no year has it.
    optional: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Style {
    Heading,
    Kwh,
    Tonnes,
    TotalKwh,
    TotalTonnes,
    Ratio,
    Count,
    Share,
}

const fn row(text: &'static str, style: Style, figure: fn(&TrustView) -> Option<f64>) -> Row {
    Row {
        text,
        style,
        figure,
        optional: false,
    }
}

const fn heading(text: &'static str) -> Row {
    row(text, Style::Heading, |_| None)
}

const fn optional(row: Row) -> Row {
    Row {
        optional: true,
        ..row
    }
}

const STATUTORY: [Row; 22] = [
    row(
        "Energy consumption used to calculate emissions (kWh)",
        Style::TotalKwh,
        |view| energy(view, |_| true),
    ),
    heading("Energy consumption break down (kWh)"),
    row("Gas", Style::Kwh, |view| energy(view, is_gas)),
    row("Electricity", Style::Kwh, |view| {
        energy(view, |line| line.item == "electricity")
    }),
    row("Transport fuel", Style::Kwh, |view| {
        energy(view, |line| is_minibus(line) || is_staff_car(line))
    }),
    optional(row("Solar electricity used on site", Style::Kwh, |view| {
        energy(view, |line| line.item == "solar")
    })),
    optional(row("Other heating fuels", Style::Kwh, |view| {
        energy(view, is_other_fuel)
    })),
    heading("Scope 1 emissions in metric tonnes CO2e"),
    row("Gas consumption", Style::Tonnes, |view| {
        tonnes(view, is_gas)
    }),
    row(
        "Owned transport \u{2013} mini-buses",
        Style::Tonnes,
        |view| tonnes(view, is_minibus),
    ),
    optional(row("Other heating fuels", Style::Tonnes, |view| {
        tonnes(view, is_other_fuel)
    })),
    row("Total scope 1", Style::TotalTonnes, |view| {
        tonnes(view, |line| line.scope == 1)
    }),
    heading("Scope 2 emissions in metric tonnes CO2e"),
    row("Purchased electricity", Style::TotalTonnes, |view| {
        tonnes(view, |line| line.scope == 2)
    }),
    heading("Scope 3 emissions in metric tonnes CO2e"),
    row(
        "Business travel in employee-owned vehicles",
        Style::TotalTonnes,
        |view| tonnes(view, |line| line.scope == 3),
    ),
    row(
        "Total gross emissions in metric tonnes CO2e",
        Style::TotalTonnes,
        |view| tonnes(view, |_| true),
    ),
    heading("Intensity ratio"),
    row(
        "Tonnes CO2e per pupil",
        Style::Ratio,
        TrustView::tonnes_per_pupil,
    ),
    heading("What the figures rest on"),
    row("Pupils in the ratio", Style::Count, |view| {
        view.totals.in_ratio.pupils()
    }),
    row(
        "Half-hourly data present, of that expected",
        Style::Share,
        |view| view.totals.coverage.ratio(),
    ),
];

const APART: [Row; 3] = [
    heading("Not part of the statutory total"),
    optional(row(
        "Electricity exported to the grid, below the gross line (t CO2e)",
        Style::Tonnes,
        |view| sum(view, |key| key.block == BlockOrder::BelowLine).map(MilligramsCo2e::tonnes),
    )),
    row(
        "Voluntary Scope 3: waste, water, grid losses (t CO2e)",
        Style::Tonnes,
        |view| sum(view, |key| key.block == BlockOrder::Voluntary).map(MilligramsCo2e::tonnes),
    ),
];

const TEXTS: [(&str, &str); 3] = [
    (
        "Quantification and reporting methodology",
        "We have followed the 2019 HM Government Environmental Reporting Guidelines. We have used the GHG Reporting \
         Protocol \u{2013} Corporate Standard, location-based, and the UK Government Conversion Factors for Company \
         Reporting named on the sheet Method. Gas is gross calorific value as billed. Every line, its factor and the \
         factor's provenance are on the sheet Lines.",
    ),
    (
        "Intensity measurement",
        "The chosen intensity measurement ratio is total gross emissions in metric tonnes CO2e per pupil, the \
         recommended ratio for the sector. Pupils are those of the census named on the sheet Schools.",
    ),
    (
        "Measures taken to improve energy efficiency",
        "(The trust states here what it did in the year; if nothing, it says so.)",
    ),
];

fn is_gas(line: &LineKey) -> bool {
    line.item == "gas"
}

fn is_minibus(line: &LineKey) -> bool {
    line.item.starts_with("minibus")
}

fn is_staff_car(line: &LineKey) -> bool {
    line.item == "staff_car"
}

fn is_other_fuel(line: &LineKey) -> bool {
    line.scope == 1 && !is_gas(line) && !is_minibus(line)
}

/// The statutory lines that `picks`, if there are any.
fn statutory(view: &TrustView, picks: fn(&LineKey) -> bool) -> impl Iterator<Item = &LineTotal> {
    let lines = view.totals.lines.iter();
    lines
        .filter(move |(key, _)| key.block == BlockOrder::Statutory && picks(key))
        .map(|(_, line)| line)
}

fn energy(view: &TrustView, picks: fn(&LineKey) -> bool) -> Option<f64> {
    let energies: Vec<Quantity> = statutory(view, picks).map(|line| line.energy).collect();
    (!energies.is_empty()).then(|| events::kilowatt_hours(energies.iter().sum()))
}

fn tonnes(view: &TrustView, picks: fn(&LineKey) -> bool) -> Option<f64> {
    let lines: Vec<&LineTotal> = statutory(view, picks).collect();
    // A sum of lines that all lack a factor is not known; it is not 0.
    let priced = lines
        .iter()
        .any(|line| line.unpriced == 0 || line.co2e.0 != 0);
    priced.then(|| {
        lines
            .iter()
            .map(|line| line.co2e)
            .sum::<MilligramsCo2e>()
            .tonnes()
    })
}

fn sum(view: &TrustView, picks: fn(&LineKey) -> bool) -> Option<MilligramsCo2e> {
    let picked: Vec<_> = view
        .totals
        .lines
        .iter()
        .filter(|(key, _)| picks(key))
        .map(|(_, line)| line.co2e)
        .collect();
    (!picked.is_empty()).then(|| picked.into_iter().sum())
}

pub(super) fn write(sheet: &mut Worksheet, pack: &Pack) -> Result<(), XlsxError> {
    // The report's own year and the one before; while a year is under way, it stands beside the last two whole ones.
    let under_way = pack
        .years
        .first()
        .is_some_and(|view| !view.period.is_whole());
    let years: Vec<&TrustView> = pack
        .years
        .iter()
        .take(if under_way { 3 } else { 2 })
        .collect();
    sheet.set_column_width(0, 62)?;
    for column in 1..=years.len().max(1) {
        sheet.set_column_width(column as u16, 24)?;
    }
    let title = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter);
    let head = title
        .clone()
        .set_background_color("DCE9E1")
        .set_border_bottom(FormatBorder::Thin);
    let trust = years.first().map_or("", |view| view.trust.name.as_str());
    sheet.write_with_format(
        0,
        0,
        format!("{trust}\nUK greenhouse gas emissions and energy use data"),
        &head,
    )?;
    for (view, column) in years.iter().zip(1_u16..) {
        sheet.write_with_format(
            0,
            column,
            period_heading(view),
            &head.clone().set_align(FormatAlign::Right),
        )?;
    }
    sheet.set_row_height(0, 64)?;
    sheet.set_freeze_panes(1, 1)?;
    let mut line = 1;
    for row in STATUTORY.iter().chain(&APART) {
        let figures: Vec<Option<f64>> = years.iter().map(|view| (row.figure)(view)).collect();
        if row.optional && figures.iter().all(Option::is_none) {
            continue;
        }
        write_row(sheet, line, row, &figures)?;
        line += 1;
    }
    line = write_incomplete(sheet, line + 1, &years)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    for (heading, text) in TEXTS {
        sheet.write_with_format(line, 0, heading, &title)?;
        sheet.merge_range(
            line + 1,
            0,
            line + 1,
            years.len().max(1) as u16,
            text,
            &wrapped,
        )?;
        sheet.set_row_height(line + 1, 64)?;
        line += 3;
    }
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

fn period_heading(view: &TrustView) -> String {
    let days = match view.period.is_whole() {
        true => view.period.days(),
        false => passed(view.period),
    };
    let days = format!("{} to {}", words::day(days.from), words::day(days.to));
    match view.period {
        Period::AcademicYear { .. } if !view.period.is_whole() => format!("{days}\n(a part-year)"),
        _ => days,
    }
}

fn write_row(
    sheet: &mut Worksheet,
    line: u32,
    row: &Row,
    figures: &[Option<f64>],
) -> Result<(), XlsxError> {
    let (bold, number, indent) = match row.style {
        Style::Heading => (true, "General", 0),
        Style::Kwh => (false, "#,##0", 1),
        Style::Tonnes => (false, "#,##0.00", 1),
        Style::TotalKwh => (true, "#,##0", 0),
        Style::TotalTonnes => (true, "#,##0.00", 0),
        Style::Ratio => (true, "0.000", 1),
        Style::Count => (false, "#,##0", 1),
        Style::Share => (false, "0.0%", 1),
    };
    let weight = |format: Format| if bold { format.set_bold() } else { format };
    sheet.write_with_format(line, 0, row.text, &weight(Format::new().set_indent(indent)))?;
    if row.style == Style::Heading {
        return Ok(());
    }
    let format = weight(
        Format::new()
            .set_num_format(number)
            .set_align(FormatAlign::Right),
    );
    for (figure, column) in figures.iter().zip(1_u16..) {
        match figure {
            Some(number) => sheet.write_with_format(line, column, *number, &format)?,
            None => sheet.write_with_format(line, column, "no data", &format)?,
        };
    }
    Ok(())
}

fn write_incomplete(
    sheet: &mut Worksheet,
    mut line: u32,
    years: &[&TrustView],
) -> Result<u32, XlsxError> {
    for view in years
        .iter()
        .filter(|view| !view.totals.incomplete.is_empty())
    {
        let bold = Format::new().set_bold();
        sheet.write_with_format(
            line,
            0,
            format!("{} is not complete", view.period.label()),
            &bold,
        )?;
        for reason in &view.totals.incomplete {
            line += 1;
            sheet.write_with_format(
                line,
                0,
                reason,
                &Format::new().set_text_wrap().set_indent(1),
            )?;
        }
        line += 2;
    }
    Ok(line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up;

    #[test]
    fn the_table_adds_up_to_the_gross_total() {
        let view = made_up::view();
        let figure = |text: &str| {
            let row = STATUTORY.iter().find(|row| row.text == text).unwrap();
            (row.figure)(&view).unwrap_or(0.0)
        };
        let scopes = figure("Total scope 1")
            + figure("Purchased electricity")
            + figure("Business travel in employee-owned vehicles");
        assert!((scopes - view.totals.gross.tonnes()).abs() < 1e-9);
        assert!((figure("Total gross emissions in metric tonnes CO2e") - scopes).abs() < 1e-9);
        assert!(
            tonnes(&view, is_other_fuel).is_none(),
            "unpriced oil is not 0 tonnes"
        );
    }
}

//! The SECR report as a sheet.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::Pack;
use crate::secr::{Basis, Cell, Figure, Report, ShownRow, Style, Text, Year, shown};

/// The number of letters of a statement that fit a line of the sheet, approximately, and the height of a line.
const LETTERS: usize = 105;
const LINE: f64 = 15.0;

pub(super) fn write(sheet: &mut Worksheet, pack: &Pack, basis: Basis) -> Result<(), XlsxError> {
    let Some(report) = pack.secr(basis) else {
        sheet.write(0, 0, "No academic year has any figures yet.")?;
        return Ok(());
    };
    let columns = report.years.len().max(1) as u16;
    sheet.set_column_width(0, 66)?;
    for column in 1..=columns {
        sheet.set_column_width(column, 24)?;
    }
    write_heads(sheet, &report)?;
    let mut line = 1;
    for row in shown(&report.years) {
        write_row(sheet, line, &row)?;
        line += 1;
    }
    line += 1;
    for text in &report.texts {
        line = write_text(sheet, line, columns, text)?;
    }
    write_warnings(sheet, line, columns, &report)?;
    sheet
        .set_landscape()
        .set_paper_size(9)
        .set_print_fit_to_pages(1, 0);
    Ok(())
}

fn write_heads(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    let head = Format::new()
        .set_bold()
        .set_text_wrap()
        .set_align(FormatAlign::VerticalCenter)
        .set_background_color("DCE9E1")
        .set_border_bottom(FormatBorder::Thin);
    let title = format!("{}\n{}", report.organisation, report.title);
    sheet.write_with_format(0, 0, title, &head)?;
    let right = head.set_align(FormatAlign::Right);
    for (year, column) in report.years.iter().zip(1_u16..) {
        sheet.write_with_format(0, column, year_head(year), &right)?;
    }
    sheet.set_row_height(0, 64)?;
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn year_head(year: &Year) -> String {
    let part = if year.part_year {
        "\n(a part-year)"
    } else {
        ""
    };
    match (year.from, year.to) {
        (Some(from), Some(to)) => format!(
            "{}\n{} to {}{part}",
            year.label,
            crate::format::day(from),
            crate::format::day(to)
        ),
        _ => format!("{}{part}", year.label),
    }
}

fn write_row(sheet: &mut Worksheet, line: u32, row: &ShownRow) -> Result<(), XlsxError> {
    let weight = |format: Format| match row.style.is_bold() {
        true => format.set_bold(),
        false => format,
    };
    let inset = u8::from(!row.style.is_bold());
    let label = weight(Format::new().set_indent(inset).set_text_wrap());
    sheet.write_with_format(line, 0, &row.text, &label)?;
    for (cell, column) in row.figures.iter().zip(1_u16..) {
        let figure = match cell {
            Cell::Figure(figure) => Some(figure),
            Cell::NoData | Cell::NotEnoughData => None,
        };
        let format = weight(
            Format::new()
                .set_num_format(figure.map_or("General", |figure| number(row, figure)))
                .set_align(FormatAlign::Right),
        );
        match figure.map(|figure| (figure, figure.number())) {
            Some((_, Some(number))) => sheet.write_with_format(line, column, number, &format)?,
            Some((figure, None)) => {
                sheet.write_with_format(line, column, row.figure_text(figure), &format)?
            }
            None => sheet.write_with_format(line, column, row.text_of(cell), &format)?,
        };
    }
    Ok(())
}

/// The number format of a figure of a row, with as many decimals as on the page.
fn number(row: &ShownRow, figure: &Figure) -> &'static str {
    match (row.style, row.style.places(figure)) {
        (Style::Share, _) => "0.0%",
        (_, 0) => "#,##0",
        (_, 1) => "#,##0.0",
        (_, 2) => "#,##0.00",
        (_, 3) => "0.000",
        (_, 4) => "0.0000",
        _ => "0.00000000",
    }
}

fn write_text(
    sheet: &mut Worksheet,
    line: u32,
    columns: u16,
    text: &Text,
) -> Result<u32, XlsxError> {
    let bold = Format::new().set_bold();
    sheet.write_with_format(line, 0, &text.heading, &bold)?;
    let mut line = line + 1;
    for paragraph in &text.paragraphs {
        line = write_paragraph(sheet, line, columns, paragraph)?;
    }
    Ok(line + 1)
}

fn write_paragraph(
    sheet: &mut Worksheet,
    line: u32,
    columns: u16,
    text: &str,
) -> Result<u32, XlsxError> {
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    sheet.merge_range(line, 0, line, columns, text, &wrapped)?;
    let lines = text.chars().count().div_ceil(LETTERS).max(1);
    sheet.set_row_height(line, LINE * lines as f64)?;
    Ok(line + 1)
}

fn write_warnings(
    sheet: &mut Worksheet,
    line: u32,
    columns: u16,
    report: &Report,
) -> Result<(), XlsxError> {
    if report.warnings.is_empty() {
        return Ok(());
    }
    let bold = Format::new().set_bold();
    let heading = "What does not agree with the rest of the table";
    sheet.write_with_format(line, 0, heading, &bold)?;
    let mut line = line + 1;
    for warning in &report.warnings {
        let text = format!(
            "{}, {}: {}; {}",
            warning.year, warning.row, warning.found, warning.text
        );
        line = write_paragraph(sheet, line, columns, &text)?;
    }
    Ok(())
}

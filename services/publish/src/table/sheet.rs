//! A table as a sheet of a workbook.

use chrono::Datelike;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Worksheet, XlsxError};

use super::{Cell, Column, Table};

impl Table {
    /// Writes the table: a frozen header, a filter, fitting column widths, and numbers formatted for people.
    pub(crate) fn write_sheet(&self, sheet: &mut Worksheet) -> Result<(), XlsxError> {
        let header = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Top)
            .set_background_color("DCE9E1");
        let columns = self.columns.iter().zip(0_u16..);
        for (column, number) in columns {
            sheet.write_with_format(0, number, heading(column), &header)?;
            sheet.set_column_width(number, column.unit.width())?;
        }
        sheet.set_row_height(0, 48)?;
        for (row, number) in self.rows.iter().zip(1_u32..) {
            for ((cell, column), place) in row.iter().zip(&self.columns).zip(0_u16..) {
                write_cell(sheet, number, place, cell, column)?;
            }
        }
        let (last_row, last_column) = (
            self.rows.len() as u32,
            self.columns.len().saturating_sub(1) as u16,
        );
        sheet.autofilter(0, 0, last_row, last_column)?;
        sheet.set_freeze_panes(1, frozen_columns(&self.columns))?;
        sheet
            .set_landscape()
            .set_paper_size(9)
            .set_repeat_rows(0, 0)?;
        sheet.set_print_fit_to_pages(1, 0);
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    place: u16,
    cell: &Cell,
    column: &Column,
) -> Result<(), XlsxError> {
    let format = Format::new().set_num_format(column.unit.number_format());
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) => {
            sheet.write_string(row, place, text)?;
        }
        Cell::Int(number) => {
            sheet.write_with_format(row, place, *number as f64, &format)?;
        }
        Cell::Float(number) => {
            sheet.write_with_format(row, place, *number, &format)?;
        }
        Cell::Flag(flag) => {
            sheet.write_boolean(row, place, *flag)?;
        }
        Cell::Day(day) => {
            let (year, month, of_month) = (day.year() as u16, day.month() as u8, day.day() as u8);
            let day = ExcelDateTime::from_ymd(year, month, of_month)?;
            sheet.write_with_format(row, place, &day, &format)?;
        }
    }
    Ok(())
}

fn heading(column: &Column) -> String {
    column.name.replace('_', " ")
}

/// The columns that identify a row stay visible: everything up to the school's name.
fn frozen_columns(columns: &[Column]) -> u16 {
    columns
        .iter()
        .position(|column| column.name == "school")
        .map_or(0, |place| place as u16 + 1)
}

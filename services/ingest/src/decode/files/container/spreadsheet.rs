//! The sheets of a workbook, as CSV. Cells are read one after another: a sheet with two cells in far corners takes no more memory
//! than its text.

use std::io::{self, Cursor, Read};

use calamine::{DataType, Reader as _, Xls, Xlsx};
use zip::ZipArchive;

/// The most columns of a row, and lines of a sheet.
const MOST_COLUMNS: u32 = 1_000;
const MOST_LINES: u32 = 2_000_000;

/// Whether an archive is a workbook.
pub(super) fn is_workbook(bytes: &[u8]) -> bool {
    let archive = ZipArchive::new(Cursor::new(bytes));
    archive.is_ok_and(|archive| archive.index_for_name("xl/workbook.xml").is_some())
}

/// Every sheet that has a cell: its name and its rows as CSV, each row in its line. Fails, in words, if the workbook cannot be
/// read, or holds more than `most` bytes.
pub(super) fn sheets(bytes: Vec<u8>, most: usize) -> Result<Vec<(String, String)>, String> {
    let too_large = || format!("a workbook of more than {most} bytes once inflated");
    if !inflates_to(&bytes, most as u64)? {
        return Err(too_large());
    }
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let (mut sheets, mut left) = (Vec::new(), most);
    for name in workbook.sheet_names() {
        // A chart has no cells.
        let Ok(mut cells) = workbook.worksheet_cells_reader(&name) else {
            continue;
        };
        let mut text = Lines::default();
        while let Some(found) = cells.next_cell().map_err(|error| error.to_string())? {
            let (line, column) = found.get_position();
            if column >= MOST_COLUMNS || line >= MOST_LINES {
                return Err(format!(
                    "sheet {name} has a cell in row {} and column {}",
                    line + 1,
                    column + 1
                ));
            }
            text.add(line, column, &cell(found.get_value()));
            if text.text.len() > left {
                return Err(too_large());
            }
        }
        if text.has_cells {
            left -= text.text.len();
            text.text.push('\n');
            sheets.push((name, text.text));
        }
    }
    Ok(sheets)
}

/// The same of a workbook of Excel up to 2003. Its reader takes memory for all cells between the first and the last of a sheet.
pub(super) fn old_sheets(bytes: Vec<u8>) -> Result<Vec<(String, String)>, String> {
    let mut workbook = Xls::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut sheets = Vec::new();
    for (name, range) in workbook.worksheets() {
        let (first_line, first_column) = range.start().unwrap_or_default();
        let mut text = Lines::default();
        for (line, row) in (first_line..).zip(range.rows()) {
            for (column, found) in (first_column..).zip(row) {
                if !found.is_empty() {
                    text.add(line, column, &cell(found));
                }
            }
        }
        if text.has_cells {
            text.text.push('\n');
            sheets.push((name, text.text));
        }
    }
    Ok(sheets)
}

/// Whether the files of a workbook are no larger than `most` bytes together: what its directory says may be wrong, and the reader
/// of workbooks has no limit.
fn inflates_to(bytes: &[u8], most: u64) -> Result<bool, String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut left = most;
    for at in 0..archive.len() {
        let file = archive.by_index(at).map_err(|error| error.to_string())?;
        let read = io::copy(&mut file.take(left + 1), &mut io::sink());
        match left.checked_sub(read.map_err(|error| error.to_string())?) {
            Some(rest) => left = rest,
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// CSV whose lines have the numbers of the sheet's rows.
#[derive(Default)]
struct Lines {
    text: String,
    line: u32,
    column: u32,
    has_cells: bool,
}

impl Lines {
    /// Adds a cell, which comes after those before it.
    fn add(&mut self, line: u32, column: u32, cell: &str) {
        while self.line < line {
            self.text.push('\n');
            (self.line, self.column) = (self.line + 1, 0);
        }
        while self.column < column {
            self.text.push(',');
            self.column += 1;
        }
        self.has_cells |= !cell.is_empty();
        if cell.contains([',', '"', '\n', '\r']) {
            self.text.push('"');
            self.text
                .push_str(&cell.replace('"', "\"\"").replace(['\r', '\n'], " "));
            self.text.push('"');
        } else {
            self.text.push_str(cell);
        }
    }
}

/// A cell as text: days and times as ISO 8601 writes them, and numbers with all their digits.
fn cell(cell: &impl DataType) -> String {
    if let Some(stamp) = cell.get_datetime() {
        let (year, month, day, hour, minute, second, _) = stamp.to_ymd_hms_milli();
        return match stamp.as_f64() < 1.0 {
            true => format!("{hour:02}:{minute:02}"),
            false => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
        };
    }
    let texts = [
        cell.get_string(),
        cell.get_datetime_iso(),
        cell.get_duration_iso(),
    ];
    let number = cell.get_float().map(|number| number.to_string());
    let number = number.or_else(|| cell.get_int().map(|number| number.to_string()));
    let text = texts
        .into_iter()
        .flatten()
        .next()
        .map(str::to_owned)
        .or(number);
    text.or_else(|| cell.get_bool().map(|is_so| is_so.to_string()))
        .or_else(|| cell.get_error().map(ToString::to_string))
        .unwrap_or_default()
}

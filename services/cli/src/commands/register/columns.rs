//! Finds the columns of a list of meters in its header: by usual names, or by those that were given.

use std::collections::BTreeMap;

use ingest::{TextRow, TextTable};

use super::place::{Problem, Source};
use crate::args::{MeterField, NamedColumn};

/// Where columns stand, and their names.
type Columns = BTreeMap<MeterField, (usize, String)>;

/// The header of a list of meters.
#[derive(Debug, PartialEq, Eq)]
pub struct Header {
    /// Its line.
    pub line: usize,
    /// The columns that are read: where they stand, and their names.
    pub columns: Columns,
    /// The names of the others.
    pub unused: Vec<String>,
}

/// Usual names of a field's column, as [`plain`] writes them. A name that means several things in such lists, such as `Capacity`
/// (often in kVA) or `Start date` (often of the contract), is not among them.
fn usual(field: MeterField) -> &'static [&'static str] {
    match field {
        MeterField::Mpan => &[
            "mpan",
            "mpan core",
            "core mpan",
            "mpan number",
            "mpan no",
            "mpan electricity",
            "electricity mpan",
        ],
        MeterField::Mprn => &[
            "mprn",
            "mpr",
            "mprn number",
            "mprn no",
            "mpr number",
            "mpr no",
            "mprn gas",
            "gas mprn",
            "gas mpr",
            "meter point reference",
            "meter point reference number",
        ],
        MeterField::Serial => &[
            "serial",
            "serial number",
            "serial no",
            "meter serial",
            "meter serial number",
            "meter serial no",
            "msn",
        ],
        MeterField::Meter => &[
            "meter",
            "meter number",
            "meter no",
            "meter id",
            "mpxn",
            "mpan mprn",
            "mprn mpan",
            "mpan mpr",
            "mpr mpan",
            "mpan or mprn",
            "mpan or mpr",
        ],
        MeterField::Urn => &["urn", "school urn", "establishment urn"],
        MeterField::School => &[
            "school",
            "school name",
            "establishmentname",
            "establishment name",
            "establishment",
            "academy",
            "academy name",
            "site",
            "site name",
        ],
        MeterField::Fuel => &[
            "fuel",
            "fuel type",
            "utility",
            "utility type",
            "energy type",
            "commodity",
        ],
        MeterField::From => &[
            "from",
            "from date",
            "first day",
            "registered from",
            "in use from",
            "valid from",
        ],
        MeterField::To => &[
            "to",
            "to date",
            "last day",
            "registered to",
            "in use until",
            "valid to",
            "until",
        ],
        MeterField::Name => &[
            "meter name",
            "meter description",
            "meter location",
            "location",
            "what it supplies",
        ],
        MeterField::Unit => &[
            "unit",
            "units",
            "unit of measure",
            "unit of measurement",
            "uom",
        ],
        MeterField::Direction => &["direction", "import export", "import or export"],
        MeterField::Capacity => &["capacity kwh per half hour"],
        MeterField::CalorificValue => &["calorific value", "calorific value mj m3", "cv"],
    }
}

/// A name in small letters and digits, with single spaces for everything else.
fn plain(name: &str) -> String {
    let letters = name.to_lowercase();
    let words = letters.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The header of a table: the first row with a column of meters' numbers and one of their schools. Fails with what the likeliest
/// row lacks.
pub fn header(
    source: &Source,
    table: &TextTable,
    named: &[NamedColumn],
) -> Result<Header, Problem> {
    let heads = table.heads();
    let has_all = |head: &&TextRow| {
        let has = |column: &NamedColumn| {
            head.cells
                .iter()
                .any(|cell| cell.eq_ignore_ascii_case(&column.header))
        };
        named.iter().all(has)
    };
    let heads: Vec<&TextRow> = heads.iter().filter(has_all).collect();
    if heads.is_empty() && !named.is_empty() {
        let names: Vec<&str> = named.iter().map(|column| column.header.as_str()).collect();
        let hint = "no row has the columns that --column names; write them as the header does";
        return Err(source.problem(names.join(", "), hint));
    }
    let mut nearest: Option<(usize, Problem)> = None;
    for head in heads {
        // A row that is ambiguous may be a title above the header.
        let found = match columns(source, head, named) {
            Ok(found) => found,
            Err(problem) => {
                nearest.get_or_insert((1, problem));
                continue;
            }
        };
        let has =
            |fields: &[MeterField]| fields.iter().any(|field| found.columns.contains_key(field));
        let numbers = [
            MeterField::Mpan,
            MeterField::Mprn,
            MeterField::Serial,
            MeterField::Meter,
        ];
        let lacks = match (has(&numbers), has(&[MeterField::Urn, MeterField::School])) {
            (true, true) => return Ok(found),
            (false, _) => {
                "name the column with the meters' numbers, such as --column mpan=…, --column mprn=… or --column meter=…"
            }
            (true, false) => {
                "name the column with the schools, --column urn=… or --column school=…"
            }
        };
        let count = found.columns.len();
        if nearest.as_ref().is_none_or(|(most, _)| count > *most) {
            let cells: Vec<&str> = head
                .cells
                .iter()
                .map(String::as_str)
                .filter(|cell| !cell.is_empty())
                .collect();
            nearest = Some((
                count,
                source.problem(format!("the header {}", cells.join(", ")), lacks),
            ));
        }
    }
    let nothing = || source.problem("nothing", "the table has no rows");
    Err(nearest.map_or_else(nothing, |(_, problem)| problem))
}

/// Adds the column of a field, if one and only one cell of the row is it.
fn find(
    columns: &mut Columns,
    (source, head): (&Source, &TextRow),
    field: MeterField,
    is: impl Fn(&str) -> bool,
) -> Result<(), Problem> {
    let all: Vec<(usize, &String)> = head
        .cells
        .iter()
        .enumerate()
        .filter(|(_, cell)| is(cell))
        .collect();
    match all.as_slice() {
        [] => Ok(()),
        [(at, name)] => {
            columns.insert(field, (*at, (*name).clone()));
            Ok(())
        }
        several => {
            let names: Vec<&str> = several.iter().map(|(_, name)| name.as_str()).collect();
            let field = field.as_str();
            let hint = format!(
                "several columns may be the {field} of a meter: name the right one with --column {field}=…, and rename it if \
                 another has the same name"
            );
            Err(source.problem(names.join(", "), hint))
        }
    }
}

fn columns(source: &Source, head: &TextRow, named: &[NamedColumn]) -> Result<Header, Problem> {
    let mut columns = Columns::new();
    for column in named {
        let is_it = |cell: &str| cell.eq_ignore_ascii_case(&column.header);
        find(&mut columns, (source, head), column.field, is_it)?;
    }
    let is_named = |field: MeterField| named.iter().any(|column| column.field == field);
    let is_taken = |cell: &str| {
        named
            .iter()
            .any(|column| column.header.eq_ignore_ascii_case(cell))
    };
    for field in MeterField::ALL
        .into_iter()
        .filter(|field| !is_named(*field))
    {
        let is_usual = |cell: &str| !is_taken(cell) && usual(field).contains(&plain(cell).as_str());
        find(&mut columns, (source, head), field, is_usual)?;
    }
    // Beside a column of MPANs, a column `Meter` may hold anything.
    let own = [MeterField::Mpan, MeterField::Mprn, MeterField::Serial];
    if !is_named(MeterField::Meter) && own.iter().any(|field| columns.contains_key(field)) {
        columns.remove(&MeterField::Meter);
    }
    let is_used = |at: usize| columns.values().any(|(used, _)| *used == at);
    let unused = head.cells.iter().enumerate();
    let unused = unused.filter(|(at, cell)| !is_used(*at) && !cell.is_empty());
    Ok(Header {
        line: head.line,
        unused: unused.map(|(_, cell)| cell.clone()).collect(),
        columns,
    })
}

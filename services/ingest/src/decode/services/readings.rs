//! Half-hours of a payload as tables, one for each meter that it is of: the reader of files reads them, so that the same rules
//! hold for both.

mod cells;
mod halves;
mod layout;
mod presence;

use std::collections::{BTreeMap, BTreeSet};

use events::{Channel, MeterId, MeterIdError, Refusal, Rule, Sent};
use serde_json::Value;

use super::description::{Meter, Readings};
use super::head::at_root;
use super::path::{Element, Path, shortened};
use super::{Parameters, RefusedElement, Service};
use crate::decode::files::{Format, Place};
use crate::rules::Fault;

use cells::{Cells, RowCells};

/// What a payload holds, as tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) tables: Vec<Table>,
    /// Elements that are no row of any table.
    pub(crate) refused: Vec<RefusedElement>,
    /// Rows that are left alone, by the reason.
    pub(crate) left_alone: BTreeMap<String, usize>,
    /// Names of rows that the description does not know.
    pub(crate) unknown: BTreeSet<String>,
    /// Half-hours of which only a part is known, which are missing: how many, and the pointer to the first.
    pub(crate) in_part: Option<(usize, String)>,
}

/// The rows of one meter.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) format: Format,
    pub(crate) text: String,
    /// The places of its rows.
    pub(crate) places: Vec<Place>,
}

/// One meter's values in a payload.
struct Series<'d> {
    /// The text of its rows at `series_by`.
    is: Option<&'d str>,
    value: Option<&'d Path>,
    /// The meter of all rows; none if each row names its own.
    meter: Option<String>,
    /// The channel of all rows; none if each row says its own.
    channel: Option<Channel>,
    unit: Sent,
    /// The number of the payload's rows in the series before it.
    before: usize,
}

/// The tables of a payload. Fails if the payload is not one of the service, or does not say what it is of.
pub(crate) fn tables(
    service: &Service,
    readings: &Readings,
    root: &Value,
    parameters: &Parameters,
) -> Result<Tables, Refusal> {
    let rows = service.description.rows(root)?;
    let mut found = Tables::default();
    if rows.is_empty() {
        return Ok(found);
    }
    let series = series(readings, root, parameters, rows.len())?;
    let rows: Vec<(usize, Element<'_>)> = (1..).zip(rows).collect();
    let rows = found.objects(rows);
    found.unknown = presence::unknown(readings, &rows);
    let rows = found.of_series(readings, root, parameters, rows);
    for series in &series {
        let rows = rows.iter().filter(|(_, row)| {
            let by = readings.series_by.as_ref();
            let text = by.and_then(|by| by.of(root, row)).map(|text| text.text());
            series.is.is_none_or(|is| text.as_deref() == Some(is))
        });
        let rows: Vec<_> = rows.collect();
        if rows.is_empty() {
            if let Some(is) = series.is {
                let hint = format!("the payload has no rows of {is}; leave its meter out");
                let seen = series.meter.clone().unwrap_or_default();
                return Err(Fault::new(Rule::FileRow, hint).at("", seen));
            }
            continue;
        }
        presence::check(readings, series, root, &rows)?;
        let cells = Cells {
            readings,
            series,
            root,
        };
        let rows = match readings.minutes {
            30 => found.each(&cells, &rows),
            _ => halves::add_up(&cells, &rows, &mut found),
        };
        found
            .tables
            .push(layout::table(service, readings, series, rows));
    }
    Ok(found)
}

/// The series whose meters are known.
fn series<'d>(
    readings: &'d Readings,
    root: &Value,
    parameters: &Parameters,
    rows: usize,
) -> Result<Vec<Series<'d>>, Refusal> {
    if let Some(meter) = &readings.meter {
        let named = named_meter(meter, root, parameters)?;
        let only = Series {
            is: None,
            value: readings.values.path.as_ref(),
            channel: channel(readings, root)?,
            unit: unit(readings, root, named.as_deref(), parameters)?,
            meter: named,
            before: 0,
        };
        return Ok(vec![only]);
    }
    let mut found = Vec::new();
    for (at, series) in readings.series.iter().enumerate() {
        let Some(meter) = parameters.meter(&series.parameter) else {
            continue;
        };
        found.push(Series {
            is: series.is.as_deref(),
            value: series.value.as_ref().or(readings.values.path.as_ref()),
            meter: Some(meter.to_string()),
            channel: Some(series.channel),
            unit: unit(readings, root, Some(meter.as_str()), parameters)?,
            before: at * rows,
        });
    }
    Ok(found)
}

/// The meter of all rows, if it is not each row's own.
fn named_meter(
    meter: &Meter,
    root: &Value,
    parameters: &Parameters,
) -> Result<Option<String>, Refusal> {
    let parameter = meter.parameter.as_deref();
    if let Some(named) = parameter.and_then(|name| parameters.meter(name)) {
        return Ok(Some(named.to_string()));
    }
    let Some(path) = meter.path.as_ref().filter(|path| path.is_absolute()) else {
        return Ok(None);
    };
    let text = at_root(path, root)?;
    let found = match meter.patterns.is_empty() {
        true => Some(text.clone()),
        false => meter
            .patterns
            .iter()
            .find_map(|pattern| pattern.find(&text)),
    };
    let (rule, why) = match found {
        None => (
            Rule::FileRow,
            "it does not name the meter that the values are of".to_owned(),
        ),
        Some(found) => match found.parse::<MeterId>() {
            Ok(_) => return Ok(Some(found)),
            Err(_) if !found.contains(':') => return Ok(Some(found)),
            Err(error @ MeterIdError::MpanCheckDigit(_)) => (Rule::CheckDigit, error.to_string()),
            Err(error) => (Rule::FileRow, error.to_string()),
        },
    };
    let hint = match parameter {
        Some(name) => format!("{why}; name the meter in the address: ?{name}=mpan:…"),
        None => why,
    };
    Err(Fault::new(rule, hint).at(path.as_str(), shortened(&text)))
}

/// The channel of all rows, if it is not each row's own.
fn channel(readings: &Readings, root: &Value) -> Result<Option<Channel>, Refusal> {
    let of = &readings.channel;
    let Some(path) = &of.path else {
        return Ok(Some(of.is.unwrap_or(Channel::AI)));
    };
    if of.contains.is_empty() {
        return Ok(None);
    }
    let text = at_root(path, root)?;
    let parts = of
        .contains
        .iter()
        .filter(|(part, _)| text.contains(part.as_str()));
    match parts.collect::<Vec<_>>().as_slice() {
        [(_, channel)] => Ok(Some(**channel)),
        _ => {
            let parts: Vec<_> = of.contains.keys().map(String::as_str).collect();
            let hint = format!("this field is one of {}", parts.join(", "));
            Err(Fault::new(Rule::FileRow, hint).at(path.as_str(), shortened(&text)))
        }
    }
}

fn unit(
    readings: &Readings,
    root: &Value,
    meter: Option<&str>,
    parameters: &Parameters,
) -> Result<Sent, Refusal> {
    let unit = &readings.unit;
    if let Some(is) = unit.is {
        return Ok(is);
    }
    if let Some(path) = &unit.path {
        let text = at_root(path, root)?;
        let known = unit
            .names
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case(&text));
        return known.map(|(_, unit)| *unit).ok_or_else(|| {
            let names: Vec<_> = unit.names.keys().map(String::as_str).collect();
            let hint = format!("the unit is one of {}", names.join(", "));
            Fault::new(Rule::FileRow, hint).at(path.as_str(), shortened(&text))
        });
    }
    let name = unit.parameter.as_deref().unwrap_or_default();
    let is_mpan = meter.is_some_and(|meter| meter.starts_with("mpan:"));
    let of_mpan = unit.of_mpan.filter(|_| is_mpan);
    parameters.unit(name).or(of_mpan).ok_or_else(|| {
        let hint = format!(
            "the payload does not say the unit of this meter; add ?{name}=kWh or ?{name}=m3 to the address"
        );
        Fault::new(Rule::FileRow, hint).at("", meter.unwrap_or("no meter"))
    })
}

impl Tables {
    /// The rows that are objects; others are refused.
    fn objects<'v>(&mut self, rows: Vec<(usize, Element<'v>)>) -> Vec<(usize, Element<'v>)> {
        let (objects, others) = rows
            .into_iter()
            .partition::<Vec<_>, _>(|(_, row)| row.value.is_object());
        for (number, row) in others {
            let fault = Fault::new(Rule::FileRow, "here stands an object with a reading");
            let seen = shortened(&row.text());
            self.refuse(number, &row, fault.at(row.pointer.clone(), seen));
        }
        objects
    }

    /// The rows of the series whose meters are named. Those of other series are left alone, and unknown ones refused.
    fn of_series<'v>(
        &mut self,
        readings: &Readings,
        root: &Value,
        parameters: &Parameters,
        rows: Vec<(usize, Element<'v>)>,
    ) -> Vec<(usize, Element<'v>)> {
        for series in readings.series.iter().filter(|series| series.is.is_none()) {
            let (name, value) = (&series.parameter, series.value.as_ref());
            let value = value.map(Path::as_str).unwrap_or_default();
            let has_value = |row: &Element<'_>| {
                let of = series.value.as_ref().and_then(|path| path.of(root, row));
                of.is_some_and(|of| !is_none(readings, &of.text()))
            };
            if parameters.meter(name).is_none() {
                let count = rows.iter().filter(|(_, row)| has_value(row)).count();
                self.leave_alone(&format!("{value}, whose meter ?{name}= would name"), count);
            }
        }
        let Some(by) = &readings.series_by else {
            return rows;
        };
        let mut counted = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            let text = by
                .of(root, &row)
                .map(|text| text.text())
                .unwrap_or_default();
            let series = readings
                .series
                .iter()
                .find(|series| series.is.as_deref() == Some(&text));
            match series {
                Some(series) if parameters.meter(&series.parameter).is_some() => {
                    counted.push((number, row));
                }
                Some(series) => {
                    let name = &series.parameter;
                    self.leave_alone(&format!("{text}, whose meter ?{name}= would name"), 1);
                }
                None if readings.skip.contains(&text) => self.leave_alone(&text, 1),
                None => {
                    let known = readings
                        .series
                        .iter()
                        .filter_map(|series| series.is.as_deref());
                    let known: Vec<_> = known
                        .chain(readings.skip.iter().map(String::as_str))
                        .collect();
                    let hint = format!("this service knows {}", known.join(", "));
                    let seen = format!("{}: {}", by.as_str(), shortened(&text));
                    let fault = Fault::new(Rule::FileRow, hint);
                    self.refuse(number, &row, fault.at(row.pointer.clone(), seen));
                }
            }
        }
        counted
    }

    fn leave_alone(&mut self, why: &str, count: usize) {
        if count > 0 {
            *self.left_alone.entry(why.to_owned()).or_default() += count;
        }
    }

    fn refuse(&mut self, number: usize, row: &Element<'_>, refusal: Refusal) {
        self.refused.push(RefusedElement {
            number,
            pointer: row.pointer.clone(),
            text: row.value.to_string(),
            refusal,
        });
    }

    /// A row for each half-hour or day of the payload.
    fn each(&mut self, cells: &Cells<'_>, rows: &[&(usize, Element<'_>)]) -> Vec<RowCells> {
        let mut found = Vec::with_capacity(rows.len());
        for (number, row) in rows {
            let number = cells.series.before + number;
            match cells.row(number, row) {
                Ok(row) => found.push(row),
                Err(refusal) => self.refuse(number, row, refusal),
            }
        }
        found
    }
}

/// Whether a value says that nothing was measured.
fn is_none(readings: &Readings, text: &str) -> bool {
    let number = text.parse::<f64>();
    text.is_empty() || number.is_ok_and(|number| readings.values.none.contains(&number))
}

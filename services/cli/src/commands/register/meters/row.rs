//! A row of a list of meters.

use events::{Data, Fuel, MeterId, MeterRegistered, Rule, Sent, Urn};
use ingest::TextRow;

use super::super::cells::{self, Fault, Numbering, is_blank};
use super::super::columns::Header;
use super::super::place::{Place, Problem};
use super::super::roster::Roster;
use super::StatedMeter;
use crate::args::MeterField;

/// The cells of one row.
pub struct Cells<'r> {
    pub header: &'r Header,
    pub row: &'r TextRow,
    pub place: Place,
}

impl Cells<'_> {
    /// What a field's cell holds; none if it is empty or has no column.
    fn text(&self, field: MeterField) -> Option<&str> {
        let position = self
            .header
            .columns
            .keys()
            .position(|known| *known == field)?;
        let text = self.row.cells.get(position)?;
        Some(text.as_str()).filter(|text| !is_blank(text))
    }

    fn name(&self, field: MeterField) -> &str {
        let column = self.header.columns.get(&field);
        column.map_or(field.as_str(), |(_, name)| name)
    }

    fn bad(&self, field: MeterField, (rule, hint): Fault) -> Problem {
        let seen = self.text(field).unwrap_or("nothing");
        self.place.problem(rule, self.name(field), seen, hint)
    }

    fn read<T>(
        &self,
        field: MeterField,
        read: impl Fn(&str) -> Result<T, Fault>,
    ) -> Result<Option<T>, Problem> {
        let read = self.text(field).map(read).transpose();
        read.map_err(|fault| self.bad(field, fault))
    }

    /// The meters of the row: usually one.
    pub fn meters(&self, roster: &Roster) -> Vec<Result<StatedMeter, Problem>> {
        const NUMBERS: [(MeterField, Numbering); 4] = [
            (MeterField::Mpan, Numbering::Mpan),
            (MeterField::Mprn, Numbering::Mprn),
            (MeterField::Meter, Numbering::ByLength),
            (MeterField::Serial, Numbering::Serial),
        ];
        let stated = NUMBERS
            .into_iter()
            .filter(|(field, _)| self.text(*field).is_some());
        let stated: Vec<_> = stated.collect();
        // An MPAN or MPRN is the meter, and a serial number beside it only describes it.
        let numbers: Vec<_> = match stated.as_slice() {
            [(MeterField::Mpan, _), (MeterField::Mprn, _), ..] => stated[..2].to_vec(),
            [first, ..] => vec![*first],
            [] => {
                let first = NUMBERS
                    .into_iter()
                    .find(|(field, _)| self.header.columns.contains_key(field));
                let (field, _) = first.unwrap_or(NUMBERS[0]);
                let hint = "the row has no meter's number; enter it, or remove the row";
                return vec![Err(self.bad(field, (Rule::FileRow, hint.to_owned())))];
            }
        };
        let is_alone = numbers.len() == 1;
        let read = numbers
            .into_iter()
            .map(|(field, numbering)| self.meter(field, numbering, is_alone, roster));
        read.collect()
    }

    fn meter(
        &self,
        field: MeterField,
        numbering: Numbering,
        is_alone: bool,
        roster: &Roster,
    ) -> Result<StatedMeter, Problem> {
        let meter = self.read(field, |text| cells::meter(text, numbering))?;
        let meter = meter
            .ok_or_else(|| self.bad(field, (Rule::FileRow, "it must not be empty".to_owned())))?;
        // In a row of two meters, a fuel or a unit cannot be that of both.
        let own = |field: MeterField| is_alone && self.text(field).is_some();
        let fuel = match own(MeterField::Fuel) {
            true => self.read(MeterField::Fuel, fuel)?,
            false => None,
        };
        let stated = StatedMeter {
            urn: self.school(roster)?,
            fuel: fuel.or_else(|| implied(&meter)).ok_or_else(|| {
                let hint = "a serial number does not say what is measured: enter electricity, gas or solar";
                self.bad(MeterField::Fuel, (Rule::FileRow, hint.to_owned()))
            })?,
            from: self.read(MeterField::From, cells::day)?,
            to: self.read(MeterField::To, cells::day)?,
            name: self.text(MeterField::Name).map(str::to_owned),
            unit: match is_alone {
                true => self.read(MeterField::Unit, unit)?,
                false => None,
            },
            exports: match is_alone {
                true => self.read(MeterField::Direction, exports)?,
                false => None,
            },
            capacity: match is_alone {
                true => self.read(MeterField::Capacity, cells::number)?,
                false => None,
            },
            calorific_value: self
                .read(MeterField::CalorificValue, cells::number)?
                .filter(|_| meter.as_str().starts_with("mprn:") || is_alone),
            place: self.place.clone(),
            column: self.name(field).to_owned(),
            meter,
        };
        self.check(&stated, field)?;
        Ok(stated)
    }

    fn school(&self, roster: &Roster) -> Result<Urn, Problem> {
        let field = match self.text(MeterField::Urn) {
            Some(_) => MeterField::Urn,
            None => MeterField::School,
        };
        let found = self.read(field, |text| roster.find(text))?;
        found.ok_or_else(|| {
            let hint = "the row names no school; enter its URN or its name as registered";
            self.bad(field, (Rule::FileRow, hint.to_owned()))
        })
    }

    /// The rules for meters, by the row's own columns.
    fn check(&self, stated: &StatedMeter, number: MeterField) -> Result<(), Problem> {
        let from = stated.from.or(stated.to).unwrap_or_default();
        let checked = Data::MeterRegistered(stated.onto(MeterRegistered::new(
            stated.meter.clone(),
            stated.fuel,
            from,
        )));
        checked.check().map_err(|error| {
            let field = match error.pointer.as_str() {
                "/data/name" => MeterField::Name,
                "/data/fuel" if self.text(MeterField::Fuel).is_some() => MeterField::Fuel,
                "/data/to" => MeterField::To,
                "/data/unit" => MeterField::Unit,
                "/data/direction" => MeterField::Direction,
                "/data/capacity" => MeterField::Capacity,
                "/data/calorific_value" => MeterField::CalorificValue,
                _ => number,
            };
            self.bad(field, (Rule::FileRow, format!("it must be {}", error.rule)))
        })
    }
}

/// What a meter of a numbering measures, if nothing else is stated.
fn implied(meter: &MeterId) -> Option<Fuel> {
    match meter.as_str().split_once(':') {
        Some(("mpan", _)) => Some(Fuel::Electricity),
        Some(("mprn", _)) => Some(Fuel::Gas),
        _ => None,
    }
}

/// The meaning of a word, whether in capitals or not.
fn one_of<T: Copy>(text: &str, known: &[(&str, T)], hint: &str) -> Result<T, Fault> {
    let found = known
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text));
    found
        .map(|(_, meaning)| *meaning)
        .ok_or_else(|| (Rule::FileRow, hint.to_owned()))
}

fn fuel(text: &str) -> Result<Fuel, Fault> {
    const FUELS: [(&str, Fuel); 12] = [
        ("electricity", Fuel::Electricity),
        ("electric", Fuel::Electricity),
        ("elec", Fuel::Electricity),
        ("e", Fuel::Electricity),
        ("power", Fuel::Electricity),
        ("gas", Fuel::Gas),
        ("natural gas", Fuel::Gas),
        ("g", Fuel::Gas),
        ("solar", Fuel::Solar),
        ("solar pv", Fuel::Solar),
        ("pv", Fuel::Solar),
        ("solar generation", Fuel::Solar),
    ];
    one_of(text, &FUELS, "it is electricity, gas or solar")
}

fn unit(text: &str) -> Result<Sent, Fault> {
    const UNITS: [(&str, Sent); 12] = [
        ("Wh", Sent::Wh),
        ("kWh", Sent::KWh),
        ("MWh", Sent::MWh),
        ("kW", Sent::KW),
        ("m3", Sent::M3),
        ("m\u{b3}", Sent::M3),
        ("cubic metres", Sent::M3),
        ("ft3", Sent::Ft3),
        ("ft\u{b3}", Sent::Ft3),
        ("cubic feet", Sent::Ft3),
        ("hcf", Sent::Hcf),
        ("hundreds of cubic feet", Sent::Hcf),
    ];
    one_of(
        text,
        &UNITS,
        "it is Wh, kWh, MWh or kW, and of gas also m3, ft3 or hcf",
    )
}

fn exports(text: &str) -> Result<bool, Fault> {
    let known = [("import", false), ("export", true)];
    one_of(text, &known, "it is import or export")
}

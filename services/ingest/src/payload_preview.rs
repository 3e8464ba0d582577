//! Reads a service's payload as ingest would, without sending anything: for a person who wants to see how a description reads it.

use chrono::Utc;
use events::{Data, Event, Refusal};
use serde_json::Value;

use crate::admission::posted::notes_on;
use crate::decode::files::{Preview, PreviewedDay, PreviewedEvent, preview_placed};
use crate::decode::normalise::normalise;
use crate::decode::read_as::ReadFrom;
use crate::decode::register_reads::Fields;
use crate::decode::schema;
use crate::decode::services::{
    Kind, Parameters, Readings, Service, Services, Waste, parse, receipt, tables,
};
use crate::last_reads::{Changed, Registers, take};
use crate::limits::Limits;
use crate::rules::Bounds;
use crate::tokens::token_sha256;

/// Why a payload is not read.
#[derive(Debug)]
pub enum PayloadFault {
    /// There is no such service, or a parameter is missing or cannot be right: why, in words.
    Request(String),
    /// It is not a payload of the service.
    Refused(Box<Refusal>),
}

impl Services {
    /// The services whose payloads have the shape of this one, and for each other why it has not.
    pub fn fitting(&self, text: &str) -> (Vec<&str>, Vec<(&str, Refusal)>) {
        let (mut fitting, mut others) = (Vec::new(), Vec::new());
        for service in self.all() {
            let parameters = Parameters::of_any(&service.description);
            match read(service, &parameters, text) {
                Ok(preview) if preview.fits() => fitting.push(service.name.as_str()),
                Ok(preview) => {
                    others.extend(
                        preview
                            .refusals
                            .into_iter()
                            .next()
                            .map(|one| (&*service.name, one)),
                    );
                }
                Err(refusal) => others.push((service.name.as_str(), refusal)),
            }
        }
        (fitting, others)
    }

    /// Reads a payload of a service, with the parameters of its address. No meter is looked up.
    pub fn preview(
        &self,
        service: &str,
        parameters: &[(String, String)],
        text: &str,
    ) -> Result<Preview, PayloadFault> {
        let service = self.find(service).ok_or_else(|| {
            let names: Vec<_> = self.names().collect();
            let names = names.join(", ");
            PayloadFault::Request(format!(
                "there is no service {service}; the services are {names}"
            ))
        })?;
        let parameters = Parameters::read(&service.description, parameters);
        let parameters = parameters.map_err(PayloadFault::Request)?;
        read(service, &parameters, text).map_err(|refusal| PayloadFault::Refused(Box::new(refusal)))
    }
}

impl Preview {
    /// Whether any of its rows could be read.
    fn fits(&self) -> bool {
        self.rows > self.refusals.len()
    }
}

fn read(service: &Service, parameters: &Parameters, text: &str) -> Result<Preview, Refusal> {
    let root = parse(text)?;
    service.expect(&root)?;
    let mut preview = Preview::empty(&service.name, None);
    match service.description.kind() {
        Some(Kind::Readings(readings)) => {
            of_readings(service, readings, &root, parameters, &mut preview)?;
        }
        Some(Kind::Waste(waste)) => {
            of_waste(service, waste, &root, (parameters, text), &mut preview)?;
        }
        Some(Kind::Registers(_)) => of_registers(service, &root, &mut preview),
        None => {}
    }
    Ok(preview)
}

fn of_readings(
    service: &Service,
    readings: &Readings,
    root: &Value,
    parameters: &Parameters,
    preview: &mut Preview,
) -> Result<(), Refusal> {
    let tables = tables(service, readings, root, parameters)?;
    let notes = notes_on(&tables);
    for table in &tables.tables {
        let of_table = preview_placed(&table.format, None, &table.text, &table.places)?;
        preview.rows += of_table.rows;
        preview.rows_left_alone += of_table.rows_left_alone;
        preview.days.extend(of_table.days);
        preview.refusals.extend(of_table.refusals);
        preview.notes.extend(of_table.notes);
    }
    preview.rows += tables.refused.len();
    preview.rows_left_alone += tables.left_alone.values().sum::<usize>();
    let refused = tables.refused.into_iter().map(|one| one.refusal);
    preview.refusals.extend(refused);
    preview
        .notes
        .extend(notes.into_iter().map(|(_, note)| note));
    Ok(())
}

fn of_waste(
    service: &Service,
    waste: &Waste,
    root: &Value,
    (parameters, text): (&Parameters, &str),
    preview: &mut Preview,
) -> Result<(), Refusal> {
    let receipt = receipt(service, waste, root, parameters, &token_sha256(text), None)?;
    preview.is_about_schools = true;
    preview.rows = receipt.events.len() + receipt.refused.len();
    for one in receipt.events {
        match schema::read(&one.text) {
            Ok(event) => preview.events.push(PreviewedEvent {
                line: one.number,
                rows: 1,
                school: event.subject.map(|urn| urn.to_string()).unwrap_or_default(),
                kind: event.data.kind(),
                day: event.data.day(),
                data: event.data.to_json().unwrap_or_default(),
            }),
            Err(explained) => preview.refusals.extend(explained.refusals),
        }
    }
    let refused = receipt.refused.into_iter().map(|one| one.refusal);
    preview.refusals.extend(refused);
    Ok(())
}

/// The half-hours between the messages of a payload: those before the first and after the last are known only with more messages.
fn of_registers(service: &Service, root: &Value, preview: &mut Preview) {
    let messages = match root {
        Value::Array(messages) => messages.as_slice(),
        message => std::slice::from_ref(message),
    };
    let now = Utc::now();
    let bounds = Bounds::new(&Limits::default(), now);
    let (known, mut changed) = (Registers::new(), Changed::default());
    preview.rows = messages.len();
    for (index, message) in messages.iter().enumerate() {
        let taken = service
            .reads(&Fields::of(message), now)
            .and_then(|reads| take("preview", reads, &known, &bounds, &mut changed));
        match taken {
            Ok((_, events)) => {
                for event in events {
                    preview.days.extend(days_of(&event, &bounds));
                }
            }
            Err(refusal) => preview.refusals.push(Refusal {
                pointer: match root.is_array() {
                    true => format!("/{index}{}", refusal.pointer),
                    false => refusal.pointer,
                },
                ..refusal
            }),
        }
    }
}

fn days_of(event: &str, bounds: &Bounds) -> Vec<PreviewedDay> {
    let Ok(Event {
        data: Data::MeterReadings(readings),
        ..
    }) = schema::read(event)
    else {
        return Vec::new();
    };
    let normalised = ReadFrom::of(&readings, None, bounds)
        .map_err(|refusal| vec![refusal])
        .and_then(|read| normalise(&readings, &read, bounds));
    let days = normalised
        .map(|normalised| normalised.days)
        .unwrap_or_default();
    days.into_iter().map(PreviewedDay::of).collect()
}

#[cfg(test)]
mod tests;

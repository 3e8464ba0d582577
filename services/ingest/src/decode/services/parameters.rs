//! What the sender states in the address, because the payload does not: `?meter=mpan:…`.

use std::collections::BTreeMap;

use events::{Channel, MeterId, Sent, Urn, is_text};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error as ValueError;

use super::description::{Description, Kind, Readings};

/// The parameters of a request, each of its kind.
#[derive(Debug, Default)]
pub(crate) struct Parameters(BTreeMap<String, Parameter>);

#[derive(Debug, PartialEq, Eq)]
enum Parameter {
    Meter(MeterId),
    Unit(Sent),
    School(Urn),
    Text(String),
}

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
enum Of {
    Meter,
    Unit,
    School,
    Text,
}

impl Parameters {
    /// Reads the parameters of a request. Fails, in words, for one that the service does not know, that is needed and missing, or
    /// that cannot be right.
    pub(crate) fn read(
        description: &Description,
        query: &[(String, String)],
    ) -> Result<Self, String> {
        let known = known(description);
        let mut parameters = BTreeMap::new();
        for (name, value) in query {
            let of = known
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, of)| *of)
                .ok_or_else(|| {
                    format!(
                        "?{name} is not known here; the parameters are {}",
                        named(&known)
                    )
                })?;
            let parameter = of
                .read(value)
                .map_err(|rule| format!("?{name} is {rule}; got {value:?}"))?;
            if parameters.insert(name.clone(), parameter).is_some() {
                return Err(format!("?{name} stands twice"));
            }
        }
        let parameters = Parameters(parameters);
        match description.kind() {
            Some(Kind::Readings(readings)) => parameters.suffice(readings)?,
            Some(Kind::Waste(waste)) if parameters.school(&waste.school).is_none() => {
                return Err(format!("name the school: ?{}=100371", waste.school));
            }
            _ => {}
        }
        Ok(parameters)
    }

    /// Parameters that stand for any, to see whether a payload has the shape of the service.
    pub(crate) fn of_any(description: &Description) -> Self {
        let any = known(description).into_iter().enumerate();
        let any = any.filter_map(|(number, (name, of))| {
            let value = match of {
                Of::Meter => format!("serial:any-{number}"),
                Of::Unit => "kWh".to_owned(),
                Of::School => "100000".to_owned(),
                Of::Text => "any".to_owned(),
            };
            Some((name.to_owned(), of.read(&value).ok()?))
        });
        Parameters(any.collect())
    }

    /// Whether the meters are named that the payload cannot name.
    fn suffice(&self, readings: &Readings) -> Result<(), String> {
        let names: Vec<_> = readings
            .series
            .iter()
            .map(|series| series.parameter.as_str())
            .collect();
        if !names.is_empty() && names.iter().all(|name| self.meter(name).is_none()) {
            let names: Vec<_> = names.iter().map(|name| format!("?{name}=")).collect();
            return Err(format!(
                "the payload does not say which meters it is of: name each that counts, by {}",
                names.join(", ")
            ));
        }
        if let Some(meter) = &readings.meter
            && let (Some(name), None) = (&meter.parameter, &meter.path)
            && self.meter(name).is_none()
        {
            return Err(format!(
                "the payload does not name its meter: add ?{name}=mpan:… or ?{name}=mprn:…"
            ));
        }
        let of: Vec<(&MeterId, Channel)> = readings
            .series
            .iter()
            .filter_map(|series| Some((self.meter(&series.parameter)?, series.channel)))
            .collect();
        for (at, one) in of.iter().enumerate() {
            if of[..at].contains(one) {
                return Err(format!(
                    "{} is named for two series that count alike; they are of two meters",
                    one.0
                ));
            }
        }
        Ok(())
    }

    /// The meter of this name.
    pub(crate) fn meter(&self, name: &str) -> Option<&MeterId> {
        match self.0.get(name) {
            Some(Parameter::Meter(meter)) => Some(meter),
            _ => None,
        }
    }

    pub(crate) fn unit(&self, name: &str) -> Option<Sent> {
        match self.0.get(name) {
            Some(Parameter::Unit(unit)) => Some(*unit),
            _ => None,
        }
    }

    pub(crate) fn school(&self, name: &str) -> Option<Urn> {
        match self.0.get(name) {
            Some(Parameter::School(school)) => Some(*school),
            _ => None,
        }
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.0.get(name) {
            Some(Parameter::Text(text)) => Some(text),
            _ => None,
        }
    }
}

impl Of {
    /// Reads a value, or says what it has to be.
    fn read(self, text: &str) -> Result<Parameter, String> {
        match self {
            Of::Meter => text
                .parse()
                .map(Parameter::Meter)
                .map_err(|error: events::MeterIdError| error.to_string()),
            Of::Unit => Sent::deserialize(IntoDeserializer::<ValueError>::into_deserializer(text))
                .map(Parameter::Unit)
                .map_err(|_| "a unit: Wh, kWh, MWh, kW, m3, ft3 or hcf".to_owned()),
            Of::School => text
                .parse()
                .map(Parameter::School)
                .map_err(|_| "a school's URN, six digits".to_owned()),
            Of::Text => match is_text(text) {
                true => Ok(Parameter::Text(text.to_owned())),
                false => Err("1 to 200 letters, without control characters".to_owned()),
            },
        }
    }
}

/// The parameters of a service, each with its kind.
fn known(description: &Description) -> Vec<(&str, Of)> {
    match description.kind() {
        Some(Kind::Readings(readings)) => {
            let series = readings.series.iter();
            let series = series.map(|series| (series.parameter.as_str(), Of::Meter));
            let meter = readings
                .meter
                .iter()
                .filter_map(|meter| meter.parameter.as_deref());
            let unit = readings.unit.parameter.iter();
            series
                .chain(meter.map(|name| (name, Of::Meter)))
                .chain(unit.map(|name| (name.as_str(), Of::Unit)))
                .collect()
        }
        Some(Kind::Waste(waste)) => {
            vec![(&waste.school, Of::School), (&waste.tracking, Of::Text)]
        }
        Some(Kind::Registers(_)) | None => Vec::new(),
    }
}

fn named(known: &[(&str, Of)]) -> String {
    match known.is_empty() {
        true => "none".to_owned(),
        false => {
            let names: Vec<_> = known.iter().map(|(name, _)| format!("?{name}")).collect();
            names.join(", ")
        }
    }
}

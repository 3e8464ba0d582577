//! What a display of Hildebrand Glow sends to a broker in the building, in JSON: on `glow/DEVICE/SENSOR/electricitymeter` every
//! ten seconds or so, and on `glow/DEVICE/SENSOR/gasmeter` every half-hour. Each has the registers of the meter, which it names by its
//! MPAN or MPRN. `glow/DEVICE/STATE` tells of the display itself.

use events::{Channel, Refusal, Sent};

use super::fields::{self, Fields};
use super::{Content, Message, RegisterRead};

pub(super) fn read(message: &Message) -> Result<Content, Refusal> {
    match message.topic.rsplit('/').next() {
        Some("electricitymeter") => electricity(message),
        Some("gasmeter") => gas(message),
        _ => Ok(Content::Nothing),
    }
}

fn electricity(message: &Message) -> Result<Content, Refusal> {
    let fields = Fields::of(message)?;
    let place = "/electricitymeter/energy/import/mpan";
    let read = RegisterRead {
        meter: fields::meter(&format!("mpan:{}", fields.text(place)?), place)?,
        channel: Channel::AI,
        unit: fields.unit("/electricitymeter/energy/import/units")?,
        digits: None,
        serial: None,
        at: fields.time("/electricitymeter/timestamp", None, message.arrived)?,
        value: fields.quantity("/electricitymeter/energy/import/cumulative")?,
    };
    let export = "/electricitymeter/energy/export/cumulative";
    let exported = match fields.is_there(export) {
        true => fields.quantity(export)?,
        false => 0,
    };
    // Most meters have no export, and the display shows 0 for it.
    if exported == 0 {
        return Ok(Content::Reads(vec![read]));
    }
    let export = RegisterRead {
        channel: Channel::AE,
        unit: fields.unit("/electricitymeter/energy/export/units")?,
        value: exported,
        ..read.clone()
    };
    Ok(Content::Reads(vec![read, export]))
}

fn gas(message: &Message) -> Result<Content, Refusal> {
    let fields = Fields::of(message)?;
    let place = "/gasmeter/energy/import/mprn";
    // The volume is what the meter counts; the display's kWh rest on a calorific value that it does not state.
    let volume = "/gasmeter/energy/import/cumulativevol";
    let (unit, value) = match fields.is_there(volume) {
        true => (Sent::M3, fields.quantity(volume)?),
        false => (
            fields.unit("/gasmeter/energy/import/units")?,
            fields.quantity("/gasmeter/energy/import/cumulative")?,
        ),
    };
    Ok(Content::Reads(vec![RegisterRead {
        meter: fields::meter(&format!("mprn:{}", fields.text(place)?), place)?,
        channel: Channel::AI,
        unit,
        digits: None,
        serial: None,
        at: fields.time("/gasmeter/timestamp", None, message.arrived)?,
        value,
    }]))
}

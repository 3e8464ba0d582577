//! What reads come to, given the last reads of their registers: half-hours as events, and the next last reads. A function of its
//! arguments alone: processed again after a crash, the same reads give the same events.

use std::collections::BTreeMap;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use events::{
    Channel, EventType, Interval, MAX_VALUES, MICRO, MeterId, Quality, Quantity, Refusal, Rule,
    Sent, Unit,
};
use serde_json::json;

use super::Registers;
use super::register::{Finding, HalfHours, Read, Register, RegisterKind};
use crate::decode::register_reads::RegisterRead;
use crate::records::instant;
use crate::rules::{Bounds, Fault, of_a_set_clock};
use crate::tokens::token_sha256;

/// The most one half-hour can hold, in kWh: more than any school uses.
const MOST_KWH: Quantity = 5_000;
/// The same in m³ of gas.
const MOST_M3: Quantity = 450;
/// The number of hexadecimal digits that stand for the content in an id.
const DIGEST: usize = 16;

/// What reads change.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// The registers that changed.
    pub(crate) registers: BTreeMap<String, Register>,
    /// Reads that could not follow the one before.
    pub(crate) changes: BTreeMap<RegisterChange, u64>,
}

/// What a read that could not follow the one before turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RegisterChange {
    /// A slip, such as a momentary zero.
    Slip,
    /// The register rolled over.
    RollOver,
    /// Another register, or one that was reset.
    Exchange,
}

impl RegisterChange {
    pub(crate) const ALL: [RegisterChange; 3] = [
        RegisterChange::Slip,
        RegisterChange::RollOver,
        RegisterChange::Exchange,
    ];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            RegisterChange::Slip => "slip",
            RegisterChange::RollOver => "roll-over",
            RegisterChange::Exchange => "exchange",
        }
    }
}

/// Takes the reads of a message, all or none. Returns whether any of them was new, and the half-hours that they make known, as events
/// of this source.
pub(crate) fn take(
    source: &str,
    reads: Vec<RegisterRead>,
    known: &Registers,
    bounds: &Bounds,
    changed: &mut Changed,
) -> Result<(bool, Vec<String>), Refusal> {
    for read in &reads {
        possible_time(read.at, bounds)?;
    }
    let (mut any_is_new, mut events) = (false, Vec::new());
    for read in reads {
        let (finding, more) = take_one(source, read, known, changed);
        any_is_new |= finding != Finding::Repeated;
        events.extend(more);
    }
    Ok((any_is_new, events))
}

fn take_one(
    source: &str,
    read: RegisterRead,
    known: &Registers,
    changed: &mut Changed,
) -> (Finding, Vec<String>) {
    let of = Measured {
        source,
        meter: &read.meter,
        channel: read.channel,
        unit: read.unit,
    };
    let kind = RegisterKind {
        digits: read.digits,
        most: most(read.unit),
    };
    let next = Read {
        at: read.at,
        value: read.value,
        serial: read.serial,
    };
    let key = of.key();
    let before = changed.registers.get(&key).or_else(|| known.get(&key));
    let Some(mut register) = before.cloned() else {
        changed.registers.insert(key, Register::new(next));
        return (Finding::Follows, Vec::new());
    };
    let (finding, runs) = register.take(next, kind);
    if finding != Finding::Repeated {
        changed.registers.insert(key, register);
    }
    let change = match finding {
        Finding::Slip => Some(RegisterChange::Slip),
        Finding::RollOver => Some(RegisterChange::RollOver),
        Finding::Exchange => Some(RegisterChange::Exchange),
        Finding::Repeated | Finding::Follows | Finding::Doubted => None,
    };
    if let Some(change) = change {
        *changed.changes.entry(change).or_default() += 1;
    }
    let events = runs.iter().flat_map(|run| of.events(run)).collect();
    (finding, events)
}

/// What a register or an interval measures.
pub(crate) struct Measured<'a> {
    pub(crate) source: &'a str,
    pub(crate) meter: &'a MeterId,
    pub(crate) channel: Channel,
    pub(crate) unit: Sent,
}

impl Measured<'_> {
    fn key(&self) -> String {
        let (channel, unit) = (self.channel.as_str(), self.unit.as_str());
        format!("{}\n{}\n{channel}\n{unit}", self.source, self.meter)
    }

    /// Half-hours as events, each as long as an event may be.
    fn events(&self, run: &HalfHours) -> Vec<String> {
        let chunks = run.values.chunks(MAX_VALUES).enumerate();
        let of_chunk = |(index, values): (usize, &[(Quantity, Quality)])| {
            let before = i32::try_from(index * MAX_VALUES).unwrap_or_default();
            let start = run.start + TimeDelta::minutes(30) * before;
            let quality: String = values.iter().map(|(_, quality)| quality.letter()).collect();
            let values: Vec<Quantity> = values.iter().map(|(value, _)| *value).collect();
            self.event(start, Interval::HalfHour, run.known_at, &values, &quality)
        };
        chunks.map(of_chunk).collect()
    }

    /// An event named by what it says, so that the same again adds nothing, and something else is no conflict.
    pub(crate) fn event(
        &self,
        start: DateTime<Utc>,
        interval: Interval,
        time: DateTime<Utc>,
        values: &[Quantity],
        quality: &str,
    ) -> String {
        // The nearest double to a decimal of six places is written as that decimal.
        let numbers = values.iter().map(|micro| *micro as f64 / MICRO as f64);
        let data = json!({
            "meter": self.meter, "channel": self.channel, "unit": self.unit, "interval": interval,
            "start": start.to_rfc3339_opts(SecondsFormat::Secs, true), "quality": quality,
            "values": numbers.collect::<Vec<_>>(),
        });
        let time = instant(time);
        // Not of the JSON, whose order of keys is not the same in every build.
        let said = format!("{time} {} {values:?} {quality} {interval:?}", self.key());
        let digest = token_sha256(&said);
        let id = format!(
            "{}-{}-{}",
            self.channel.as_str(),
            start.format("%Y%m%dT%H%MZ"),
            digest.get(..DIGEST).unwrap_or(&digest)
        );
        json!({
            "specversion": "1.0", "type": EventType::MeterReadings.as_str(), "source": self.source,
            "id": id, "time": time, "data": data,
        })
        .to_string()
    }
}

/// The most a half-hour of a register can hold, in millionths of its unit.
fn most(unit: Sent) -> Quantity {
    let kept = match unit.kept() {
        Unit::CubicMetres => MOST_M3,
        Unit::KilowattHours | Unit::KilovarHours => MOST_KWH,
    };
    let (times, by) = match unit {
        Sent::Wh => (1_000, 1),
        Sent::MWh => (1, 1_000),
        Sent::Ft3 => (353, 10),
        Sent::Hcf => (353, 1_000),
        Sent::KWh | Sent::KW | Sent::M3 | Sent::KVArh => (1, 1),
    };
    kept * MICRO * times / by
}

/// One read of a time to come would make every true one after it too old.
fn possible_time(at: DateTime<Utc>, bounds: &Bounds) -> Result<(), Refusal> {
    let seen = || instant(at);
    of_a_set_clock(at).map_err(|fault| fault.at("/time", seen()))?;
    if at <= bounds.latest {
        return Ok(());
    }
    let hint =
        "set the clock of the meter or its gateway: this is a read of a time that has not come";
    Err(Fault::new(Rule::Future, hint).at("/time", seen()))
}

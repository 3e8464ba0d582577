//! Whom an event is about, and whether its sender may speak of it.

use chrono::NaiveDate;
use events::{Event, MeterId, MeterRegistered, Refusal, Rule, SchoolRegistered, Urn};

use crate::meter_day::MeterDay;
use crate::register::Owners;
use crate::rules::Fault;
use crate::tokens::{Scope, Token};

/// The school each meter-day belongs to; `day_at` is where the event says its days.
pub(crate) fn owners_of(
    days: &[MeterDay],
    day_at: &str,
    token: &Token,
    register: &impl Owners,
) -> Result<Vec<Urn>, Refusal> {
    days.iter()
        .map(|day| owner_of(&day.meter, day.day.0, day_at, token, register))
        .collect()
}

fn owner_of(
    meter: &MeterId,
    day: NaiveDate,
    day_at: &str,
    token: &Token,
    register: &impl Owners,
) -> Result<Urn, Refusal> {
    let outside = || {
        Fault::new(
            Rule::OutOfScope,
            "this token does not cover the meter; send with one that does",
        )
    };
    if let Scope::Meters(meters) = &token.scope
        && !meters.contains(meter)
    {
        return Err(outside().at("/data/meter", meter));
    }
    if register.meter(meter).is_none() {
        let mend =
            "register the meter with meter.registered.v1; this event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownMeter, mend).at("/data/meter", meter));
    }
    let Some(urn) = register.owner(meter, day) else {
        let mend = "the meter is registered, but to no school on that day: correct from or to of its registration; this \
                    event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownMeter, mend).at(day_at, format!("{meter} on {day}")));
    };
    if matches!(token.scope, Scope::Meters(_)) || covers(token, urn, register) {
        Ok(urn)
    } else {
        Err(outside().at("/data/meter", meter))
    }
}

/// Whether a token covers a school.
fn covers(token: &Token, urn: Urn, register: &impl Owners) -> bool {
    match &token.scope {
        Scope::Trust(trust) => register
            .school(urn)
            .is_some_and(|school| school.was_of(trust)),
        Scope::Schools(schools) => schools.contains(&urn),
        Scope::Meters(_) => false,
    }
}

/// Whether the sender may report about a school, which must be known.
pub(crate) fn may_report(urn: Urn, token: &Token, register: &impl Owners) -> Result<(), Refusal> {
    if register.school(urn).is_none() {
        let mend =
            "register the school with school.registered.v1; this event is kept and can be replayed";
        return Err(Fault::new(Rule::UnknownSchool, mend).at("/subject", urn));
    }
    if covers(token, urn, register) {
        Ok(())
    } else {
        Err(uncovered().at("/subject", urn))
    }
}

fn uncovered() -> Fault {
    Fault::new(
        Rule::OutOfScope,
        "this token does not cover the school; send with one that does",
    )
}

fn may_register(event: &Event, token: &Token) -> Result<(), Refusal> {
    let mend = "this token may not register anything; send with one that may";
    let fault = || Fault::new(Rule::OutOfScope, mend).at("/type", event.data.kind().as_str());
    if token.may_register {
        Ok(())
    } else {
        Err(fault())
    }
}

/// Whether the sender may register this school.
pub(crate) fn may_register_school(
    event: &Event,
    urn: Urn,
    school: &SchoolRegistered,
    token: &Token,
) -> Result<(), Refusal> {
    may_register(event, token)?;
    match &token.scope {
        Scope::Trust(trust) if *trust == school.trust.id => Ok(()),
        Scope::Schools(schools) if schools.contains(&urn) => Ok(()),
        Scope::Trust(_) => {
            let mend = "this token registers schools of its own trust only";
            Err(Fault::new(Rule::OutOfScope, mend).at("/data/trust/id", &school.trust.id))
        }
        _ => Err(uncovered().at("/subject", urn)),
    }
}

/// Whether the sender may register this meter. Not if it would take it away from a school that it does not cover.
pub(crate) fn may_register_meter(
    event: &Event,
    urn: Urn,
    meter: &MeterRegistered,
    token: &Token,
    register: &impl Owners,
) -> Result<(), Refusal> {
    may_register(event, token)?;
    may_report(urn, token, register)?;
    let claimed = register.meter(&meter.meter).is_some_and(|known| {
        known
            .claimed_by(meter.from, meter.to)
            .any(|owner| !covers(token, owner, register))
    });
    if claimed {
        let mend = "on some of these days the meter belongs to a school that this token does not cover; have that \
                    registration ended first";
        return Err(Fault::new(Rule::OutOfScope, mend).at("/data/meter", &meter.meter));
    }
    Ok(())
}

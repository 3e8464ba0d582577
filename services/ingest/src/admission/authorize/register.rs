//! Whether a token may register a school or a meter: a registration must take nothing from another trust.

use chrono::NaiveDate;
use events::{
    DayRun, Event, MeterRegistered, Refusal, Rule, SchoolRegistered, Tariff, Urn, both, day_run,
    without,
};

use super::{Reach, describe_days, reach_over, uncovered};
use crate::register::{Issued, Owners, SchoolEntry, meter_days};
use crate::rules::Fault;
use crate::tokens::{Scope, Token};

fn may_register(event: &Event, token: &Token) -> Result<(), Refusal> {
    let hint = "this token may not register anything; send with one that may";
    let fault = || Fault::new(Rule::OutOfScope, hint).at("/type", event.data.kind().as_str());
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
    register: &impl Owners,
) -> Result<(), Refusal> {
    may_register(event, token)?;
    match &token.scope {
        Scope::All => return Ok(()),
        Scope::Schools(schools) if schools.contains(&urn) => {}
        scope if scope.holds(&school.trust.id) => {}
        Scope::Trust(_) | Scope::Trusts(_) => {
            let hint = "this token registers schools of its own trust only";
            return Err(Fault::new(Rule::OutOfScope, hint).at("/data/trust/id", &school.trust.id));
        }
        _ => return Err(uncovered().at("/subject", urn)),
    }
    let Some(entry) = register.school(urn) else {
        return Ok(());
    };
    if entry.is_outdated(school, &Issued::by(event)) || !takes_days(school, token, entry) {
        return Ok(());
    }
    let hint = "the school belongs to another trust on some of these days: have that membership ended (member_to) and begin \
                after it, or send with a token that holds both trusts";
    let days = day_run(school.member_from, school.member_to);
    Err(Fault::new(Rule::OutOfScope, hint).at(
        "/data/member_from",
        format!("{urn} {}", describe_days(&days)),
    ))
}

/// Whether a registration would claim days of a trust that the token does not hold. A trust that the school never belonged to
/// must begin after every other membership has ended; a trust that it belongs to may change its own days.
fn takes_days(school: &SchoolRegistered, token: &Token, entry: &SchoolEntry) -> bool {
    let (memberships, trust) = (entry.memberships(), school.trust.id.as_str());
    let days = day_run(school.member_from, school.member_to);
    let is_another = |other: &&str| *other != trust && !token.scope.holds(other);
    let others = memberships.trusts().filter(is_another);
    let mut others = others.flat_map(|other| memberships.days_with(other));
    match memberships.claimed(trust) {
        None => others.any(|run| run.end() >= days.start()),
        Some(known) => {
            let added: Vec<DayRun> = without(&days, known).collect();
            others.any(|run| added.iter().any(|added| !both(run, added).is_empty()))
        }
    }
}

/// Whether the sender may register this meter. Fails if that takes the meter from a school, or changes days of a school, where
/// these belong to another trust.
pub(crate) fn may_register_meter(
    event: &Event,
    urn: Urn,
    meter: &MeterRegistered,
    token: &Token,
    register: &impl Owners,
) -> Result<(), Refusal> {
    may_register(event, token)?;
    let reach = reach_over(urn, token, register)?;
    let entry = register.meter(&meter.meter);
    if entry.is_some_and(|entry| entry.is_outdated(urn, meter.from, &Issued::by(event))) {
        return Ok(());
    }
    let days = meter_days(meter);
    let (before, after) = match entry {
        Some(entry) => (entry.at(urn), entry.at_with(urn, meter)),
        None => (Vec::new(), vec![(days.clone(), meter)]),
    };
    let stood = before.iter().find(|(_, stands)| stands.from == meter.from);
    let touched = [Some(&days), stood.map(|(run, _)| run)]
        .into_iter()
        .flatten();
    let is_of_another = changed(&before, &after)
        .iter()
        .any(|run| reach.meets_another(run));
    if is_of_another || !touched.into_iter().any(|run| reach.touches(run)) {
        let hint = "this token covers the school only on the days of its membership of the token's trust: register nothing \
                    else for the others than what stands there, or send with a token that covers them";
        return Err(Fault::new(Rule::OutOfScope, hint).at(
            "/data/from",
            format!("{} at {urn} {}", meter.meter, describe_days(&days)),
        ));
    }
    let is_kept = |(other, days): (Urn, DayRun)| {
        let reach = Reach::of(token, other, register);
        !reach.ever() || reach.meets_another(&days)
    };
    let mut claims = entry
        .into_iter()
        .flat_map(|entry| entry.claims_beside(urn, &days));
    if claims.any(is_kept) {
        let hint = "on some of these days the meter belongs to a school that this token does not cover; have that \
                    registration ended first";
        return Err(Fault::new(Rule::OutOfScope, hint).at("/data/meter", &meter.meter));
    }
    Ok(())
}

/// The registrations of a meter at one school, each with its days.
type Standing<'a> = [(DayRun, &'a MeterRegistered)];

/// The days of a school on which a registration makes a difference.
fn changed(before: &Standing<'_>, after: &Standing<'_>) -> Vec<DayRun> {
    let mut changed = only_in(before, after);
    changed.extend(only_in(after, before));
    for (stood, was) in before {
        for (stands, is) in after {
            changed.extend(differing(&both(stood, stands), was, is));
        }
    }
    changed.retain(|run| !run.is_empty());
    changed
}

/// The days of `one` that are not in `other`.
fn only_in(one: &Standing<'_>, other: &Standing<'_>) -> Vec<DayRun> {
    let mut left: Vec<DayRun> = one.iter().map(|(run, _)| run.clone()).collect();
    for (taken, _) in other {
        left = left.iter().flat_map(|run| without(run, taken)).collect();
    }
    left
}

/// The days of `shared` on which two registrations differ.
fn differing(shared: &DayRun, was: &MeterRegistered, is: &MeterRegistered) -> Vec<DayRun> {
    let but_tariffs = |meter: &MeterRegistered| MeterRegistered {
        from: NaiveDate::MIN,
        to: None,
        moved_to: None,
        tariffs: Vec::new(),
        ..meter.clone()
    };
    if but_tariffs(was) != but_tariffs(is) {
        return vec![shared.clone()];
    }
    let only_in = |some: &[Tariff], others: &[Tariff]| -> Vec<DayRun> {
        let only = some.iter().filter(|tariff| !others.contains(tariff));
        only.map(|tariff| both(shared, &day_run(tariff.from, tariff.to)))
            .collect()
    };
    let mut differing = only_in(&was.tariffs, &is.tariffs);
    differing.extend(only_in(&is.tariffs, &was.tariffs));
    differing
}
